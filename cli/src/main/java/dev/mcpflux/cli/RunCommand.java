package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.ArgumentProblems;
import dev.mcpflux.cli.argument.InputText;
import dev.mcpflux.cli.argument.ToolArguments;
import dev.mcpflux.cli.content.ResultDisplay;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.script.CallOutcome;
import dev.mcpflux.cli.script.ScriptCall;
import dev.mcpflux.cli.script.ScriptReader;
import dev.mcpflux.cli.script.ScriptRun;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.McpNameNotFoundException;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "run",
        description = {
            "Make several calls in one session, and print their results in order.",
            "Each line is a call: the words behind 'mcpflux call', or JSON. All lines are checked before the first is sent."
        },
        footer = {
            "",
            "Lines:",
            "  weather_lookup city=Paris                           # words, with the quotes of a shell",
            "  {\"tool\": \"weather_lookup\", \"arguments\": {\"city\": \"Oslo\"}}",
            "  notes_add text='In Paris: $${1.text}'                # the text of the result of line 1",
            "  stats_add n:=$${1/structuredContent/temperature}     # a part of it, by JSON pointer",
            "  notes_add text=$${3.text/title}                      # its text is JSON: a part of that",
            "",
            "Examples:",
            "  mcpflux run calls.txt",
            "  mcpflux run calls.txt --parallel 4 --keep-going --json",
            "  generate-calls | mcpflux run -"
        })
final class RunCommand extends HostCommand {

    private static final int MAX_PARALLEL = 256;
    private static final String STANDARD_INPUT = "standard input";

    @Parameters(index = "0", paramLabel = "FILE", description = "The file with the calls; - is standard input.")
    String file = "";

    @Option(names = "--keep-going", description = "Make the other calls, too, when one has failed.")
    boolean keepGoing;

    @Option(names = "--parallel", paramLabel = "N", description = "The most calls at the same time. Default: 1.")
    int parallel = 1;

    @Option(
            names = "--no-check",
            description = "Send the arguments without comparing them with the input schemas of the tools.")
    boolean noCheck;

    @Mixin
    ContentFlags content = new ContentFlags();

    @Mixin
    ServerSelection from = new ServerSelection();

