package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.EraMemory;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** What the tests of HTTP have in common. */
final class Scripts {

    static final Duration LIMIT = Duration.ofSeconds(30);

    static final String TEXT = "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}";

    private Scripts() {}

    static String initialized(String revision) {
        return "{\"protocolVersion\":\"" + revision + "\",\"capabilities\":{\"tools\":{}},"
                + "\"serverInfo\":{\"name\":\"scripted\",\"version\":\"1\"}}";
    }

    static HttpTransport.Builder transport(ScriptedHttpServer server) {
        return HttpTransport.builder("srv", server.url())
                .options(HttpOptions.builder()
                        .streamAttempts(3)
                        .streamDelay(Duration.ofMillis(5))
                        .maxStreamDelay(Duration.ofMillis(50))
                        .build());
    }

    static McpSession open(ScriptedHttpServer server) {
        return open(transport(server), options -> options);
    }

    static McpSession open(HttpTransport.Builder transport, UnaryOperator<SessionOptions.Builder> options) {
        return open(transport, options, new EraMemory());
    }

    static McpSession open(
            HttpTransport.Builder transport, UnaryOperator<SessionOptions.Builder> options, EraMemory memory) {
        McpSession session =
                McpSession.create(transport.build(), options.apply(patient()).build(), memory);
        session.open().block(LIMIT);
        return session;
    }

    /** On a machine that is busy, an answer may take a while. */
    private static SessionOptions.Builder patient() {
        return SessionOptions.builder().startTimeout(LIMIT.multipliedBy(3)).probeTimeout(LIMIT);
    }

    static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    /** Closes the session and looks that no connection of TCP is left. */
    static void closed(McpSession session, ScriptedHttpServer server) {
        session.close().block(LIMIT);
        eventually(() -> server.connections() == 0);
    }
}
