package dev.mcpflux.host.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** A small server of either era that notes the number of each call of a tool that acts before it answers. */
final class SoakHttpServer implements AutoCloseable {

    private static final String TOOLS = """
            {"tools":[{"name":"act","inputSchema":{"type":"object"}},{"name":"slow","inputSchema":{"type":"object"}},
            {"name":"look","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}],
            "resultType":"complete","ttlMs":0,"cacheScope":"private"}""".replace("\n", "");

    private final HttpServer server;
    private final boolean modern;
    private final Queue<Integer> acted;
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger begun = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(16, work -> {
        Thread thread = new Thread(work, "soak-server");
        thread.setDaemon(true);
        return thread;
    });

    SoakHttpServer(boolean modern, Queue<Integer> acted) {
        this.modern = modern;
        this.acted = acted;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/mcp", this::handle);
        server.start();
    }

    static Queue<Integer> log() {
        return new ConcurrentLinkedQueue<>();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** As a server that was started again: sessions are unknown. */
    void forgetSessions() {
        sessions.clear();
    }

    private void handle(HttpExchange http) throws IOException {
        try (http) {
            byte[] body = http.getRequestBody().readAllBytes();
            if (!http.getRequestMethod().equals("POST")) {
                answer(http, 405, "");
                return;
            }
            JsonNode message = McpJson.mapper().readTree(body);
            String method = message.path("method").asString("");
            boolean begins = method.equals("initialize");
            if (!modern && !begins && !method.equals("server/discover")) {
                String session = http.getRequestHeaders().getFirst("Mcp-Session-Id");
                if (session == null || !sessions.contains(session)) {
                    answer(http, 404, "");
                    return;
                }
            }
            if (!message.has("id")) {
                answer(http, 202, "");
                return;
            }
            String result = result(method, message);
            if (begins && !modern) {
                String session = "session-" + begun.incrementAndGet();
                sessions.add(session);
                http.getResponseHeaders().add("Mcp-Session-Id", session);
            }
            http.getResponseHeaders().add("Content-Type", "application/json");
            answer(http, 200, "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + "," + result + "}");
        }
    }

    private String result(String method, JsonNode message) {
        if (modern && method.equals("server/discover")) {
            return """
                    "result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"resultType":"complete",\
                    "ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":\
                    {"name":"soak","version":"1"}}}""";
        }
        if (!modern && method.equals("initialize")) {
            return """
                    "result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
                    "serverInfo":{"name":"soak","version":"1"}}""";
        }
        if (method.equals("tools/list")) {
            return "\"result\":" + TOOLS;
        }
        if (method.equals("ping")) {
            return "\"result\":{}";
        }
        if (method.equals("tools/call")) {
            int number = message.path("params").path("arguments").path("n").asInt();
            String tool = message.path("params").path("name").asString("");
            if (tool.equals("act") || tool.equals("slow")) {
                acted.add(number);
            }
            return "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + number
                    + "\"}],\"resultType\":\"complete\"}";
        }
        return "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}";
    }

    private static void answer(HttpExchange http, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            http.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
