package dev.mcpflux.client;

import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Subscriptions.Filter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which changes there are: the lists of a server by their methods, and what of them a filter asks for. */
final class Changes {

    private Changes() {}

    static SessionEvent.ListChanged.@Nullable Kind kind(String method) {
        return switch (method) {
            case Methods.TOOLS_LIST_CHANGED -> SessionEvent.ListChanged.Kind.TOOLS;
            case Methods.PROMPTS_LIST_CHANGED -> SessionEvent.ListChanged.Kind.PROMPTS;
            case Methods.RESOURCES_LIST_CHANGED -> SessionEvent.ListChanged.Kind.RESOURCES;
            default -> null;
        };
    }

    /** Which list a method reads; null for one that is no list whose changes are told. */
    static SessionEvent.ListChanged.@Nullable Kind listed(String method) {
        return switch (method) {
            case Methods.TOOLS_LIST -> SessionEvent.ListChanged.Kind.TOOLS;
            case Methods.PROMPTS_LIST -> SessionEvent.ListChanged.Kind.PROMPTS;
            case Methods.RESOURCES_LIST, Methods.RESOURCE_TEMPLATES_LIST -> SessionEvent.ListChanged.Kind.RESOURCES;
            default -> null;
        };
    }

    /** What of a filter the server says it can do; null where nothing is left of it. */
    static @Nullable Filter offered(Filter wanted, ServerCapabilities capabilities) {
        boolean tools = yes(wanted.toolsListChanged())
                && capabilities.tools() != null
                && yes(capabilities.tools().listChanged());
        boolean prompts = yes(wanted.promptsListChanged())
                && capabilities.prompts() != null
                && yes(capabilities.prompts().listChanged());
        boolean resources = yes(wanted.resourcesListChanged())
                && capabilities.resources() != null
                && yes(capabilities.resources().listChanged());
        boolean watch =
                capabilities.resources() != null && yes(capabilities.resources().subscribe());
        List<String> uris = watch ? wanted.resourceSubscriptions() : null;
        return tools || prompts || resources || uris != null
                ? new Filter(tools ? true : null, prompts ? true : null, resources ? true : null, uris, null)
                : null;
    }

    private static boolean yes(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    static boolean wants(Filter filter, SessionEvent.ListChanged.Kind kind) {
        return yes(
                switch (kind) {
                    case TOOLS -> filter.toolsListChanged();
                    case PROMPTS -> filter.promptsListChanged();
                    case RESOURCES -> filter.resourcesListChanged();
                });
    }
}
