package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Role;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One request that a handler of an {@link InMemoryServer} answers. */
public final class ServerCall {

    private final RunningCall call;

    ServerCall(RunningCall call) {
        this.call = call;
    }

    /** The parameters of the request. */
    public JsonNode params() {
        return call.request().path("params");
    }

    /** The arguments of a tool or prompt; a missing node where there are none. */
    public JsonNode arguments() {
        return params().path("arguments");
    }

    /** The revision of the protocol that the client speaks, such as {@code 2025-11-25}. */
    public String revision() {
        return call.modern()
                ? ServerMessages.meta(call.request(), "protocolVersion").asString()
                : call.link().revision();
    }

    /** Reports progress, if the client has asked for that. */
    public void progress(double progress, double total) {
        progress(progress, total, null);
    }

    /** Reports progress with what is being done, if the client has asked for that. */
    public void progress(double progress, @Nullable Double total, @Nullable String message) {
        JsonNode token = params().path("_meta").path("progressToken");
        if (!token.isMissingNode()) {
            ObjectNode params = ServerMessages.object();
            params.set("progressToken", token);
            params.put("progress", progress);
            if (total != null) {
                params.put("total", total);
            }
            if (message != null) {
                params.put("message", message);
            }
            call.link().send(ServerMessages.notification(Methods.PROGRESS, params));
        }
    }

    /** Sends a log message, if the client wants those of this level: for this request, or in the legacy era for all. */
    public void log(LogLevel level, Object data) {
        LogLevel from = call.link().logLevel(call.request(), call.modern());
        if (from != null && level.compareTo(from) >= 0) {
            call.link().sendLog(level, null, data);
        }
    }

    /**
     * Asks the person: by a request in the legacy era, by a result that asks for input in the modern one. The handler is
     * written the same way for both, and runs once.
     *
     * @return the answer. Fails with the error of the client, and if the client has not declared that it can be asked; an
     *     error that the handler does not handle becomes the response of the call. <em>Cancellation</em> withdraws the
     *     question in the legacy era.
     */
    public Mono<Elicitation.ElicitResult> elicit(Elicitation.ElicitParams question) {
        String capability = question.form() ? "elicitation" : "elicitation.url";
        return call.ask(Methods.ELICIT, question, capability)
                .map(answer -> McpJson.bind(answer, Elicitation.ElicitResult.class));
    }

    /** Asks the person for texts: a form with a field for each of the names. See {@link #elicit(Elicitation.ElicitParams)}. */
    public Mono<Elicitation.ElicitResult> elicit(String message, String... fields) {
        ObjectNode schema = ServerMessages.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        Arrays.stream(fields).forEach(field -> properties.putObject(field).put("type", "string"));
        return elicit(new Elicitation.ElicitParams(null, message, schema, null, null, null));
    }

    /** Asks the model of the client; otherwise like {@link #elicit(Elicitation.ElicitParams)}. */
    public Mono<Sampling.CreateMessageResult> sample(Sampling.CreateMessageParams question) {
        return call.ask(Methods.CREATE_MESSAGE, question, "sampling")
                .map(answer -> McpJson.bind(answer, Sampling.CreateMessageResult.class));
    }

    /** Asks the model of the client for its answer to one message, of 1,000 tokens at most. */
    public Mono<Sampling.CreateMessageResult> sample(String message) {
        return sample(new Sampling.CreateMessageParams(
                List.of(new Sampling.SamplingMessage(Role.USER, List.of(new Content.Text(message)))),
                null,
                null,
                null,
                null,
                1000,
                null,
                null,
                null,
                null,
                null));
    }

    /** Asks for the roots of the client; otherwise like {@link #elicit(Elicitation.ElicitParams)}. */
    public Mono<List<Roots.Root>> roots() {
        return call.ask(Methods.ROOTS_LIST, null, "roots")
                .map(answer -> McpJson.bind(answer, Roots.ListRootsResult.class).roots());
    }

    /** The ids of the requests that this client has cancelled so far, in order. */
    public List<String> cancelled() {
        return call.link().cancelled();
    }

    /** Ends the connection of this client, as a server that crashes: nothing more is answered. */
    public void disconnect() {
        call.link().lose();
    }
}
