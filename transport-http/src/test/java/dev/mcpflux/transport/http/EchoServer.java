package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.testing.TransportContract;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.NettyOutbound;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The server of the {@link TransportContract} over HTTP: of the legacy era, with a session and a stream of its own. */
final class EchoServer {

    private static final String SESSION = "session-1";

    private final boolean silent;
    private final boolean older;
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private final List<String> cancelled = new CopyOnWriteArrayList<>();
    private final Sinks.Many<String> stream = Sinks.many().multicast().directBestEffort();
    private final Sinks.Empty<Void> gone = Sinks.empty();
    /** How many POSTs were read to their end. */
    final AtomicLong received = new AtomicLong();

    final AtomicInteger deleted = new AtomicInteger();
    private final DisposableServer server;
    private volatile boolean stopped;

    /**
     * A server that listens.
     *
     * @param silent answers nothing
     * @param older speaks HTTP+SSE only
     */
    EchoServer(boolean silent, boolean older) {
        this.silent = silent;
        this.older = older;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnChannelInit((observer, channel, address) -> {
                    channels.add(channel);
                    channel.closeFuture().addListener(closed -> channels.remove(channel));
                    if (stopped) {
                        channel.close();
                    }
                })
                .handle(this::handle)
                .bindNow(Duration.ofSeconds(30));
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + (older ? "/sse" : "/mcp");
    }

    int connections() {
        return channels.size();
    }

    void stop() {
        stopped = true;
        gone.tryEmitEmpty();
        server.dispose();
        channels.forEach(Channel::close);
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        if (stopped) {
            // by a connection that is not closed yet: this server is gone for the client already
            request.withConnection(connection -> connection.channel().close());
            return Mono.never();
        }
        return switch (request.method().name()) {
            case "POST" ->
                older && request.uri().equals("/sse")
                        ? response.status(HttpResponseStatus.METHOD_NOT_ALLOWED).send()
                        : request.receive()
                                .aggregate()
                                .asString(StandardCharsets.UTF_8)
                                .flatMap(text -> Mono.from(post(McpJson.mapper().readTree(text), response)));
            case "GET" ->
                events(
                        response,
                        older
                                ? Flux.concat(Mono.just("event: endpoint\ndata: /message\n\n"), stream.asFlux())
                                : Flux.concat(Mono.just(": here\n\n"), stream.asFlux()));
            case "DELETE" -> {
                deleted.incrementAndGet();
                yield response.status(HttpResponseStatus.OK).send();
            }
            default -> response.status(HttpResponseStatus.METHOD_NOT_ALLOWED).send();
        };
    }

    /** Nothing is dropped, however slowly it is written: a sink that is shared knows no back-pressure. */
    private NettyOutbound events(HttpServerResponse response, Flux<String> events) {
        return response.sse().sendString(events.onBackpressureBuffer().takeUntilOther(gone.asMono()));
    }

    private Publisher<Void> post(JsonNode message, HttpServerResponse response) {
        received.incrementAndGet();
        String method = message.path("method").asString("");
        if (!message.has("id")) {
            if (method.equals("notifications/cancelled")) {
                cancelled.add(message.path("params").path("requestId").asString(""));
            }
            return response.status(HttpResponseStatus.ACCEPTED).send();
        }
        if (silent) {
            return older ? response.status(HttpResponseStatus.ACCEPTED).send() : Mono.never();
        }
        if (method.equals("initialize")) {
            ObjectNode result = McpJson.mapper().createObjectNode().put("protocolVersion", "2025-11-25");
            result.putObject("capabilities").putObject("tools");
            result.putObject("serverInfo").put("name", "echo").put("version", "1");
            response.header("Mcp-Session-Id", SESSION);
            return answer(response, Flux.just(result(message, result)), false);
        }
        JsonNode params = message.path("params");
        return switch (params.path("name").asString("")) {
            case "echo" ->
                answer(
                        response,
                        Flux.just(text(
                                message, params.path("arguments").path("text").asString(""))),
                        false);
            case "cancelled" -> answer(response, Flux.just(text(message, String.join(",", cancelled))), false);
            case "hang" -> answer(response, Flux.never(), true);
            case "progress" -> answer(response, progress(message), true);
            case "crash" -> {
                stop();
                yield Mono.never();
            }
            default -> response.status(HttpResponseStatus.INTERNAL_SERVER_ERROR).send();
        };
    }

    private Flux<String> progress(JsonNode message) {
        JsonNode token = message.path("params").path("_meta").path("progressToken");
        Flux<String> steps = token.isMissingNode()
                ? Flux.empty()
                : Flux.range(1, 3).map(step -> {
                    ObjectNode progress = McpJson.mapper().createObjectNode().put("jsonrpc", "2.0");
                    progress.put("method", "notifications/progress");
                    progress.putObject("params").put("progress", step).set("progressToken", token);
                    return progress.toString();
                });
        return steps.concatWithValues(text(message, "done"));
    }

    /** By the stream in the older transport, else by the response: as one message or as events. */
    private Publisher<Void> answer(HttpServerResponse response, Flux<String> messages, boolean asEvents) {
        if (older) {
            messages.subscribe(this::tell);
            return response.status(HttpResponseStatus.ACCEPTED).sendString(Mono.just("Accepted"));
        }
        return asEvents
                ? events(response, messages.map(EchoServer::event).mergeWith(Mono.<String>empty()))
                : response.header("Content-Type", "application/json; charset=utf-8")
                        .sendString(messages.single());
    }

    private synchronized void tell(String message) {
        stream.tryEmitNext(event(message));
    }

    private static String event(String message) {
        return "event: message\ndata: " + message + "\n\n";
    }

    private static String text(JsonNode request, String text) {
        ObjectNode result = McpJson.mapper().createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result(request, result);
    }

    private static String result(JsonNode request, ObjectNode result) {
        ObjectNode message = McpJson.mapper().createObjectNode().put("jsonrpc", "2.0");
        message.set("id", request.get("id"));
        message.set("result", result);
        return message.toString();
    }
}
