package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Tool;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "tools", description = "List the tools of all servers.")
final class ToolsCommand extends HostCommand {

    @Mixin
    ServerSelection from = new ServerSelection();

    @Override
    public Integer call() {
        return withHost(from, host -> {
            watchLists(host);
            return host.tools().collectList().map(tools -> show(host, tools));
        });
    }

    private int show(McpHost host, List<CatalogueTool> tools) {
        if (output().json()) {
            output().document(json(tools));
        } else {
            List<List<String>> rows = new ArrayList<>();
            for (CatalogueTool t : tools) {
                rows.add(List.of(t.name(), arguments(t.tool()), summary(t.tool())));
            }
            if (!rows.isEmpty()) {
                output().table(List.of("TOOL", "ARGUMENTS", "WHAT IT DOES"), rows);
            }
        }
        noteFailures(host);
        int code = listed(host, tools.isEmpty());
        if (tools.isEmpty() && code == ExitCode.OK) {
            noteNothing(host, "tool");
        }
        return code;
    }

    /** The names of its arguments, with the optional ones in brackets. */
    private static String arguments(Tool tool) {
        List<String> names = new ArrayList<>();
        new SchemaTypes(tool.inputSchema())
                .properties()
                .forEach((name, required) -> names.add(required ? name : "[" + name + "]"));
        return names.isEmpty() ? "-" : TableText.cut(String.join(" ", names), 40);
    }

    private static String summary(Tool tool) {
        String text = tool.description() == null ? tool.displayName() : tool.description();
        return text.strip().lines().findFirst().orElse("");
    }

    private static ArrayNode json(List<CatalogueTool> tools) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (CatalogueTool t : tools) {
            Tool tool = t.tool();
            ObjectNode node = array.addObject();
            // the name for models, which call accepts as well
            node.put("name", t.modelName());
            node.put("qualifiedName", t.name());
            node.put("server", t.server());
            node.put("tool", tool.name());
            node.put("title", tool.title());
            node.put("description", tool.description());
            node.set("inputSchema", orNull(tool.inputSchema()));
            node.set("outputSchema", orNull(tool.outputSchema()));
            node.set(
                    "annotations",
                    tool.annotations() == null ? orNull(null) : McpJson.mapper().valueToTree(tool.annotations()));
        }
        return array;
    }

    private static JsonNode orNull(@org.jspecify.annotations.Nullable JsonNode node) {
        return node == null ? JsonNodeFactory.instance.nullNode() : node;
    }
}
