package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.cli.install.Question.Type;
import dev.mcpflux.host.config.McpConfigurationException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProposalTest {

    private static Question question(String id, Type type, boolean required, boolean secret, boolean multiple) {
        return new Question(id, "", "", type, required, secret, multiple, null, List.of(), null, null, List.of());
    }

    private static Proposal secret(boolean required) {
        Draft draft = new Draft().put("command", "tides");
        draft.member("env").put("KEY", draft.ask(question("api.key", Type.STRING, required, true, false)));
        return draft.propose("my-tides");
    }

    @ParameterizedTest
    @CsvSource({
        "INPUT, ${input:my_tides_api_key}, my_tides_api_key",
        "SECRET, ${secret:my_tides_api_key}, my_tides_api_key",
        "ENV, ${env:MY_TIDES_API_KEY}, MY_TIDES_API_KEY",
    })
    void secretBecomesAReference(SecretForm form, String reference, String name) {
        Installation installed = secret(true).with(Map.of("api.key", "hunter2"), form);
        assertThat(installed.entry().path("env").path("KEY").asString()).isEqualTo(reference);
        assertThat(installed.secrets()).singleElement().satisfies(stored -> {
            assertThat(stored.name()).isEqualTo(name);
            assertThat(stored.reference()).isEqualTo(reference);
            assertThat(stored.value()).isEqualTo("hunter2");
        });
        assertThat(installed.toString() + installed.secrets()).doesNotContain("hunter2");
        assertThat(installed.inputs()).hasSize(form == SecretForm.INPUT ? 1 : 0);
        // it may be stored later
        assertThat(secret(true).with(Map.of(), form).secrets().get(0).value()).isNull();
        assertThat(secret(false).with(Map.of(), form).entry().path("env")).isEmpty();
    }

    @Test
    void secretIsStoredByDefaultAndPlainOnRequest() {
        assertThat(secret(true).with(Map.of("api.key", "hunter2")).entry().toString())
                .contains("${secret:")
                .doesNotContain("hunter2");
        Installation plain = secret(true).with(Map.of("api.key", "hunter2"), SecretForm.PLAIN);
        assertThat(plain.entry().toString()).contains("hunter2");
        assertThat(plain.secrets()).isEmpty();
        assertThatThrownBy(() -> secret(true).with(Map.of(), SecretForm.PLAIN))
                .hasMessageContaining("a value is needed for api.key");
    }

    @ParameterizedTest
    @EnumSource(SecretForm.class)
    void referenceAsAnAnswerStaysOne(SecretForm form) {
        Installation installed = secret(true).with(Map.of("api.key", "${env:MY_OWN}"), form);
        assertThat(installed.entry().path("env").path("KEY").asString()).isEqualTo("${env:MY_OWN}");
        assertThat(installed.secrets()).isEmpty();
    }

    @Test
    void optionalWordsAreLeftOutWithTheirFlags() {
        Draft draft = new Draft().put("command", "tides").words("serve");
        draft.args().addArray().add("--port").add(draft.ask(question("port", Type.NUMBER, false, false, false)));
        draft.args().addArray().add("--dir").add(draft.ask(question("dir", Type.DIRECTORY, false, false, true)));
        draft.args().add(draft.ask(question("place", Type.STRING, false, false, true)));
        Proposal proposal = draft.propose("t");
        assertThat(proposal.questions())
                .extracting(Question::targets)
                .containsExactly(List.of("/args/2"), List.of("/args/4"), List.of("/args/5"));
        assertThat(args(proposal, Map.of())).isEqualTo("[\"serve\"]");
        assertThat(args(proposal, Map.of("port", "8", "place", ""))).isEqualTo("[\"serve\",\"--port\",\"8\"]");
        assertThat(args(proposal, Map.of("dir", "/a\n/b", "place", "x\ny")))
                .isEqualTo("[\"serve\",\"--dir\",\"/a\",\"--dir\",\"/b\",\"x\",\"y\"]");
        assertThat(proposal.entry().path("args").toString())
                .isEqualTo("[\"serve\",\"--port\",\"${input:port}\",\"--dir\",\"${input:dir}\",\"${input:place}\"]");
    }

    private static String args(Proposal proposal, Map<String, String> answers) {
        return proposal.with(answers).entry().path("args").toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NUMBER | x | expected a number",
                "NUMBER | 1e9999999999 | expected a number",
                "NUMBER | 0 | at least 1",
                "NUMBER | 11 | at most 10",
                "BOOLEAN | yes | expected true or false",
                "FILE | ' ' | expected a path",
            })
    void wrongAnswerIsRefusedWithoutQuotingIt(Type type, String answer, String problem) {
        Draft draft = new Draft().put("command", "tides");
        draft.args()
                .add(draft.ask(new Question(
                        "n",
                        "",
                        "",
                        type,
                        true,
                        false,
                        false,
                        null,
                        List.of(),
                        BigDecimal.ONE,
                        BigDecimal.TEN,
                        List.of())));
        assertThatThrownBy(() -> draft.propose("t").with(Map.of("n", answer)))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining("the value of n: ")
                .hasMessageContaining(problem);
    }

    @Test
    void choicesUnknownIdsAndMissingValuesAreErrors() {
        Draft draft = new Draft().put("command", "tides");
        draft.args()
                .add(draft.ask(new Question(
                        "unit",
                        "",
                        "",
                        Type.STRING,
                        true,
                        false,
                        false,
                        null,
                        List.of("m", "ft"),
                        null,
                        null,
                        List.of())));
        Proposal proposal = draft.propose("t");
        assertThatThrownBy(() -> proposal.with(Map.of("unit", "secret")))
                .hasMessageContaining("expected one of m, ft")
                .message()
                .doesNotContain("secret");
        assertThatThrownBy(() -> proposal.with(Map.of("units", "m")))
                .hasMessageContaining("no value 'units' is asked for; expected unit");
        assertThatThrownBy(() -> proposal.with(Map.of())).hasMessageContaining("a value is needed for unit");
        assertThatThrownBy(() -> proposal.with(Map.of("unit", ""))).hasMessageContaining("a value is needed for unit");
    }

    @Test
    void answerInAUrlMustMakeOne() {
        Draft draft = new Draft();
        draft.put("url", "https://" + draft.ask(Question.text("tenant", "", true, false)) + ".example.com/mcp");
        Proposal proposal = draft.propose("t");
        assertThat(proposal.with(Map.of("tenant", "acme")).entry().path("url").asString())
                .isEqualTo("https://acme.example.com/mcp");
        assertThatThrownBy(() -> proposal.with(Map.of("tenant", "a b")))
                .hasMessageContaining("expected an http or https URL");
    }

    @Test
    void publishedTextIsSafeToShow() {
        Question question = Question.text("x", "a\u001b[2Jb\nc", true, false);
        assertThat(question.description()).isEqualTo("a\\u001b[2Jb c");
        Draft draft = new Draft();
        draft.note("bell\u0007" + "x".repeat(1000));
        assertThat(draft.notes().get(0)).startsWith("bell\\u0007").hasSize(500);
        String first = draft.ask(question);
        assertThat(draft.ask(question)).isNotEqualTo(first).isEqualTo("${input:x_2}");
        assertThat(draft.ask(question.withId("${env:A}\n"))).isEqualTo("${input:env_A}");
    }

    @Test
    void defaultOfAPublisherIsNoReference() {
        Draft draft = new Draft().put("command", "x");
        draft.args()
                .add(draft.ask(new Question(
                        "n",
                        "",
                        "",
                        Type.STRING,
                        true,
                        false,
                        false,
                        "${env:AWS_SECRET}",
                        List.of(),
                        null,
                        null,
                        List.of())));
        assertThat(args(draft.propose("t"), Map.of())).isEqualTo("[\"$${env:AWS_SECRET}\"]");
    }

    @Test
    void variableOfAPublisherIsNoVariable() {
        Draft draft = new Draft().put("command", "x").words("${env:AWS_SECRET}", "${input:other}");
        assertThat(args(draft.propose("t"), Map.of())).isEqualTo("[\"$${env:AWS_SECRET}\",\"$${input:other}\"]");
    }
}
