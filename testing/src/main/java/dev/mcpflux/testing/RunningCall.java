package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.Methods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call that a handler of a server in memory answers. In the modern era it may take several rounds: the handler goes on
 * while the client answers its questions, and each round has a request of its own. State is guarded by this object.
 */
final class RunningCall {

    private final ServerLink link;
    private final String state;
    private final boolean modern;
    private final Disposable.Swap subscription = Disposables.swap();
    private final Map<String, Question> questions = new LinkedHashMap<>();

    /** The request of this round; the one before while the client is asked. */
    private JsonNode request;

    /** Whether that request waits for its response. */
    private boolean waiting = true;

    private int asked;

    /** What the handler has ended with while no request waited. */
    private @Nullable JsonNode outcome;

    private @Nullable JsonRpcError failure;

    /** A question of a round. */
    private static final class Question {
        private final ObjectNode request = ServerMessages.object();
        private final Sinks.One<JsonNode> answer = Sinks.one();
        private boolean sent;
    }

    RunningCall(ServerLink link, JsonNode request, boolean modern, String state) {
        this.link = link;
        this.request = request;
        this.modern = modern;
        this.state = state;
    }

    void start(Function<ServerCall, ? extends Mono<?>> handler) {
        subscription.update(Mono.defer(() -> handler.apply(new ServerCall(this)))
                .map(ServerMessages::tree)
                .switchIfEmpty(Mono.fromSupplier(() -> emptyResult(method())))
                .subscribe(result -> end(result, null), e -> failed(e)));
    }

    private static JsonNode emptyResult(String method) {
        ObjectNode result = ServerMessages.object();
        switch (method) {
            case Methods.TOOLS_CALL -> result.putArray("content");
            case Methods.PROMPTS_GET -> result.putArray("messages");
            case Methods.RESOURCES_READ -> result.putArray("contents");
            default -> result.putObject("completion").putArray("values");
        }
        return result;
    }

    /** "Tool Execution Errors … reported in tool results with isError: true" (server/tools, error handling). */
    private void failed(Throwable e) {
        if (e instanceof RpcException known) {
            end(null, known.error());
        } else if (method().equals(Methods.TOOLS_CALL)) {
            end(ServerMessages.tree(InMemoryServer.failure(String.valueOf(e.getMessage()))), null);
        } else {
            end(null, new JsonRpcError(JsonRpcError.INTERNAL_ERROR, String.valueOf(e.getMessage())));
        }
    }

    private void end(@Nullable JsonNode result, @Nullable JsonRpcError error) {
        JsonNode of;
        synchronized (this) {
            if (!waiting) {
                outcome = result;
                failure = error;
                return;
            }
            waiting = false;
            of = request;
        }
        link.ended(of, result, error, modern);
    }

    synchronized JsonNode request() {
        return request;
    }

    boolean modern() {
        return modern;
    }

    ServerLink link() {
        return link;
    }

    private String method() {
        return request().path("method").asString("");
    }

    void dispose() {
        subscription.dispose();
    }

    /** Asks the client: by a request, or in the modern era by the result of this round. */
    Mono<JsonNode> ask(String method, @Nullable Object params, String capability) {
        return Mono.defer(() -> {
            if (!ServerQuestions.mayAsk(link.clientCapabilities(request(), modern), capability)) {
                return Mono.error(RpcException.missingCapability(capability, modern));
            }
            JsonNode tree = params == null ? null : ServerMessages.tree(params);
            return modern ? askByResult(method, tree) : link.questions().ask(method, tree);
        });
    }

    private Mono<JsonNode> askByResult(String method, @Nullable JsonNode params) {
        Question question = new Question();
        question.request.put("method", method);
        if (params != null) {
            question.request.set("params", params);
        }
        synchronized (this) {
            questions.put("q" + ++asked, question);
        }
        endRound();
        return question.answer.asMono();
    }

    /** Answers the request that waits with the questions that were not sent yet, if there are any. */
    private void endRound() {
        ObjectNode result = ServerMessages.object().put("resultType", "input_required");
        JsonNode of;
        synchronized (this) {
            if (!waiting || questions.values().stream().allMatch(question -> question.sent)) {
                return;
            }
            ObjectNode inputs = result.putObject("inputRequests");
            questions.forEach((key, question) -> {
                question.sent = true;
                inputs.set(key, question.request);
            });
            waiting = false;
            of = request;
        }
        result.put("requestState", state);
        link.suspended(of, result, state, this);
    }

    /** The client has made the request again, with its answers. What it has left out is asked for again. */
    void resume(JsonNode again) {
        List<Runnable> answers = new ArrayList<>();
        JsonNode result;
        JsonRpcError error;
        synchronized (this) {
            request = again;
            waiting = true;
            JsonNode responses = again.path("params").path("inputResponses");
            List.copyOf(questions.keySet()).forEach(key -> {
                Question question = questions.get(key);
                if (question != null && responses.has(key)) {
                    questions.remove(key);
                    answers.add(() -> question.answer.tryEmitValue(responses.path(key)));
                } else if (question != null) {
                    question.sent = false;
                }
            });
            result = outcome;
            error = failure;
        }
        if (result != null || error != null) {
            end(result, error);
            return;
        }
        answers.forEach(Runnable::run);
        endRound();
    }
}
