package dev.mcpflux.session;

import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.protocol.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What the lists said of tools, as far as calls need it: schemas, and whether a tool runs as a task. */
final class KnownTools {

    private final Requests requests;
    private final Pages pages;
    private final boolean tasks;
    private final Map<String, Tool> known = new ConcurrentHashMap<>();
    /** Grows with every change told of. */
    private final AtomicLong changes = new AtomicLong();
    /** How many changes were told of when the whole list was read: only while there are no more is all of it known. */
    private volatile long readAt = -1;

    /**
     * For one session.
     *
     * @param tasks whether the server runs tools as tasks of 2025-11-25
     */
    KnownTools(Requests requests, Pages pages, boolean tasks) {
        this.requests = requests;
        this.pages = pages;
        this.tasks = tasks;
    }

    void seen(ListToolsResult page) {
        page.tools().forEach(tool -> known.put(tool.name(), tool));
    }

    void changed() {
        changes.incrementAndGet();
        known.clear();
    }

    /** The tool, empty if the server lists none of that name; reads the list, if it was not read yet. */
    private Mono<Tool> find(String name, RequestOptions limits) {
        return Mono.defer(() -> {
            Tool tool = known.get(name);
            long before = changes.get();
            if (tool != null || readAt == before) {
                return Mono.justOrEmpty(tool);
            }
            return requests.within(
                            limits,
                            Methods.TOOLS_LIST,
                            pages.all(Methods.TOOLS_LIST, ListToolsResult.class, limits, this::seen))
                    .then(Mono.defer(() -> {
                        readAt = before;
                        return Mono.justOrEmpty(known.get(name));
                    }));
        });
    }

    /**
     * "The client SHOULD call tools/list to check for changes to the tool's inputSchema" when the server refused a call for
     * its headers (specification 2026-07-28: basic/transports/streamable-http).
     */
    Mono<Void> readAnew(RequestOptions limits) {
        RequestOptions now = limits.withCache(CachePolicy.REFRESH);
        return requests.within(
                        limits,
                        Methods.TOOLS_LIST,
                        pages.all(Methods.TOOLS_LIST, ListToolsResult.class, now, this::seen))
                .then();
    }

    /** How a tool is to be asked to run as a task (2025-11-25: basic/utilities/tasks, tool-level negotiation), or null. */
    Tasks.@Nullable TaskMetadata task(String name, RequestOptions limits) {
        Tool tool = tasks ? known.get(name) : null;
        String support = tool == null || tool.execution() == null
                ? ""
                : tool.execution().path("taskSupport").asString("");
        return support.equals("required") || (support.equals("optional") && limits.asTask())
                ? new Tasks.TaskMetadata(null)
                : null;
    }

    /**
     * Completes when it is known whether the tool has to run as a task: only its list says so, and a server may refuse to
     * run it otherwise.
     */
    Mono<Void> whetherTask(String name, RequestOptions limits) {
        // a list that cannot be read is no reason not to call
        return find(name, limits).onErrorComplete().then();
    }

    boolean knowsWhetherTask(String name) {
        return !tasks || readAt == changes.get() || known.containsKey(name);
    }

    /** Completes if the arguments fit, or nothing is known that they would have to fit. */
    Mono<Void> checkArguments(String name, @Nullable Object arguments, RequestOptions limits) {
        SchemaValidator schemas = requests.options().validator();
        if (!limits.validateArguments() || schemas == null) {
            return Mono.empty();
        }
        return find(name, limits)
                .flatMap(tool -> tool.inputSchema() == null
                        ? Mono.empty()
                        : usable(
                                        schemas.validate(tool.inputSchema(), tree(arguments)),
                                        "the input schema of tool '" + name + "'",
                                        null)
                                .filter(problems -> !problems.isEmpty())
                                .flatMap(problems -> Mono.error(new McpValidationException(
                                        requests.server(), "the arguments of tool '" + name + "'", problems, null))));
    }

    private static JsonNode tree(@Nullable Object arguments) {
        return arguments == null
                ? McpJson.mapper().createObjectNode()
                : McpJson.mapper().valueToTree(arguments);
    }

    /** Whether a result has to be looked at before it is handed over. */
    boolean checks(String name, CallToolResult result) {
        if (requests.options().validator() == null || result.failed()) {
            return false;
        }
        if (result.structuredContent() != null) {
            return true;
        }
        Tool tool = known.get(name);
        return tool != null && tool.outputSchema() != null;
    }

    /** "Clients SHOULD validate structured results against this schema" (server/tools, output schema). */
    Mono<CallToolResult> checkResult(String name, CallToolResult result, RequestOptions limits) {
        SchemaValidator schemas = requests.options().validator();
        if (schemas == null || !checks(name, result)) {
            return Mono.just(result);
        }
        return find(name, limits)
                .flatMap(tool -> tool.outputSchema() == null
                        ? Mono.empty()
                        : usable(
                                        problems(schemas, tool.outputSchema(), result),
                                        "the output schema of tool '" + name + "'",
                                        result)
                                .flatMap(problems -> problems.isEmpty()
                                        ? Mono.<CallToolResult>empty()
                                        : Mono.error(new McpValidationException(
                                                requests.server(),
                                                "the result of tool '" + name + "' does not fit its output schema",
                                                problems,
                                                result))))
                .defaultIfEmpty(result);
    }

    /** What is wrong with a schema is told of the server that sent it. */
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
