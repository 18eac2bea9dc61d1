package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Methods;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests of a server in memory to one client, in the legacy era. */
final class ServerQuestions {

    private final Consumer<ObjectNode> send;
    private final Map<Long, Sinks.One<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    ServerQuestions(Consumer<ObjectNode> send) {
        this.send = send;
    }

    /** Sends a request; emits its result, or fails with its error. Cancelling withdraws it. */
    Mono<JsonNode> ask(String method, @Nullable JsonNode params) {
        return Mono.defer(() -> {
            long id = ids.incrementAndGet();
            Sinks.One<JsonNode> answer = Sinks.one();
            asked.put(id, answer);
            send.accept(ServerMessages.request(id, method, params));
            return answer.asMono().doOnCancel(() -> {
                if (asked.remove(id) != null) {
                    ObjectNode of = ServerMessages.object().put("requestId", id);
                    send.accept(ServerMessages.notification(Methods.CANCELLED, of));
                }
            });
        });
    }

    /** The client has answered; an answer to nothing is ignored. */
    void answered(long id, JsonNode response) {
        Sinks.One<JsonNode> answer = asked.remove(id);
        if (answer == null) {
            return;
        }
        if (response.has("error")) {
            answer.tryEmitError(new RpcException(McpJson.bind(response.path("error"), JsonRpcError.class)));
        } else {
            answer.tryEmitValue(response.path("result"));
        }
    }

    /** Whether a client has declared what a question needs. */
    static boolean mayAsk(JsonNode capabilities, String capability) {
        if (capability.equals("elicitation")) {
            JsonNode elicitation = capabilities.path("elicitation");
            // "an empty capabilities object is equivalent to declaring support for form mode only" (client/elicitation)
            return elicitation.isObject() && (elicitation.isEmpty() || elicitation.has("form"));
        }
        return !capabilities.at("/" + capability.replace('.', '/')).isMissingNode();
    }
}
