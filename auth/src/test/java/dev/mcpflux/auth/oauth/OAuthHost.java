package dev.mcpflux.auth.oauth;

import dev.mcpflux.auth.CredentialFilter;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.http.HttpTransport;
import java.time.Duration;
import java.util.function.UnaryOperator;
import reactor.core.Disposable;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** This side: a source, and one session with an {@link AuthServer} that uses it. */
final class OAuthHost implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(30);

    final OAuthSource source;
    private final AuthServer server;
    private final McpSession session;
    private final ConnectableFlux<OAuthEvent> events;
    private final Disposable listening;

    private OAuthHost(AuthServer server, OAuthSource source) {
        this.server = server;
        this.source = source;
        events = source.events().replay();
        listening = events.connect();
        session = session(server, "srv");
        session.open().block(LIMIT);
    }

    private McpSession session(AuthServer to, String name) {
        return McpSession.create(
                HttpTransport.builder(name, to.resource().toString())
                        .filter(CredentialFilter.create(name, to.resource(), source))
                        .build(),
                SessionOptions.defaults());
    }

    /** Opens a session; the person of the server logs in. */
    static OAuthHost open(AuthServer server) {
        return open(server, builder -> builder);
    }

    static OAuthHost open(AuthServer server, UnaryOperator<OAuthSource.Builder> configured) {
        return new OAuthHost(
                server,
                configured.apply(OAuthSource.builder().browser(server.person())).build());
    }

    /** Calls a tool without a caller. */
    Mono<String> call() {
        return session.callTool("x", null).map(CallToolResult::text);
    }

    /** Calls a tool for a caller. */
    Mono<String> call(String principal) {
        return call().contextWrite(context -> context.put(Caller.PRINCIPAL, principal));
    }

    /** Calls a tool of another server, through the same source. */
    Mono<String> call(AuthServer other, String name) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> session(other, name)),
                another -> another.open().then(another.callTool("x", null)).map(CallToolResult::text),
                McpSession::close);
    }

    /** Calls a tool, and waits for the outcome. */
    String done() {
        return String.valueOf(call().block(LIMIT));
    }

    /** The events of a kind, from the beginning. */
    <T extends OAuthEvent> Flux<T> events(Class<T> kind) {
        return events.ofType(kind);
    }

    /** Waits for the first event of a kind. */
    <T extends OAuthEvent> T event(Class<T> kind) {
        return java.util.Objects.requireNonNull(events(kind).next().block(LIMIT));
    }

    @Override
    public void close() {
        session.close().block(LIMIT);
        source.close().block(LIMIT);
        listening.dispose();
        server.close();
    }
}
