package dev.mcpflux.auth.oauth;

import dev.mcpflux.auth.CredentialRequest;
import dev.mcpflux.auth.CredentialSource;
import dev.mcpflux.auth.Credentials;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.http.ProxySettings;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/**
 * Obtains tokens by OAuth 2.1 as MCP uses it (specification: basic/authorization). A request is sent without a token first; the
 * refusal of the server says where to get one. Tokens are kept for each caller and each server, and refreshed before they end.
 *
 * <p>One source may serve several servers, which share a client's configuration but no token. Any thread may use it. Close it when
 * it is no longer used, so that no login goes on.
 */
public final class OAuthSource implements CredentialSource {

    /** For how many callers tokens are held in memory; those of others are read from the store again. */
    private static final int MAX_CALLERS = 1_024;

    private static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

    private final OAuthOptions options;
    private final OAuthGrant grant;
    private final Browser browser;
    private final RedirectReceiver receiver;
    private final TokenStore store;
    private final Scheduler timer;
    private final HttpClient client;
    private final ProxySettings proxies;

    private final EventSink<OAuthEvent> events = new EventSink<>(OAuthEvent.EventsDropped::new);
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final Surroundings surroundings = new SourceSurroundings();
    private final Map<Server, Target> targets = new ConcurrentHashMap<>();
    // guarded by itself
    private final Map<Key, CallerTokens> held = new LinkedHashMap<>(16, 0.75f, true);

    private volatile @Nullable Hit lastHit;

    private record Server(String name, URI resource) {
        /** The address may be a secret. */
        @Override
        public String toString() {
            return "Server[" + name + "]";
        }
    }

    private record Key(Server server, Caller caller) {}

    private OAuthSource(Builder from) {
        this.options = from.options;
        this.grant = from.grant;
        this.browser = from.browser;
        this.receiver = from.receiver;
        this.store = from.store;
        this.timer = from.timer;
        this.client = from.client;
        this.proxies = from.proxies;
    }

    /** A builder with the defaults: a person logs in with the browser of the system, and tokens are kept in memory. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Mono<Credentials> credentials(CredentialRequest request) {
        if (bringsOwn(request.caller())) {
            return Mono.just(Credentials.none());
        }
        CallerTokens known = known(request);
        return (known != null ? known : tokens(request)).credentials(request);
    }

    @Override
    public Mono<Boolean> refused(CredentialRequest request, Credentials sent, Refusal refusal) {
        return bringsOwn(request.caller()) ? Mono.just(false) : tokens(request).refused(request, sent, refusal);
    }

    /** A caller with a token of its own does not log in. Where tokens are exchanged, its own one must not be passed on. */
    private boolean bringsOwn(Caller caller) {
        return interactive() && !caller.headers().isEmpty() && caller.headers().containsKey("Authorization");
    }

    private boolean interactive() {
        return grant instanceof OAuthGrant.AuthorizationCode || grant instanceof OAuthGrant.DeviceCode;
    }

    @Override
    public void nonce(CredentialRequest request, String nonce) {
        CallerTokens known = known(request);
        if (known != null) {
            known.nonce(request.url(), nonce);
        }
    }

    /** What happens from now on; completes when this source is closed. Delivered on a thread that may block. */
    public Flux<OAuthEvent> events() {
        return events.flux();
    }

    @Override
    public Flux<ConnectionEvent> events(String server) {
        return EventSink.direct(events.flux()).handle((event, sink) -> {
            if (event instanceof OAuthEvent.LoginRequired login
                    && login.server().equals(server)) {
                sink.next(new ConnectionEvent.LoginRequired(login.caller(), login.page(), login.userCode()));
            } else if (event instanceof OAuthEvent.Authorized done
                    && done.server().equals(server)) {
                sink.next(new ConnectionEvent.AuthorizationChanged(done.caller(), true, "new tokens"));
            } else if (event instanceof OAuthEvent.Failed failed
                    && failed.server().equals(server)) {
                sink.next(new ConnectionEvent.AuthorizationChanged(
                        failed.caller(), failed.authorized(), failed.problem()));
            }
        });
    }

    /**
     * What is known about the tokens of a caller, without any secret.
     *
     * @return emits it; completes without it if the caller has no tokens
     */
    public Mono<TokenStatus> status(String server, URI resource, Caller caller) {
        return Mono.defer(() ->
                        tokens(new Key(new Server(server, resource), caller)).tokens())
                .map(tokens -> TokenStatus.of(tokens, timer));
    }

    /**
     * Walks the way to a token, without registering a client and without asking a person, for those who look for a fault.
     *
     * @return emits what is asked and found, step by step, and completes; a problem is the last step. <em>Cancellation</em>
     *     stops it.
     */
    public Flux<DiagnosisStep> diagnose(String server, URI resource) {
        return Reach.ofHost(resource.getHost())
                .defaultIfEmpty(Reach.PUBLIC)
                .flatMapMany(reach -> Diagnosis.of(trace -> {
                    Server one = new Server(server, resource);
                    return target(one, Mono.fromSupplier(() -> means(one, reach, trace)));
                }));
    }

