package dev.mcpflux.client;

import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.protocol.CacheScope;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.validation.SchemaValidator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * The properties of tools that calls need: schemas, and whether a tool runs as a task. They are read from lists of
 * tools and keyed by {@link Caller}: the list of one caller does not apply to another, unless the server marked it
 * public. Kept for up to {@value #CALLERS} callers, and up to the total size of one list
 * ({@link ListLimits#maxBytes()}).
 */
final class ToolRegistry {

    private static final int CALLERS = 256;

    private final RequestSender requests;
    private final PagedLists pages;
    private final boolean tasks;
    private final PerCaller<Known> known;
    /** The tools of lists that the server marked public. */
    private final Known shared = new Known();
    /** Incremented with every reported change. */
    private final AtomicLong changes = new AtomicLong();

    /** The tools of one caller. */
    private static final class Known {
        private final Map<String, Weighed> tools = new ConcurrentHashMap<>();
        /**
         * The number of changes when the whole list was read; the list is complete only while that number stays the
         * same.
         */
        private volatile long readAt = -1;

        @Nullable
        Tool find(String name) {
            Weighed one = tools.get(name);
            return one == null ? null : one.tool();
        }

        /** Returns the increase in size, in bytes. */
        long put(Tool tool, long bytes) {
            Weighed before = tools.put(tool.name(), new Weighed(tool, bytes));
            return bytes - (before == null ? 0 : before.bytes());
        }

        long remove(String name) {
            Weighed before = tools.remove(name);
            return before == null ? 0 : -before.bytes();
        }
    }

    /** A tool and its share of the bytes of its page. */
    private record Weighed(Tool tool, long bytes) {}

    /**
     * The tools of one session.
     *
     * @param tasks whether the server runs tools as tasks of 2025-11-25
     */
    ToolRegistry(RequestSender requests, PagedLists pages, boolean tasks) {
        this.requests = requests;
        this.pages = pages;
        this.tasks = tasks;
        this.known = new PerCaller<>(CALLERS, requests.options().lists().maxBytes(), Known::new);
    }

    void seen(Caller caller, ListToolsResult page, long bytes) {
        boolean all = page.cacheScope() == CacheScope.PUBLIC;
        Known own = all ? known.find(caller) : known.get(caller);
        long each = bytes / Math.max(1, page.tools().size());
        long more = 0;
        for (Tool tool : page.tools()) {
            if (all) {
                shared.put(tool, each);
                more += own == null ? 0 : own.remove(tool.name());
            } else if (own != null) {
                more += own.put(tool, each);
            }
        }
        if (own != null) {
            known.weigh(caller, own, more);
        }
    }

    void changed() {
        changes.incrementAndGet();
        known.clear();
        shared.tools.clear();
    }

    /** The session of a caller has ended, so changes of its tools are no longer reported. */
    void forget(Caller caller) {
        known.remove(caller);
    }

    /** The tool as its list describes it, null if the list was not read. */
    @Nullable
    Tool listed(Caller caller, String name) {
        Known own = known.find(caller);
        Tool tool = own == null ? null : own.find(name);
        return tool != null ? tool : shared.find(name);
    }

    private boolean knowsAll(Caller caller) {
        Known own = known.find(caller);
        return own != null && own.readAt == changes.get();
    }

    /** The tool, empty if the server does not list it. Reads the list if that has not been done. */
    private Mono<Tool> find(Caller caller, String name, RequestOptions options) {
        return Mono.defer(() -> {
            long before = changes.get();
            Tool tool = listed(caller, name);
            if (tool != null || knowsAll(caller)) {
                return Mono.justOrEmpty(tool);
            }
            // tools of other callers may evict those of this one meanwhile
            Known own = known.get(caller);
            AtomicReference<@Nullable Tool> passed = new AtomicReference<>();
            return requests.within(
                            options,
                            Methods.TOOLS_LIST,
                            pages.all(
                                    Methods.TOOLS_LIST,
                                    ListToolsResult.class,
                                    options,
                                    (ListToolsResult page, long bytes) -> {
                                        seen(caller, page, bytes);
                                        page.tools().stream()
                                                .filter(one -> one.name().equals(name))
                                                .forEach(passed::set);
                                    }))
                    .then(Mono.defer(() -> {
                        own.readAt = before;
                        // a list that was read before a change is out of date
                        return Mono.justOrEmpty(changes.get() == before ? passed.get() : listed(caller, name));
                    }));
        });
    }

    /**
     * "The client SHOULD call tools/list to check for changes to the tool's inputSchema" after the server has rejected
     * the headers of a call (specification 2026-07-28: basic/transports/streamable-http).
     */
    Mono<Void> readAnew(Caller caller, RequestOptions options) {
        RequestOptions now = options.mutate().cache(CachePolicy.REFRESH).build();
        return requests.within(
                        options,
                        Methods.TOOLS_LIST,
                        pages.all(
                                Methods.TOOLS_LIST,
                                ListToolsResult.class,
                                now,
                                (ListToolsResult page, long bytes) -> seen(caller, page, bytes)))
                .then();
    }

    /**
     * The task metadata with which to call a tool (2025-11-25: basic/utilities/tasks, tool-level negotiation), or null.
     */
    Tasks.@Nullable TaskMetadata task(@Nullable Tool tool, RequestOptions options) {
        String support = !tasks || tool == null || tool.execution() == null
                ? ""
                : tool.execution().path("taskSupport").asString("");
        return support.equals("required") || (support.equals("optional") && options.asTask())
                ? new Tasks.TaskMetadata(null)
                : null;
    }

    /**
     * Completes when it is known whether the tool has to run as a task. Only the list of tools declares that, and a
     * server may reject a call that is not a task.
     */
    Mono<Void> whetherTask(Caller caller, String name, RequestOptions options) {
        // call the tool even if the list cannot be read
        return find(caller, name, options).onErrorComplete().then();
    }

    boolean knowsWhetherTask(Caller caller, String name) {
        return !tasks || listed(caller, name) != null || knowsAll(caller);
    }

    /** Completes if the arguments conform to the input schema, or if the schema is unknown. */
    Mono<Void> checkArguments(Caller caller, String name, @Nullable Object arguments, RequestOptions options) {
        SchemaValidator schemas = requests.options().validator();
        if (!options.validateArguments() || schemas == null) {
            return Mono.empty();
        }
        return find(caller, name, options)
                .flatMap(tool -> tool.inputSchema() == null
                        ? Mono.empty()
                        : usable(
                                        schemas.validate(
                                                tool.inputSchema(),
                                                CallerInput.tree(requests.server(), name, arguments)),
                                        "the input schema of tool '" + name + "'",
                                        null)
                                .filter(problems -> !problems.isEmpty())
                                .flatMap(problems -> Responses.unhooked(new McpValidationException(
                                        requests.server(), "the arguments of tool '" + name + "'", problems, null))));
    }

    /** Whether a result has to be validated before it is emitted. */
    boolean checks(Caller caller, String name, CallToolResult result) {
        if (requests.options().validator() == null || result.isError()) {
            return false;
        }
        if (result.structuredContent() != null) {
            return true;
        }
        Tool tool = listed(caller, name);
        return tool != null && tool.outputSchema() != null;
    }

    /** "Clients SHOULD validate structured results against this schema" (server/tools, output schema). */
    Mono<CallToolResult> checkResult(Caller caller, String name, CallToolResult result, RequestOptions options) {
        SchemaValidator schemas = requests.options().validator();
        if (schemas == null || !checks(caller, name, result)) {
            return Mono.just(result);
        }
        return find(caller, name, options)
                .flatMap(tool -> tool.outputSchema() == null
                        ? Mono.empty()
                        : usable(
                                        problems(schemas, tool.outputSchema(), result),
                                        "the output schema of tool '" + name + "'",
                                        result)
                                .flatMap(problems -> problems.isEmpty()
                                        ? Mono.<CallToolResult>empty()
                                        : Responses.unhooked(new McpValidationException(
                                                requests.server(),
                                                "the result of tool '" + name + "' does not fit its output schema",
                                                problems,
                                                result))))
                .defaultIfEmpty(result);
    }

    /** Reports an invalid schema as an error of the server that sent it. */
    private Mono<List<String>> usable(Mono<List<String>> problems, String schema, @Nullable CallToolResult result) {
        return problems.onErrorMap(
                SchemaValidator.UnusableSchemaException.class,
                e -> new McpValidationException(
                        requests.server(), schema, List.of(String.valueOf(e.getMessage())), result));
    }

    private static Mono<List<String>> problems(SchemaValidator schemas, JsonNode schema, CallToolResult result) {
        // "Servers MUST provide structured results that conform to this schema"
        return result.structuredContent() == null
                ? Mono.just(List.of("it has no structured content"))
                : schemas.validate(schema, result.structuredContent());
    }
}
