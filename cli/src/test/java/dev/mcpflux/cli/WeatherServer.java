package dev.mcpflux.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** A small server of the legacy era over HTTP, whose answers are always the same. */
final class WeatherServer implements AutoCloseable {

    private final HttpServer http;

    WeatherServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/mcp", this::serve);
        http.start();
    }

    /** For sessions in a real terminal: prints its address and serves until standard input ends. */
    public static void main(String[] args) throws IOException {
        try (WeatherServer server = new WeatherServer()) {
            System.out.println(server.url());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/mcp";
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        JsonNode message = exchange.getRequestMethod().equals("POST")
                ? McpJson.mapper().readTree(exchange.getRequestBody().readAllBytes())
                : null;
        if (message == null || !message.has("id")) {
            exchange.sendResponseHeaders(message == null ? 405 : 202, -1);
            exchange.close();
            return;
        }
        String answer = answer(
                message.path("method").asString(),
                message.path("params").path("name").asString(""));
        byte[] body = "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}"
                .formatted(message.get("id"), answer)
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String answer(String method, String name) {
        return switch (method) {
            case "initialize" -> """
                    "result": {"protocolVersion": "2025-11-25", "serverInfo": {"name": "weather-service", "version": "2.1.0"},
                     "capabilities": {"tools": {}}}""";
            case "tools/list" -> """
                    "result": {"tools": [
                     {"name": "lookup", "description": "The weather in a city now: temperature, wind, and the chance of rain",
                      "inputSchema": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"},
                       "units": {"enum": ["metric", "imperial"]}}}},
                     {"name": "forecast", "description": "天気予報: the next days ☀", "inputSchema": {"type": "object",
                      "required": ["city", "days"], "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}},
                     {"name": "stations", "title": "Stations", "inputSchema": {"type": "object"}}]}""";
            case "tools/call" -> name.equals("stations") ? """
                    "result": {"content": [{"type": "text", "text": "no station answers"}], "isError": true}""" : """
                    "result": {"content": [{"type": "text", "text": "Paris: 18 °C, light rain"}]}""";
            default -> "\"error\": {\"code\": -32601, \"message\": \"Method not found\"}";
        };
    }
}
