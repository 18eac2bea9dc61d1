package dev.mcpflux.cli;

import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Prompts.Prompt;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "prompts",
        description = "List the prompts of all servers.",
        footer = {"", "Examples:", "  mcpflux prompts", "  mcpflux prompts -o yaml"})
final class PromptsCommand extends ListCommand<CataloguePrompt> {

    @Override
    Mono<List<CataloguePrompt>> entries(McpHost host) {
        return host.prompts().collectList();
    }

    @Override
    String server(CataloguePrompt entry) {
        return entry.server();
    }

    @Override
    Listing<CataloguePrompt> listing() {
        boolean wide = output().format().kind() == OutputFormat.Kind.WIDE;
        return Listing.<CataloguePrompt>builder()
                .column("NAME", CataloguePrompt::name)
                .wide("TITLE", entry -> entry.prompt().title())
                .column("ARGUMENTS", entry -> arguments(entry.prompt(), wide))
                .column("DESCRIPTION", entry -> summary(entry.prompt()))
                .name(CataloguePrompt::name)
                .document(PromptsCommand::json)
                .build();
    }

    @Override
    int end(McpHost host, List<CataloguePrompt> prompts) {
        return endOfList(host, prompts.isEmpty(), "prompt");
    }

    /** The names of its arguments, with the optional ones in brackets. */
    private static String arguments(Prompt prompt, boolean wide) {
        if (prompt.arguments() == null || prompt.arguments().isEmpty()) {
            return "-";
        }
        String all = prompt.arguments().stream()
                .map(a -> Boolean.TRUE.equals(a.required()) ? a.name() : "[" + a.name() + "]")
                .collect(Collectors.joining(" "));
        return wide ? all : TableText.cut(all, 40);
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
