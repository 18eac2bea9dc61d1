package dev.mcpflux.cli.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpflux.cli.argument.InputText;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;

/** Scripts: how their lines are read, and in which order their calls are made. */
class ScriptRunTest {

    private static final Tool TOOL = new Tool("t", null, null, null, null, null, null, null, null);

    private final Map<Integer, Sinks.One<CallToolResult>> pending = new HashMap<>();
    private final List<Integer> begun = new ArrayList<>();
    private final List<Integer> cancelled = new ArrayList<>();
    private final List<Integer> answered = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private boolean complete;

    // -- reading

    @Test
    void linesAreWordsOrJson() {
        List<ScriptCall> calls = read("""
                # a comment
                  one a=1 'b=x # y'  # the rest

                {"tool": "two", "arguments": {"a": [1]}}
                three --args '{"a": 5}' b=6
                {"tool": "four"}
                """);

        assertThat(calls).extracting(ScriptCall::line).containsExactly(2, 4, 5, 6);
        assertThat(calls).extracting(ScriptCall::tool).containsExactly("one", "two", "three", "four");
        assertThat(calls)
                .extracting(ScriptRunTest::sent)
                .containsExactly("{\"a\":1,\"b\":\"x # y\"}", "{\"a\":[1]}", "{\"a\":5,\"b\":6}", "{}");
    }

