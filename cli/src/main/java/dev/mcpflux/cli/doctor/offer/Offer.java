package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.inspect.ReadList;
import dev.mcpflux.cli.inspect.ServerInspection;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server offers, or why it could not be asked.
 *
 * @param inspection null where it could not be started
 * @param error why it could not be started; else null
 */
public record Offer(
        ServerDefinition definition,
        @Nullable ServerInspection inspection,
        @Nullable Throwable error) {

    /** The name of the server. */
    public String name() {
        return definition.name();
    }

    /** The tools that the configuration does not leave out. */
    List<NamedTool> tools() {
        return elements(ListKind.TOOLS, Tool.class).stream()
                .filter(tool -> definition.options().tools().leftOutBy(tool.name()) == null)
                .map(tool -> new NamedTool(name(), definition.options().tools().nameOf(tool.name()), tool))
                .toList();
    }

    List<Prompts.Prompt> prompts() {
        return elements(ListKind.PROMPTS, Prompts.Prompt.class);
    }

    List<Resources.Resource> resources() {
        return elements(ListKind.RESOURCES, Resources.Resource.class);
    }

    private <E> List<E> elements(ListKind kind, Class<E> type) {
        ServerInspection read = inspection;
        return read == null
                ? List.of()
                : read.lists().stream()
                        .filter(list -> list.kind() == kind)
                        .map(ReadList::elements)
                        .flatMap(List::stream)
                        .map(type::cast)
                        .toList();
    }
}
