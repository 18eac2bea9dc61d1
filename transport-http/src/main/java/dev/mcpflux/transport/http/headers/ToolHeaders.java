package dev.mcpflux.transport.http.headers;

import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.protocol.CacheScope;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
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
 * The headers that calls of tools need, as the lists of tools define them (modern era). Keyed by {@link Caller}, for {@value
 * #CALLERS} of them and within a limit of bytes for all of them; a list that the server marked public counts for every caller.
 * A call that lacks headers because they were released is refused by the server, and made again once its list was read anew.
 */
public final class ToolHeaders {

    private static final Logger log = LoggerFactory.getLogger(ToolHeaders.class);
    private static final int CALLERS = 256;
    /** 16 MiB, or a 32nd of the heap: of most tools nothing but the name is kept. */
    private static final long MAX_BYTES =
            Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 32);
    /** What a tool takes beside the characters of its name. */
    private static final int PER_TOOL = 120;

    private static final int MAX_WARNINGS = 1000;
    private static final int MAX_SHOWN = 400;

    private final String server;
    private final UnaryOperator<String> mask;
    private final Consumer<ConnectionEvent> events;
    private final PerCaller<Map<String, ParameterHeaders>> tools;
    private final Map<String, ParameterHeaders> shared = new ConcurrentHashMap<>();
    /** The warnings so far: a list that is read often must not fill the log. */
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /**
     * No list was read yet.
     *
     * @param server its name, for the log
     * @param mask hides configured secrets
     * @param events is notified of tools that are left out
     */
    public ToolHeaders(String server, UnaryOperator<String> mask, Consumer<ConnectionEvent> events) {
        this(server, mask, events, MAX_BYTES);
    }

    /**
     * The same with another limit.
     *
     * @param maxBytes what the headers of all callers may weigh together
     */
    ToolHeaders(String server, UnaryOperator<String> mask, Consumer<ConnectionEvent> events, long maxBytes) {
        this.server = server;
        this.mask = mask;
        this.events = events;
        this.tools = new PerCaller<>(CALLERS, maxBytes, ConcurrentHashMap::new);
    }

    /** The headers of a tool as this caller sees it; null if no list has named it. */
    @Nullable
    ParameterHeaders of(Caller caller, String tool) {
        Map<String, ParameterHeaders> own = tools.find(caller);
        ParameterHeaders headers = own == null ? null : own.get(tool);
        return headers != null ? headers : shared.get(tool);
    }

    /**
     * Reads a page of the list of tools. "Rejection means the client MUST exclude the invalid tool from the result of
     * tools/list."
     *
     * @return the page without the tools whose definitions are invalid
     */
    public ListToolsResult read(Caller caller, ListToolsResult page) {
        boolean all = page.cacheScope() == CacheScope.PUBLIC;
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
                        page.cacheScopeText(),
                        page.resultType(),
                        page.meta(),
                        page.others());
    }

    /** By how many bytes the headers of one caller grow; those for all callers do not count. */
    private static long change(
            boolean all, String tool, @Nullable ParameterHeaders before, @Nullable ParameterHeaders after) {
        long change = (after == null ? 0 : PER_TOOL + tool.length() + after.bytes())
                - (before == null ? 0 : PER_TOOL + tool.length() + before.bytes());
        return all ? 0 : change;
    }

    private void leaveOut(String tool, String reason) {
        if (warned.size() < MAX_WARNINGS && warned.add(tool + " " + reason)) {
            log.warn(
                    "[{}] tool '{}' is left out: {}",
                    server,
                    SafeText.line(mask.apply(tool), MAX_SHOWN),
                    SafeText.line(mask.apply(reason), MAX_SHOWN));
        }
        events.accept(new ConnectionEvent.ToolLeftOut(tool, reason));
    }
}
