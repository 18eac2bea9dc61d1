package dev.mcpflux.cli.doctor.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.transport.stdio.StdioOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandCheckTest {

    private final FakeMachine machine = new FakeMachine();

    private List<Finding> findings(ServerDefinition server) {
        return FakeMachine.findings(new CommandCheck(machine.machine()), FakeMachine.server(server));
    }

    @Test
    void commandOnThePathIsFound() {
        machine.programs.add("npx");

        assertThat(findings(FakeMachine.process("npx", "x")))
                .singleElement()
                .satisfies(finding -> assertThat(finding.rule().id() + " " + finding.text())
                        .isEqualTo("command-found The command is " + Path.of("/bin/npx") + "."));
    }

    @ParameterizedTest
    @CsvSource({
        "npx,    on the PATH that,         Install Node.js",
        "uvx,    on the PATH that,         Install uv",
        "docker, on the PATH that,         Install Docker",
        "pyhton, on the PATH that,         Did you mean 'python'",
        "nobody, on the PATH that,         write the whole path",
        "./run,  no executable file './run', write the whole path"
    })
    void missingCommandHasAnAdvice(String command, String text, String advice) {
        assertThat(findings(FakeMachine.process(command))).singleElement().satisfies(finding -> {
            assertThat(finding.rule().id()).isEqualTo("command-not-found");
            assertThat(finding.text()).contains(text);
            assertThat(finding.fix()).contains(advice);
        });
    }

    @Test
    void directoryAndFileAreRelativeToTheConfiguration() {
        Path base = Path.of("/home/me");
        ServerDefinition.Stdio server = new ServerDefinition.Stdio(
                "s",
                Template.of("cat"),
                List.of(),
                Map.of(),
                Template.of(".env"),
                Template.of("work"),
                base,
                StdioOptions.defaults(),
                FakeMachine.process("cat").options());
        machine.programs.add("cat");

        assertThat(findings(server))
                .extracting(finding -> finding.rule().id())
                .containsExactly("working-directory-missing", "env-file-missing", "command-found");

        machine.directories.add(base.resolve("work"));
        machine.files.add(base.resolve(".env"));
        assertThat(findings(server)).extracting(finding -> finding.rule().id()).containsExactly("command-found");
    }

    @Test
    void commandThatIsNotKnownYetIsLeftOut() {
        ServerDefinition.Stdio plain = FakeMachine.process("cat");
        ServerDefinition.Stdio server = new ServerDefinition.Stdio(
                "s",
                Template.of("${NOT_SET}"),
                List.of(),
                Map.of(),
                null,
                null,
                StdioOptions.defaults(),
                plain.options());

        assertThat(findings(server)).isEmpty();
        assertThat(findings(plain.with(options -> options.disabled("x")))).isEmpty();
    }
}
