package dev.mcpflux.client;

import dev.mcpflux.error.McpHandlerException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.transport.Callbacks;
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

/** Leads a question of the server to its handler and sees that the answer is one; the same for both eras. */
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
     * Emits the result to be sent. Fails with {@link McpHandlerException} if the handler fails, gives no answer or one that
     * does not fit, and with {@link McpProtocolException} if there is no handler, so that the server was not told it could
     * ask, or the question makes no sense.
     *
     * @param caller on whose behalf the server asks; null where nobody knows
     */
    Mono<Object> answer(String method, @Nullable JsonNode params, @Nullable Caller caller) {
        return Mono.<Object>defer(() -> {
                    try {
                        return switch (method) {
                            case Methods.ELICIT -> elicit(bind(method, params, Elicitation.Params.class), caller);
                            case Methods.CREATE_MESSAGE -> sample(bind(method, params, Sampling.Params.class), caller);
                            case Methods.ROOTS_LIST -> roots(caller);
                            default -> Mono.error(undeclared(method));
                        };
                    } catch (McpProtocolException e) {
                        return Replies.unhooked(e);
                    }
                })
                .timeout(options.handlerTimeout(), options.timer())
                .onErrorMap(
                        TimeoutException.class, e -> failed(method, "took more than " + options.handlerTimeout(), e));
    }

    /** Calls a handler: whatever it fails with is its failure, also what it got from another server. */
    private <P, R> Mono<R> call(String method, Function<P, Mono<R>> handler, P question) {
        return Callbacks.deferred(() -> handler.apply(question))
                .singleOrEmpty()
                // changes nothing, but is where Reactor restores thread-locals from the context before it subscribes,
                // if the application has turned that on: the handler is called on the thread that reads
                .contextWrite(Function.identity())
                .onErrorMap(e -> failed(method, "failed: " + e, e));
    }

    private Mono<Elicitation.Result> elicit(Elicitation.Params params, @Nullable Caller caller) {
        Function<ClientHandlers.Question<Elicitation.Params>, Mono<Elicitation.Result>> handler =
                params.form() || Elicitation.URL.equals(params.mode()) ? handlers.elicitation(params.form()) : null;
        if (handler == null) {
            return Mono.error(undeclared(Methods.ELICIT + " in mode " + (params.form() ? "form" : params.mode())));
        }
        return call(Methods.ELICIT, handler, new ClientHandlers.Question<>(server, params, caller))
                .defaultIfEmpty(Elicitation.Result.cancel())
                .flatMap(result -> fill(params, result));
    }

    /** "Clients that support defaults SHOULD pre-populate form fields with these values." */
    private Mono<Elicitation.Result> fill(Elicitation.Params params, Elicitation.Result result) {
        if (!result.accepted() || !params.form()) {
            return Mono.just(new Elicitation.Result(result.action(), null));
        }
        Map<String, Object> content = new LinkedHashMap<>(params.defaults());
        if (result.content() != null) {
            content.putAll(result.content());
        }
        Elicitation.Result filled = Elicitation.Result.accept(content);
        SchemaValidator schemas = options.validator();
        JsonNode schema = params.requestedSchema();
        if (schemas == null || schema == null) {
            return Mono.just(filled);
        }
        return schemas.validate(schema, McpJson.mapper().valueToTree(content))
                // a schema that is none is the mistake of who sent it
                .onErrorMap(
                        SchemaValidator.UnusableSchemaException.class,
                        e -> new McpProtocolException(
                                server, "the schema of its " + Methods.ELICIT + " cannot be used: " + e.getMessage()))
                .flatMap(problems -> problems.isEmpty()
                        ? Mono.just(filled)
                        : Replies.unhooked(failed(
                                Methods.ELICIT,
                                "gave an answer that does not fit what was asked for: " + String.join("; ", problems),
                                null)));
    }

    private Mono<Sampling.Result> sample(Sampling.Params params, @Nullable Caller caller) {
        Function<ClientHandlers.Question<Sampling.Params>, Mono<Sampling.Result>> handler = handlers.sampling();
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

    private Mono<Roots.ListResult> roots(@Nullable Caller caller) {
        BiFunction<String, @Nullable Caller, Mono<List<Roots.Root>>> handler = handlers.roots();
        return handler == null
                ? Mono.error(undeclared(Methods.ROOTS_LIST))
                : call(Methods.ROOTS_LIST, name -> handler.apply(name, caller), server)
                        .defaultIfEmpty(List.of())
                        .map(Roots.ListResult::new);
    }

    private <P> P bind(String method, @Nullable JsonNode params, Class<P> type) {
        try {
            return McpJson.bind(params == null ? McpJson.mapper().createObjectNode() : params, type);
        } catch (JacksonException e) {
            // the message of the cause quotes what was sent
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
