package dev.mcpflux.transport.http;

import dev.mcpflux.protocol.CacheableResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.PerCaller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the lists said of the headers that calls of tools are to have (modern era). Keyed by {@link Caller}, for {@value #CALLERS}
 * of them; what stood in a list that the server marked public is for all.
 */
final class KnownHeaders {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
    private static final int CALLERS = 256;
    private static final int WARNED = 1000;
    private static final int MAX_SHOWN = 400;

    private final String server;
    private final UnaryOperator<String> mask;
    private final Consumer<ConnectionEvent> events;
    private final PerCaller<Map<String, ParameterHeaders>> tools = new PerCaller<>(CALLERS, ConcurrentHashMap::new);
    private final Map<String, ParameterHeaders> shared = new ConcurrentHashMap<>();
    /** What was warned of, so that a list that is read often does not fill the log. */
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    KnownHeaders(String server, UnaryOperator<String> mask, Consumer<ConnectionEvent> events) {
        this.server = server;
        this.mask = mask;
        this.events = events;
    }

    /** What a caller knows of a tool; null if it was not listed. */
    @Nullable
    ParameterHeaders of(Caller caller, String tool) {
        Map<String, ParameterHeaders> own = tools.find(caller);
        ParameterHeaders headers = own == null ? null : own.get(tool);
        return headers != null ? headers : shared.get(tool);
    }

    /** "Rejection means the client MUST exclude the invalid tool from the result of tools/list." */
    ListToolsResult seen(Caller caller, ListToolsResult page) {
        boolean all = CacheableResult.PUBLIC.equals(page.cacheScope());
        Map<String, ParameterHeaders> own = all ? tools.find(caller) : tools.get(caller);
        Map<String, ParameterHeaders> target = all || own == null ? shared : own;
        List<Tool> usable = new ArrayList<>(page.tools().size());
        for (Tool tool : page.tools()) {
            try {
                target.put(tool.name(), ParameterHeaders.of(tool.inputSchema()));
                if (all && own != null) {
                    own.remove(tool.name());
                }
                usable.add(tool);
            } catch (InvalidAnnotation e) {
                target.remove(tool.name());
                leaveOut(tool.name(), String.valueOf(e.getMessage()));
            }
        }
        return usable.size() == page.tools().size()
                ? page
                : new ListToolsResult(
                        usable,
                        page.nextCursor(),
                        page.ttlMs(),
                        page.cacheScope(),
                        page.resultType(),
                        page.meta(),
                        page.others());
    }

    private void leaveOut(String tool, String reason) {
        if (warned.size() < WARNED && warned.add(tool + " " + reason)) {
            log.warn(
                    "[{}] tool '{}' is left out: {}",
                    server,
                    SafeText.line(mask.apply(tool), MAX_SHOWN),
                    SafeText.line(mask.apply(reason), MAX_SHOWN));
        }
        events.accept(new ConnectionEvent.ToolLeftOut(tool, reason));
    }
}
