package dev.mcpflux.cli;

import dev.mcpflux.auth.config.Authorizer;
import dev.mcpflux.auth.oauth.Browser;
import dev.mcpflux.auth.oauth.OAuthEvent;
import dev.mcpflux.auth.oauth.OAuthGrant;
import dev.mcpflux.auth.oauth.OAuthOptions.LoginMode;
import dev.mcpflux.auth.oauth.OAuthSource;
import dev.mcpflux.auth.store.FileTokenStore;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.question.UrlAsker;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.http.ProxySettings;
import dev.mcpflux.transport.http.auth.HttpAuthorization;
import dev.mcpflux.transport.spi.Transport;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The authorization of the command line: tokens are kept in a file of the user, and a person logs in by {@code login} only. */
final class Logins implements AutoCloseable {

    private final Authorizer authorizer;

    /** Whether a login has succeeded in this run. */
    private volatile boolean loggedIn;

    private Logins(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** For commands that never wait for a person. */
    static Logins withoutPerson(ProxySettings proxies) {
        return new Logins(Authorizer.builder()
                .store(FileTokenStore.create(file()))
                .proxies(proxies)
                .browser(Browser.none())
                .options(options -> options.loginMode(LoginMode.NEVER))
                .build());
    }

    /**
     * For a login.
     *
     * @param device whether the person logs in on another device
     */
    static Logins withPerson(Output output, ProxySettings proxies, Browser browser, boolean device) {
        Authorizer authorizer = Authorizer.builder()
                .store(FileTokenStore.create(file()))
                .proxies(proxies)
                .browser(browser)
                .options(options -> options.loginMode(LoginMode.WAIT))
                .sources(source -> device ? source.grant(new OAuthGrant.DeviceCode()) : source)
                .build();
        Logins logins = new Logins(authorizer);
        // completes when it is closed
        EventSink.direct(authorizer.events()).subscribe(event -> {
            if (event instanceof OAuthEvent.LoginRequired login) {
                show(output, login);
            } else if (event instanceof OAuthEvent.Authorized) {
                logins.loggedIn = true;
            }
        });
        return logins;
    }

    boolean loggedIn() {
        return loggedIn;
    }

    /** The page is shown in full, because a person has to see where a password is asked for. */
    private static void show(Output output, OAuthEvent.LoginRequired login) {
        String page = SafeText.line(login.page().toString()).replace(" ", "%20");
        output.note("mcpflux: server '" + login.server()
                + "' needs a login. Open this page, unless your browser shows it:");
        output.note("");
        output.note("  " + page);
        String code = login.userCode();
        if (code != null) {
            output.note("  and type the code " + SafeText.line(code));
        }
        String warning = UrlAsker.warning(page, UrlAsker.host(page));
        if (warning != null) {
            output.note("  ! " + warning);
        }
        output.note("");
    }

    /** Where tokens are kept. {@code MCPFLUX_TOKENS} names another file. */
    static Path file() {
        String named = System.getenv("MCPFLUX_TOKENS");
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        String home = System.getProperty("user.home", ".");
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("win")) {
            String local = System.getenv("LOCALAPPDATA");
            return (local == null ? Path.of(home, "AppData", "Local") : Path.of(local)).resolve("mcpflux/tokens.json");
        }
        if (system.contains("mac")) {
            return Path.of(home, "Library", "Application Support", "mcpflux", "tokens.json");
        }
        String state = System.getenv("XDG_STATE_HOME");
        return (state == null || state.isBlank() ? Path.of(home, ".local", "state") : Path.of(state))
                .resolve("mcpflux/tokens.json");
    }

    Authorizer authorizer() {
        return authorizer;
    }

    /** The OAuth of one server, as it is configured. */
    record Configured(String server, URI resource, OAuthSource source) {}

    /**
     * The OAuth of a server; null if it uses none.
     *
     * @throws dev.mcpflux.host.config.McpConfigurationException if its configuration makes no sense
     */
    @Nullable
    Configured configured(ServerDefinition server) {
        if (!HostCommand.mayUseOAuth(server)) {
            return null;
        }
        AtomicReference<@Nullable Configured> found = new AtomicReference<>();
        TransportFactory transports = new TransportFactory(System::getenv, null, (name, resource, how) -> {
            if (how instanceof HttpAuthorization.OAuth oauth) {
                found.set(new Configured(name, resource, authorizer.oauth(name, resource, oauth)));
            }
            return authorizer.authorize(name, resource, how);
        });
        // holds no resource, and fails for an invalid server
        Mono<Transport> made = transports.transport(server).cache();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        made.subscribe(transport -> {}, failure::set);
        if (found.get() == null && failure.get() == null && !Schedulers.isInNonBlockingThread()) {
            // something has to be asked for or looked up first
            made.block();
        }
        if (failure.get() instanceof RuntimeException known) {
            throw known;
        }
        return found.get();
    }

    @Override
    public void close() {
        authorizer.close().block();
    }
}
