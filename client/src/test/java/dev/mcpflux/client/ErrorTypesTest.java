package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpHeaderMismatchException;
import dev.mcpflux.error.McpMissingCapabilityException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpResourceNotFoundException;
import dev.mcpflux.error.McpUnsupportedVersionException;
import dev.mcpflux.error.McpUrlElicitationRequiredException;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Errors of servers that the specification defines. */
class ErrorTypesTest {

    private static final String EVERYTHING = "{'tools':{},'prompts':{},'resources':{},'completions':{}}";

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private McpSession opened() {
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open().block();
        return session;
    }

    /** The exception for an error of a modern server. */
    private <E extends McpPeerErrorException> E error(String json, Class<E> type) {
        peer.discovery(EVERYTHING).expect("tools/call").replyError(json);
        return failure(opened().callTool("t", null), type);
    }

    private static <E extends Throwable> E failure(Mono<?> call, Class<E> type) {
        AtomicReference<E> error = new AtomicReference<>();
        StepVerifier.create(call).verifyErrorSatisfies(e -> {
            assertThat(e).isExactlyInstanceOf(type);
            error.set(type.cast(e));
        });
        return error.get();
    }

    @Test
    void headerMismatch() {
        McpHeaderMismatchException e =
                error("{\"code\":-32020,\"message\":\"Header mismatch\"}", McpHeaderMismatchException.class);
        assertThat(e).hasMessage("server 's': tools/call failed: Header mismatch (-32020)");
        assertThat(e.isTransient()).isFalse();
    }

    @Test
    void missingCapability() {
        McpMissingCapabilityException e = error(
                "{\"code\":-32021,\"message\":\"m\",\"data\":{\"requiredCapabilities\":{\"sampling\":{}}}}",
                McpMissingCapabilityException.class);
        assertThat(String.valueOf(e.requiredCapabilities())).isEqualTo("{\"sampling\":{}}");
        assertThat(e.error().code()).isEqualTo(-32021);
    }

    @Test
    void unsupportedRevision() {
        McpUnsupportedVersionException e = error(
                "{\"code\":-32022,\"message\":\"m\",\"data\":{\"supported\":[\"2027-01-01\",\"2026-07-28\"],"
                        + "\"requested\":\"1900-01-01\"}}",
                McpUnsupportedVersionException.class);
        assertThat(e.supported()).containsExactly("2027-01-01", "2026-07-28");
    }

    @Test
    void requiredUrlElicitation() {
        peer.handshake()
                .expect("tools/call")
                .replyError("{'code':-32042,'message':'m','data':{'elicitations':[{'mode':'url',"
                        + "'elicitationId':'e1','url':'https://example.com/','message':'sign in'}]}}");
        McpUrlElicitationRequiredException e =
                failure(opened().callTool("t", null), McpUrlElicitationRequiredException.class);
        assertThat(e.elicitations()).singleElement().satisfies(one -> {
            assertThat(one.form()).isFalse();
            assertThat(one.url()).isEqualTo("https://example.com/");
            assertThat(one.elicitationId()).isEqualTo("e1");
            assertThat(one.message()).isEqualTo("sign in");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"data\":null", ",\"data\":7", ",\"data\":\"text\"", ",\"data\":{}"})
    void errorsWithoutDetailsAreReported(String data) {
        peer.discovery(EVERYTHING);
        for (int code : new int[] {-32021, -32022, -32042}) {
            peer.expect("tools/call").replyError("{\"code\":" + code + ",\"message\":\"m\"" + data + "}");
        }
        McpSession session = opened();
        assertThat(failure(session.callTool("t", null), McpMissingCapabilityException.class)
                        .requiredCapabilities())
                .isNull();
        assertThat(failure(session.callTool("t", null), McpUnsupportedVersionException.class)
                        .supported())
                .isEmpty();
        assertThat(failure(session.callTool("t", null), McpUrlElicitationRequiredException.class)
                        .elicitations())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-32602, -32002})
    void resourceNotFound(int code) {
        peer.discovery(EVERYTHING).expect("resources/read").replyError(code, "Resource not found");
        peer.expect("tools/call").replyError(code, "Unknown tool");
        peer.expect("prompts/get").replyError(code, "Unknown prompt");
        peer.expect("resources/list").replyError(code, "Invalid cursor");
        peer.expect("completion/complete").replyError(code, "Unknown prompt");
        McpSession session = opened();
        McpResourceNotFoundException e = failure(session.readResource("file:///a"), McpResourceNotFoundException.class);
        assertThat(e.uri()).isEqualTo("file:///a");
        assertThat(e).hasMessageContaining("resources/read").hasMessageContaining("(" + code + ")");
        // the same codes have another meaning elsewhere
        failure(session.callTool("t", null), McpPeerErrorException.class);
        failure(session.getPrompt("p", Map.of()), McpPeerErrorException.class);
        failure(session.listResources().then(), McpPeerErrorException.class);
        failure(
                session.complete(Completions.CompletionReference.prompt("p"), "a", "", Map.of()),
                McpPeerErrorException.class);
    }

    @Test
    void otherReadErrorIsNotResourceNotFound() {
        peer.discovery(EVERYTHING).expect("resources/read").replyError(-32603, "disk");
        failure(opened().readResource("file:///a"), McpPeerErrorException.class);
    }

    @Test
    void messageContainsPreviewOfErrorData() {
        McpPeerErrorException e = error(
                "{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"" + "x".repeat(500) + "\"}",
                McpPeerErrorException.class);
        assertThat(e).hasMessage("server 's': tools/call failed: Internal error (-32603): " + "x".repeat(200) + "…");
        assertThat(String.valueOf(e.error().data())).hasSize(502);
    }
}
