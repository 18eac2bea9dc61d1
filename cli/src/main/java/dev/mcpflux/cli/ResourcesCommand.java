package dev.mcpflux.cli;

import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "resources",
        description = {
            "List the resources of all servers, and their resource templates.",
            "A template is a URI with names in braces; 'read' and 'complete' take it as it stands here."
        },
        footer = {"", "Examples:", "  mcpflux resources", "  mcpflux resources -o jsonpath='{.resources[*].uri}'"})
final class ResourcesCommand extends ListCommand<CatalogueEntry> {

    @Override
    Mono<List<CatalogueEntry>> entries(McpHost host) {
        return Flux.<CatalogueEntry>concat(host.resources(), host.resourceTemplates())
                .collectList();
    }

    @Override
    String server(CatalogueEntry entry) {
        return entry.server();
    }

    @Override
    Listing<CatalogueEntry> listing() {
        return Listing.<CatalogueEntry>builder()
                .column("URI", CatalogueEntry::bareName)
                .column("NAME", this::name)
                .column("TYPE", ResourcesCommand::type)
                .optional("SIZE", ResourcesCommand::size)
                .column("SERVER", CatalogueEntry::server)
                .column("DESCRIPTION", ResourcesCommand::summary)
                .name(CatalogueEntry::bareName)
                .document(ResourcesCommand::json)
                .build();
    }

    @Override
    int end(McpHost host, List<CatalogueEntry> entries) {
        return endOfList(host, entries.isEmpty(), "resource");
    }

    private String name(CatalogueEntry entry) {
        String name = entry instanceof CatalogueResource r
                ? r.resource().name()
                : entry instanceof CatalogueTemplate t ? t.template().name() : entry.name();
        return output().format().kind() == OutputFormat.Kind.WIDE ? name : TableText.cut(name, 40);
    }

    private static @Nullable String type(CatalogueEntry entry) {
        return entry instanceof CatalogueResource r
                ? r.resource().mimeType()
                : entry instanceof CatalogueTemplate t ? t.template().mimeType() : null;
    }

    private static @Nullable String size(CatalogueEntry entry) {
        return entry instanceof CatalogueResource r
                ? TableText.size(r.resource().size())
                : null;
    }

    private static String summary(CatalogueEntry entry) {
        if (entry instanceof CatalogueResource r) {
            return TableText.summary(r.resource().description(), r.resource().title());
        }
        return entry instanceof CatalogueTemplate t
                ? TableText.summary(t.template().description(), t.template().title())
                : "";
    }

    private static ObjectNode json(List<CatalogueEntry> entries) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        var listed = document.putArray("resources");
        var templated = document.putArray("resourceTemplates");
        for (CatalogueEntry each : entries) {
            if (each instanceof CatalogueResource r) {
                listed.add(entry(r.server(), r.resource()));
            } else if (each instanceof CatalogueTemplate t) {
                templated.add(entry(t.server(), t.template()));
            }
        }
        return document;
    }

    private static ObjectNode entry(String server, Object offered) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("server", server);
        node.setAll((ObjectNode) McpJson.mapper().valueToTree(offered));
        return node;
    }
}
