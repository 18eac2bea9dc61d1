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
 * of them and within a limit of bytes for all of them; what stood in a list that the server marked public is for all. A call
 * that lacks headers because they were released is refused by the server, and made again once its list was read anew.
 */
final class ToolHeaders {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
    private static final int CALLERS = 256;
    /** 16 MiB, or a 32nd of the heap: of most tools nothing but the name is kept. */
    private static final long MAX_BYTES =
            Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 32);
    /** What a tool takes beside the characters of its name. */
    private static final int PER_TOOL = 120;

    private static final int WARNED = 1000;
    private static final int MAX_SHOWN = 400;

    private final String server;
    private final UnaryOperator<String> mask;
    private final Consumer<ConnectionEvent> events;
    private final PerCaller<Map<String, ParameterHeaders>> tools;
    private final Map<String, ParameterHeaders> shared = new ConcurrentHashMap<>();
    /** What was warned of, so that a list that is read often does not fill the log. */
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    ToolHeaders(String server, UnaryOperator<String> mask, Consumer<ConnectionEvent> events) {
        this(server, mask, events, MAX_BYTES);
    }

    /**
     * Nothing is known.
     *
     * @param maxBytes what the headers of all callers may weigh together
     */
    ToolHeaders(String server, UnaryOperator<String> mask, Consumer<ConnectionEvent> events, long maxBytes) {
        this.server = server;
        this.mask = mask;
        this.events = events;
        this.tools = new PerCaller<>(CALLERS, maxBytes, ConcurrentHashMap::new);
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
        long more = 0;
        List<Tool> usable = new ArrayList<>(page.tools().size());
        for (Tool tool : page.tools()) {
            try {
                ParameterHeaders headers = ParameterHeaders.of(tool.inputSchema());
                more += change(all, tool.name(), target.put(tool.name(), headers), headers);
                if (all && own != null) {
                    more += change(false, tool.name(), own.remove(tool.name()), null);
                }
                usable.add(tool);
            } catch (InvalidAnnotation e) {
                more += change(all, tool.name(), target.remove(tool.name()), null);
                leaveOut(tool.name(), String.valueOf(e.getMessage()));
            }
        }
        if (own != null) {
            tools.weigh(caller, own, more);
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

    /** By how many bytes more a caller's own weigh; those for all do not count. */
    private static long change(
            boolean all, String tool, @Nullable ParameterHeaders before, @Nullable ParameterHeaders after) {
        long change = (after == null ? 0 : PER_TOOL + tool.length() + after.bytes())
                - (before == null ? 0 : PER_TOOL + tool.length() + before.bytes());
        return all ? 0 : change;
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
