package dev.mcpflux.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** An HTTP server whose every text contains terminal sequences: in responses, errors, notifications and questions. */
public final class HostileServer implements AutoCloseable {

    /**
     * A window title, a cleared screen, a link (OSC 8), the clipboard (OSC 52), reversed text, several kinds of line breaks,
     * and invisible characters.
     */
    public static final String WORDS = "\u001b]0;owned\u0007\u001b[2J\u001b]8;;http://h/\u001b\\\u001b]52;c;AAAA\u0007"
            + "\u009b35m\u202e\u2066\u200e\u2028\u0085\u200b\ufeff\udb40\udc41\u007f\r\nmcpflux: forged\rx";

    /** A line that is longer than anybody reads. */
    private static final String HUGE = "h".repeat(1 << 16);

    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private CompletableFuture<JsonNode> answer = new CompletableFuture<>();

    HostileServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/mcp", this::serve);
        http.createContext("/broken", exchange -> {
            byte[] body = WORDS.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(500, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/" + path;
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    /** Text as a JSON string without its quotes. */
    private static String json(String text) {
        String quoted = McpJson.mapper().writeValueAsString(text);
        return quoted.substring(1, quoted.length() - 1);
    }

    private void serve(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.sendResponseHeaders(405, -1);
            exchange.close();
            return;
        }
        JsonNode message = McpJson.mapper().readTree(exchange.getRequestBody().readAllBytes());
        if (!message.has("method")) {
            answer.complete(message);
        }
        if (!message.has("method") || !message.has("id")) {
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            reply(message, out);
        }
    }

    private void send(OutputStream out, String message) throws IOException {
        String json = McpJson.mapper()
                .readTree(message.replace("$", json(WORDS))
                        .replace("HUGE", HUGE)
                        .replace("LONG", HUGE.substring(0, 40_000)))
                .toString();
        out.write(("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void reply(JsonNode request, OutputStream out) throws IOException {
        String id = request.get("id").toString();
        JsonNode params = request.has("params") ? request.get("params") : NOTHING;
        String name = params.path("name").asString("");
        if (request.get("method").asString().equals("tools/call")) {
            tell(params, out);
            if (name.equals("ask")) {
                ask(out);
            }
        }
        if (request.get("method").asString().equals("logging/setLevel")) {
            tell(params, out);
        }
        String result = switch (request.get("method").asString()) {
            case "initialize" -> """
                    {"protocolVersion": "2025-11-25", "instructions": "$", "capabilities": {"tools": {}, "prompts": {},
                      "resources": {}, "logging": {}, "completions": {}, "tasks": {"cancel": {}}},
                     "serverInfo": {"name": "n$", "title": "t$", "version": "v$"}}""";
            case "tools/list" -> """
                    {"tools": [{"name": "odd$", "title": "t$", "description": "d$", "inputSchema": {"type": "object",
                        "properties": {"p$": {"type": "string"}}, "required": ["p$"]}},
                      {"name": "say", "title": "t$", "inputSchema": {"type": "object"}},
                      {"name": "typed", "inputSchema": {"type": "object", "properties": {"p": {"type": "t$"}}}},
                      {"name": "fail", "inputSchema": {"type": "object"}},
                      {"name": "huge", "title": "HUGE", "description": "HUGE", "inputSchema": {"type": "object",
                        "properties": {"LONG": {"type": "string"}}}},
                      {"name": "refuse", "inputSchema": {"type": "object"}},
                      {"name": "ask", "inputSchema": {"type": "object"}}]}""";
            case "tools/call" -> """
                    {"content": [{"type": "text", "text": "said$"}, {"type": "image", "data": "AAAA", "mimeType": "$"},
                      {"type": "resource_link", "uri": "a$", "name": "n$"}, {"type": "x$", "y$": "$"},
                      {"type": "resource", "resource": {"uri": "a$", "text": "$"}}], "isError": %s}""".formatted(name.equals("fail"));
            case "prompts/list" -> """
                    {"prompts": [{"name": "huge", "title": "HUGE", "description": "HUGE", "arguments": [{"name": "HUGE"}]},
                      {"name": "hello", "title": "t$", "description": "d$", "arguments": [{"name": "a$"}]}]}""";
            case "prompts/get" -> """
                    {"description": "$", "messages": [{"role": "user", "content": {"type": "text", "text": "$"}}]}""";
            case "resources/list" -> """
                    {"resources": [{"uri": "a://huge", "name": "HUGE", "mimeType": "HUGE", "description": "HUGE"},
                      {"uri": "a://b", "name": "n$", "mimeType": "m$", "description": "d$"},
                      {"uri": "a://$", "name": "n", "title": "t$"}]}""";
            case "resources/templates/list" -> """
                    {"resourceTemplates": [{"uriTemplate": "a://{x}/$", "name": "n$", "mimeType": "m$"}]}""";
            case "resources/read" -> """
                    {"contents": [{"uri": "a$", "mimeType": "m$", "text": "holds$"},
                      {"uri": "a$", "mimeType": "m$", "blob": "AAAA"}]}""";
            case "completion/complete" -> """
                    {"completion": {"values": ["one$", "two$"], "total": 5}}""";
            case "tasks/get", "tasks/cancel" -> """
                    {"taskId": "t$", "status": "completed", "statusMessage": "m$", "createdAt": "c$",
                     "lastUpdatedAt": "l$", "ttl": null, "pollInterval": 50}""";
            case "tasks/result" -> """
                    {"content": [{"type": "text", "text": "late$"}]}""";
            default -> "{}";
        };
        boolean refused =
                name.equals("refuse") || request.get("method").asString().equals("server/discover");
        String code = request.get("method").asString().equals("server/discover") ? "-32601" : "-32000";
        send(out, refused ? """
                        {"jsonrpc": "2.0", "id": %s, "error": {"code": %s, "message": "m$", "data": {"d$": "$"}}}""".formatted(id, code) : """
                        {"jsonrpc": "2.0", "id": %s, "result": %s}""".formatted(id, result));
    }

    private void tell(JsonNode params, OutputStream out) throws IOException {
        send(out, """
                {"jsonrpc": "2.0", "method": "notifications/message",
                 "params": {"level": "info", "logger": "l$", "data": "log$"}}""");
        send(out, """
                {"jsonrpc": "2.0", "method": "notifications/message",
                 "params": {"level": "info", "logger": "l", "data": "HUGE"}}""");
        send(out, """
                {"jsonrpc": "2.0", "method": "notifications/message",
                 "params": {"level": "loud$", "logger": "l$", "data": {"d$": "$"}}}""");
        JsonNode token = params.path("_meta").path("progressToken");
        if (!token.isMissingNode()) {
            send(out, """
                    {"jsonrpc": "2.0", "method": "notifications/progress",
                     "params": {"progressToken": %s, "progress": 1, "total": 2, "message": "half$"}}""".formatted(token));
        }
        send(out, """
                {"jsonrpc": "2.0", "method": "notifications/odd$", "params": {}}""");
        send(out, """
                {"jsonrpc": "2.0", "id": "none$", "result": {}}""");
        send(out, """
                {"jsonrpc": "2.0", "method": "notifications/resources/updated", "params": {"uri": "u$"}}""");
    }

    private void ask(OutputStream out) throws IOException {
        answer = new CompletableFuture<>();
        send(out, """
                {"jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": {"message": "who$",
                  "requestedSchema": {"type": "object", "properties": {"p$": {"type": "string", "title": "t$",
                    "default": "d$"}}}}}""");
        try {
            answer.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
