package dev.mcpflux.cli.inspect;

import dev.mcpflux.cli.output.Output;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListKind;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats an inspection for a program. */
public final class InspectionJson {

    private InspectionJson() {}

    /**
     * One document: the server, and each of its lists with its time; a list that the server does not offer is missing, and
     * one that could not be read has an {@code error}.
     */
    public static ObjectNode of(ServerInspection inspection) {
        PeerInfo peer = inspection.peer();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", inspection.status().name());
        node.set("serverInfo", McpJson.mapper().valueToTree(peer.server()));
        node.put("era", peer.era().name().toLowerCase(Locale.ROOT));
        node.put("revision", peer.revision().wire());
        node.set("capabilities", McpJson.mapper().valueToTree(peer.capabilities()));
        node.put("instructions", peer.instructions());
        node.put("pid", inspection.status().pid());
        node.put(
                "startMillis",
                inspection.status().startTime() == null
                        ? null
                        : inspection.status().startTime().toMillis());
        ObjectNode lists = node.putObject("lists");
        inspection.lists().forEach(list -> lists.set(member(list.kind()), of(list)));
        return node;
    }

    private static String member(ListKind kind) {
        return switch (kind) {
            case TOOLS -> "tools";
            case PROMPTS -> "prompts";
            case RESOURCES -> "resources";
            case RESOURCE_TEMPLATES -> "resourceTemplates";
        };
    }

    private static ObjectNode of(ReadList list) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (list.error() != null) {
            node.set("error", Output.describe(list.error()));
            return node;
        }
        node.put("millis", list.time().toNanos() / 1_000 / 1_000.0);
        ArrayNode elements = node.putArray("elements");
        list.elements().forEach(element -> elements.add(McpJson.mapper().<ObjectNode>valueToTree(element)));
        return node;
    }
}
