package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.SchemaTypes;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "tools",
        description = "List the tools of all servers.",
        footer = {
            "",
            "Examples:",
            "  mcpflux tools --from files",
            "  mcpflux tools --match forecast",
            "  mcpflux tools -o name",
            "  mcpflux tools -o jsonpath='{range .items[*]}{.qualifiedName}: {.title}{\"\\n\"}{end}'"
        })
final class ToolsCommand extends ListCommand<CatalogueTool> {

    @Option(
            names = "--match",
            paramLabel = "TEXT",
            description = "Only the tools with this text in their name, title or description.")
    @Nullable
    String text;

    @Override
    Mono<List<CatalogueTool>> entries(McpHost host) {
        return host.tools().filter(this::isWanted).collectList();
    }

    private boolean isWanted(CatalogueTool entry) {
        String part = text;
        return part == null
                || Stream.of(entry.name(), entry.tool().title(), entry.tool().description())
                        .filter(Objects::nonNull)
                        .anyMatch(each -> each.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)));
    }

    @Override
    String server(CatalogueTool entry) {
        return entry.server();
    }

    @Override
    Listing<CatalogueTool> listing() {
        boolean wide = output().format().kind() == OutputFormat.Kind.WIDE;
        return Listing.<CatalogueTool>builder()
                .column("TOOL", CatalogueTool::name)
                .wide("NAME FOR MODELS", CatalogueTool::modelName)
                .wide("TITLE", entry -> entry.tool().title())
                .column("ARGUMENTS", entry -> arguments(entry.tool(), wide))
                .column("WHAT IT DOES", entry -> summary(entry.tool()))
                .name(CatalogueTool::name)
                .document(ToolsCommand::json)
                .build();
    }

    @Override
    int end(McpHost host, List<CatalogueTool> tools) {
        if (!tools.isEmpty() && output().terminal() && !output().json()) {
            output().hint(new Hint(
                    root().again("tool", tools.get(0).name()), "to see its arguments and a call to copy"));
        }
        return endOfList(host, tools.isEmpty(), "tool");
    }

    /** The names of its arguments, with the optional ones in brackets. */
    private static String arguments(Tool tool, boolean wide) {
        List<String> names = new ArrayList<>();
        new SchemaTypes(tool.inputSchema())
                .properties()
                .forEach((name, required) -> names.add(required ? name : "[" + name + "]"));
        String all = String.join(" ", names);
        return names.isEmpty() ? "-" : wide ? all : TableText.cut(all, 40);
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

    private static JsonNode orNull(@Nullable JsonNode node) {
        return node == null ? JsonNodeFactory.instance.nullNode() : node;
    }
}
