package dev.mcpflux.cli;

import dev.mcpflux.cli.output.LifeText;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "servers", description = "Start the servers and show the state of each.")
final class ServersCommand extends HostCommand {

    @Mixin
    ServerSelection from = new ServerSelection();

    @Override
    public Integer call() {
        return withHost(from, this::show);
    }

    private Mono<Integer> show(McpHost host) {
        watchLists(host);
        return host.tools()
                .collect(Collectors.groupingBy(CatalogueTool::server, Collectors.counting()))
                .map(counts -> {
                    // the states are read after the lists, because a server may fail while it is listed
                    List<ServerStatus> servers = host.servers();
                    if (output().json()) {
                        output().document(json(servers, counts));
                    } else {
                        print(servers, counts);
                    }
                    return listed(host, servers.stream().allMatch(s -> s.state() == ServerState.FAILED));
                });
    }

    private void print(List<ServerStatus> servers, Map<String, Long> counts) {
        List<List<String>> rows = new ArrayList<>();
        for (ServerStatus s : servers) {
            PeerInfo peer = s.peer();
            rows.add(List.of(
                    s.name(),
                    state(s),
                    peer == null ? "-" : peer.revision().wire(),
                    tools(s, counts).map(String::valueOf).orElse("-"),
                    s.startTime() == null ? "-" : s.startTime().toMillis() + " ms",
                    Output.orDash(s.pid()),
                    peer == null
                            ? "-"
                            : peer.server().name() + " " + peer.server().version()));
        }
        output().table(List.of("NAME", "STATE", "REVISION", "TOOLS", "STARTED IN", "PID", "SERVER"), rows);
        for (ServerStatus s : servers) {
            if (s.error() != null) {
                output().note("mcpflux: " + root().message(s.error()));
            }
        }
    }

    private String state(ServerStatus server) {
        McpApprovalRequiredException approval = ApproveCommand.required(server.error());
        if (approval != null) {
            return approval.isDenied() ? "DENIED" : "NEEDS APPROVAL";
        }
        return LoginCommand.hint(root(), server.error()) == null
                ? LifeText.state(server.life(), Instant.now())
                : "NEEDS LOGIN";
    }

    private java.util.Optional<Long> tools(ServerStatus status, Map<String, Long> counts) {
        return status.state() == ServerState.READY && unlisted(status.name(), ListKind.TOOLS) == null
                ? java.util.Optional.of(counts.getOrDefault(status.name(), 0L))
                : java.util.Optional.empty();
    }

    private ArrayNode json(List<ServerStatus> servers, Map<String, Long> counts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (ServerStatus s : servers) {
            PeerInfo peer = s.peer();
            ObjectNode server = array.addObject();
            server.put("name", s.name());
            server.put("state", s.state().toString());
            server.put("needsLogin", LoginCommand.hint(root(), s.error()) != null);
            McpApprovalRequiredException approval = ApproveCommand.required(s.error());
            server.put("needsApproval", approval != null && !approval.isDenied());
            server.set("serverInfo", McpJson.mapper().valueToTree(peer == null ? null : peer.server()));
            server.put("era", peer == null ? null : peer.era().name().toLowerCase(Locale.ROOT));
            server.put("revision", peer == null ? null : peer.revision().wire());
            server.set("capabilities", McpJson.mapper().valueToTree(peer == null ? null : peer.capabilities()));
            server.put("instructions", peer == null ? null : peer.instructions());
            server.put("tools", tools(s, counts).orElse(null));
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
