package dev.mcpflux.client;

import dev.mcpflux.error.McpHandlerException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.validation.SchemaValidator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Routes a request of the server to its handler and validates the answer, in both eras. */
final class InputHandlers {

    private final String server;
    private final SessionOptions options;
    private final ClientHandlers handlers;

    InputHandlers(String server, SessionOptions options) {
        this.server = server;
        this.options = options;
        this.handlers = options.handlers();
    }

    /** Whether there is a handler for this method. */
    boolean handles(String method) {
        return switch (method) {
            case Methods.ELICIT -> handlers.elicitation(true) != null || handlers.elicitation(false) != null;
            case Methods.CREATE_MESSAGE -> handlers.sampling() != null;
            case Methods.ROOTS_LIST -> handlers.roots() != null;
            default -> false;
        };
    }

    /**
     * Emits the result to send. Fails with {@link McpHandlerException} if the handler fails, gives no answer or an
     * invalid one, and with {@link McpProtocolException} if there is no handler, so that the capability was not
     * declared, or if the request is invalid.
     *
     * @param caller the caller whose call caused the request; null if unknown
     */
    Mono<Object> answer(String method, @Nullable JsonNode params, @Nullable Caller caller) {
        return Mono.<Object>defer(() -> {
                    try {
                        return switch (method) {
                            case Methods.ELICIT -> elicit(bind(method, params, Elicitation.ElicitParams.class), caller);
                            case Methods.CREATE_MESSAGE ->
                                sample(bind(method, params, Sampling.CreateMessageParams.class), caller);
                            case Methods.ROOTS_LIST -> roots(caller);
                            default -> Mono.error(undeclared(method));
                        };
                    } catch (McpProtocolException e) {
                        return Responses.unhooked(e);
                    }
                })
                .timeout(options.handlerTimeout(), options.timer())
                .onErrorMap(
                        TimeoutException.class, e -> failed(method, "took more than " + options.handlerTimeout(), e));
    }

    /**
     * Calls a handler. Any error of it is reported as a failure of the handler, even one that another server caused.
     */
    private <P, R> Mono<R> call(String method, Function<P, Mono<R>> handler, P question) {
        return Callbacks.deferred(() -> handler.apply(question))
                .singleOrEmpty()
                // has no effect itself, but is where Reactor restores thread-locals from the context before it
                // subscribes, if the application has enabled that: the handler is called on the thread that reads
                .contextWrite(Function.identity())
                .onErrorMap(e -> failed(method, "failed: " + e, e));
    }

    private Mono<Elicitation.ElicitResult> elicit(Elicitation.ElicitParams params, @Nullable Caller caller) {
        Function<ClientHandlers.Question<Elicitation.ElicitParams>, Mono<Elicitation.ElicitResult>> handler =
                params.form() || Elicitation.URL.equals(params.mode()) ? handlers.elicitation(params.form()) : null;
        if (handler == null) {
            return Mono.error(undeclared(Methods.ELICIT + " in mode " + (params.form() ? "form" : params.mode())));
        }
        return call(Methods.ELICIT, handler, new ClientHandlers.Question<>(server, params, caller))
                .defaultIfEmpty(Elicitation.ElicitResult.cancel())
                .flatMap(result -> fill(params, result));
    }

    /** "Clients that support defaults SHOULD pre-populate form fields with these values." */
    private Mono<Elicitation.ElicitResult> fill(Elicitation.ElicitParams params, Elicitation.ElicitResult result) {
        if (!result.accepted() || !params.form()) {
            return Mono.just(new Elicitation.ElicitResult(result.action(), null));
        }
        Map<String, Object> content = new LinkedHashMap<>(params.defaults());
        if (result.content() != null) {
            content.putAll(result.content());
        }
        Elicitation.ElicitResult filled = Elicitation.ElicitResult.accept(content);
        SchemaValidator schemas = options.validator();
        JsonNode schema = params.requestedSchema();
        if (schemas == null || schema == null) {
            return Mono.just(filled);
        }
        return schemas.validate(schema, McpJson.mapper().valueToTree(content))
                // an invalid schema is an error of the server that sent it
                .onErrorMap(
                        SchemaValidator.UnusableSchemaException.class,
                        e -> new McpProtocolException(
                                server, "the schema of its " + Methods.ELICIT + " cannot be used: " + e.getMessage()))
                .flatMap(problems -> problems.isEmpty()
                        ? Mono.just(filled)
                        : Responses.unhooked(failed(
                                Methods.ELICIT,
                                "gave an answer that does not conform to the requested schema: "
                                        + String.join("; ", problems),
                                null)));
    }

    private Mono<Sampling.CreateMessageResult> sample(Sampling.CreateMessageParams params, @Nullable Caller caller) {
        Function<ClientHandlers.Question<Sampling.CreateMessageParams>, Mono<Sampling.CreateMessageResult>> handler =
                handlers.sampling();
        if (handler == null) {
            return Mono.error(undeclared(Methods.CREATE_MESSAGE));
        }
        // "The client MUST return an error if this field is provided but ClientCapabilities.sampling.tools is not
        // declared"
        if ((params.tools() != null || params.toolChoice() != null) && !handlers.samplingTools()) {
            return Mono.error(undeclared(Methods.CREATE_MESSAGE + " with tools"));
        }
        return call(Methods.CREATE_MESSAGE, handler, new ClientHandlers.Question<>(server, params, caller))
                .switchIfEmpty(Mono.error(() -> failed(Methods.CREATE_MESSAGE, "gave no answer", null)));
    }

    private Mono<Roots.ListRootsResult> roots(@Nullable Caller caller) {
        BiFunction<String, @Nullable Caller, Mono<List<Roots.Root>>> handler = handlers.roots();
        return handler == null
                ? Mono.error(undeclared(Methods.ROOTS_LIST))
                : call(Methods.ROOTS_LIST, name -> handler.apply(name, caller), server)
                        .defaultIfEmpty(List.of())
                        .map(Roots.ListRootsResult::new);
    }

    private <P> P bind(String method, @Nullable JsonNode params, Class<P> type) {
        try {
            return McpJson.bind(params == null ? McpJson.mapper().createObjectNode() : params, type);
        } catch (JacksonException e) {
            // without the cause, whose message quotes the content
            throw new McpProtocolException(server, "the parameters of its " + method + " make no sense");
        }
    }

    private McpProtocolException undeclared(String what) {
        return new McpProtocolException(server, "it asks for " + what + ", which this client did not declare");
    }

    private McpHandlerException failed(String method, String problem, @Nullable Throwable cause) {
        return new McpHandlerException(server, "the handler for " + method + " " + problem, cause);
    }
}
