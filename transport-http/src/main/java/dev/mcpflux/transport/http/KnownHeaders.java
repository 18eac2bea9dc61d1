package dev.mcpflux.transport.http;

import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.ConnectionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the lists said of the headers that calls of tools are to have (modern era). */
final class KnownHeaders {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    private final String server;
    private final Consumer<ConnectionEvent> events;
    private final Map<String, ParameterHeaders> tools = new ConcurrentHashMap<>();
    /** What was warned of, so that a list that is read often does not fill the log. */
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    KnownHeaders(String server, Consumer<ConnectionEvent> events) {
        this.server = server;
        this.events = events;
    }

    /** What is known of a tool; null if it was not listed. */
    @Nullable
    ParameterHeaders of(String tool) {
        return tools.get(tool);
    }

    /** "Rejection means the client MUST exclude the invalid tool from the result of tools/list." */
    ListToolsResult seen(ListToolsResult page) {
        List<Tool> usable = new ArrayList<>(page.tools().size());
        for (Tool tool : page.tools()) {
            try {
                tools.put(tool.name(), ParameterHeaders.of(tool.inputSchema()));
                usable.add(tool);
            } catch (InvalidAnnotation e) {
                tools.remove(tool.name());
                leaveOut(tool.name(), String.valueOf(e.getMessage()));
            }
        }
        return usable.size() == page.tools().size()
                ? page
                : new ListToolsResult(
                        usable, page.nextCursor(), page.ttlMs(), page.cacheScope(), page.resultType(), page.meta());
    }

    private void leaveOut(String tool, String reason) {
        if (warned.add(tool + " " + reason)) {
            log.warn("[{}] tool '{}' is left out: {}", server, tool, reason);
        }
        events.accept(new ConnectionEvent.ToolLeftOut(tool, reason));
    }
}
