package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "resources",
        description = {
            "List the resources of all servers, and their resource templates.",
            "A template is a URI with names in braces; 'read' and 'complete' take it as it stands here."
        })
final class ResourcesCommand extends HostCommand {

    @Mixin
    ServerSelection from = new ServerSelection();

    @Override
    public Integer call() {
        return withHost(from, host -> {
            watchLists(host);
            return Mono.zip(
                    host.resources().collectList(),
                    host.resourceTemplates().collectList(),
                    (resources, templates) -> show(host, resources, templates));
        });
    }

    private int show(McpHost host, List<CatalogueResource> resources, List<CatalogueTemplate> templates) {
        boolean none = resources.isEmpty() && templates.isEmpty();
        if (output().json()) {
            output().document(json(resources, templates));
        } else if (!none) {
            List<List<String>> rows = new ArrayList<>();
            resources.forEach(r -> rows.add(row(r)));
            templates.forEach(t -> rows.add(row(t)));
            output().table(List.of("URI", "NAME", "TYPE", "SIZE", "SERVER", "DESCRIPTION"), rows);
        }
        noteFailures(host);
        int code = listed(host, none);
        if (none && code == ExitCode.OK) {
            noteNothing(host, "resource");
        }
        return code;
    }

    private static List<String> row(CatalogueResource entry) {
        var r = entry.resource();
        return List.of(
                r.uri(),
                TableText.cut(r.name(), 40),
                Output.orDash(r.mimeType()),
                TableText.size(r.size()),
                entry.server(),
                TableText.summary(r.description(), r.title()));
    }

    private static List<String> row(CatalogueTemplate entry) {
        var t = entry.template();
        return List.of(
                t.uriTemplate(),
                TableText.cut(t.name(), 40),
                Output.orDash(t.mimeType()),
                "-",
                entry.server(),
                TableText.summary(t.description(), t.title()));
    }

    private static ObjectNode json(List<CatalogueResource> resources, List<CatalogueTemplate> templates) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        var listed = document.putArray("resources");
        for (CatalogueResource r : resources) {
            listed.add(entry(r.server(), r.resource()));
        }
        var templated = document.putArray("resourceTemplates");
        for (CatalogueTemplate t : templates) {
            templated.add(entry(t.server(), t.template()));
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
