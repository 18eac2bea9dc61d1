package dev.mcpflux.cli.doctor.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.variable.InputDefinition;
import dev.mcpflux.host.variable.VariableStyle;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariableCheckTest {

    private final FakeMachine machine = new FakeMachine();

    private Stream<String> found(ServerDefinition server, InputDefinition... inputs) {
        return FakeMachine.found(
                new VariableCheck(machine.machine()),
                new ConfiguredServer(server, "s", FakeMachine.FILE, false, List.of(inputs)));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "MCPFLUX,   ${TOKEN},                variable-unset env.T",
                "MCPFLUX,   ${TOKEN:-x},             ''",
                "CLAUDE,    ${TOKEN},                variable-empty env.T",
                "CURSOR,    ${env:TOKEN},            variable-empty env.T",
                "GEMINI,    $TOKEN,                  variable-empty env.T",
                "PROPOSED,  ${env:A} | ${value:b},   ''",
                "NONE,      ${TOKEN},                ''",
                "MCPFLUX,   ${file:token.txt},       file-missing env.T",
                "MCPFLUX,   ${input:id},             input-undeclared env.T",
                "MCPFLUX,   ${workspaceFolder},      ''"
            })
    void whatIsMissingIsFound(VariableStyle style, String text, String expected) {
        List<String> wanted = expected.equals("''") ? List.of() : List.of(expected);

        assertThat(found(FakeMachine.environment(style, "T", text)).toList()).isEqualTo(wanted);
    }

    @Test
    void whatIsThereIsNotFound() {
        machine.variables.put("TOKEN", "t");
        machine.files.add(Path.of("/home/me/token.txt"));

        assertThat(found(FakeMachine.environment(VariableStyle.MCPFLUX, "T", "${TOKEN}${file:token.txt}")))
                .isEmpty();
    }

    @Test
    void secretsAreLookedUpInStores() {
        ServerDefinition ours = FakeMachine.environment(VariableStyle.MCPFLUX, "T", "${secret:deploy}");
        ServerDefinition others = FakeMachine.environment(VariableStyle.CONTINUE, "T", "${{ secrets.deploy }}");

        assertThat(secrets(ours)).containsExactly("secret-missing env.T");
        assertThat(secrets(others)).containsExactly("secret-missing env.T");
        machine.secrets.add("deploy");
        assertThat(secrets(ours)).isEmpty();
        machine.secrets.clear();
        machine.variables.put("deploy", "t");
        assertThat(secrets(ours)).containsExactly("secret-missing env.T");
        assertThat(secrets(others)).isEmpty();
    }

    private Stream<String> secrets(ServerDefinition server) {
        return FakeMachine.found(new SecretStoreCheck(machine.machine()), FakeMachine.server(server));
    }

    @Test
    void inputNeedsAPersonUnlessItHasADefault() {
        ServerDefinition server = FakeMachine.environment(VariableStyle.VSCODE, "T", "${input:id}");
        InputDefinition input = InputDefinition.text("id", null);

        assertThat(found(server, input)).containsExactly("input-needs-person env.T");
        assertThat(found(server, input.withPreset("x"))).isEmpty();
        assertThat(found(server)).containsExactly("input-undeclared env.T");
    }
}
