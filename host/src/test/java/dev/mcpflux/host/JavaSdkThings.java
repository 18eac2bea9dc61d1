package dev.mcpflux.host;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer.SyncSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** What {@code integration/servers/things.js} offers, in the words of the official Java SDK. */
final class JavaSdkThings {

    static final McpJsonMapper MAPPER =
            new JacksonMcpJsonMapper(JsonMapper.builder().build());

    private static final String NOTE = "memo://note";
    private static final String PAGE = "memo://page/";
    private static final String PAGES = "memo://page/{number}";
    private static final List<String> NUMBERS = List.of("1", "2", "3");
    private static final String PLAIN = "text/plain";
    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    private static final String SILENCE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";
    private static final List<String> LANGUAGES = List.of("python", "pytorch", "pyside");
    private static final Map<String, List<String>> FRAMEWORKS = Map.of(
            "python", List.of("django", "fastapi", "flask"),
            "pytorch", List.of("ignite"),
            "pyside", List.of("qml", "widgets"));
    private static final Map<String, Object> FORM = Map.of(
            "type",
            "object",
            "properties",
            Map.of(
                    "name", Map.of("type", "string", "default", "world"),
                    "style", Map.of("type", "string", "enum", List.of("plain", "loud"), "default", "plain")),
            "required",
            List.of("name"));

    private final AtomicInteger touched = new AtomicInteger();
    private final AtomicReference<McpSyncServer> server = new AtomicReference<>();

    private JavaSdkThings() {}

    static void offer(SyncSpecification<?> specification) {
        JavaSdkThings things = new JavaSdkThings();
        things.server.set(things.describe(specification).build());
    }

    private SyncSpecification<?> describe(SyncSpecification<?> specification) {
        return specification
                .serverInfo("things", "1.0.0")
                .instructions("Things for tests.")
                .capabilities(McpSchema.ServerCapabilities.builder()
                        .logging()
                        .completions()
                        .tools(true)
                        .prompts(false)
                        .resources(true, false)
                        .build())
                .tools(
                        tool(
                                "echo",
                                taking("text", "string"),
                                (exchange, request) -> says("echo: " + text(request, "text"))),
                        tool("add", taking("a", "number", "b", "number"), (exchange, request) -> sum(request)),
                        tool("greet", taking(), (exchange, request) -> greet(exchange)),
                        tool("ask_model", taking("prompt", "string"), JavaSdkThings::askModel),
                        tool("slow", taking("steps", "integer", "delayMs", "integer"), JavaSdkThings::slow),
                        tool("log_something", taking(), (exchange, request) -> log(exchange)),
                        tool("fail", taking(), (exchange, request) -> fails("it failed")),
                        tool("add_tool", taking("name", "string"), (exchange, request) -> add(text(request, "name"))),
                        tool("touch", taking(), (exchange, request) -> touch()),
                        tool("link", taking(), (exchange, request) -> link()))
                .prompts(
                        new SyncPromptSpecification(
                                McpSchema.Prompt.builder("haiku").build(),
                                (exchange, request) -> asks("Write a haiku.")),
                        new SyncPromptSpecification(
                                McpSchema.Prompt.builder("review")
                                        .arguments(List.of(argument("language", true), argument("framework", false)))
                                        .build(),
                                (exchange, request) -> review(request.arguments())))
                .resources(Stream.concat(
                                Stream.of(
                                        resource(NOTE, "note", PLAIN, () -> note()),
                                        resource("memo://pixel", "pixel", "image/png", () -> pixel())),
                                NUMBERS.stream().map(n -> resource(PAGE + n, "page " + n, PLAIN, () -> page(n))))
                        .toList())
                .resourceTemplates(new SyncResourceTemplateSpecification(
                        McpSchema.ResourceTemplate.builder(PAGES, "page")
                                .mimeType(PLAIN)
                                .build(),
                        (exchange, request) -> read(page(request.uri().substring(PAGE.length())))))
                .completions(
                        new SyncCompletionSpecification(
                                new McpSchema.PromptReference("review"), (exchange, request) -> complete(request)),
                        new SyncCompletionSpecification(
                                new McpSchema.ResourceReference(PAGES),
                                (exchange, request) -> beginning(request, NUMBERS)));
    }

    // tools

