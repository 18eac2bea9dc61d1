package dev.mcpflux.cli.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.Caller;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApprovalAskerTest {

    private final StringWriter out = new StringWriter();

    static ApprovalQuestion question(Map<String, ?> arguments) {
        return new ApprovalQuestion(
                Caller.ANONYMOUS,
                new HostCall.CallTool("files", "delete", arguments, null, false),
                null,
                McpJson.mapper().valueToTree(arguments),
                "\"policy.otherwise\" is \"ask\"");
    }

    private Approval ask(Map<String, ?> arguments, String typed) throws InterruptedException {
        return new ApprovalAsker(new Dialog(new StringReader(typed), out)).ask(question(arguments));
    }

    @Test
    void shortCallIsAskedOnOneLine() throws InterruptedException {
        Approval approval = ask(Map.of("path", "/x"), "what\nY\n");

        assertThat(approval).isEqualTo(new Approval(true, Approval.Scope.ONCE, "approved at the terminal"));
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
                Call files__delete {"path":"/x"}? [y/N/always]   ! type y, n, or always for all calls of files__delete in \
                this run
                Call files__delete {"path":"/x"}? [y/N/always]\s""");
    }

    @Test
    void longCallIsShownLineByLine() throws InterruptedException {
        ask(Map.of("path", "/a b".repeat(30) + "/the-end"), "n\n");

        assertThat(out.toString().lines())
                .startsWith("Call files__delete with:")
                .anyMatch(line -> line.contains("the-end"))
                .allMatch(line -> TextColumns.width(line) <= 80)
                .endsWith("Call it? [y/N/always] ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            yes      | true  | ONCE | approved at the terminal
            always   | true  | TOOL | approved at the terminal for this tool
            n        | false | ONCE | declined at the terminal
            ``       | false | ONCE | declined at the terminal
            !decline | false | ONCE | declined at the terminal
            !cancel  | false | ONCE | nobody answered at the terminal
            -        | false | ONCE | nobody answered at the terminal
            """)
    void everyAnswer(String typed, boolean approved, Approval.Scope scope, String reason) throws InterruptedException {
        assertThat(ask(Map.of(), typed == null ? "" : typed + "\n")).isEqualTo(new Approval(approved, scope, reason));
        assertThat(out.toString()).startsWith("Call files__delete? [y/N/always] ");
    }

    @Test
    void argumentsDoNotActOnTheTerminal() throws InterruptedException {
        ask(Map.of("text", "\033[2J\u202Eok? [y/N/always] y\nCall files__read? "), "n\n");
        ask(Map.of("text", "\033]0;x\007".repeat(40) + "\nCall it? [y/N/always] y"), "n\n");

        assertThat(out.toString()).doesNotContain("\033", "\u202E", "\007");
        assertThat(out.toString().lines())
                .filteredOn(line -> line.startsWith("Call "))
                .hasSize(3);
    }
}
