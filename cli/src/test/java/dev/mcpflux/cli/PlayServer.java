package dev.mcpflux.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A real stdio server of 2025-11-25 with an example of everything that the commands show. With {@code --leave} it sends
 * some notifications when a resource is subscribed to, and exits. With {@code --talk} it writes to stderr and logs when it is
 * started; with {@code --die} its process ends at the third ping, and with
 * {@code --brief} shortly after its start. Each test starts one: it parses messages with the JDK
 * only, in the form that the client writes, which takes a fifth of the start-up time of a JSON library.
 */
final class PlayServer {

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+|\"[^\"]*\")");
    private static final String FORM = """
            {"type": "object", "properties": {
              "name": {"type": "string", "title": "Name", "default": "world"},
              "count": {"type": "integer", "minimum": 1, "maximum": 3, "default": 2}%s}, "required": ["name"%s]}
            """;

    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final boolean leave;
    private final boolean talk;
    private final boolean die;
    private int pings;

    private PlayServer(List<String> args) {
        this.leave = args.contains("--leave");
        this.talk = args.contains("--talk");
        this.die = args.contains("--die");
        if (args.contains("--brief")) {
            new Timer(true)
                    .schedule(
                            new TimerTask() {
                                @Override
                                public void run() {
                                    Runtime.getRuntime().halt(9);
                                }
                            },
                            700);
        }
    }

    public static void main(String[] args) throws IOException {
        new PlayServer(List.of(args)).serve();
    }

    /** A configuration with this server, named play. */
    static String config(String... args) {
        JsonMapper json = JsonMapper.builder().build();
        ObjectNode root = json.createObjectNode();
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
        return json.writeValueAsString(root);
    }

    private void serve() throws IOException {
        if (talk) {
            System.err.println("awake \033[2J\u202e");
        }
        for (String message = in.readLine(); message != null; message = in.readLine()) {
            String id = find(ID, message);
            if (id != null && message.contains("\"method\":")) {
                answer(id, value("method", message), message);
            }
        }
    }

    private static @Nullable String find(Pattern pattern, String message) {
        Matcher matcher = pattern.matcher(message);
        return matcher.find() ? matcher.group(1) : null;
    }

    /** The first text member of this name. */
    private static String value(String name, String message) {
        String value = find(Pattern.compile("\"" + name + "\":\"([^\"]*)\""), message);
        return value == null ? "" : value;
    }

    private void answer(String id, String method, String request) throws IOException {
        String result = switch (method) {
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
                              {"name": "echo", "inputSchema": {"type": "object", "properties": {
                                "text": {"type": "string"}, "kind": {"enum": ["plain", "image"]}}, "required": ["text"]}},
                              {"name": "later", "inputSchema": {"type": "object"},
                               "execution": {"taskSupport": "optional"}}]}""";
            case "prompts/list" -> """
                            {"prompts": [{"name": "hello", "description": "Says hello\\nto somebody", "arguments": [
                               {"name": "who", "required": true}, {"name": "tone"}]}]}""";
            case "prompts/get" -> """
                            {"messages": [
                              {"role": "user", "content": {"type": "text", "text": "Say hello to %s"}},
                              {"role": "assistant", "content": {"type": "image", "data": "AAAA", "mimeType": "image/png"}}
                            ]}""".formatted(value("who", request));
            case "resources/list" -> """
                            {"resources": [
                              {"uri": "play://text", "name": "text", "mimeType": "text/plain", "size": 12345},
                              {"uri": "play://bytes", "name": "bytes", "description": "Some bytes"}]}""";
            case "resources/templates/list" -> """
                        {"resourceTemplates": [{"uriTemplate": "play://page/{number}", "name": "page"}]}""";
            case "resources/read" -> contents(value("uri", request));
            case "completion/complete" -> value("value", request).equals("none") ? """
                                {"completion": {"values": []}}""" : """
                                {"completion": {"values": ["one", "two"], "total": 5, "hasMore": true}}""";
            case "tools/call" ->
                request.contains("""
                        "task":{""") ? """
                        {"task": %s}""".formatted(task("working")) : call(request, value("name", request));
            case "tasks/get" -> task("completed");
            case "tasks/cancel" -> task("cancelled");
            case "tasks/result" -> text("late but there");
            default -> "{}";
        };
        send("""
                {"jsonrpc": "2.0", "id": %s, "result": %s}""".formatted(id, result));
        if (talk && method.equals("logging/setLevel")) {
            log();
        }
        if (die && method.equals("ping") && ++pings == 3) {
            System.exit(9);
        }
        if (leave && method.equals("resources/subscribe")) {
            news();
            System.exit(0);
        }
    }

    private void news() {
        tell("resources/updated", """
                {"uri": "play://text"}""");
        tell("prompts/list_changed", "{}");
        log();
        tell("tasks/status", task("working"));
    }

    private void log() {
        tell("message", """
                {"level": "debug", "data": "small talk"}""");
        tell("message", """
                {"level": "warning", "logger": "play", "data": {"x": 1}}""");
    }

    private String call(String request, String tool) throws IOException {
        return switch (tool) {
            case "ask" -> text(elicit("""
                    "requestedSchema": %s""".formatted(FORM.formatted("", ""))));
            case "ask_more" -> text(elicit("""
                        "requestedSchema": %s""".formatted(FORM.formatted("""
                        , "secret": {"type": "string"}""", """
                        , "secret\""""))));
            case "open" -> text(elicit("""
                        "mode": "url", "elicitationId": "e1", "url": "https://example.com/in\""""));
            case "roots" -> text(ask("roots/list", "{}"));
            case "log" -> {
                log();
                yield text("logged");
            }
            case "echo" ->
                request.contains("\"kind\":\"image\"")
                        ? """
                    {"content": [{"type": "image", "data": "%s", "mimeType": "image/png"}]}""".formatted(value("text", request))
                        : text(value("text", request));
            case "count" -> """
                    {"content": [], "structuredContent": {"n": "not a number"}}""";
            default -> text("at once");
        };
    }

    private String elicit(String params) throws IOException {
        return ask("elicitation/create", """
                {"message": "Who are you?", %s}""".formatted(params));
    }

    /** Sends a request to the client and returns its result, or its error. */
    private String ask(String method, String params) throws IOException {
        send("""
                {"jsonrpc": "2.0", "id": "q", "method": "%s", "params": %s}""".formatted(method, params));
        String message = in.readLine();
        while (message != null && !"\"q\"".equals(find(ID, message))) {
            message = in.readLine();
        }
        if (message == null) {
            return "nothing";
        }
        // the result is the last member of the client's response
        String member = message.contains("\"result\":") ? "\"result\":" : "\"error\":";
        return message.substring(message.indexOf(member) + member.length(), message.length() - 1);
    }

    private static String contents(String uri) {
        String content = uri.equals("play://bytes")
                ? """
                        "blob": "%s", "mimeType": "x/y\"""".formatted(Base64.getEncoder().encodeToString(new byte[] {0, (byte) 0xFF, 10}))
                : """
                        "text": "this is %s\"""".formatted(uri);
        return """
                {"contents": [{"uri": "%s", %s}]}""".formatted(uri, content);
    }

    private static String task(String status) {
        return """
                {"taskId": "t1", "status": "%s", "statusMessage": "on it", "createdAt": "2026-07-28T00:00:00Z",\
                 "lastUpdatedAt": "2026-07-28T00:00:00Z", "ttl": null, "pollInterval": 50}""".formatted(status);
    }

    private static String text(String text) {
        String quoted = text.replace("\\", "\\\\").replace("\"", "\\\"");
        return """
                {"content": [{"type": "text", "text": "%s"}]}""".formatted(quoted);
    }

    private void tell(String what, String params) {
        send("""
                {"jsonrpc": "2.0", "method": "notifications/%s", "params": %s}""".formatted(what, params));
    }

    /** Sends one message on one line. */
    private void send(String message) {
        out.println(message.replaceAll("\\s*\\n\\s*", " "));
    }
}
