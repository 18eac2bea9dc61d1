package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.ArgumentRow;
import dev.mcpflux.cli.argument.ExampleArguments;
import dev.mcpflux.cli.argument.ToolText;
import dev.mcpflux.cli.output.Document;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "tool",
        description = {
            "Describe one tool: its arguments with types and defaults, its result, and how to call it.",
            "The call that is shown has example values; 'mcpflux tools' lists all tools."
        },
        footer = {"", "Examples:", "  mcpflux tool weather_lookup", "  mcpflux tool weather__weather_lookup -o json"})
final class ToolCommand extends HostCommand {

    @Parameters(
            index = "0",
            paramLabel = "TOOL",
            description = "server__tool, or the bare name if only one server has it.")
    String tool = "";

    @Mixin
    FormatFlag format = new FormatFlag();

    @Mixin
    ServerSelection from = new ServerSelection();

    @Override
    public Integer call() {
        return withHost(
                from,
                from.wanted(tool),
                host -> named(from, tool, host::tool)
                        .onErrorMap(e -> explain(host, e))
                        .map(this::show));
    }

    private int show(CatalogueTool found) {
        List<String> words = new ArrayList<>(List.of("call", found.name()));
        words.addAll(ExampleArguments.words(found.tool().inputSchema()));
        Document.Builder document = Document.builder(found.name()).json(json(found, words));
        ToolText.lines(
                        found.name(),
                        found.server(),
                        found.tool(),
                        output().display().columns())
                .forEach(document::text);
        document.heading("CALL").text("  " + SafeText.line(root().again(words.toArray(String[]::new))));
        output().show(document.build());
        return ExitCode.OK;
    }

    private static ObjectNode json(CatalogueTool found, List<String> words) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        // the name for models, which call accepts as well
        node.put("name", found.modelName());
        node.put("qualifiedName", found.name());
        node.put("server", found.server());
        node.set("tool", McpJson.mapper().valueToTree(found.tool()));
        rows(node.putArray("arguments"), ArgumentRow.of(found.tool().inputSchema()));
        rows(node.putArray("result"), ArgumentRow.of(found.tool().outputSchema()));
        words.forEach(node.putArray("call")::add);
        return node;
    }

    private static void rows(ArrayNode array, List<ArgumentRow> rows) {
        rows.forEach(row -> array.add(row.json()));
    }
}