    /** A schema of required properties, each name followed by its type. */
    private static Map<String, Object> taking(String... namesAndTypes) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            properties.put(namesAndTypes[i], Map.of("type", namesAndTypes[i + 1]));
        }
        return Map.of("type", "object", "properties", properties, "required", List.copyOf(properties.keySet()));
    }

    private static SyncToolSpecification tool(
            String name,
            Map<String, Object> schema,
            BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
        return new SyncToolSpecification(McpSchema.Tool.builder(name, schema).build(), handler);
    }

    private static String text(CallToolRequest request, String argument) {
        return String.valueOf(request.arguments().get(argument));
    }

    private static double number(CallToolRequest request, String argument) {
        return ((Number) request.arguments().get(argument)).doubleValue();
    }

    private static CallToolResult says(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static CallToolResult fails(String text) {
        return CallToolResult.builder().addTextContent(text).isError(true).build();
    }

    private static CallToolResult sum(CallToolRequest request) {
        double sum = number(request, "a") + number(request, "b");
        return CallToolResult.builder()
                .addTextContent("{\"sum\":" + sum + "}")
                .structuredContent(Map.of("sum", sum))
                .build();
    }

    private static CallToolResult greet(McpSyncServerExchange exchange) {
        McpSchema.ElicitResult form = exchange.createElicitation(
                McpSchema.ElicitFormRequest.builder("Whom shall I greet?", FORM).build());
        if (form.action() != McpSchema.ElicitResult.Action.ACCEPT) {
            return says(form.action() == McpSchema.ElicitResult.Action.DECLINE ? "nobody to greet" : "cancelled");
        }
        String greeting = "hello " + form.content().get("name");
        if ("loud".equals(form.content().get("style"))) {
            greeting = greeting.toUpperCase(Locale.ROOT);
        }
        return exchange.getClientCapabilities().roots() == null
                ? says(greeting)
                : says(greeting + " (" + exchange.listRoots().roots().size() + " roots)");
    }

    private static CallToolResult askModel(McpSyncServerExchange exchange, CallToolRequest request) {
        McpSchema.CreateMessageResult answer = exchange.createMessage(McpSchema.CreateMessageRequest.builder(
                        List.of(McpSchema.SamplingMessage.builder(McpSchema.Role.USER, content(text(request, "prompt")))
                                .build()),
                        100)
                .build());
        return says(((McpSchema.TextContent) answer.content()).text());
    }

    private static CallToolResult slow(McpSyncServerExchange exchange, CallToolRequest request) {
        int steps = (int) number(request, "steps");
        System.err.println("slow begins");
        for (int step = 1; step <= steps; step++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos((long) number(request, "delayMs")));
            if (request.progressToken() != null) {
                exchange.progressNotification(McpSchema.ProgressNotification.builder(request.progressToken(), step)
                        .total((double) steps)
                        .message("step " + step)
                        .build());
            }
        }
        return says("done in " + steps + " steps");
    }

    private static CallToolResult log(McpSyncServerExchange exchange) {
        for (McpSchema.LoggingLevel level :
                List.of(McpSchema.LoggingLevel.DEBUG, McpSchema.LoggingLevel.INFO, McpSchema.LoggingLevel.WARNING)) {
            exchange.loggingNotification(McpSchema.LoggingMessageNotification.builder(level, "a message on " + level)
                    .logger("things")
                    .build());
        }
        return says("logged");
    }

    private CallToolResult add(String name) {
        server.get().addTool(tool(name, taking(), (exchange, request) -> says("this is " + name)));
        return says("added " + name);
    }

    private CallToolResult touch() {
        int times = touched.incrementAndGet();
        server.get().notifyResourcesUpdated(new McpSchema.ResourcesUpdatedNotification(NOTE));
        return says("touched " + times + " times");
    }

    private static CallToolResult link() {
        return CallToolResult.builder()
                .addContent(McpSchema.TextContent.builder("a text")
                        .annotations(
                                new McpSchema.Annotations(List.of(McpSchema.Role.USER), 0.5, "2026-07-28T00:00:00Z"))
                        .build())
                .addContent(McpSchema.ImageContent.builder(PIXEL, "image/png").build())
                .addContent(McpSchema.AudioContent.builder(SILENCE, "audio/wav").build())
                .addContent(McpSchema.ResourceLink.builder()
                        .uri(NOTE)
                        .name("note")
                        .mimeType(PLAIN)
                        .build())
                .addContent(McpSchema.EmbeddedResource.builder(page("1")).build())
                .build();
    }

    private static McpSchema.Content content(String text) {
        return McpSchema.TextContent.builder(text).build();
    }

    // prompts

    private static McpSchema.PromptArgument argument(String name, boolean required) {
        return McpSchema.PromptArgument.builder(name).required(required).build();
    }

    private static McpSchema.GetPromptResult asks(String text) {
        return McpSchema.GetPromptResult.builder(
                        List.of(new McpSchema.PromptMessage(McpSchema.Role.USER, content(text))))
                .build();
    }

    private static McpSchema.GetPromptResult review(Map<String, Object> arguments) {
        Object framework = arguments.get("framework");
        return asks("Review this " + arguments.get("language") + " code"
                + (framework == null ? "" : " for " + framework) + ".");
    }

    private static McpSchema.CompleteResult complete(McpSchema.CompleteRequest request) {
        if (request.argument().name().equals("language")) {
            return beginning(request, LANGUAGES);
        }
        // what was given already is told since 2025-06-18
        return beginning(
                request,
                request.context() == null
                        ? FRAMEWORKS.values().stream()
                                .flatMap(List::stream)
                                .sorted()
                                .toList()
                        : FRAMEWORKS.get(request.context().arguments().get("language")));
    }

    private static McpSchema.CompleteResult beginning(McpSchema.CompleteRequest request, List<String> all) {
        return new McpSchema.CompleteResult(new McpSchema.CompleteResult.CompleteCompletion(all.stream()
                .filter(value -> value.startsWith(request.argument().value()))
                .toList()));
    }

    // resources

    private static SyncResourceSpecification resource(
            String uri, String name, String mimeType, Supplier<McpSchema.ResourceContents> contents) {
        return new SyncResourceSpecification(
                McpSchema.Resource.builder(uri, name).mimeType(mimeType).build(),
                (exchange, request) -> read(contents.get()));
    }

    private static McpSchema.ReadResourceResult read(McpSchema.ResourceContents contents) {
        return McpSchema.ReadResourceResult.builder(List.of(contents)).build();
    }

    private McpSchema.ResourceContents note() {
        return text(NOTE, "touched " + touched + " times");
    }

    private static McpSchema.ResourceContents pixel() {
        return McpSchema.BlobResourceContents.builder("memo://pixel", PIXEL)
                .mimeType("image/png")
                .build();
    }

    private static McpSchema.ResourceContents text(String uri, String text) {
        return McpSchema.TextResourceContents.builder(uri, text).mimeType(PLAIN).build();
    }

    private static McpSchema.ResourceContents page(String number) {
        return text(PAGE + number, "page " + number);
    }
}
