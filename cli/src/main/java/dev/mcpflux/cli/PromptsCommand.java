package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Prompts.Prompt;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "prompts", description = "List the prompts of all servers.")
final class PromptsCommand extends HostCommand {

    @Mixin
    ServerSelection from = new ServerSelection();

    @Override
    public Integer call() {
        return withHost(from, host -> {
            watchLists(host);
            return host.prompts().collectList().map(prompts -> show(host, prompts));
        });
    }

    private int show(McpHost host, List<CataloguePrompt> prompts) {
        if (output().json()) {
            output().document(json(prompts));
        } else if (!prompts.isEmpty()) {
            output().table(
                            List.of("NAME", "ARGUMENTS", "DESCRIPTION"),
                            prompts.stream()
                                    .map(p -> List.of(p.name(), arguments(p.prompt()), summary(p.prompt())))
                                    .toList());
        }
        noteFailures(host);
        int code = listed(host, prompts.isEmpty());
        if (prompts.isEmpty() && code == ExitCode.OK) {
            noteNothing(host, "prompt");
        }
        return code;
    }

    /** The names of its arguments, with the optional ones in brackets. */
    private static String arguments(Prompt prompt) {
        if (prompt.arguments() == null || prompt.arguments().isEmpty()) {
            return "-";
        }
        return TableText.cut(
                prompt.arguments().stream()
                        .map(a -> Boolean.TRUE.equals(a.required()) ? a.name() : "[" + a.name() + "]")
                        .collect(Collectors.joining(" ")),
                40);
    }

    private static String summary(Prompt prompt) {
        return TableText.summary(prompt.description(), prompt.title());
    }

    private static ArrayNode json(List<CataloguePrompt> prompts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (CataloguePrompt p : prompts) {
            ObjectNode node = array.addObject();
            node.put("name", p.name());
            node.put("server", p.server());
            node.put("prompt", p.prompt().name());
            node.put("title", p.prompt().title());
            node.put("description", p.prompt().description());
            node.set(
                    "arguments",
                    McpJson.mapper()
                            .valueToTree(
                                    p.prompt().arguments() == null
                                            ? List.of()
                                            : p.prompt().arguments()));
        }
        return array;
    }
}
