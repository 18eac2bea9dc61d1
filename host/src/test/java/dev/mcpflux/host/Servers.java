package dev.mcpflux.host;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Servers for the tests of this module: real processes. */
final class Servers {

    static final Duration LIMIT = Duration.ofSeconds(30);

    private Servers() {}

    static StdioTransport real(String name, String... arguments) {
        List<String> command = MisbehavingServer.command(arguments);
        return StdioTransport.builder(name, command.get(0))
                .arguments(command.subList(1, command.size()))
                .options(StdioOptions.builder()
                        .closeGraces(
                                Duration.ofMillis(500),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5))
                        .build())
                .build();
    }

    /** The session of a server, for tests that look at it longer than one use lasts. */
    static McpSession session(McpHost host, String server) {
        return Objects.requireNonNull(
                host.server(server).<McpSession>useOne(Mono::just).block(LIMIT));
    }

    static HostConfig three() {
        return HostConfig.of(real("a"), real("b"), real("c"));
    }
}
