package dev.mcpflux.benchmarks.client;

import dev.mcpflux.auth.CredentialFilter;
import dev.mcpflux.auth.oauth.OAuthSource;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** mcpflux without a host: {@code session.callTool}, defaults everywhere. Waits, as {@link Client} says. */
final class FluxSession implements Client {

    private static final String TOKEN = "x".repeat(600);

    private final McpSession session;

    private FluxSession(List<String> command) {
        this(transport("bench", command));
    }

    private FluxSession(Transport transport) {
        session = McpSession.create(transport, SessionOptions.defaults());
        session.open().block();
    }

    /** With a configured header. */
    static FluxSession withHeader(List<String> server) {
        return new FluxSession(HttpTransport.builder("bench", HttpServer.endpoint(server))
                .header("Authorization", "Bearer " + TOKEN)
                .build());
    }

    /** With the same header as the token of an OAuth source, which ends in an hour. */
    static FluxSession withToken(List<String> server) {
        String url = HttpServer.endpoint(server);
        OAuthSource source = OAuthSource.builder().store(new OneToken()).build();
        return new FluxSession(HttpTransport.builder("bench", url)
                .filter(CredentialFilter.create("bench", URI.create(url), source))
                .build());
    }

    /** A store that has that token for everybody. */
    private static final class OneToken implements TokenStore {

        @Override
        public Mono<String> load(Key key) {
            long now = System.currentTimeMillis();
            return Mono.just("{\"accessToken\":\"" + TOKEN + "\",\"type\":\"Bearer\",\"obtainedAt\":" + now
                    + ",\"expiresAt\":" + (now + Duration.ofHours(1).toMillis())
                    + ",\"issuer\":\"https://as\",\"clientId\":\"bench\"}");
        }

        @Override
        public Mono<Void> save(Key key, String secret) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> remove(Key key) {
            return Mono.empty();
        }

        @Override
        public Flux<Key> keys() {
            return Flux.empty();
        }
    }

    static Connector connector() {
        return FluxSession::new;
    }

    static Transport transport(String name, List<String> command) {
        if (HttpServer.isUrl(command)) {
            return HttpTransport.builder(name, HttpServer.endpoint(command)).build();
        }
        return StdioTransport.builder(name, command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
    }

    /** The result, if it is one. */
    static String text(CallToolResult result) {
        if (result.isError()) {
            throw new IllegalStateException(result.text());
        }
        return result.text();
    }

    @Override
    public String call(Call call) {
        CallToolResult result = session.callTool("echo", call.arguments()).block();
        if (result == null) {
            throw new IllegalStateException("no result");
        }
        return text(result);
    }

    @Override
    public int listTools() {
        Long count = session.listTools().count().block();
        return count == null ? 0 : count.intValue();
    }

    @Override
    public Tally pump(Call[] calls, Duration time, int inFlight) throws TimeoutException, InterruptedException {
        return Pump.run(
                (call, callback) -> session.callTool("echo", call.arguments())
                        .subscribe(result -> callback.done(text(result), null), e -> callback.done(null, e)),
                calls,
                time,
                inFlight);
    }

    @Override
    public void close() {
        session.close().block();
    }
}
