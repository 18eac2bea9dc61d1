package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.testing.InMemoryConnection;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call ends at once for every malformed response, with a value or with an error of mcpflux. Each member of each
 * response is replaced by each of many values, in a real session over the real codec.
 */
class MutatedResponseTest {

    private static final String ERA_CAPABILITIES =
            "{\"tools\":{},\"prompts\":{},\"resources\":{\"subscribe\":true},\"completions\":{},\"logging\":{},"
                    + "\"tasks\":{\"list\":{},\"cancel\":{},\"requests\":{\"tools\":{\"call\":{}}}}}";

    private static final String ICON = "{'src':'s','mimeType':'image/png','sizes':['any'],'theme':'dark'}";
    private static final String ANNOTATIONS = "{'audience':['user'],'priority':0.5,'lastModified':'2026-01-01'}";
    private static final String CONTENT =
            "[{'type':'text','text':'t','annotations':" + ANNOTATIONS + ",'_meta':{'a':1}},"
                    + "{'type':'image','data':'aGk=','mimeType':'image/png'},{'type':'audio','data':'aGk='},"
                    + "{'type':'resource_link','uri':'u','name':'n','size':5,'icons':[" + ICON + "]},"
                    + "{'type':'resource','resource':{'uri':'u','mimeType':'text/plain','text':'x','_meta':{}}},"
                    + "{'type':'tool_use','id':'i','name':'n','input':{}},"
                    + "{'type':'tool_result','toolUseId':'i','content':[{'type':'text','text':'t'}],'isError':true},"
                    + "{'type':'new','x':{}}]";
    private static final String CACHE = ",'ttlMs':5,'cacheScope':'public','resultType':'complete','_meta':{'a':{}}";

