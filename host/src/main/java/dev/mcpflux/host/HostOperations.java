package dev.mcpflux.host;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerHandle;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;

/**
 * What a host does with the tools, prompts and resources of its servers. {@link McpHost} does it; a test of an application may do
 * it otherwise. A new revision of the protocol may add methods.
 */
public interface HostOperations {

    /**
     * One server, which need not be ready.
     *
     * @throws McpConfigurationException if no server has the name
     */
    ServerHandle server(String name);

    /**
     * The tools of all servers, in the order of the configuration. A list is kept until its server reports a change.
     *
     * @return waits for servers that are starting. Leaves out those that have failed, and those whose list cannot be read within
     *     the limit of a request, or a minute ({@link HostEvent.ListFailed} reports them). Lists are read at the same time.
     */
    Flux<CatalogueTool> tools();

    /** One tool, by any name that {@link #callTool} takes; fails with {@link McpToolNotFoundException}, which names candidates. */
    Mono<CatalogueTool> tool(String name);

    /** Calls a tool with the options of its server; see {@link #callTool(String, Object, RequestOptions)}. */
    Mono<CallToolResult> callTool(String name, @Nullable Object arguments);

    /**
     * Calls a tool.
     *
     * @param name {@code server__tool}, a {@linkplain CatalogueTool#modelName() name for models}, or the bare name of a tool that
     *     only one server offers. A bare name is not given to another server while the one that listed it is away
     * @param arguments what is written as a JSON object: a map, a record or a tree; null for none
     * @return as {@link McpSession#callTool(String, Object, RequestOptions)}; besides fails with
     *     {@link McpToolNotFoundException} and {@link McpServerUnavailableException}. A call whose outcome is unknown is never
     *     repeated. <em>Cancellation</em> tells the server to stop.
     */
    Mono<CallToolResult> callTool(String name, @Nullable Object arguments, RequestOptions options);

    /** Calls a tool for its structured content, with the options of its server; see {@link #callToolAs(String, Object, Class, RequestOptions)}. */
    <T> Mono<T> callToolAs(String name, @Nullable Object arguments, Class<T> type);

    /**
     * Calls a tool for its structured content.
     *
     * @param type what the structured content is bound to
     * @return the value; fails as {@link #callTool(String, Object, RequestOptions)}, and with
     *     {@link dev.mcpflux.error.McpToolErrorException} if the tool reports an error, or gives no structured content or one
     *     that does not fit the type
     */
    <T> Mono<T> callToolAs(String name, @Nullable Object arguments, Class<T> type, RequestOptions options);

    /** As {@link #callToolAs(String, Object, Class)}, for a generic type. */
    <T> Mono<T> callToolAs(String name, @Nullable Object arguments, TypeReference<T> type);

    /** As {@link #callToolAs(String, Object, Class, RequestOptions)}, for a generic type. */
    <T> Mono<T> callToolAs(String name, @Nullable Object arguments, TypeReference<T> type, RequestOptions options);

    /** Calls a tool with the options of its server and asks for its progress; see {@link #callTool} and {@link McpSession}. */
    Flux<ToolSignal> streamTool(String name, @Nullable Object arguments);

    /** Calls a tool and asks for its progress; see {@link #callTool} and {@link McpSession#streamTool}. */
    Flux<ToolSignal> streamTool(String name, @Nullable Object arguments, RequestOptions options);

    /** Follows a task with the options of its server; see {@link #resumeTask(String, String, RequestOptions)}. */
    Flux<ToolSignal> resumeTask(String server, String taskId);

    /** Follows a task that an earlier call began, maybe of an earlier host; see {@link McpSession#resumeTask}. */
    Flux<ToolSignal> resumeTask(String server, String taskId, RequestOptions options);

    /** The prompts of all servers, in the order of the configuration; see {@link #tools()}. */
    Flux<CataloguePrompt> prompts();

    /** One prompt, by its qualified name or by a bare name that is unique; fails with {@link McpNameNotFoundException}. */
    Mono<CataloguePrompt> prompt(String name);

    /** The messages of a prompt, with the options of its server; see {@link #getPrompt(String, Map, RequestOptions)}. */
    Mono<Prompts.GetPromptResult> getPrompt(String name, Map<String, String> arguments);

    /** The messages of a prompt, by a name as in {@link #prompt}; see {@link McpSession#getPrompt}. */
    Mono<Prompts.GetPromptResult> getPrompt(String name, Map<String, String> arguments, RequestOptions options);

    /** The resources of all servers, in the order of the configuration; see {@link #tools()}. */
    Flux<CatalogueResource> resources();

    /** The resource templates of all servers, in the order of the configuration; see {@link #tools()}. */
    Flux<CatalogueTemplate> resourceTemplates();

    /** What a resource holds, with the options of its server; see {@link #readResource(String, RequestOptions)}. */
    Mono<Resources.ReadResourceResult> readResource(String uri);

    /**
     * What a resource holds, from the one server that has it: that lists it, or has a template that makes it. A template without
     * a scheme of its own, such as <code>{+uri}</code>, counts only where no server has the URI otherwise. Where nobody has it,
     * the only server that offers resources is asked.
     *
     * @return as {@link McpSession#readResource(String, RequestOptions)}; besides fails with {@link McpNameNotFoundException} if
     *     several servers may have it (then {@link #server} says which), and with {@link McpServerUnavailableException} while
     *     a server that had it is away
     */
    Mono<Resources.ReadResourceResult> readResource(String uri, RequestOptions options);

    /**
     * Proposes values for an argument of a prompt or of a resource template of one server; see {@link McpSession#complete}.
     *
     * @param resolved the arguments that have their values already
     */
    Mono<Completions.Completion> complete(
            String server,
            Completions.CompletionReference reference,
            String argument,
            String value,
            Map<String, String> resolved);
}
