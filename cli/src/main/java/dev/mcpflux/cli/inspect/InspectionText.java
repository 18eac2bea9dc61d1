package dev.mcpflux.cli.inspect;

import dev.mcpflux.cli.argument.SchemaTypes;
import dev.mcpflux.cli.output.Document;
import dev.mcpflux.cli.output.LifeText;
import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.Prompts.Prompt;
import dev.mcpflux.protocol.Resources.Resource;
import dev.mcpflux.protocol.Resources.ResourceTemplate;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Formats an inspection for a person. */
public final class InspectionText {

    private static final int MAX_ARGUMENTS = 60;

    private static final Listing<Tool> TOOLS = Listing.<Tool>builder()
            .column("NAME", Tool::name)
            .column("ARGUMENTS", InspectionText::arguments)
            .column("DESCRIPTION", tool -> TableText.summary(tool.description(), tool.title()))
            .name(Tool::name)
            .document(tools -> tools)
            .build();

    private static final Listing<Prompt> PROMPTS = Listing.<Prompt>builder()
            .column("NAME", Prompt::name)
            .column("ARGUMENTS", InspectionText::arguments)
            .column("DESCRIPTION", prompt -> TableText.summary(prompt.description(), prompt.title()))
            .name(Prompt::name)
            .document(prompts -> prompts)
            .build();

    private static final Listing<Resource> RESOURCES = Listing.<Resource>builder()
            .column("URI", Resource::uri)
            .column("TYPE", Resource::mimeType)
            .column("SIZE", resource -> TableText.size(resource.size()))
            .column("DESCRIPTION", each -> summary(each.name(), each.description(), each.title()))
            .name(Resource::uri)
            .document(resources -> resources)
            .build();

    private static final Listing<ResourceTemplate> TEMPLATES = Listing.<ResourceTemplate>builder()
            .column("URI", ResourceTemplate::uriTemplate)
            .column("TYPE", ResourceTemplate::mimeType)
            .column("DESCRIPTION", each -> summary(each.name(), each.description(), each.title()))
            .name(ResourceTemplate::uriTemplate)
            .document(templates -> templates)
            .build();

    private InspectionText() {}

    /** The inspection as a description; problems of lists are not part of it. */
    public static Document document(ServerInspection inspection) {
        PeerInfo peer = inspection.peer();
        Document.Builder document = Document.builder(inspection.status().name())
                .json(InspectionJson.of(inspection))
                .field("Name", inspection.status().name())
                .field("Server", identity(peer.server()));
        field(document, "Website", peer.server().websiteUrl());
        document.field(
                        "Protocol",
                        peer.revision().wire() + ", " + peer.era().name().toLowerCase(Locale.ROOT) + " era")
                .field("Capabilities", capabilities(peer.capabilities()));
        field(document, "Process", inspection.status().pid());
        Duration start = inspection.status().startTime();
        field(document, "Ready in", start == null ? null : start.toMillis() + " ms");
        field(document, "Description", peer.server().description());
        field(document, "Instructions", peer.instructions());
        inspection.lists().forEach(list -> add(document, list));
        return document.build();
    }

    private static void field(Document.Builder document, String label, @Nullable Object value) {
        if (value != null && !value.toString().isBlank()) {
            document.field(label, value);
        }
    }

    private static String identity(Implementation server) {
        String title = server.title();
        return server.name() + " " + server.version()
                + (title == null || title.equals(server.name()) ? "" : " (" + title + ")");
    }

    /** {@code tools (list changes), logging}: what a server offers beyond a list stands in brackets. */
    static String capabilities(ServerCapabilities capabilities) {
        List<String> names = new ArrayList<>();
        list("tools", capabilities.tools(), names);
        list("prompts", capabilities.prompts(), names);
        ServerCapabilities.ResourcesCapability resources = capabilities.resources();
        if (resources != null) {
            List<String> more = new ArrayList<>();
            if (Boolean.TRUE.equals(resources.subscribe())) {
                more.add("subscriptions");
            }
            if (Boolean.TRUE.equals(resources.listChanged())) {
                more.add("list changes");
            }
            names.add("resources" + (more.isEmpty() ? "" : " (" + String.join(", ", more) + ")"));
        }
        if (capabilities.logging() != null) {
            names.add("logging");
        }
        if (capabilities.completions() != null) {
            names.add("completions");
        }
        if (capabilities.tasks() != null) {
            names.add("tasks");
        }
        names("extension", capabilities.extensions(), names);
        names("experimental", capabilities.experimental(), names);
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static void list(String name, ServerCapabilities.@Nullable ListCapability capability, List<String> names) {
        if (capability != null) {
            names.add(name + (Boolean.TRUE.equals(capability.listChanged()) ? " (list changes)" : ""));
        }
    }

    private static void names(String kind, @Nullable Map<String, ?> members, List<String> names) {
        if (members != null) {
            members.keySet().forEach(name -> names.add(kind + " " + name));
        }
    }

    private static void add(Document.Builder document, ReadList list) {
        String kind = list.kind().element().toUpperCase(Locale.ROOT) + "S";
        if (list.error() != null) {
            document.heading(kind + " (not listed)");
            return;
        }
        document.heading(kind + " (" + list.elements().size() + ", "
                + LifeText.millis(list.time().toNanos()) + ")");
        switch (list.kind()) {
            case TOOLS -> document.table(TOOLS, list.of(Tool.class));
            case PROMPTS -> document.table(PROMPTS, list.of(Prompt.class));
            case RESOURCES -> document.table(RESOURCES, list.of(Resource.class));
            case RESOURCE_TEMPLATES -> document.table(TEMPLATES, list.of(ResourceTemplate.class));
        }
    }

    private static String summary(String name, @Nullable String description, @Nullable String title) {
        String text = TableText.summary(description, title);
        return text.isEmpty() ? name : text;
    }

    private static String arguments(Tool tool) {
        return arguments(new SchemaTypes(tool.inputSchema()).properties());
    }

    private static String arguments(Prompt prompt) {
        return prompt.arguments() == null
                ? "-"
                : shown(prompt.arguments().stream()
                        .map(each -> Boolean.TRUE.equals(each.required()) ? each.name() : "[" + each.name() + "]")
                        .collect(Collectors.joining(" ")));
    }

    private static String arguments(Map<String, Boolean> names) {
        return shown(names.entrySet().stream()
                .map(name -> name.getValue() ? name.getKey() : "[" + name.getKey() + "]")
                .collect(Collectors.joining(" ")));
    }

    private static String shown(String names) {
        return names.isEmpty() ? "-" : TableText.cut(names, MAX_ARGUMENTS);
    }
}
