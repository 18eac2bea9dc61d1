package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.ProgressDisplay;
import dev.mcpflux.cli.output.ResultText;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import java.util.Map;
import picocli.CommandLine.Command;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "demo",
        description = "Start two built-in servers side by side, use them, and show how they are taken down.")
final class DemoCommand extends HostCommand {

    /** The document that --json prints at the end; each step adds its part. */
    private final ObjectNode document = JsonNodeFactory.instance.objectNode();

    @Override
    public Integer call() {
        if (root().config != null
                || !root().adHoc.isEmpty()
                || !root().urls.isEmpty()
                || !root().headers.isEmpty()) {
            throw new UsageException(
                    "demo uses its own two servers: it takes no --config, --server, --url or --header");
        }
        try (DemoServers demo = new DemoServers()) {
            HostConfig.Builder builder = HostConfig.builder().shutdownHook(false);
            demo.servers().forEach(builder::server);
            builder.session(root().sessionOptions());
            say("Starting two servers side by side: weather, clock");
            int code = run(builder.build(), this::show);
            if (output().json()) {
                output().document(document);
            }
            return code;
        }
    }

    private Mono<Integer> show(McpHost host) {
        // printed as events arrive, after the work; completes when the host is closed
        EventSink.direct(host.events())
                .ofType(HostEvent.StateChanged.class)
                .filter(e -> e.to() == ServerState.CLOSING || e.to() == ServerState.CLOSED)
                .subscribe(e -> {
                    say("  " + e.server() + ": " + e.to());
                    if (e.to() == ServerState.CLOSED) {
                        document.withArray("/teardown").add(e.server());
                    }
                });
        return servers(host)
                .then(tools(host))
                .then(lookup(host))
                .then(time(host))
                .then(forecast(host))
                .then(Mono.fromSupplier(() -> {
                    say("\nTaking them down, last started first:");
                    return ExitCode.OK;
                }));
    }

    private Mono<Void> servers(McpHost host) {
        return Mono.fromRunnable(() -> host.servers().forEach(s -> {
            if (s.error() != null) {
                throw s.error();
            }
            say("  " + s.name() + ": " + s.state() + " after "
                    + (s.startTime() == null ? "?" : s.startTime().toMillis()) + " ms, revision "
                    + (s.peer() == null ? "?" : s.peer().revision()) + ", pid " + s.pid());
        }));
    }

    private Mono<Void> tools(McpHost host) {
        return Mono.fromRunnable(() -> say("\nTheir tools, as one catalogue:"))
                .thenMany(host.tools())
                .doOnNext(tool -> {
                    say("  " + tool.name() + " - " + tool.tool().displayName());
                    document.withArray("/tools").add(tool.name());
                })
                .then();
    }

    private Mono<Void> lookup(McpHost host) {
        return Mono.fromRunnable(() -> say("\nweather_lookup city=Paris"))
                .then(host.callTool("weather_lookup", Map.of("city", "Paris")))
                .doOnNext(result -> tell("weather_lookup", result))
                .then();
    }

    private Mono<Void> time(McpHost host) {
        return Mono.fromRunnable(() -> say("\ncurrent_time timezone=Asia/Tokyo"))
                .then(host.callTool("current_time", Map.of("timezone", "Asia/Tokyo")))
                .doOnNext(result -> tell("current_time", result))
                .then();
    }

    private Mono<Void> forecast(McpHost host) {
        Map<String, Object> arguments = Map.of("city", "Oslo", "days", 5);
        return Mono.defer(() -> {
            say("\nforecast city=Oslo days=5");
            ProgressDisplay progress = ProgressDisplay.create(output(), "forecast");
            return host.streamTool("forecast", arguments)
                    .doOnNext(signal -> {
                        if (signal instanceof ToolSignal.Progress step) {
                            progress.show(step);
                        } else if (signal instanceof ToolSignal.Result result) {
                            progress.close();
                            tell("forecast", result.result());
                        }
                    })
                    .doFinally(end -> progress.close())
                    .then();
        });
    }

    private void tell(String tool, CallToolResult result) {
        say(indent(ResultText.text(result)));
        document.set(tool, McpJson.mapper().valueToTree(result));
    }

    private static String indent(String text) {
        return "  " + text.replace("\n", "\n  ");
    }

    /** With --json these lines go to standard error, and standard output gets the document. */
    private void say(String text) {
        if (output().json()) {
            output().note(text);
        } else {
            output().line(text);
        }
    }
}