    /**
     * Forgets the tokens of a caller, and asks the authorization server to revoke them (RFC 7009) if it can be reached.
     *
     * @return completes when they are forgotten here. <em>Cancellation</em> stops the request to the authorization server.
     */
    public Mono<Void> logout(String server, URI resource, Caller caller) {
        Key key = new Key(new Server(server, resource), caller);
        return Mono.defer(() -> {
            CallerTokens tokens = tokens(key);
            return tokens.tokens()
                    .flatMap(known -> target(key.server)
                            .means()
                            .flatMap(means -> Revocation.of(means, known))
                            // the tokens are forgotten here in any case
                            .onErrorComplete())
                    .then(tokens.forget());
        });
    }

    /**
     * Ends the logins that go on, fails the requests that wait for them, and completes the events. No login is begun any more. What
     * the store keeps stays.
     */
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            closed.tryEmitEmpty();
            events.complete();
        });
    }

    /** What the tokens of a caller need of this class. */
    private final class SourceSurroundings implements Surroundings {

        @Override
        public Scheduler timer() {
            return timer;
        }

        @Override
        public void emit(OAuthEvent event) {
            events.emit(event);
        }

        @Override
        public void keep(Mono<?> work) {
            // its outcome is an event; it ends with this source at the latest
            work.subscribe(done -> {}, e -> {});
        }

        @Override
        public Mono<Void> closed() {
            return closed.asMono();
        }
    }

    /** The tokens of the request before, which are those of this one nearly always: then nothing is looked up. */
    private record Hit(CredentialRequest request, CallerTokens tokens) {

        @SuppressWarnings("ReferenceEquality")
        boolean isFor(CredentialRequest other) {
            return request.caller() == other.caller()
                    && request.resource() == other.resource()
                    && request.server().equals(other.server());
        }
    }

    private @Nullable CallerTokens known(CredentialRequest request) {
        Hit before = lastHit;
        if (before != null && before.isFor(request)) {
            return before.tokens;
        }
        synchronized (held) {
            CallerTokens known = held.get(new Key(new Server(request.server(), request.resource()), request.caller()));
            lastHit = known == null ? null : new Hit(request, known);
            return known;
        }
    }

    private CallerTokens tokens(CredentialRequest request) {
        return tokens(new Key(new Server(request.server(), request.resource()), request.caller()));
    }

    private CallerTokens tokens(Key key) {
        synchronized (held) {
            CallerTokens tokens = held.computeIfAbsent(key, absent -> made(key));
            if (held.size() > MAX_CALLERS) {
                held.remove(held.keySet().iterator().next());
                lastHit = null;
            }
            return tokens;
        }
    }

    private CallerTokens made(Key key) {
        Target target = target(key.server);
        StoredTokens stored = new StoredTokens(
                store, entry(key), target.problems(), options.refreshAhead().toMillis());
        return new CallerTokens(target, key.caller, stored, surroundings);
    }

    /** The entry of the store; null for a caller whose identity is no text: its tokens live in memory only. */
    private static TokenStore.@Nullable Key entry(Key key) {
        Object principal = key.caller.principal();
        String name;
        if (key.caller.anonymous()) {
            name = "";
        } else if (principal instanceof String || principal instanceof Number || principal instanceof UUID) {
            name = principal.getClass().getSimpleName() + " " + principal;
        } else if (principal instanceof Principal named && named.getName() != null) {
            name = principal.getClass().getName() + " " + named.getName();
        } else {
            return null;
        }
        return new TokenStore.Key(TokenStore.Kind.TOKENS, key.server.name, key.server.resource.toString(), name, "");
    }

    private Target target(Server server) {
        return targets.computeIfAbsent(
                server,
                absent -> target(
                        server,
                        Reach.ofHost(server.resource.getHost())
                                .map(reach -> means(server, reach, Discovery.Trace.NONE))
                                // a name that is not known now may be known later
                                .cache(made -> FOR_EVER, e -> Duration.ZERO, () -> Duration.ZERO)
                                .switchIfEmpty(
                                        Mono.fromSupplier(() -> means(server, Reach.PUBLIC, Discovery.Trace.NONE)))));
    }

    private Target target(Server server, Mono<Target.Means> means) {
        return new Target(server.name, server.resource, options, new Problems(server.name), interactive(), means);
    }

    private Target.Means means(Server server, Reach reach, Discovery.Trace trace) {
        Problems problems = new Problems(server.name);
        GuardedHttp http =
                new GuardedHttp(client, proxies, reach, configuredHosts(), options.requestTimeout(), timer, problems);
        Clients clients = new Clients(options, store, http, timer, server.name, server.resource, problems);
        TokenEndpoint tokens = new TokenEndpoint(http, clients, problems);
        return new Target.Means(
                http,
                new Discovery(http, server.resource, options, problems, trace),
                clients,
                tokens,
                flow(http, clients, tokens, problems));
    }

    private GrantFlow flow(GuardedHttp http, Clients clients, TokenEndpoint tokens, Problems problems) {
        AssertionFlows assertions = new AssertionFlows(clients, tokens, http, problems);
        if (grant instanceof OAuthGrant.ClientCredentials) {
            return assertions.clientCredentials();
        }
        if (grant instanceof OAuthGrant.DeviceCode) {
            return new DeviceFlow(http, clients, tokens, options.loginTimeout(), timer, problems);
        }
        if (grant instanceof OAuthGrant.TokenExchange exchange) {
            return assertions.tokenExchange(exchange);
        }
        if (grant instanceof OAuthGrant.EnterpriseManaged enterprise) {
            return assertions.enterprise(enterprise);
        }
        if (grant instanceof OAuthGrant.WorkloadIdentity workload) {
            return assertions.workloadIdentity(workload);
        }
        return new CodeFlow(clients, tokens, receiver, browser, options.loginTimeout(), timer, problems);
    }

    private Set<String> configuredHosts() {
        Set<String> hosts = new LinkedHashSet<>();
        add(hosts, options.metadataUrl());
        if (options.issuer() != null) {
            add(hosts, URI.create(options.issuer()));
        }
        if (grant instanceof OAuthGrant.EnterpriseManaged enterprise) {
            add(hosts, enterprise.tokenEndpoint());
        }
        return Set.copyOf(hosts);
    }

    private static void add(Set<String> hosts, @Nullable URI url) {
        if (url != null && url.getHost() != null) {
            hosts.add(url.getHost());
        }
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "OAuthSource[" + grant.getClass().getSimpleName() + ", " + options + "]";
    }

    /** Collects what a source needs. */
    public static final class Builder {
        private OAuthOptions options = OAuthOptions.defaults();
        private OAuthGrant grant = new OAuthGrant.AuthorizationCode();
        private Browser browser = Browser.ofSystem();
        private RedirectReceiver receiver = RedirectReceiver.loopback();
        private TokenStore store = TokenStore.memory();
        private Scheduler timer = Schedulers.parallel();
        private HttpClient client = HttpClient.newConnection();
        private ProxySettings proxies = ProxySettings.none();

        private Builder() {}

        /** What is configured; default nothing. */
        public Builder options(OAuthOptions value) {
            options = Objects.requireNonNull(value, "options");
            return this;
        }

        /** How tokens are obtained; default {@link OAuthGrant.AuthorizationCode}. */
        public Builder grant(OAuthGrant value) {
            grant = Objects.requireNonNull(value, "grant");
            return this;
        }

        /** What shows the page of a login; default {@link Browser#ofSystem()}. */
        public Builder browser(Browser value) {
            browser = Objects.requireNonNull(value, "browser");
            return this;
        }

        /** Where a person comes back to; default {@link RedirectReceiver#loopback()}. */
        public Builder receiver(RedirectReceiver value) {
            receiver = Objects.requireNonNull(value, "receiver");
            return this;
        }

        /** Where tokens and registrations are kept; default {@link TokenStore#memory()}. */
        public Builder store(TokenStore value) {
            store = Objects.requireNonNull(value, "store");
            return this;
        }

        /** Counts time-outs and lives of tokens; default {@link Schedulers#parallel()}. */
        public Builder timer(Scheduler value) {
            timer = Objects.requireNonNull(value, "timer");
            return this;
        }

        /**
         * The client of HTTP for authorization servers; default one connection for each request. Which addresses may be
         * reached is checked here, unless a proxy resolves them.
         */
        public Builder client(HttpClient value) {
            client = Objects.requireNonNull(value, "client");
            return this;
        }

        /** Through which authorization servers are reached; default none. */
        public Builder proxies(ProxySettings value) {
            proxies = Objects.requireNonNull(value, "proxies");
            return this;
        }

        /**
         * The source; nothing is sent yet.
         *
         * @throws IllegalArgumentException if the configured private key cannot be read, or if tokens of callers are exchanged
         *     and no authorization server is configured: one that the MCP server names must not get them
         */
        public OAuthSource build() {
            String key = options.privateKey();
            if (key != null) {
                ClientKey.read(key, options.signingAlgorithm());
            }
            if (grant instanceof OAuthGrant.TokenExchange
                    && options.issuer() == null
                    && options.metadataUrl() == null) {
                throw new IllegalArgumentException(
                        "tokens of callers are exchanged at a configured authorization server only: set its issuer");
            }
            return new OAuthSource(this);
        }
    }
}
