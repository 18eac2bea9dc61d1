package dev.mcpflux.host.observation;

import dev.mcpflux.jsonrpc.McpJson;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A server in a process of its own, with its own OpenTelemetry: it answers a call with the span that it has started for it, as
 * {@code trace parent kind}.
 */
final class TracedServer {

    static final String DISCOVERED = """
            {"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},\
            "serverInfo":{"name":"s","version":"1"},"ttlMs":0,"cacheScope":"private"}""";
    static final String INITIALIZED = """
            {"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}""";
    static final String TOOLS = """
            {"resultType":"complete","tools":[{"name":"t","inputSchema":{"type":"object"}}],"ttlMs":0,\
            "cacheScope":"private"}""";

    private TracedServer() {}

    static List<String> command(String era) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                TracedServer.class.getName(),
                era);
    }

    /** A result that holds the span. */
    static String result(SpanData span) {
        return "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"" + span.getTraceId() + " "
                + span.getParentSpanId() + " " + span.getKind() + "\"}]}";
    }

    public static void main(String[] arguments) throws IOException {
        boolean modern = arguments[0].equals("modern");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Tracing tracing = new Tracing()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode message = McpJson.mapper().readTree(line);
                String result = switch (message.path("method").asString("")) {
                    case "server/discover" -> modern ? DISCOVERED : null;
                    case "initialize" -> INITIALIZED;
                    case "tools/list" -> TOOLS;
                    case "tools/call" -> result(tracing.served("serve", message.path("params")));
                    default -> null;
                };
                if (message.has("id")) {
                    System.out.println("{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ","
                            + (result == null
                                    ? "\"error\":{\"code\":-32601,\"message\":\"no such method\"}}"
                                    : "\"result\":" + result + "}"));
                }
            }
        }
    }
}
