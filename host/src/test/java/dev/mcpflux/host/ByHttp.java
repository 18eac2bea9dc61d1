package dev.mcpflux.host;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.transport.http.HttpTransport;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The things by HTTP. */
enum ByHttp implements ThingsContract.Way {
    MODERN_SERVER(() -> NodeServers.listening("modern"), "/mcp", EraPolicy.AUTO, ProtocolRevision.V2026_07_28),
    MODERN_ALONE(() -> NodeServers.listening("dual"), "/mcp", EraPolicy.MODERN, ProtocolRevision.V2026_07_28),
    BOTH_ERAS_SERVER(() -> NodeServers.listening("sessions"), "/mcp", EraPolicy.AUTO, ProtocolRevision.V2026_07_28),
    SESSIONS(() -> NodeServers.listening("sessions"), "/mcp", EraPolicy.LEGACY, ProtocolRevision.V2025_11_25),
    JAVA_SDK(() -> JavaServers.listening("streamable"), "/mcp", EraPolicy.AUTO, ProtocolRevision.V2025_11_25),
    JAVA_SDK_SSE(() -> JavaServers.listening("sse"), "/sse", EraPolicy.AUTO, ProtocolRevision.V2024_11_05);

    private final Supplier<ServerProcess> server;
    private final String path;
    private final EraPolicy policy;
    private final ProtocolRevision revision;

    ByHttp(Supplier<ServerProcess> server, String path, EraPolicy policy, ProtocolRevision revision) {
        this.server = server;
        this.path = path;
        this.policy = policy;
        this.revision = revision;
    }

    ServerProcess start() {
        return server.get();
    }

    String url(ServerProcess process) {
        return process.url(path);
    }

    @Override
    public ProtocolRevision revision() {
        return revision;
    }

    @Override
    public EraPolicy policy() {
        return policy;
    }

    /** The Java SDK takes no notice of {@code notifications/cancelled}. */
    @Override
    public boolean stops() {
        return this != JAVA_SDK && this != JAVA_SDK_SSE;
    }

    @Override
    public ThingsContract.Things offer() {
        ServerProcess process = start();
        return new ThingsContract.Things(
                HttpTransport.builder("things", url(process)).build(),
                (session, line) -> Mono.fromSupplier(() -> process.awaitLine(line::equals))
                        .subscribeOn(Schedulers.boundedElastic()),
                process);
    }
}
