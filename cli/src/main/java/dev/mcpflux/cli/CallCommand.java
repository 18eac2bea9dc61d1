package dev.mcpflux.cli;

import dev.mcpflux.host.CatalogueTool;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.session.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

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

    @Option(
            names = "--as-task",
            description =
                    "Run it as a task where the tool may be one (2025-11-25); later servers decide that themselves.")
    boolean asTask;

    @Option(
            names = "--keep-task",
            description = "Let a task go on when the call is interrupted, and print the command that follows it.")
    boolean keepTask;

    @CommandLine.Mixin
    From from = new From();

    @Override
    public Integer call() {
        String arguments = "-".equals(json) ? standardInput() : json;
        return withHost(
                from,
                from.wanted(tool),
                host -> host.tool(tool)
                        .onErrorMap(e -> explain(host, e))
                        .flatMap(found -> call(host, found, arguments)));
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageException("standard input cannot be read: " + e.getMessage());
        }
    }

    private Mono<Integer> call(McpHost host, CatalogueTool found, @Nullable String arguments) {
        ObjectNode given = Arguments.parse(found.tool(), arguments, words);
        RequestOptions limits = limits(found.server()).withAsTask(asTask).withKeepTask(keepTask);
        return new CallDisplay(root(), found.server(), keepTask)
                .show(found.name(), host.toolSignals(found.name(), given, limits));
    }
}