    /** The values that replace a member, valid JSON or not. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1.5",
            "5e0",
            "99999999999999999999",
            "1e9999",
            "-1e-9999",
            "1e999999999",
            "2147483648",
            "\"\"",
            "\"x\"",
            "\"12\"",
            "\"\\ud83d\"",
            "\"\\u0000\\u202e\"",
            "[]",
            "[null]",
            "[[[]]]",
            "[1,\"a\",{}]",
            "{}",
            "{\"\":null}",
            "{\"a\":{\"b\":[{}]}}",
            "{\"name\":1,\"name\":null}",
            "NaN",
            "-Infinity",
            "'x'",
            "undefined",
            "{\"a\":}",
            "[1,]",
            "\"\\x\"",
            "\"\t\"",
            "tru",
            "01",
            "/* */1",
            "9".repeat(2000),
            "0." + "1".repeat(2000),
            "[".repeat(600) + "]".repeat(600),
            "{\"a\":".repeat(600) + "1" + "}".repeat(600),
            "{\"" + "k".repeat(60_000) + "\":1}",
            "");

    private enum Operation {
        LIST_TOOLS(
                "tools/list",
                "{'tools':[{'name':'a','title':'t','description':'d','inputSchema':{'type':'object','properties':{}},"
                        + "'outputSchema':{'type':'object'},'annotations':{'title':'t','readOnlyHint':true},"
                        + "'icons':[" + ICON + "],'execution':{'taskSupport':'optional'},'_meta':{}},{'name':'b'}],"
                        + "'nextCursor':null" + CACHE + "}",
                s -> s.listTools(ONE)),
        LIST_PROMPTS(
                "prompts/list",
                "{'prompts':[{'name':'a','arguments':[{'name':'x','required':true}],'icons':[" + ICON + "]}]" + CACHE
                        + "}",
                s -> s.listPrompts(ONE)),
        LIST_RESOURCES(
                "resources/list",
                "{'resources':[{'uri':'u','name':'n','size':7,'annotations':" + ANNOTATIONS + "}]" + CACHE + "}",
                s -> s.listResources(ONE)),
        LIST_TEMPLATES(
                "resources/templates/list",
                "{'resourceTemplates':[{'uriTemplate':'u/{a}','name':'n','annotations':" + ANNOTATIONS + "}]" + CACHE
                        + "}",
                s -> s.listResourceTemplates(ONE)),
        LIST_TASKS(
                "tasks/list",
                "{'tasks':[{'taskId':'t','status':'working','ttl':5,'pollInterval':6}],'_meta':{}}",
                McpSession::listTasks),
        CALL(
                "tools/call",
                "{'content':" + CONTENT + ",'structuredContent':{'n':0.1},'isError':false,'_meta':{},'toolResult':1}",
                s -> s.callTool("a", Map.of())),
        SIGNALS("tools/call", "{'content':" + CONTENT + "}", s -> s.streamTool("a", null)),
        PROMPT(
                "prompts/get",
                "{'description':'d','messages':[{'role':'user','content':{'type':'text','text':'t'}}],'_meta':{}}",
                s -> s.getPrompt("p", Map.of())),
        READ(
                "resources/read",
                "{'contents':[{'uri':'u','mimeType':'m','text':'t'},{'uri':'v','blob':'aGk='}]" + CACHE + "}",
                s -> s.readResource("memo://u", ONE)),
        COMPLETE(
                "completion/complete",
                "{'completion':{'values':['a','b'],'total':2,'hasMore':false},'_meta':{}}",
                s -> s.complete(Completions.CompletionReference.prompt("p"), "a", "", Map.of())),
        LEVEL("logging/setLevel", "{'_meta':{}}", s -> s.setLogLevel(LogLevel.DEBUG)),
        PING("ping", "{}", McpSession::ping),
        TASK(
                "tasks/get",
                "{'taskId':'t','status':'working','ttl':60000,'pollInterval':5,'createdAt':'c','statusMessage':'m',"
                        + "'_meta':{'a':1}}",
                s -> s.getTask("t")),
        CANCEL_TASK("tasks/cancel", "{'taskId':'t','status':'cancelled'}", s -> s.cancelTask("t"));

        private final String method;
        private final JsonNode result;
        private final Function<McpSession, Publisher<?>> call;

        Operation(String method, String result, Function<McpSession, Publisher<?>> call) {
            this.method = method;
            this.result = McpJson.mapper().readTree(result.replace('\'', '"'));
            this.call = call;
        }
    }

    private static final RequestOptions ONE =
            RequestOptions.builder().cache(CachePolicy.BYPASS).build();
    private static final String MARK = "@@@";

    private @Nullable Peer peer;
    private McpSession session = McpSession.create(new Peer().transport(), SessionOptions.defaults());

    /** Answers the next request of one method with a frame of the test, and all others like a server. */
    private static final class Peer {

        private final InMemoryConnection connection = new InMemoryConnection("s", this::receive);
        private String method = "";
        private List<String> frames = List.of();

        void answer(String to, String... by) {
            method = to;
            frames = List.of(by);
        }

        Transport transport() {
            return new Transport() {
                @Override
                public String name() {
                    return "s";
                }

                @Override
                public Connection connection() {
                    return Multiplexer.over("s", events -> connection);
                }
            };
        }

        private void receive(JsonNode message) {
            JsonNode id = message.get("id");
            if (id == null) {
                return;
            }
            List<String> answers = List.of();
            if (message.path("method").asString().equals(method)) {
                answers = frames;
                frames = List.of();
            }
            if (answers.isEmpty()) {
                answers = List.of(
                        switch (message.path("method").asString()) {
                            case "initialize" ->
                                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"protocolVersion\":\"2025-11-25\","
                                        + "\"capabilities\":" + ERA_CAPABILITIES + "}}";
                            case "tools/list" -> "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"tools\":[]}}";
                            default ->
                                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":-32601,\"message\":\"no\"}}";
                        });
            }
            for (String answer : answers) {
                connection.emit(answer.replace("$id", id.toString()).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private Peer open() {
        Peer fresh = new Peer();
        peer = fresh;
        session = McpSession.create(fresh.transport(), SessionOptions.defaults());
        session.open().block();
        return fresh;
    }

    /** Asserts that the call ends at once when it is answered by this frame, and returns its signal. */
    private Signal<?> answered(Operation operation, String frame) {
        Peer server = peer == null ? open() : peer;
        server.answer(operation.method, frame);
        AtomicReference<Signal<?>> end = new AtomicReference<>();
        List<Object> values = new ArrayList<>();
        Flux.from(operation.call.apply(session)).materialize().subscribe(signal -> {
            if (signal.isOnNext()) {
                values.add(String.valueOf(signal.get()));
                McpJson.mapper().writeValueAsString(signal.get());
            } else {
                end.set(signal);
            }
        });
        String what = operation + " answered by " + (frame.length() > 500 ? frame.substring(0, 500) : frame);
        assertThat(end.get()).as(what).isNotNull();
        if (end.get().getThrowable() != null) {
            assertThat(end.get().getThrowable()).as(what).isInstanceOf(McpException.class);
            assertThat(String.valueOf(end.get().getThrowable().getMessage()))
                    .as(what)
                    .hasSizeLessThan(2000)
                    .doesNotContain("tools.jackson", "REDACTED");
        }
        assertThat(session.pendingRequests()).as(what).isZero();
        return end.get();
    }

    /** All variants of a frame in which one member or element is replaced by the mark. */
    private static List<String> marked(JsonNode frame) {
        List<String> all = new ArrayList<>();
        mark(frame, frame, all);
        return all;
    }

    private static void mark(JsonNode root, JsonNode at, List<String> all) {
        if (at instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                if (at == root && name.equals("id")) {
                    continue;
                }
                JsonNode before = object.get(name);
                object.put(name, MARK);
                all.add(root.toString());
                object.set(name, before);
                mark(root, before, all);
            }
        } else if (at instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode before = array.get(i);
                array.set(i, McpJson.mapper().getNodeFactory().stringNode(MARK));
                all.add(root.toString());
                array.set(i, before);
                mark(root, before, all);
            }
        }
    }

    private static JsonNode success(Operation operation) {
        ObjectNode frame = McpJson.mapper().createObjectNode();
        frame.put("jsonrpc", "2.0").put("id", "$id").set("result", operation.result.deepCopy());
        return frame;
    }

    private static String withId(String frame) {
        return frame.replace("\"$id\"", "$id");
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void mutatedResultEndsCall(Operation operation) {
        assertThat(answered(operation, withId(success(operation).toString())).getThrowable())
                .isNull();
        for (String frame : marked(success(operation))) {
            for (String value : VALUES) {
                answered(operation, withId(frame.replace('"' + MARK + '"', value)));
            }
        }
    }

    @Test
    void mutatedErrorEndsCall() {
        JsonNode error = McpJson.mapper()
                .readTree("{\"jsonrpc\":\"2.0\",\"id\":\"$id\",\"error\":{\"code\":-32000,\"message\":\"no\","
                        + "\"data\":{\"a\":1}}}");
        for (String frame : marked(error)) {
            for (String value : VALUES) {
                answered(Operation.CALL, withId(frame.replace('"' + MARK + '"', value)));
            }
        }
    }

    @Test
    void invalidFramesEndCall() {
        String result = "\"result\":{\"content\":[]}";
        for (String frame : List.of(
                "{\"id\":$id," + result + "}",
                "{\"jsonrpc\":\"1.0\",\"id\":$id," + result + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id.0," + result + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"id\":999," + result + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id," + result + "," + result + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"method\":\"x\"," + result + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"method\":5," + result + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":false," + result + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{}," + result + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":null,\"error\":\"no\"}",
                "{\"error\":5,\"id\":$id,\"jsonrpc\":\"2.0\"}",
                "{\"result\":{\"x\":NaN},\"id\":$id,\"jsonrpc\":\"2.0\"}",
                "{\"jsonrpc\":\"2.0\",\"result\":{\"x\":NaN},\"id\":$id}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id," + result + "} trailing",
                "{\"jsonrpc\":\"2.0\",\"id\":$id," + result + "}{\"a\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"cut",
                "[{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":5}}]",
                "[{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":5}]")) {
            answered(Operation.CALL, frame);
        }
    }

    /** A line that only resembles a message is ignored, and the call continues. */
    @Test
    void logLineEndsNoCall() {
        open().answer(
                        "tools/call",
                        "{\"level\":\"info\",\"id\":$id,\"msg\":\"working\"}",
                        "{\"level\":\"info\",\"id\":$id,\"msg\":",
                        "{\"jsonrpc\":\"2.0\",\"id\":$id,\"method\":\"tools/call\",\"params\":{\"na",
                        "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}}");
        assertThat(session.callTool("a", null).map(r -> r.text()).block()).isEqualTo("a");
    }

    @Test
    void mutatedHandshakeEndsOpening() {
        JsonNode frame = McpJson.mapper()
                .readTree(("{'jsonrpc':'2.0','id':'$id','result':{'protocolVersion':'2025-11-25','capabilities':"
                                + ERA_CAPABILITIES + ",'serverInfo':{'name':'n','version':'1','icons':[" + ICON
                                + "]},'instructions':'i','_meta':{}}}")
                        .replace('\'', '"'));
        for (String marked : marked(frame)) {
            for (String value : VALUES) {
                String answer = withId(marked.replace('"' + MARK + '"', value));
                Peer odd = new Peer();
                odd.answer("initialize", answer);
                opens(odd, answer);
            }
        }
    }

    @Test
    void mutatedDiscoveryEndsOpening() {
        JsonNode frame = McpJson.mapper()
                .readTree(("{'jsonrpc':'2.0','id':'$id','result':{'supportedVersions':['2026-07-28'],'capabilities':"
                                + "{'tools':{},'logging':{},'extensions':{'x':{}}},'instructions':'i','resultType':"
                                + "'complete','ttlMs':5,'cacheScope':'public','_meta':"
                                + "{'io.modelcontextprotocol/serverInfo':{'name':'n','version':'1'}}}}")
                        .replace('\'', '"'));
        for (String marked : marked(frame)) {
            for (String value : VALUES) {
                String answer = withId(marked.replace('"' + MARK + '"', value));
                Peer odd = new Peer();
                odd.answer("server/discover", answer);
                opens(odd, answer);
            }
        }
    }

    private static void opens(Peer odd, String answer) {
        McpSession opening = McpSession.create(odd.transport(), SessionOptions.defaults());
        AtomicReference<Signal<?>> end = new AtomicReference<>();
        opening.open().materialize().subscribe(end::set);
        assertThat(end.get())
                .as(answer.length() > 500 ? answer.substring(0, 500) : answer)
                .isNotNull();
        if (end.get().getThrowable() != null) {
            assertThat(end.get().getThrowable()).as(answer).isInstanceOf(McpException.class);
        }
        opening.close().block();
    }

    /** Replaces bytes of a response by others, many times. */
    @Test
    void flippedBytesEndCallOrAreIgnored() {
        flip(7, 500);
    }

    @Test
    @Tag("heavy")
    void manyFlippedBytesEndCallOrAreIgnored() {
        for (int seed = 0; seed < 50; seed++) {
            flip(seed, 2000);
        }
    }

    private void flip(long seed, int times) {
        Random random = new Random(seed);
        for (int i = 0; i < times; i++) {
            Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
            String frame = success(operation).toString();
            int from = frame.indexOf("\"result\":") + 9;
            StringBuilder changed = new StringBuilder(frame);
            for (int n = random.nextInt(3); n >= 0; n--) {
                changed.setCharAt(from + random.nextInt(frame.length() - from - 1), (char) (random.nextInt(0x7e) + 1));
            }
            String text = withId(changed.toString());
            if (new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).contains("\n")) {
                continue;
            }
            try {
                answered(operation, text);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", number " + i, e);
            }
        }
    }
}