    private final Map<String, CatalogueTool> tools = new HashMap<>();

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        if (parallel < 1 || parallel > MAX_PARALLEL) {
            throw new UsageException("--parallel takes 1 to " + MAX_PARALLEL + ", found " + parallel);
        }
        List<ScriptCall> calls = read();
        return withHost(
                from,
                server ->
                        calls.stream().anyMatch(call -> from.wanted(call.tool()).test(server)),
                host -> find(host, calls)
                        .then(Mono.fromRunnable(() -> check(calls)))
                        .then(Mono.defer(() -> run(host, calls))));
    }

    private List<ScriptCall> read() {
        boolean piped = file.equals("-");
        InputText input = root().input();
        String text = piped ? input.standardInput("run") : input.file("run", file);
        return ScriptReader.read(
                piped ? STANDARD_INPUT : file, text, piped ? InputText.ofFiles("the script itself") : input);
    }

    /** Finds the tools, so that a wrong name is reported before anything is sent. */
    private Mono<Void> find(McpHost host, List<ScriptCall> calls) {
        List<String> problems = new ArrayList<>();
        return Flux.fromIterable(calls)
                .filter(call -> !tools.containsKey(call.tool()))
                .concatMap(call -> host.tool(call.tool())
                        .doOnNext(found -> tools.put(call.tool(), found))
                        .onErrorMap(e -> explain(host, e))
                        .onErrorResume(McpNameNotFoundException.class, e -> {
                            problems.add(place(call) + ": " + e.getMessage());
                            return Mono.empty();
                        }))
                .then(Mono.fromRunnable(() -> ScriptReader.report(problems)));
    }

    /** Arguments that refer to results are checked when the results are there. */
    private void check(List<ScriptCall> calls) {
        List<String> problems = new ArrayList<>();
        for (ScriptCall call : calls) {
            CatalogueTool found = tool(call);
            if (call.refersTo().isEmpty()) {
                ToolArguments arguments = call.arguments(found.tool(), line -> {
                    throw new IllegalStateException("it refers to nothing");
                });
                List<String> wrong = wrong(arguments);
                if (!wrong.isEmpty()) {
                    problems.add(place(call) + ": "
                            + ArgumentProblems.of(found.name(), found.tool(), wrong)
                                    .getMessage());
                }
            }
        }
        ScriptReader.report(problems);
    }

    private String place(ScriptCall call) {
        return (file.equals("-") ? STANDARD_INPUT : file) + ":" + call.line();
    }

    private CatalogueTool tool(ScriptCall call) {
        return Objects.requireNonNull(tools.get(call.tool()));
    }

    private List<String> wrong(ToolArguments arguments) {
        return noCheck ? arguments.problems() : arguments.allProblems();
    }

    private Mono<Integer> run(McpHost host, List<ScriptCall> calls) {
        ResultDisplay results = content.display(output());
        ScriptRun run =
                new ScriptRun(calls, (call, earlier) -> send(host, call, earlier, results), parallel, keepGoing);
        return run.outcomes()
                .map(outcome -> show(outcome, results))
                .collectList()
                .map(codes -> ended(codes, calls.size()));
    }

    private Mono<CallToolResult> send(
            McpHost host, ScriptCall call, Function<Integer, CallToolResult> earlier, ResultDisplay results) {
        CatalogueTool found = tool(call);
        ToolArguments arguments = call.arguments(found.tool(), earlier);
        List<String> wrong = wrong(arguments);
        if (!wrong.isEmpty()) {
            return Mono.error(ArgumentProblems.of(found.name(), found.tool(), wrong));
        }
        return host.streamTool(found.name(), arguments.value(), limits(found.server()))
                .doOnNext(signal -> {
                    if (signal instanceof ToolSignal.Log log) {
                        root().logs().print(found.server(), log.message());
                    }
                })
                .ofType(ToolSignal.Result.class)
                .single()
                .map(ToolSignal.Result::result)
                // content that cannot be decoded is an error of this call
                .doOnNext(result -> results.check(found.server(), result));
    }

    private int show(CallOutcome outcome, ResultDisplay results) {
        ScriptCall call = outcome.call();
        CatalogueTool found = tool(call);
        String name = "line" + call.line() + "-" + found.name();
        if (output().json()) {
            output().jsonLine(json(outcome, found));
            if (outcome instanceof CallOutcome.Answered answered) {
                results.save(found.server(), name, answered.result());
            }
        } else if (outcome instanceof CallOutcome.Answered answered) {
            output().line("line " + call.line() + ": " + found.name());
            return results.show(found.server(), name, answered.result(), "line " + call.line() + ": ");
        } else if (outcome instanceof CallOutcome.Failed failed) {
            output().note("mcpflux: line " + call.line() + ": " + root().message(failed.error()));
        } else if (outcome instanceof CallOutcome.Omitted omitted) {
            output().note("mcpflux: line " + call.line() + ": not called, because line " + omitted.cause()
                    + " has no result");
        }
        return outcome.code();
    }

    private static ObjectNode json(CallOutcome outcome, CatalogueTool found) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("line", outcome.call().line());
        node.put("tool", found.name());
        if (outcome instanceof CallOutcome.Answered answered) {
            node.set("result", McpJson.mapper().valueToTree(answered.result()));
        } else if (outcome instanceof CallOutcome.Failed failed) {
            node.set("error", Output.describe(failed.error()));
        } else if (outcome instanceof CallOutcome.Omitted omitted) {
            node.putObject("error").put("type", "Omitted").put("message", "line " + omitted.cause() + " has no result");
        }
        return node;
    }

    private int ended(List<Integer> codes, int all) {
        long failed = codes.stream().filter(code -> code != ExitCode.OK).count();
        int rest = all - codes.size();
        if (failed > 0 && all > 1) {
            output().note("mcpflux: " + failed + " of " + all + " calls failed"
                    + (rest == 0 ? "" : "; " + rest + " were not made or were cancelled; --keep-going makes all"));
        }
        return codes.stream().mapToInt(Integer::intValue).max().orElse(ExitCode.OK);
    }
}
