package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;
import tools.jackson.databind.JsonNode;

/** Two callers, and calls of nobody between theirs: what one is answered reaches no other, whatever is asked. */
class CallersApartTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What a caller may ask; the text that is emitted comes from the server and says to which request it belongs. */
    enum Operation {
        HOST_TOOLS(h -> texts(h.tools().map(t -> t.tool().description()))),
        HOST_TOOL(h -> h.tool("who").map(t -> text(t.tool().description()))),
        HOST_PROMPTS(h -> texts(h.prompts().map(p -> p.prompt().description()))),
        HOST_RESOURCES(h -> texts(h.resources().map(r -> r.resource().description()))),
        HOST_TEMPLATES(h -> texts(h.resourceTemplates().map(t -> t.template().description()))),
        HOST_CALL(h -> h.callTool("s__who", null).map(r -> r.text())),
        HOST_CALL_BY_BARE_NAME(h -> h.callTool("who", null).map(r -> r.text())),
        HOST_SIGNALS(h -> h.streamTool("who", null)
                .ofType(ToolSignal.Result.class)
                .map(r -> r.result().text())
                .single()),
        HOST_PROMPT(h -> h.getPrompt("who", Map.of()).map(p -> text(p.description()))),
        HOST_READ(h -> h.readResource("me://inbox").map(r -> r.text())),
        HOST_READ_AT(
                h -> h.server("s").useOne(s -> s.readResource("me://inbox")).map(r -> r.text())),
        TOOLS(on(s -> texts(s.listTools().map(t -> t.description())))),
        TOOLS_PAGE(on(s -> s.listToolsPage(null).map(p -> text(p.tools().get(0).description())))),
        PROMPTS(on(s -> texts(s.listPrompts().map(p -> p.description())))),
        RESOURCES(on(s -> texts(s.listResources().map(r -> r.description())))),
        TEMPLATES(on(s -> texts(s.listResourceTemplates().map(t -> t.description())))),
        CALL(on(s -> s.callTool("who", null).map(r -> r.text()))),
        SIGNALS(on(s -> s.streamTool("who", null)
                .ofType(ToolSignal.Result.class)
                .map(r -> r.result().text())
                .single())),
        PROMPT(on(s -> s.getPrompt("who", Map.of()).map(p -> text(p.description())))),
        READ(on(s -> s.readResource("me://inbox").map(r -> r.text()))),
        COMPLETE(on(s -> s.complete(Completions.CompletionReference.prompt("who"), "a", "b", Map.of())
                .map(c -> c.values().get(0)))),
        TASK(on(s -> s.getTask("t").map(t -> text(t.statusMessage())))),
        RESUMED_TASK(on(s -> s.resumeTask("t")
                .ofType(ToolSignal.TaskStatus.class)
                .map(t -> text(t.task().statusMessage()))
                .next()));

        private final Function<McpHost, Mono<String>> run;

        Operation(Function<McpHost, Mono<String>> run) {
            this.run = run;
        }

        private static Function<McpHost, Mono<String>> on(Function<McpSession, Mono<String>> run) {
            return host -> host.server("s").useOne(run);
        }

        private static String text(Object text) {
            return String.valueOf(text);
        }

        private static Mono<String> texts(Flux<String> all) {
            return all.single();
        }
    }

    /** Answers with the caller, as far as the server can see it, and the number of the request. */
    private static final class Script {
        private final boolean modern;
        private final AtomicInteger last = new AtomicInteger();

        Script(boolean modern) {
            this.modern = modern;
        }

        /** The members of the result; null where there is no answer. */
        String answer(JsonNode request, String who) {
            String value = who + "#" + last.incrementAndGet();
            String result = switch (request.path("method").asString("")) {
                case "initialize" ->
                    "\"protocolVersion\":\"2025-11-25\",\"serverInfo\":"
                            + "{\"name\":\"s\",\"version\":\"1\"},\"capabilities\":" + capabilities();
                case "server/discover" ->
                    modern ? "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":" + capabilities() : null;
                case "tools/list" ->
                    "\"tools\":[{\"name\":\"who\",\"inputSchema\":{},\"description\":\"" + value + "\"}]";
                case "prompts/list" -> "\"prompts\":[{\"name\":\"who\",\"description\":\"" + value + "\"}]";
                case "resources/list" ->
                    "\"resources\":[{\"uri\":\"me://inbox\",\"name\":\"i\",\"description\":\"" + value + "\"}]";
                case "resources/templates/list" ->
                    "\"resourceTemplates\":[{\"uriTemplate\":\"me://{a}\"," + "\"name\":\"i\",\"description\":\""
                            + value + "\"}]";
                case "tools/call" -> "\"content\":[{\"type\":\"text\",\"text\":\"" + value + "\"}]";
                case "prompts/get" -> "\"messages\":[],\"description\":\"" + value + "\"";
                case "resources/read" -> "\"contents\":[{\"uri\":\"me://inbox\",\"text\":\"" + value + "\"}]";
                case "completion/complete" -> "\"completion\":{\"values\":[\"" + value + "\"]}";
                case "tasks/get" -> "\"taskId\":\"t\",\"status\":\"working\",\"statusMessage\":\"" + value + "\"";
                default -> "\"x\":0";
            };
            if (result == null) {
                return null;
            }
            // as private as can be, and kept for as long as anybody likes
            return "{\"resultType\":\"complete\",\"ttlMs\":3600000,\"cacheScope\":\"private\"," + result + "}";
        }

        private static String capabilities() {
            return "{\"tools\":{},\"prompts\":{},\"resources\":{\"subscribe\":true},\"completions\":{},\"logging\":{}}";
        }
    }

    /** A server that is reached through memory: it cannot see the caller. */
    private static Transport memory(Script script) {
        return new Transport() {
            @Override
            public String name() {
                return "s";
            }

            @Override
            public Connection connection() {
                return Multiplexer.over("s", events -> new Memory(script));
            }
        };
    }

    private static final class Memory implements DuplexConnection {
        private static final JsonRpcCodec CODEC = new JsonRpcCodec();

        private final Script script;
        private final Sinks.Many<byte[]> frames = Sinks.many().unicast().onBackpressureBuffer();
        private final Sinks.One<Termination> terminated = Sinks.one();

        Memory(Script script) {
            this.script = script;
        }

        @Override
        public Mono<Void> open() {
            return Mono.empty();
        }

        @Override
        public Flux<Frame> frames() {
            return frames.asFlux().map(Frame::of);
        }

        @Override
        public Mono<Void> send(JsonRpcMessage message) {
            return Mono.fromRunnable(() -> {
                OutgoingBuffer buffer = new OutgoingBuffer();
                CODEC.encode(message, buffer);
                JsonNode request = McpJson.mapper().readTree(buffer.toByteArray());
                if (request.has("id")) {
                    frames.tryEmitNext(
                            response(request, script.answer(request, "?")).getBytes(StandardCharsets.UTF_8));
                }
            });
        }

        @Override
        public Mono<Termination> onTermination() {
            return terminated.asMono();
        }

        @Override
        public Mono<Void> close() {
            return Mono.fromRunnable(() -> terminated.tryEmitValue(Termination.closed()));
        }

        @Override
        public Diagnostics diagnostics() {
            return Diagnostics.NONE;
        }
    }

    private static String response(JsonNode request, String result) {
        String of = "{\"jsonrpc\":\"2.0\",\"id\":" + request.path("id");
        return result == null
                ? of + ",\"error\":{\"code\":-32601,\"message\":\"no\"}}"
                : of + ",\"result\":" + result + "}";
    }

    /** A server by HTTP: it sees the header, and in the legacy era the session. */
    private static final class ByHttp implements AutoCloseable {
        private final Script script;
        private final HttpServer server;
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final AtomicInteger sessions = new AtomicInteger();
        private final Map<String, String> owners = new ConcurrentHashMap<>();

        ByHttp(Script script) throws IOException {
            this.script = script;
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            server.createContext("/", this::handle);
            server.setExecutor(threads);
            server.start();
        }

        Transport transport() {
            return HttpTransport.builder(
                            "s", "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp")
                    .build();
        }

        private void handle(HttpExchange http) throws IOException {
            byte[] body = http.getRequestBody().readAllBytes();
            String header = http.getRequestHeaders().getFirst("Authorization");
            String session = http.getRequestHeaders().getFirst("Mcp-Session-Id");
            String who = header != null ? header : session == null ? "nobody" : "session " + session;
            JsonNode request = body.length == 0 ? null : McpJson.mapper().readTree(body);
            if (session != null && !String.valueOf(header).equals(owners.get(session))) {
                status(http, 403);
            } else if (request == null) {
                status(http, http.getRequestMethod().equals("GET") ? 405 : 200);
            } else if (!request.has("id")) {
                status(http, 202);
            } else {
                String method = request.path("method").asString("");
                if (!script.modern && session == null && !method.equals("initialize")) {
                    status(http, 400);
                    return;
                }
                if (method.equals("initialize")) {
                    String fresh = String.valueOf(sessions.incrementAndGet());
                    owners.put(fresh, String.valueOf(header));
                    http.getResponseHeaders().set("Mcp-Session-Id", fresh);
                }
                byte[] answer = response(request, script.answer(request, who)).getBytes(StandardCharsets.UTF_8);
                http.getResponseHeaders().set("Content-Type", "application/json");
                http.sendResponseHeaders(200, answer.length);
                http.getResponseBody().write(answer);
                http.close();
            }
        }

        private static void status(HttpExchange http, int status) throws IOException {
            http.sendResponseHeaders(status, -1);
            http.close();
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private static Context caller(String name, boolean principal) {
        return principal
                ? Context.of(CallContext.PRINCIPAL, name)
                : Context.of(HttpTransport.HEADERS, Map.of("Authorization", name));
    }

    static Stream<Arguments> ways() {
        return Stream.of(true, false)
                .flatMap(modern -> Stream.of(true, false)
                        .flatMap(http -> Stream.of(true, false).map(by -> Arguments.of(modern, http, by))));
    }

    @ParameterizedTest(name = "modern {0}, http {1}, principal {2}")
    @MethodSource("ways")
    void answersReachNoOtherCaller(boolean modern, boolean http, boolean principal) throws IOException {
        Script script = new Script(modern);
        try (ByHttp server = new ByHttp(script)) {
            McpHost host =
                    Objects.requireNonNull(McpHost.open(HostConfig.of(http ? server.transport() : memory(script)))
                            .block(LIMIT));
            Map<String, Context> callers = Map.of(
                    "alice", caller("alice", principal), "bob", caller("bob", principal), "nobody", Context.empty());
            for (Operation operation : Operation.values()) {
                Map<String, List<String>> heard = new ConcurrentHashMap<>();
                for (int round = 0; round < 2; round++) {
                    callers.forEach((name, context) -> heard.computeIfAbsent(name, n -> new ArrayList<>())
                            .add(String.valueOf(operation
                                    .run
                                    .apply(host)
                                    .contextWrite(context)
                                    .block(LIMIT))));
                }
                String what = operation + " " + heard;
                callers.keySet()
                        .forEach(name -> callers.keySet().forEach(other -> {
                            if (!name.equals(other)) {
                                assertThat(heard.get(name)).as(what).doesNotContainAnyElementsOf(heard.get(other));
                            }
                        }));
                if (http && !principal) {
                    assertThat(heard.get("alice"))
                            .as(what)
                            .allSatisfy(one -> assertThat(one).startsWith("alice#"));
                    assertThat(heard.get("bob"))
                            .as(what)
                            .allSatisfy(one -> assertThat(one).startsWith("bob#"));
                } else if (http && !modern) {
                    // a session each
                    List<String> sessions = heard.values().stream()
                            .map(all -> all.get(0).substring(0, all.get(0).indexOf('#')))
                            .distinct()
                            .toList();
                    assertThat(sessions).as(what).hasSize(3);
                }
            }
            host.server("s")
                    .useOne(s -> s.setLogLevel(LogLevel.DEBUG))
                    .contextWrite(callers.get("alice"))
                    .block(LIMIT);
            host.close().block(LIMIT);
        }
    }

    // what has the wrong type

    /** What a call may find in its context in place of what belongs there. */
    enum Mistake {
        HEADERS(HttpTransport.HEADERS, "Bearer s3cr3t"),
        HEADER_VALUES(HttpTransport.HEADERS, Map.of("Authorization", List.of("Bearer s3cr3t"))),
        HEADER_NAMES(HttpTransport.HEADERS, Map.of(7, "Bearer s3cr3t")),
        PRINCIPAL(CallContext.PRINCIPAL, Mono.just("s3cr3t")),
        TRACEPARENT(CallContext.TRACEPARENT, new StringBuilder("s3cr3t")),
        TRACESTATE(CallContext.TRACESTATE, 7),
        BAGGAGE(CallContext.BAGGAGE, Map.of("s3cr3t", 1));

        private final String key;
        private final Object value;

        Mistake(String key, Object value) {
            this.key = key;
            this.value = value;
        }
    }

    @ParameterizedTest
    @EnumSource(Mistake.class)
    void wrongContextValueFailsEachCallAtOnce(Mistake mistake) throws IOException {
        for (boolean http : List.of(true, false)) {
            Script script = new Script(!http);
            try (ByHttp server = new ByHttp(script)) {
                HostConfig config = HostConfig.of(http ? server.transport() : memory(script));
                Context wrong = Context.of(mistake.key, mistake.value);
                assertThatThrownBy(
                                () -> McpHost.open(config).contextWrite(wrong).block(LIMIT))
                        .isInstanceOf(IllegalArgumentException.class);
                McpHost host = Objects.requireNonNull(McpHost.open(config).block(LIMIT));
                int before = script.last.get();
                for (Operation operation : Operation.values()) {
                    assertThatThrownBy(() -> operation
                                    .run
                                    .apply(host)
                                    .contextWrite(wrong)
                                    .block(LIMIT))
                            .as(operation.name())
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining(mistake.key)
                            .hasMessageNotContaining("s3cr3t");
                }
                assertThat(script.last).hasValue(before);
                host.close().block(LIMIT);
            }
        }
    }
}