    @Test
    void allMistakesAreReportedAtOnce() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("""
                        one 'a=b
                        {"tool": 5}
                        {"name": "x"}
                        {"tool": "x"
                        one --as-task
                        one a=${9.text}
                        one a=${7.text}
                        one a=${HOME}
                        one a=${1}
                        {"tool": "x", "arguments": []}
                        one a=${1.text"""))
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(11))
                .withMessageStartingWith("calls:1: a quote is not closed")
                .withMessageContaining("calls:2: \"tool\" has to be the name of a tool")
                .withMessageContaining("calls:3: \"name\" is not known; a line has \"tool\" and \"arguments\"")
                .withMessageContaining("calls:4: it is not a JSON object: it ends too early")
                .withMessageContaining("calls:5: '--as-task' is not taken here")
                .withMessageContaining("calls:6: it refers to line 9, which is no earlier call")
                .withMessageContaining("calls:7: it refers to line 7, which is no earlier call")
                .withMessageContaining("calls:8: '${HOME}' is no reference; write ${1.text}")
                .withMessageContaining("calls:9: '${1}' is no reference");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read("# nothing\n"))
                .withMessage("calls holds no call");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a=${1.text}                        | {"a":{"x":[7,"y"]}}
            a=:${1.text/x}                     | {"a":":[7,\\"y\\"]"}
            a=<${1.text/x/1}>                  | {"a":"<y>"}
            a=${1.text/x/0}                    | {"a":7}
            a:=${1.text/x}                     | {"a":[7,"y"]}
            a:=${1/structuredContent}          | {"a":{"n":5}}
            a:='{"b": "${1/structuredContent/n}", "c": "n ${1/structuredContent/n}"}' | {"a":{"b":5,"c":"n 5"}}
            'a=${1/content/0/type}'            | {"a":"text"}
            a=$${1.text}                       | {"a":"${1.text}"}
            a=$$                               | {"a":"$$"}
            --args '{"a": "${1/structuredContent/n}"}' | {"a":5}
            """)
    void referencesStandForValues(String words, String sent) {
        CallToolResult first = result("""
                {"content": [{"type": "text", "text": "{\\"x\\": [7, \\"y\\"]}"}], "structuredContent": {"n": 5}}""");

        assertThat(read("one\ntwo " + words)
                        .get(1)
                        .arguments(TOOL, line -> first)
                        .value()
                        .toString())
                .isEqualTo(sent);
    }

    @Test
    void missingPartIsReported() {
        CallToolResult first = result("{\"content\": [{\"type\": \"text\", \"text\": \"no json\"}]}");

        assertThat(read("one\ntwo a=${1/x} b=${1.text/y}")
                        .get(1)
                        .arguments(TOOL, line -> first)
                        .problems())
                .containsExactly("the result of line 1 has no /x", "the text of line 1 is not JSON, so it has no /y");
    }

    // -- order

    @Test
    void oneAfterTheOther() {
        Disposable run = run("a\nb\nc", 1, false);

        assertThat(begun).containsExactly(1);
        succeed(1);
        assertThat(begun).containsExactly(1, 2);
        succeed(2);
        succeed(3);
        assertThat(ended).containsExactly("1 0", "2 0", "3 0");
        assertThat(complete).isTrue();
        assertThat(run.isDisposed()).isTrue();
    }

    @Test
    void firstErrorStopsTheRun() {
        Disposable run = run("a\nb\nc", 1, false);
        succeed(1);
        fail(2);

        assertThat(begun).containsExactly(1, 2);
        assertThat(ended).containsExactly("1 0", "2 1");
        assertThat(complete).isTrue();
        assertThat(run.isDisposed()).isTrue();
    }

    @Test
    void errorCancelsLaterCallsAndBeginsNone() {
        Disposable run = run("a\nb\nc\nd\ne", 3, false);
        assertThat(begun).containsExactly(1, 2, 3);
        fail(2);
        assertThat(begun).containsExactly(1, 2, 3);
        assertThat(cancelled).isEmpty();
        succeed(1);

        assertThat(ended).containsExactly("1 0", "2 1");
        assertThat(cancelled).containsExactly(3);
        assertThat(begun).containsExactly(1, 2, 3);
        assertThat(run.isDisposed()).isTrue();
    }

    @Test
    void resultsKeepTheOrderOfTheLines() {
        Disposable run = run("a\nb\nc\nd", 2, true);
        succeed(2);
        assertThat(begun).containsExactly(1, 2, 3);
        assertThat(ended).isEmpty();
        fail(1);
        succeed(3);
        succeed(4);

        assertThat(ended).containsExactly("1 1", "2 0", "3 0", "4 0");
        assertThat(run.isDisposed()).isTrue();
    }

    @Test
    void callWaitsForWhatItRefersTo() {
        Disposable run = run("a\nb x=${1.text}\nc", 3, true);
        assertThat(begun).containsExactly(1, 3);
        succeed(1);
        assertThat(begun).containsExactly(1, 3, 2);
        succeed(2);
        succeed(3);

        assertThat(ended).containsExactly("1 0", "2 0", "3 0");
        assertThat(run.isDisposed()).isTrue();
    }

    @Test
    void callIsOmittedWithoutTheResultItNeeds() {
        Disposable run = run("a\nb x=${1.text}\nc x=${2.text}\nd", 1, true);
        fail(1);
        succeed(4);

        assertThat(begun).containsExactly(1, 4);
        assertThat(ended).containsExactly("1 1", "2 1", "3 1", "4 0");
        assertThat(run.isDisposed()).isTrue();
    }

    @Test
    void errorsOfCallersAreOutcomes() {
        List<ScriptCall> calls = read("a\nb");
        ScriptRun run = new ScriptRun(
                calls,
                (call, results) -> {
                    throw new UsageException("wrong");
                },
                1,
                true);

        assertThat(run.outcomes().collectList().block())
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(outcome.code()).isEqualTo(ExitCode.USAGE));
    }

    @Test
    void cancellationCancelsRunningCalls() {
        Disposable run = run("a\nb\nc", 2, true);
        run.dispose();

        assertThat(cancelled).containsExactlyInAnyOrder(1, 2);
        assertThat(begun).containsExactly(1, 2);
        assertThat(complete).isFalse();
    }

    // -- helpers

    private Disposable run(String script, int parallel, boolean keepGoing) {
        List<ScriptCall> calls = read(script);
        calls.forEach(call -> pending.put(call.line(), Sinks.one()));
        ScriptRun run = new ScriptRun(
                calls,
                (call, results) -> {
                    begun.add(call.line());
                    return pending.get(call.line()).asMono().doOnCancel(() -> {
                        if (!answered.contains(call.line())) {
                            cancelled.add(call.line());
                        }
                    });
                },
                parallel,
                keepGoing);
        return run.outcomes()
                .subscribe(
                        outcome -> ended.add(outcome.call().line() + " " + outcome.code()),
                        e -> ended.add("" + e),
                        () -> complete = true);
    }

    private void succeed(int line) {
        answered.add(line);
        pending.get(line).tryEmitValue(result("{\"content\": []}")).orThrow();
    }

    private void fail(int line) {
        answered.add(line);
        pending.get(line)
                .tryEmitValue(result("{\"content\": [], \"isError\": true}"))
                .orThrow();
    }

    private static List<ScriptCall> read(String text) {
        return ScriptReader.read("calls", text, InputText.ofFiles("the script"));
    }

    private static String sent(ScriptCall call) {
        return call.arguments(TOOL, line -> null).value().toString();
    }

    private static CallToolResult result(String json) {
        return McpJson.bind(McpJson.mapper().readTree(json), CallToolResult.class);
    }
}
