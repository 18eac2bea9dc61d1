package dev.mcpflux.auth.config;

import dev.mcpflux.auth.CredentialFilter;
import dev.mcpflux.auth.CredentialSource;
import dev.mcpflux.auth.HelperCommand;
import dev.mcpflux.auth.oauth.Browser;
import dev.mcpflux.auth.oauth.OAuthEvent;
import dev.mcpflux.auth.oauth.OAuthOptions;
import dev.mcpflux.auth.oauth.OAuthSource;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.transport.http.HttpExchangeFilter;
import dev.mcpflux.transport.http.ProxySettings;
import dev.mcpflux.transport.http.auth.HttpAuthorization;
import dev.mcpflux.transport.http.auth.HttpAuthorizer;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Authorizes the servers of a host as they are configured: by helper commands and by OAuth. It keeps a source for each server,
 * so that tokens outlive connections. Any thread may use it. Close it after the host.
 *
 * <pre>{@code
 * Authorizer authorizer = Authorizer.builder().build();
 * HostConfig config = HostConfig.load(file).mutate().authorizer(authorizer).build();
 * }</pre>
 */
public final class Authorizer implements HttpAuthorizer {

    private final TokenStore store;
    private final Browser browser;
    private final ProxySettings proxies;
    private final UnaryOperator<OAuthOptions.Builder> defaults;
    private final UnaryOperator<OAuthSource.Builder> sources;
    private final Map<Server, CredentialSource> kept = new ConcurrentHashMap<>();
    private final EventSink<OAuthEvent> events = new EventSink<>(OAuthEvent.EventsDropped::new);
    private final Disposable.Composite subscriptions = Disposables.composite();

    private record Server(String name, URI resource, HttpAuthorization authorization) {}

    private Authorizer(Builder from) {
        this.store = from.store;
        this.browser = from.browser;
        this.proxies = from.proxies;
        this.defaults = from.defaults;
        this.sources = from.sources;
    }

    /** A builder with the defaults: a person logs in with the browser of the system, and tokens are kept in memory. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public HttpExchangeFilter authorize(String server, URI resource, HttpAuthorization authorization) {
        return CredentialFilter.create(server, resource, source(server, resource, authorization));
    }

    /**
     * The source for one server; the same one for the same configuration.
     *
     * @throws IllegalArgumentException if the configuration makes no sense
     */
    CredentialSource source(String server, URI resource, HttpAuthorization authorization) {
        return kept.computeIfAbsent(new Server(server, resource, authorization), absent -> made(authorization));
    }

    private CredentialSource made(HttpAuthorization authorization) {
        if (authorization instanceof HttpAuthorization.Helper helper) {
            return HelperCommand.builder(helper.command()).build();
        }
        OAuthSource source = oauth((HttpAuthorization.OAuth) authorization);
        subscriptions.add(EventSink.direct(source.events()).subscribe(events::emit));
        return source;
    }

    /**
     * The source of tokens for one server, for those who show or end an authorization.
     *
     * @throws IllegalArgumentException if the configuration makes no sense
     */
    public OAuthSource oauth(String server, URI resource, HttpAuthorization.OAuth settings) {
        return (OAuthSource) source(server, resource, settings);
    }

    private OAuthSource oauth(HttpAuthorization.OAuth settings) {
        OAuthConfiguration configuration = OAuthConfiguration.of(settings, defaults);
        OAuthSource.Builder builder = OAuthSource.builder()
                .options(configuration.options())
                .grant(configuration.grant())
                .receiver(configuration.receiver())
                .browser(browser)
                .proxies(proxies)
                .store(store);
        return sources.apply(builder).build();
    }

    /** What happens to authorizations from now on; completes when this is closed. Delivered on a thread that may block. */
    public Flux<OAuthEvent> events() {
        return events.flux();
    }

    /** Ends the logins that go on; what the store keeps stays. Completes when that is done. */
    public Mono<Void> close() {
        return Flux.fromIterable(kept.values())
                .ofType(OAuthSource.class)
                .flatMap(OAuthSource::close)
                .then(Mono.fromRunnable(() -> {
                    subscriptions.dispose();
                    events.complete();
                }));
    }

    /** Shows how many servers there are. */
    @Override
    public String toString() {
        return "Authorizer[" + kept.size() + " servers]";
    }

    /** Collects what an authorizer needs. */
    public static final class Builder {
        private TokenStore store = TokenStore.memory();
        private Browser browser = Browser.ofSystem();
        private ProxySettings proxies = ProxySettings.none();
        private UnaryOperator<OAuthOptions.Builder> defaults = UnaryOperator.identity();
        private UnaryOperator<OAuthSource.Builder> sources = UnaryOperator.identity();

        private Builder() {}

        /** Where tokens and registrations are kept; default {@link TokenStore#memory()}. */
        public Builder store(TokenStore value) {
            store = Objects.requireNonNull(value, "store");
            return this;
        }

        /** What shows the page of a login; default {@link Browser#ofSystem()}. */
        public Builder browser(Browser value) {
            browser = Objects.requireNonNull(value, "browser");
            return this;
        }

        /** Options for servers that configure nothing else: {@code .options(o -> o.loginMode(LoginMode.FAIL))}. */
        public Builder options(UnaryOperator<OAuthOptions.Builder> change) {
            defaults = Objects.requireNonNull(change, "options");
            return this;
        }

        /** Through which authorization servers are reached; default none. */
        public Builder proxies(ProxySettings value) {
            proxies = Objects.requireNonNull(value, "proxies");
            return this;
        }

        /** Changes each source of tokens before it is made, for example its HTTP client. */
        public Builder sources(UnaryOperator<OAuthSource.Builder> change) {
            sources = Objects.requireNonNull(change, "sources");
            return this;
        }

        public Authorizer build() {
            return new Authorizer(this);
        }
    }
}
