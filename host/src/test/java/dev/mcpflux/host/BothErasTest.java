package dev.mcpflux.host;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import reactor.core.publisher.Mono;

/** The things over stdio, in both eras. */
@Tag("real")
class BothErasTest extends ThingsContract {

    enum ByStdio implements Way {
        MODERN_SERVER(() -> NodeServers.modern("things"), EraPolicy.AUTO, ProtocolRevision.V2026_07_28),
        BOTH_ERAS_SERVER(() -> NodeServers.dual("things"), EraPolicy.AUTO, ProtocolRevision.V2026_07_28),
        BOTH_ERAS_SERVER_LEGACY(() -> NodeServers.dual("things"), EraPolicy.LEGACY, ProtocolRevision.V2025_11_25),
        JAVA_SDK(() -> JavaServers.stdio("things"), EraPolicy.AUTO, ProtocolRevision.V2025_11_25);

        private final Supplier<StdioTransport> transport;
        private final EraPolicy policy;
        private final ProtocolRevision revision;

        ByStdio(Supplier<StdioTransport> transport, EraPolicy policy, ProtocolRevision revision) {
            this.transport = transport;
            this.policy = policy;
            this.revision = revision;
        }

        @Override
        public ProtocolRevision revision() {
            return revision;
        }

        @Override
        public EraPolicy policy() {
            return policy;
        }

        @Override
        public boolean stops() {
            return this != JAVA_SDK;
        }

        /** Each connection has a process of its own. */
        @Override
        public Things offer() {
            return new Things(transport.get(), ByStdio::printed, () -> {});
        }

        private static Mono<String> printed(McpSession session, String line) {
            return EventSink.direct(session.events())
                    .ofType(SessionEvent.Link.class)
                    .map(SessionEvent.Link::event)
                    .ofType(ConnectionEvent.StderrLine.class)
                    .map(ConnectionEvent.StderrLine::line)
                    .filter(line::equals)
                    .next();
        }
    }

    static Stream<Way> ways() {
        return Stream.of(ByStdio.values());
    }
}
