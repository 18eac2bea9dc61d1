package dev.mcpflux.host.filter;

import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What stands behind a filter in its tests: a server that answers as the test says, and what was asked of it. */
final class FakeNext implements HostFilter.Next {

    final List<HostCall> calls = new CopyOnWriteArrayList<>();
    final List<HostEvent> events = new CopyOnWriteArrayList<>();
    final AtomicInteger lookUps = new AtomicInteger();
    Function<HostCall, Flux<HostSignal>> server = call -> Flux.just(text("done"));
    Mono<CatalogueTool> tool = Mono.just(tool("{}"));

    @Override
    public Flux<HostSignal> proceed(HostCall call) {
        return Flux.defer(() -> {
            calls.add(call);
            return server.apply(call);
        });
    }

    @Override
    public Mono<CatalogueTool> tool(HostCall.CallTool call) {
        lookUps.incrementAndGet();
        return tool;
    }

    @Override
    public @Nullable ServerStatus status(String server) {
        return null;
    }

    @Override
    public String mask(String server, String text) {
        return text;
    }

    @Override
    public void report(HostEvent event) {
        events.add(event);
    }

    /** A tool "write" of the server "s", with these members besides its name. */
    static CatalogueTool tool(String members) {
        return tool("write", members);
    }

    static CatalogueTool tool(String name, String members) {
        String json = members.replace('\'', '"').strip();
        return CatalogueTool.of(
                "s",
                McpJson.mapper()
                        .readValue(
                                "{\"name\":\"" + name + "\"" + (json.equals("{}") ? "}" : "," + json.substring(1)),
                                Tool.class));
    }

    static HostCall.CallTool call(Object arguments) {
        return new HostCall.CallTool("s", "write", arguments, null, false);
    }

    static HostCall.CallTool call() {
        return call(Map.of("path", "/tmp/a"));
    }

    static HostCall.GetPrompt prompt() {
        return new HostCall.GetPrompt("s", "greet", Map.of("name", "Ada"), null);
    }

    static HostCall.ReadResource read(String uri) {
        return new HostCall.ReadResource(uri.startsWith(HostCall.ReadResource.HOST_SCHEME) ? "" : "s", uri, null);
    }

    static HostSignal.ToolResult text(String text) {
        return result(new Content.Text(text));
    }

    static HostSignal.ToolResult result(Content... content) {
        return new HostSignal.ToolResult(new CallToolResult(List.of(content), null, null, null));
    }

    static HostSignal.ToolResult error(String text) {
        return new HostSignal.ToolResult(new CallToolResult(List.of(new Content.Text(text)), null, true, null));
    }

    static CallToolResult result(HostSignal signal) {
        return ((HostSignal.ToolResult) signal).result();
    }

    static JsonNode json(String json) {
        return McpJson.mapper().readTree(json.replace('\'', '"'));
    }
}
