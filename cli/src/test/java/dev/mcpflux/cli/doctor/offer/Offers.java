package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.inspect.ReadList;
import dev.mcpflux.cli.inspect.ServerInspection;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Tool;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What servers of tests offer. */
final class Offers {

    private Offers() {}

    /** A server with tools, each a JSON object; a bare word is the name of one without anything else. */
    static Offer of(String server, String... tools) {
        return started(ServerDefinition.stdio(server, "x"), Duration.ofMillis(10), null, lists(tools));
    }

    static List<ReadList> lists(String... tools) {
        List<Tool> parsed = Arrays.stream(tools)
                .map(tool -> tool.startsWith("{")
                        ? tool
                        : "{\"name\": \"" + tool + "\", \"inputSchema\": {\"type\": \"object\"}}")
                .map(tool -> McpJson.mapper().readValue(tool, Tool.class))
                .toList();
        return List.of(new ReadList(ListKind.TOOLS, parsed, Duration.ZERO, null));
    }

    static Offer started(ServerDefinition server, Duration time, @Nullable String instructions, List<ReadList> lists) {
        PeerInfo peer = new PeerInfo(
                ProtocolRevision.V2025_11_25,
                McpJson.mapper().readValue("{\"name\": \"n\", \"version\": \"1\"}", Implementation.class),
                McpJson.mapper().readValue("{}", ServerCapabilities.class),
                instructions);
        ServerStatus status = new ServerStatus(
                server.name(), new ServerLife.Ready(1, peer, time), Instant.EPOCH, false, peer, null, time, 0, 0);
        return new Offer(server, new ServerInspection(status, peer, lists), null);
    }

    static <S> Stream<String> found(Check<S> check, S subject) {
        return findings(check, subject).stream()
                .map(finding -> (finding.rule().id() + " " + Objects.toString(finding.place(), "")).strip());
    }

    static <S> List<Finding> findings(Check<S> check, S subject) {
        List<Finding> found =
                Objects.requireNonNull(check.check(subject).collectList().block());
        found.forEach(finding -> {
            if (!check.rules().contains(finding.rule())) {
                throw new AssertionError(finding.rule() + " is not declared");
            }
        });
        return found;
    }
}
