package dev.mcpflux.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A real stdio server of 2025-11-25 with a little of everything that the commands show, in the order in which it is asked.
 * With {@code --leave} it tells some news when a resource is subscribed to, and goes.
 */
final class PlayServer {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String FORM = """
            {"type": "object", "properties": {
              "name": {"type": "string", "title": "Name", "default": "world"},
              "count": {"type": "integer", "minimum": 1, "maximum": 3, "default": 2}%s}, "required": ["name"%s]}
            """;

    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final boolean leave;

    private PlayServer(boolean leave) {
        this.leave = leave;
    }

    public static void main(String[] args) throws IOException {
        new PlayServer(List.of(args).contains("--leave")).serve();
    }

    /** A configuration of one server, called play. */
    static String config(String... args) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode server = root.putObject("mcpServers").putObject("play");
        server.put("command", System.getProperty("java.home") + "/bin/java");
        var words = server.putArray("args");
        List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PlayServer.class.getName())
                .forEach(words::add);
        List.of(args).forEach(words::add);
        return JSON.writeValueAsString(root);
    }

    private void serve() throws IOException {
        for (JsonNode message = read(); message != null; message = read()) {
            if (message.has("id") && message.has("method")) {
                answer(message);
            }
        }
    }

    private JsonNode read() throws IOException {
        String line = in.readLine();
        return line == null ? null : JSON.readTree(line);
    }

    private void answer(JsonNode request) throws IOException {
        JsonNode params = request.path("params");
        String result = switch (request.get("method").asString()) {
            case "initialize" -> """
                            {"protocolVersion": "2025-11-25", "serverInfo": {"name": "player", "version": "7"},
                             "instructions": "Play fair.",
                             "capabilities": {"tools": {}, "prompts": {}, "resources": {"subscribe": true}, "logging": {},
                               "completions": {}, "tasks": {"cancel": {}, "requests": {"tools": {"call": {}}}}}}""";
            case "tools/list" -> """
                            {"tools": [
                              {"name": "ask", "inputSchema": {"type": "object"}},
                              {"name": "ask_more", "inputSchema": {"type": "object"}},
                              {"name": "open", "inputSchema": {"type": "object"}},
                              {"name": "roots", "inputSchema": {"type": "object"}},
                              {"name": "log", "inputSchema": {"type": "object"}},
                              {"name": "count", "inputSchema": {"type": "object"}, "outputSchema":
                               {"type": "object", "properties": {"n": {"type": "integer"}}}},
                              {"name": "at once!", "inputSchema": {"type": "object"}},
                              {"name": "later", "inputSchema": {"type": "object"},
                               "execution": {"taskSupport": "optional"}}]}""";
            case "prompts/list" -> """
                            {"prompts": [{"name": "hello", "description": "Says hello\\nto somebody", "arguments": [
                               {"name": "who", "required": true}, {"name": "tone"}]}]}""";
            case "prompts/get" ->
                """
                            {"messages": [
                              {"role": "user", "content": {"type": "text", "text": "Say hello to %s"}},
                              {"role": "assistant", "content": {"type": "image", "data": "AAAA", "mimeType": "image/png"}}
                            ]}""".formatted(params.path("arguments").path("who").asString());
            case "resources/list" -> """
                            {"resources": [
                              {"uri": "play://text", "name": "text", "mimeType": "text/plain", "size": 12345},
                              {"uri": "play://bytes", "name": "bytes", "description": "Some bytes"}]}""";
            case "resources/templates/list" ->
                "{\"resourceTemplates\": [{\"uriTemplate\": \"play://page/{number}\", \"name\": \"page\"}]}";
            case "resources/read" -> contents(params.path("uri").asString());
            case "completion/complete" ->
                params.path("argument").path("value").asString().equals("none")
                        ? "{\"completion\": {\"values\": []}}"
                        : "{\"completion\": {\"values\": [\"one\", \"two\"], \"total\": 5, \"hasMore\": true}}";
            case "tools/call" ->
                params.has("task")
                        ? "{\"task\": " + task("working") + "}"
                        : call(params.path("name").asString());
            case "tasks/get" -> task("completed");
            case "tasks/cancel" -> task("cancelled");
            case "tasks/result" -> text("late but there");
            default -> "{}";
        };
        send("{\"jsonrpc\": \"2.0\", \"id\": " + request.get("id") + ", \"result\": " + result + "}");
        if (leave && request.get("method").asString().equals("resources/subscribe")) {
            news();
            System.exit(0);
        }
    }

    private void news() {
        tell("resources/updated", "{\"uri\": \"play://text\"}");
        tell("prompts/list_changed", "{}");
        log();
        tell("tasks/status", task("working"));
    }

    private void log() {
        tell("message", "{\"level\": \"debug\", \"data\": \"small talk\"}");
        tell("message", "{\"level\": \"warning\", \"logger\": \"play\", \"data\": {\"x\": 1}}");
    }

    private String call(String tool) throws IOException {
        return switch (tool) {
            case "ask" -> text(elicit("\"requestedSchema\": " + FORM.formatted("", "")));
            case "ask_more" ->
                text(elicit("\"requestedSchema\": "
                        + FORM.formatted(", \"secret\": {\"type\": \"string\"}", ", \"secret\"")));
            case "open" ->
                text(elicit("\"mode\": \"url\", \"elicitationId\": \"e1\", \"url\": \"https://example.com/in\""));
            case "roots" -> text(ask("roots/list", "{}"));
            case "log" -> {
                log();
                yield text("logged");
            }
            case "count" -> "{\"content\": [], \"structuredContent\": {\"n\": \"not a number\"}}";
            default -> text("at once");
        };
    }

    private String elicit(String params) throws IOException {
        return ask("elicitation/create", "{\"message\": \"Who are you?\", " + params + "}");
    }

    /** Asks the client and returns its result, or its error. */
    private String ask(String method, String params) throws IOException {
        send("{\"jsonrpc\": \"2.0\", \"id\": \"q\", \"method\": \"" + method + "\", \"params\": " + params + "}");
        JsonNode message = read();
        while (message != null && !message.path("id").asString("").equals("q")) {
            message = read();
        }
        return message == null
                ? "nothing"
                : String.valueOf(message.has("result") ? message.get("result") : message.get("error"));
    }

    private static String contents(String uri) {
        String content = uri.equals("play://bytes")
                ? "\"blob\": \"" + Base64.getEncoder().encodeToString(new byte[] {0, (byte) 0xFF, 10})
                        + "\", \"mimeType\": \"x/y\""
                : "\"text\": \"this is " + uri + "\"";
        return "{\"contents\": [{\"uri\": \"" + uri + "\", " + content + "}]}";
    }

    private static String task(String status) {
        return "{\"taskId\": \"t1\", \"status\": \"" + status + "\", \"statusMessage\": \"on it\", \"createdAt\":"
                + " \"2026-07-28T00:00:00Z\", \"lastUpdatedAt\": \"2026-07-28T00:00:00Z\", \"ttl\": null, \"pollInterval\": 50}";
    }

    private static String text(String text) {
        ObjectNode result = JSON.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result.toString();
    }

    private void tell(String what, String params) {
        send("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/" + what + "\", \"params\": " + params + "}");
    }

    /** One message, one line. */
    private void send(String message) {
        out.println(JSON.readTree(message));
    }
}
