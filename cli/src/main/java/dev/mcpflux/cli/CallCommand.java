package dev.mcpflux.cli;

import dev.mcpflux.host.CatalogueTool;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.session.ToolSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

@Command(
        name = "call",
        description = {
            "Call a tool and print its result.",
            "Values are typed by the tool's input schema; a key given several times makes a list."
        })
final class CallCommand extends HostCommand {

    @Parameters(
            index = "0",
            paramLabel = "TOOL",
            description = "server__tool, or the bare name where one server only has it.")
    String tool = "";

    @Parameters(index = "1..*", paramLabel = "KEY=VALUE", arity = "0..*", description = "Arguments of the tool.")
    List<String> words = new ArrayList<>();

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "Arguments as one JSON object; - reads it from standard input. KEY=VALUE is put on top.")
    @Nullable
    String json;

    @Override
    public Integer call() {
        String arguments = "-".equals(json) ? standardInput() : json;
        return withHost(
                owner(),
                host -> host.tool(tool)
                        .onErrorMap(e -> explain(host, e))
                        .flatMap(found -> call(host, found, arguments)));
    }

    /** With a qualified name, only its server is started. */
    private Predicate<String> owner() {
        int end = tool.indexOf(CatalogueTool.SEPARATOR);
        String server = end <= 0 ? null : tool.substring(0, end);
        return name -> server == null || name.equals(server);
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageException("standard input cannot be read: " + e.getMessage());
        }
    }

    /** A tool that is not there may be one of a server that is not there. */
    private Throwable explain(McpHost host, Throwable e) {
        if (!output().json()) {
            String about = e instanceof dev.mcpflux.error.McpException known ? known.server() : null;
            if (about == null) {
                noteFailures(host);
            }
        }
        return e;
    }

    private Mono<Integer> call(McpHost host, CatalogueTool found, @Nullable String arguments) {
        ProgressDisplay progress = ProgressDisplay.create(output(), found.name());
        return host.toolSignals(found.name(), Arguments.parse(found.tool(), arguments, words))
                .doOnNext(signal -> {
                    if (signal instanceof ToolSignal.Progress step) {
                        progress.show(step);
                    }
                })
                .doFinally(end -> progress.close())
                .ofType(ToolSignal.Result.class)
                .single()
                .map(signal -> print(signal.result()));
    }

    private int print(CallToolResult result) {
        if (output().json()) {
            output().document(result);
        } else {
            String text = Results.text(result);
            if (result.failed()) {
                output().note("mcpflux: the tool reported an error: " + text);
            } else {
                output().line(text);
            }
        }
        return result.failed() ? ExitCode.TOOL_ERROR : ExitCode.OK;
    }
}
