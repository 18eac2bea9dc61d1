package dev.mcpflux.client.drift;

import dev.mcpflux.client.CachePolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Sends recorded requests to a live session. Nothing is answered from a cache. */
final class LiveCalls {

    private final McpSession session;
    private final RequestOptions options;

    LiveCalls(McpSession session) {
        this.session = session;
        this.options =
                session.requestOptions().mutate().cache(CachePolicy.BYPASS).build();
    }

    /** The type of the result of a method that can be compared; null for other methods. */
    static @Nullable Class<?> resultType(String method) {
        return switch (method) {
            case "tools/call" -> CallToolResult.class;
            case "prompts/get" -> Prompts.GetPromptResult.class;
            case "resources/read" -> Resources.ReadResourceResult.class;
            case "completion/complete" -> Completions.CompleteResult.class;
            default -> null;
        };
    }

    /** The elements of a list. */
    Flux<?> list(ListKind kind) {
        return switch (kind) {
            case TOOLS -> session.listTools(options);
            case PROMPTS -> session.listPrompts(options);
            case RESOURCES -> session.listResources(options);
            case RESOURCE_TEMPLATES -> session.listResourceTemplates(options);
        };
    }

    /** The answer to a recorded request now. */
    Mono<Answer> answer(RecordedCall call) {
        return Mono.defer(() -> send(call))
                .<Answer>map(result -> new Answer.Result(Shape.of(result, session::mask)))
                .onErrorResume(LiveCalls::isAnswer, e -> Mono.just(error(e)));
    }

    private Mono<?> send(RecordedCall call) {
        JsonNode params = call.params();
        return switch (call.method()) {
            case "tools/call" -> session.callTool(call.text("name"), params.get("arguments"), options);
            case "prompts/get" -> session.getPrompt(call.text("name"), texts(params.path("arguments")), options);
            case "resources/read" -> session.readResource(call.text("uri"), options);
            case "completion/complete" -> complete(params);
            default -> throw new IllegalArgumentException(call.method());
        };
    }

    private Mono<?> complete(JsonNode params) {
        Completions.CompletionReference reference =
                Shape.bind(params.path("ref"), Completions.CompletionReference.class);
        JsonNode argument = params.path("argument");
        return session.complete(
                        reference == null ? Completions.CompletionReference.prompt("") : reference,
                        argument.path("name").asString(""),
                        argument.path("value").asString(""),
                        texts(params.path("context").path("arguments")))
                .map(completion -> new Completions.CompleteResult(completion, null, null));
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asString("")));
        return texts;
    }

    /** Whether a failure is the server's answer to this request. A lost connection ends the report. */
    static boolean isAnswer(Throwable e) {
        return e instanceof McpException
                && !(e instanceof McpConnectionException)
                && !(e instanceof McpClosedException);
    }

    /** An error in the words of {@link RecordedCall#error}. */
    static Answer.Failure error(Throwable e) {
        if (e instanceof McpPeerErrorException peer) {
            return new Answer.Failure(
                    Shape.shortened(peer.error().message() + " (" + peer.error().code() + ")"));
        }
        return new Answer.Failure(Shape.shortened(e instanceof McpException known ? known.problem() : e.toString()));
    }
}
