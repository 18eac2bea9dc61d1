package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Arguments of callers that cannot be sent: the call fails, and nothing is sent. */
class CallerInputTest {

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private McpSession opened() {
        peer.handshake("2025-11-25", "{'tools':{},'prompts':{},'resources':{},'completions':{},'logging':{}}");
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open().block();
        return session;
    }

    private void fails(Publisher<?> call, Class<? extends McpException> type, String... words) {
        StepVerifier.create(call).verifyErrorSatisfies(e -> {
            assertThat(e).isInstanceOf(type).hasMessageStartingWith("server 's': ");
            assertThat(e).message().contains(words);
            assertThat(((McpException) e).isTransient()).isFalse();
        });
        peer.verify();
    }

    static Stream<Object> noObjects() {
        return Stream.of(
                "{'a':1}",
                5,
                true,
                'c',
                Thread.State.NEW,
                List.of(Map.of("a", 1)),
                new int[] {1},
                new byte[] {1},
                Mono.just(Map.of()),
                Flux.empty(),
                Optional.of(Map.of()),
                Optional.empty(),
                CompletableFuture.completedFuture(Map.of()),
                McpJson.mapper().createArrayNode(),
                McpJson.mapper().getNodeFactory().stringNode("a"),
                McpJson.mapper().nullNode(),
                Stream.of(1),
                java.net.URI.create("a:b"),
                java.time.Duration.ZERO);
    }

    @ParameterizedTest
    @MethodSource("noObjects")
    void nonObjectArgumentsFailCall(Object arguments) {
        McpSession session = opened();
        fails(session.callTool("t", arguments), McpValidationException.class, "tool 't'", "expected a JSON object");
        fails(session.streamTool("t", arguments), McpValidationException.class, "expected a JSON object");
    }

    /** A bean, which is written as an object. */
    public static final class Bean {
        public int getSize() {
            return 5;
        }
    }

    private record Place(String city) {}

    static Stream<Object> objects() {
        return Stream.of(
                Map.of("a", 1),
                new Bean(),
                new Place("Zürich"),
                McpJson.mapper().createObjectNode().put("a", 1),
                new LinkedHashMap<>(Map.of("a", List.of(1))));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void objectArgumentsAreSent(Object arguments) {
        McpSession session = opened();
        peer.expect(
                        "tools/call",
                        message -> message.at("/params/arguments")
                                .equals(McpJson.mapper()
                                        .readTree(McpJson.mapper().writeValueAsString(arguments))))
                .reply("{'content':[]}");
        session.callTool("t", arguments).block();
        peer.verify();
    }

    @Test
    void cyclicArgumentsFailCall() {
        McpSession session = opened();
        Map<String, Object> circle = new HashMap<>();
        circle.put("self", circle);
        fails(session.callTool("t", circle), McpNotSentException.class, "tools/call", "cannot be written as JSON");
        peer.expect("tools/call").reply("{'content':[]}");
        assertThat(session.callTool("t", null).block()).isNotNull();
    }

    /** A bean with a property that cannot be read. */
    public static final class Broken {
        private final Throwable cause;

        Broken(Throwable cause) {
            this.cause = cause;
        }

        public int getSize() throws Throwable {
            throw cause;
        }
    }

    static Stream<Throwable> causes() {
        return Stream.of(
                new IllegalStateException("no"),
                new StackOverflowError(),
                new AssertionError("no"),
                new NoClassDefFoundError("x/Y"));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void throwingArgumentFailsCall(Throwable cause) {
        McpSession session = opened();
        fails(session.callTool("t", new Broken(cause)), McpValidationException.class, "cannot be written as JSON");
        fails(
                session.callTool("t", Map.of("a", new Broken(cause))),
                McpNotSentException.class,
                "tools/call",
                "cannot be written as JSON");
        peer.expect("tools/call").reply("{'content':[]}");
        assertThat(session.callTool("t", null).block()).isNotNull();
    }

    @Test
    void messageOverLimitIsNotSent() {
        McpSession session = opened();
        fails(
                session.callTool("t", Map.of("a", "x".repeat(70 << 20))),
                McpNotSentException.class,
                "tools/call",
                "73400",
                "the limit is 67108864");
        peer.expect("tools/call").reply("{'content':[]}");
        assertThat(session.callTool("t", null).block()).isNotNull();
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullNamesFailCall() {
        McpSession session = opened();
        RequestOptions options = RequestOptions.defaults();
        Class<McpValidationException> type = McpValidationException.class;
        fails(session.callTool(null, null), type, "the name of the tool: it is null");
        fails(session.streamTool(null, null), type, "the name of the tool: it is null");
        fails(session.callToolAs(null, null, Bean.class), type, "the name of the tool: it is null");
        fails(session.getPrompt(null, Map.of()), type, "the name of the prompt: it is null");
        fails(session.getPrompt("p", null), type, "the arguments of prompt 'p': it is null");
        fails(session.getPrompt("p", Collections.singletonMap("a", null)), type, "/a: expected a string, found null");
        fails(session.getPrompt("p", Collections.singletonMap(null, "a")), type, "a name must be a string, found null");
        fails(session.readResource(null), type, "the URI of the resource: it is null");
        fails(session.resourceUpdates(null), type, "the URI of the resource: it is null");
        fails(session.listen(null), type, "it is null");
        fails(session.getTask(null), type, "the id of the task: it is null");
        fails(session.cancelTask(null), type, "the id of the task: it is null");
        fails(session.resumeTask(null, options), type, "the id of the task: it is null");
        fails(session.setLogLevel(null), type, "the log level: it is null");
        fails(session.complete(null, "a", "", Map.of()), type, "it is null");
        Completions.CompletionReference prompt = Completions.CompletionReference.prompt("p");
        fails(session.complete(prompt, null, "", Map.of()), type, "the name of the argument: it is null");
        fails(session.complete(prompt, "a", null, Map.of()), type, "the value of the argument: it is null");
        fails(session.complete(prompt, "a", "", null), type, "it is null");
    }
}
