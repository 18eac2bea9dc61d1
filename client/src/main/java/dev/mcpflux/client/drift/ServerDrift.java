package dev.mcpflux.client.drift;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.ServerCapabilities;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Compares what a server says about itself, in the handshake or in {@code server/discover}. */
final class ServerDrift {

    private static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";

    private ServerDrift() {}

    static List<Drift> between(List<RecordedCall> calls, PeerInfo live, UnaryOperator<String> mask) {
        Map<String, @Nullable Object> recorded = null;
        for (RecordedCall call : calls) {
            for (JsonNode result : call.results()) {
                if (call.method().equals(Methods.INITIALIZE)) {
                    recorded =
                            described(result.path("protocolVersion").asString(null), result.path("serverInfo"), result);
                } else if (call.method().equals(Methods.DISCOVER)) {
                    recorded = described(revision(result, live), serverInfo(result), result);
                }
            }
        }
        if (recorded == null) {
            return List.of();
        }
        Map<String, @Nullable Object> now =
                described(live.revision().wire(), live.server(), live.capabilities(), live.instructions());
        return Differences.of("the server", Shape.of(recorded, mask), Shape.of(now, mask), Drift.ServerChanged::new);
    }

    /** A server may offer several revisions; the live one has not changed if it was among them. */
    private static @Nullable String revision(JsonNode discovered, PeerInfo live) {
        String wire = live.revision().wire();
        JsonNode offered = discovered.path("supportedVersions");
        for (JsonNode one : offered) {
            if (one.asString("").equals(wire)) {
                return wire;
            }
        }
        return offered.path(0).asString(null);
    }

    private static JsonNode serverInfo(JsonNode discovered) {
        JsonNode info = discovered.path("_meta").path(SERVER_INFO);
        return info.isObject() ? info : discovered.path("serverInfo");
    }

    private static Map<String, @Nullable Object> described(@Nullable String revision, JsonNode info, JsonNode result) {
        Implementation server = Shape.bind(info, Implementation.class);
        ServerCapabilities capabilities = Shape.bind(result.path("capabilities"), ServerCapabilities.class);
        return described(
                revision,
                server == null ? new Implementation("unknown", "unknown") : server,
                capabilities == null ? Map.of() : capabilities,
                result.path("instructions").asString(null));
    }

    private static Map<String, @Nullable Object> described(
            @Nullable String revision, Implementation server, Object capabilities, @Nullable String instructions) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("protocolVersion", revision);
        all.put("serverInfo", server);
        all.put("capabilities", capabilities);
        if (instructions != null) {
            all.put("instructions", instructions);
        }
        return all;
    }
}
