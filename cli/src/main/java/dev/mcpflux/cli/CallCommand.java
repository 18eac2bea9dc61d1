package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.ArgumentProblems;
import dev.mcpflux.cli.argument.ArgumentWords;
import dev.mcpflux.cli.argument.References;
import dev.mcpflux.cli.argument.ToolArguments;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.protocol.Methods;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "call",
        description = {
            "Call a tool and print its result.",
            "Values are typed by the tool's input schema; a key given several times makes a list."
        },
        footer = {
            "",
            "Arguments:",
            "  key=value       typed by the input schema        key:=json       JSON",
            "  key=@file       the text of a file               key:=@file      a file with JSON",
            "  key=-           the text of standard input       key:=-          JSON of standard input",
            "  a.b=value       b within a; a.0=value is the first element of a",
            "  - or @file      alone: all arguments, as one JSON object",
            "A backslash before @ or - makes it literal: key=\\@home. A backslash before a dot, too: a\\.b=value.",
            "",
            "Examples:",
            "  mcpflux call weather_lookup city=Paris units=metric",
            "  mcpflux call weather_lookup city=Paris --dry-run",
            "  mcpflux call notes_add text=@note.txt tag=a tag=b",
            "  mcpflux call search 'filter:={\"from\": \"2026-01-01\"}' filter.limit=10",
            "  jq '.request' log.json | mcpflux call search -"
        })
final class CallCommand extends HostCommand {

    @Parameters(
            index = "0",
            paramLabel = "TOOL",
            description = "server__tool, or the bare name if only one server has it.")
    String tool = "";

    @Parameters(
            index = "1..*",
            paramLabel = "KEY=VALUE",
            arity = "0..*",
            description = "Arguments of the tool, in the forms below.")
    List<String> words = new ArrayList<>();

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "Arguments as one JSON object; @FILE reads it from a file, and - or @- from standard input."
                    + " KEY=VALUE overrides its keys.")
    @Nullable
    String json;

    @Option(
            names = "--as-task",
            description =
                    "Run it as a task if the tool supports that (2025-11-25); later servers decide that themselves.")
    boolean asTask;

    @Option(
            names = "--keep-task",
            description = "Let a task continue when the call is interrupted, and print the command that follows it.")
    boolean keepTask;

    @Option(names = "--dry-run", description = "Print the request that would be sent, and send nothing.")
    boolean dryRun;

    @Option(
            names = "--no-check",
            description = "Send the arguments without comparing them with the tool's input schema.")
    boolean noCheck;

    @CommandLine.Mixin
    ContentFlags content = new ContentFlags();

    @CommandLine.Mixin
    ServerSelection from = new ServerSelection();

    @CommandLine.Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        // files and standard input are read before any server is started
        ArgumentWords arguments = ArgumentWords.read(json, words, root().input());
        return withHost(from, from.wanted(tool), host -> {
            watchToolRules(host);
            return named(from, tool, host::tool)
                    .onErrorMap(e -> explain(host, e))
                    .flatMap(found -> call(host, found, arguments));
        });
    }

    @Override
    boolean namesTheTool() {
        return true;
    }

    private Mono<Integer> call(McpHost host, CatalogueTool found, ArgumentWords given) {
        OpenHost open = root().open();
        ToolArguments arguments =
                ToolArguments.of(found.tool(), given, open == null ? References.NONE : open.references(found));
        List<String> problems = noCheck ? arguments.problems() : arguments.allProblems();
        if (!problems.isEmpty()) {
            return Mono.error(ArgumentProblems.of(found.name(), found.tool(), problems));
        }
        if (dryRun) {
            output().document(request(found, arguments.value()));
            return Mono.just(ExitCode.OK);
        }
        RequestOptions options = limits(found.server())
                .mutate()
                .asTask(asTask)
                .keepTask(keepTask)
                .build();
        Flux<ToolSignal> signals = host.streamTool(found.name(), arguments.value(), options);
        return new CallDisplay(root(), found.server(), keepTask, content.display(output()))
                .show(found.name(), open == null ? signals : signals.doOnNext(signal -> open.seen(found, signal)));
    }

    private static ObjectNode request(CatalogueTool found, ObjectNode arguments) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("server", found.server());
        request.put("method", Methods.TOOLS_CALL);
        ObjectNode params = request.putObject("params");
        params.put("name", found.tool().name());
        params.set("arguments", arguments);
        return request;
    }
}
