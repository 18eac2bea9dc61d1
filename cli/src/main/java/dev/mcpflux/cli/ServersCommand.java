package dev.mcpflux.cli;

import dev.mcpflux.cli.output.LifeText;
import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListKind;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "servers",
        description = "Start the servers and show the state of each.",
        footer = {
            "",
            "Examples:",
            "  mcpflux servers",
            "  mcpflux servers -o wide",
            "  mcpflux servers -o jsonpath='{.items[?(@.state==\"failed\")].name}'",
            "  mcpflux servers --watch"
        })
final class ServersCommand extends ListCommand<ServersCommand.Row> {

    /**
     * A server.
     *
     * @param tools how many tools it has; null where that is not known
     */
    record Row(ServerStatus status, @Nullable Long tools) {}

    @Override
    Mono<List<Row>> entries(McpHost host) {
        return host.tools()
                .collect(Collectors.groupingBy(CatalogueTool::server, Collectors.counting()))
                // the states are read after the lists, because a server may fail while it is listed
                .map(counts -> host.servers().stream()
                        .map(status -> new Row(status, tools(status, counts)))
                        .toList());
    }

    private @Nullable Long tools(ServerStatus status, Map<String, Long> counts) {
        return status.state() == ServerState.READY && unlisted(status.name(), ListKind.TOOLS) == null
                ? counts.getOrDefault(status.name(), 0L)
                : null;
    }

    @Override
    String server(Row entry) {
        return entry.status.name();
    }

    @Override
    Listing<Row> listing() {
        return Listing.<Row>builder()
                .column("NAME", row -> row.status.name())
                .column("STATE", this::state, row -> style(row.status.state()))
                .column("REVISION", ofPeer(peer -> peer.revision().wire()))
                .wide("ERA", ofPeer(ServersCommand::era))
                .column("TOOLS", row -> row.tools)
                .optional(
                        "STARTED IN",
                        row -> row.status.startTime() == null
                                ? null
                                : row.status.startTime().toMillis() + " ms")
                .optional("PID", row -> row.status.pid())
                .wide("SESSION", row -> row.status.generation())
                .wide("REQUIRED", row -> row.status.required() ? "yes" : "no")
                .column(
                        "SERVER",
                        ofPeer(peer ->
                                peer.server().name() + " " + peer.server().version()))
                .name(row -> row.status.name())
                .document(this::json)
                .build();
    }

    private static Function<Row, @Nullable Object> ofPeer(Function<PeerInfo, Object> property) {
        return row -> row.status.peer() == null ? null : property.apply(row.status.peer());
    }

    private String state(Row row) {
        McpApprovalRequiredException approval = ApproveCommand.required(row.status.error());
        if (approval != null) {
            return approval.isDenied() ? "DENIED" : "NEEDS APPROVAL";
        }
        return LoginCommand.hint(root(), row.status.error()) == null
                ? LifeText.state(row.status.life(), Instant.now())
                : "NEEDS LOGIN";
    }

    private static Style style(ServerState state) {
        return switch (state) {
            case READY -> Style.GOOD;
            case DEGRADED, BACKING_OFF -> Style.WARNING;
            case FAILED, QUARANTINED -> Style.BAD;
            case DISABLED, PENDING, IDLE, STARTING, CLOSING, CLOSED -> Style.PLAIN;
        };
    }

    private static String era(PeerInfo peer) {
        return peer.era().name().toLowerCase(Locale.ROOT);
    }

    @Override
    int end(McpHost host, List<Row> rows) {
        if (!output().json()) {
            for (Row row : rows) {
                Throwable error = row.status.error();
                if (error != null) {
                    output().note("mcpflux: " + root().message(error));
                }
            }
            hintAtFailures(host);
        }
        return listed(host, rows.stream().allMatch(row -> row.status.state() == ServerState.FAILED));
    }

    private ArrayNode json(List<Row> rows) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Row row : rows) {
            ServerStatus s = row.status;
            PeerInfo peer = s.peer();
            ObjectNode server = array.addObject();
            server.put("name", s.name());
            server.put("state", s.state().toString());
            server.put("needsLogin", LoginCommand.hint(root(), s.error()) != null);
            McpApprovalRequiredException approval = ApproveCommand.required(s.error());
            server.put("needsApproval", approval != null && !approval.isDenied());
            server.set("serverInfo", McpJson.mapper().valueToTree(peer == null ? null : peer.server()));
            server.put("era", peer == null ? null : era(peer));
            server.put("revision", peer == null ? null : peer.revision().wire());
            server.set("capabilities", McpJson.mapper().valueToTree(peer == null ? null : peer.capabilities()));
            server.put("instructions", peer == null ? null : peer.instructions());
            server.put("tools", row.tools);
            server.put("pid", s.pid());
            server.put(
                    "startMillis", s.startTime() == null ? null : s.startTime().toMillis());
            server.put("generation", s.generation());
            server.set("life", LifeText.json(s));
            Throwable error = s.error() == null ? unlisted(s.name(), ListKind.TOOLS) : s.error();
            if (error == null) {
                server.putNull("error");
            } else {
                server.set("error", Output.describe(error));
            }
        }
        return array;
    }
}
