package dev.mcpflux.client;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Subscriptions.SubscriptionFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes that a server declares it can report. */
final class Changes {

    private Changes() {}

    /** The part of a filter that the server can report; null if that is nothing. */
    static @Nullable SubscriptionFilter offered(SubscriptionFilter wanted, ServerCapabilities capabilities) {
        Boolean tools = offered(ListKind.TOOLS, wanted, capabilities);
        Boolean prompts = offered(ListKind.PROMPTS, wanted, capabilities);
        Boolean resources = offered(ListKind.RESOURCES, wanted, capabilities);
        boolean watch = capabilities.resources() != null
                && Boolean.TRUE.equals(capabilities.resources().subscribe());
        List<String> uris = watch ? wanted.resourceSubscriptions() : null;
        return tools != null || prompts != null || resources != null || uris != null
                ? new SubscriptionFilter(tools, prompts, resources, uris, null)
                : null;
    }

    private static @Nullable Boolean offered(
            ListKind kind, SubscriptionFilter wanted, ServerCapabilities capabilities) {
        return (kind.isIn(wanted) && kind.isReportedBy(capabilities)) ? true : null;
    }
}
