package dev.mcpflux.cli.inspect;

import dev.mcpflux.cli.argument.SchemaTypes;
import dev.mcpflux.cli.argument.ToolText;
import dev.mcpflux.cli.output.LifeText;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.Prompts.Prompt;
import dev.mcpflux.protocol.Resources.Resource;
import dev.mcpflux.protocol.Resources.ResourceTemplate;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints an inspection for a person. */
public final class InspectionText {

    private static final int MAX_ARGUMENTS = 60;
    private static final int MAX_LINE = 400;

    private final Output output;
    private final int width;

    /**
     * Prints to an output.
     *
     * @param width the columns of the terminal
     */
    public InspectionText(Output output, int width) {
        this.output = output;
        this.width = width;
    }

    /** Prints it; problems of lists are not printed. */
    public void print(ServerInspection inspection) {
        PeerInfo peer = inspection.peer();
        output.line(SafeText.line(inspection.status().name())
                + (inspection.status().startTime() == null
                        ? ""
                        : "  ready in " + inspection.status().startTime().toMillis() + " ms"));
        fact("server", identity(peer.server()));
        fact("website", peer.server().websiteUrl());
        fact("protocol", peer.revision().wire() + ", " + peer.era().name().toLowerCase(Locale.ROOT) + " era");
        fact("capabilities", capabilities(peer.capabilities()));
        Long pid = inspection.status().pid();
        fact("process", pid == null ? null : pid.toString());
        paragraphs("description", peer.server().description());
        paragraphs("instructions", peer.instructions());
        inspection.lists().forEach(this::print);
    }

    private void fact(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            output.line("  " + name + " ".repeat(14 - name.length()) + SafeText.line(value, MAX_LINE));
        }
    }

    private void paragraphs(String name, @Nullable String text) {
        if (text != null && !text.isBlank()) {
            output.line("  " + name);
            ToolText.paragraphs(text, width - 2).forEach(line -> output.line("  " + line));
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

    private void print(Listing list) {
        String kind = list.kind().element().toUpperCase(Locale.ROOT) + "S";
        output.line("");
        if (list.error() != null) {
            output.line(kind + " (not listed)");
            return;
        }
        output.line(kind + " (" + list.elements().size() + ", "
                + LifeText.millis(list.time().toNanos()) + ")");
        if (!list.elements().isEmpty()) {
            output.table(
                    header(list),
                    list.elements().stream().map(InspectionText::row).toList());
        }
    }

    private static List<String> header(Listing list) {
        return switch (list.kind()) {
            case TOOLS, PROMPTS -> List.of("  NAME", "ARGUMENTS", "DESCRIPTION");
            case RESOURCES -> List.of("  URI", "TYPE", "SIZE", "DESCRIPTION");
            case RESOURCE_TEMPLATES -> List.of("  URI", "TYPE", "DESCRIPTION");
        };
    }

    private static List<String> row(Object element) {
        if (element instanceof Tool tool) {
            return List.of("  " + tool.name(), arguments(tool), TableText.summary(tool.description(), tool.title()));
        }
        if (element instanceof Prompt prompt) {
            return List.of(
                    "  " + prompt.name(), arguments(prompt), TableText.summary(prompt.description(), prompt.title()));
        }
        if (element instanceof Resource resource) {
            return List.of(
                    "  " + resource.uri(),
                    Output.orDash(resource.mimeType()),
                    TableText.size(resource.size()),
                    summary(resource.name(), resource.description(), resource.title()));
        }
        ResourceTemplate template = (ResourceTemplate) element;
        return List.of(
                "  " + template.uriTemplate(),
                Output.orDash(template.mimeType()),
                summary(template.name(), template.description(), template.title()));
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
