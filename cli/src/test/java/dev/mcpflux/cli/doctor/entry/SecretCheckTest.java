package dev.mcpflux.cli.doctor.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.variable.VariableStyle;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretCheckTest {

    private static final String RANDOM = "q7Zr2LxV9bKf4TnW8mYc1HdP";

    private final FakeMachine machine = new FakeMachine();

    private List<Finding> findings(ServerDefinition server, boolean project) {
        return FakeMachine.findings(
                new SecretCheck(machine.machine()),
                new ConfiguredServer(server, "s", FakeMachine.FILE, project, List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "TOKEN,        ghp_0123456789abcdefghijklmnopqrstuvwxyz, a GitHub token",
        "X,            glpat-0123456789abcdefghij,               a GitLab token",
        "X,            sk-ant-0123456789abcdefghij0123,          an Anthropic key",
        "X,            sk-proj-0123456789abcdefghij,             a key of an API",
        "X,            AKIA0123456789ABCDEF,                     an AWS key",
        "X,            xoxb-0123456789-abc,                      a Slack token",
        "X,            eyJhbGciOiJI.eyJzdWIiOiIx.c2ln,           a JSON Web Token",
        "DATABASE_URL, postgres://me:hunter22@db/x,              a URL with a password",
        "API_KEY,      correct-horse-battery,                    'a secret, as its name says'",
        "DB_PASSWORD,  hunter2hunter2,                           'a secret, as its name says'",
        "X,            q7Zr2LxV9bKf4TnW8mYc1HdP,                 'a secret, as it is a long random text'"
    })
    void secretsAreFoundAndNeverQuoted(String name, String value, String what) {
        assertThat(findings(FakeMachine.environment(VariableStyle.MCPFLUX, name, value), false))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule().id()).isEqualTo("plain-secret");
                    assertThat(finding.place()).isEqualTo("env." + name);
                    assertThat(finding.text()).isEqualTo("The file holds " + what + ", as it is.");
                    assertThat(finding.toString()).doesNotContain(value).contains("${" + name + "}");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "API_KEY,       ${API_KEY}",
        "API_KEY,       your-api-key-here",
        "API_KEY,       <your key>",
        "API_KEY,       changeme123",
        "API_KEY,       xxxxxxxxxxxx",
        "TOKEN_FILE,    /run/secrets/token",
        "MAX_TOKENS,    4096",
        "TOKEN_LIMIT,   100000000",
        "AUTH,          true",
        "LOG_LEVEL,     debug",
        "ENDPOINT,      https://api.example.org/v1/tokens",
        "PACKAGE,       modelcontextprotocol-server-everything-2025",
        "ID,            123e4567-e89b-12d3-a456-426614174000"
    })
    void settingsAreNot(String name, String value) {
        assertThat(findings(FakeMachine.environment(VariableStyle.MCPFLUX, name, value), false))
                .isEmpty();
    }

    @Test
    void argumentsHeadersAndUrlsAreLookedAt() {
        assertThat(findings(
                        FakeMachine.process("x", "--api-key", "correct-horse", "--token=correct-horse", "-v"), false))
                .extracting(Finding::place)
                .containsExactly("args[1]", "args[2]");
        assertThat(findings(
                        ServerDefinition.http("s", "https://h/mcp?apiKey=" + RANDOM + "&x=1")
                                .withHeader("Authorization", Template.literal("Bearer " + RANDOM)),
                        false))
                .extracting(Finding::place)
                .containsExactly("url", "headers.Authorization");
        assertThat(findings(
                        ServerDefinition.http("s", "https://h/mcp?page=introduction")
                                .withHeader("Authorization", Template.of("Bearer ${TOKEN}")),
                        false))
                .isEmpty();
    }

    @Test
    void theNotationIsThatOfTheFile() {
        assertThat(findings(FakeMachine.environment(VariableStyle.CURSOR, "TOKEN", RANDOM), false)
                        .get(0)
                        .fix())
                .contains("${env:TOKEN}");
        assertThat(findings(FakeMachine.environment(VariableStyle.NONE, "TOKEN", RANDOM), false)
                        .get(0)
                        .fix())
                .contains("has no variables");
    }

    @Test
    void whoCanReadTheFileMatters() {
        ServerDefinition server = FakeMachine.environment(VariableStyle.MCPFLUX, "TOKEN", RANDOM);
        machine.open.add(FakeMachine.FILE);

        assertThat(findings(server, true))
                .extracting(finding -> finding.rule().id(), Finding::command)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("plain-secret-in-project", null),
                        org.assertj.core.groups.Tuple.tuple("secret-file-readable", "chmod 600 /home/me/mcp.json"));
        assertThat(findings(FakeMachine.process("cat"), true)).isEmpty();
    }
}
