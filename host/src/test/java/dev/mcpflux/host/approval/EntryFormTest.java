package dev.mcpflux.host.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.approval.EntryReview.Status;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.transport.stdio.StdioOptions;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which changes of an entry ask again, and what is remembered of it. */
class EntryFormTest {

    private static final String PROCESS = """
            {"command": "sh", "args": ["server.sh", "--level", "3"], "cwd": ".",
             "env": {"ONE": "${HOME}", "TWO": "plain", "API_KEY": "hunter2-hunter2"}}""";

    private static final String REMOTE = """
            {"type": "http", "url": "https://example.org/mcp?k=hunter2-hunter2",
             "headers": {"X-One": "Bearer ${TOKEN}", "X-Two": "hunter2-hunter2"},
             "oauth": {"clientId": "me", "clientSecret": "hunter2-hunter2", "issuer": "https://login.example.org"}}""";

    private Project project;

    @BeforeEach
    void directory(@TempDir Path directory) {
        project = new Project(directory);
    }

    private Status afterChange(String approved, String from, String to) {
        assertThat(approved).contains(from);
        project.approve(approved);
        assertThat(project.review(approved).status()).isEqualTo(Status.APPROVED);
        return project.review(approved.replace(from, to)).status();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"command\": \"sh\" | \"command\": \"ls\"",
                "\"command\": \"sh\" | \"command\": \"./server.sh\"",
                "\"--level\", \"3\" | \"--level\", \"4\"",
                "\"--level\", \"3\" | \"3\", \"--level\"",
                "\"--level\", \"3\" | \"--level 3\"",
                "\"cwd\": \".\" | \"cwd\": \"..\"",
                "${HOME} | ${AWS_SECRET_ACCESS_KEY}",
                "${HOME} | ${HOME:-/tmp}",
                "\"ONE\" | \"OTHER\"",
                "plain | other",
                "hunter2-hunter2 | hunter3-hunter3",
                "\"TWO\": \"plain\", | ",
                "{\"ONE\" | {\"npm_config_registry\": \"http://example.org\", \"ONE\"",
            })
    void changeOfAProcessAsksAgain(String from, String to) {
        assertThat(afterChange(PROCESS, from, to == null ? "" : to)).isEqualTo(Status.CHANGED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "example.org/mcp | example.com/mcp",
                "/mcp?k | /other?k",
                "?k=hunter2 | ?k=hunter3",
                "https://example | http://example",
                "\"type\": \"http\" | \"type\": \"sse\"",
                "${TOKEN} | ${OTHER}",
                "X-One | X-Three",
                "\"X-Two\": \"hunter2 | \"X-Two\": \"hunter3",
                "\"clientId\": \"me\" | \"clientId\": \"you\"",
                "\"clientSecret\": \"hunter2 | \"clientSecret\": \"hunter3",
                "login.example.org | login.example.com",
                "{\"type\" | {\"proxy\": \"http://proxy.example.org\", \"type\"",
                "\"oauth\": { | \"oauth\": {\"assertionFile\": \"/etc/shadow\", ",
            })
    void changeOfARemoteServerAsksAgain(String from, String to) {
        assertThat(afterChange(REMOTE, from, to)).isEqualTo(Status.CHANGED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"ONE\": \"${HOME}\", \"TWO\": \"plain\" | \"TWO\": \"plain\", \"ONE\": \"${HOME}\"",
                "\"cwd\": \".\", | \"cwd\"  :  \".\"  ,",
                "{\"command\" | {\"timeout\": \"9s\", \"command\"",
                "{\"command\" | {\"required\": true, \"command\"",
                "{\"command\" | {\"disabled\": true, \"command\"",
            })
    void harmlessChangeDoesNot(String from, String to) {
        assertThat(afterChange(PROCESS, from, to)).isEqualTo(Status.APPROVED);
    }

    @Test
    void otherServersOfTheFileDoNotCount() {
        project.approve(PROCESS);

        ServerDefinition same = project.read(
                "{\"mcpServers\": {\"a\": " + PROCESS + ", \"b\": {\"command\": \"rm\", \"args\": [\"-rf\"]}}}");

        assertThat(project.review(same).status()).isEqualTo(Status.APPROVED);
        assertThat(project.review(project.read("{\"mcpServers\": {\"b\": " + PROCESS + "}}"))
                        .status())
                .isEqualTo(Status.NEW);
    }

    @Test
    void toolsAndPolicyArePartOfIt() {
        String entry =
                "{\"command\": \"sh\", \"tools\": {\"exclude\": [\"rm\"]}, \"policy\": {\"tools\": {\"put\": \"ask\"}}}";

        assertThat(project.review(entry).fields())
                .containsEntry("tools excluded", "rm")
                .containsEntry("calls 1", "put: ask");
        assertThat(afterChange(entry, "\"rm\"", "\"x\"")).isEqualTo(Status.CHANGED);
        assertThat(afterChange(entry, "\"ask\"", "\"allow\"")).isEqualTo(Status.CHANGED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"inheritEnv\": [\"AWS_*\"] | \"inheritEnv\": [\"*\"]",
                "\"inheritEnv\": false | \"inheritEnv\": true",
                "\"sandbox\": true | \"sandbox\": false",
                "\"sandbox\": {\"memory\": \"1g\"} | \"sandbox\": {\"memory\": \"2g\"}",
            })
    void whatTheProcessSeesIsPartOfIt(String from, String to) {
        assertThat(afterChange("{\"command\": \"sh\", " + from + "}", from, to)).isEqualTo(Status.CHANGED);
    }

    @Test
    void orderOfRulesIsPartOfIt() {
        String one = "\"put\": \"ask\"";
        String other = "\"*\": \"allow\"";
        String entry = "{\"command\": \"sh\", \"policy\": {\"tools\": {" + one + ", " + other + "}}}";

        assertThat(afterChange(entry, one + ", " + other, other + ", " + one)).isEqualTo(Status.CHANGED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"sh\", \"server.sh\"]", "\"sh server.sh\""})
    void scriptOfAHelperIsPartOfIt(String helper) {
        String entry = "{\"type\": \"http\", \"url\": \"https://h/mcp\", \"headersHelper\": " + helper + "}";
        project.write("server.sh", "echo one");
        EntryReview review = project.review(entry);
        project.approve(entry);
        assertThat(project.review(entry).status()).isEqualTo(Status.APPROVED);

        project.write("server.sh", "echo two");
        assertThat(review.status()).isEqualTo(Status.NEW);
        assertThat(project.review(entry).status()).isEqualTo(Status.CHANGED);
    }

    @Test
    void fileOfVariablesIsPartOfIt() {
        String entry = "{\"command\": \"sh\", \"envFile\": \".env\"}";

        assertThat(project.review(entry).fields()).containsEntry("variables from", ".env");
        assertThat(afterChange(entry, ".env", "other.env")).isEqualTo(Status.CHANGED);
    }

    /** The same text reads a variable in one notation and is itself in another. */
    @Test
    void notationOfVariablesIsPartOfIt() {
        Template style = Template.of("{env:AWS_SECRET_ACCESS_KEY}", null, VariableStyle.OPENCODE);
        ServerDefinition plain = ServerDefinition.stdio("a", "sh");
        ServerDefinition.Stdio read = ((ServerDefinition.Stdio) plain).withEnvironment(Map.of("X_TOKEN", style));
        project.read("{\"mcpServers\": {\"a\": {\"command\": \"sh\"}}}");

        assertThat(project.review(read).fields())
                .containsEntry("variable X_TOKEN", "… with ${AWS_SECRET_ACCESS_KEY}")
                .containsEntry("notation", "opencode");
    }

    @Test
    void helperCommandIsPartOfIt() {
        String entry =
                "{\"url\": \"https://example.org/mcp\", \"auth\": \"helper\", \"headersHelper\": [\"get\", \"x\"]}";

        assertThat(afterChange(entry, "\"x\"", "\"y\"")).isEqualTo(Status.CHANGED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PROCESS,
                REMOTE,
                "{\"command\": \"sh\", \"args\": [\"--token\", \"hunter2-hunter2\"]}",
                "{\"command\": \"sh\", \"args\": [\"--api-key=hunter2-hunter2\", \"-H\", \"Authorization: Bearer hunter2-hunter2\"]}",
                "{\"command\": \"sh\", \"args\": [\"ghp_hunter2hunter2\", \"postgres://me:hunter2@db/x\"]}",
                "{\"command\": \"sh\", \"env\": {\"KEY\": \"${KEY:-hunter2-hunter2}\"}}",
                "{\"url\": \"https://me:hunter2@example.org/hunter2\"}"
            })
    void secretsAreNeitherKeptNorShown(String entry) throws IOException {
        project.approve(entry);

        EntryReview review = project.review(entry);
        assertThat(review.toString()).doesNotContain("hunter2");
        try (var files = Files.list(project.store.directory())) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file)).doesNotContain("hunter2");
            }
        }
    }

    @Test
    void variablesAreShownWhereTheyGo() {
        assertThat(project.review("{\"url\": \"https://${HOST}/${AWS_SECRET_ACCESS_KEY}\"}")
                        .fields())
                .containsEntry("url", "https://${HOST} with ${AWS_SECRET_ACCESS_KEY}");
        assertThat(project.review(REMOTE).fields())
                .containsEntry("header X-One", "Bearer ${TOKEN}")
                .containsEntry("header X-Two", "…")
                .containsEntry("oauth clientSecret", "…");
        assertThat(project.review(PROCESS).fields())
                .containsEntry("variable ONE", "${HOME}")
                .containsEntry("variable TWO", "plain")
                .containsEntry("variable API_KEY", "…");
    }

    @Test
    void differencesNameWhatChanged() {
        project.approve(PROCESS);

        EntryReview changed = project.review(PROCESS.replace("\"3\"", "\"4\"")
                .replace("hunter2-hunter2", "hunter3-hunter3")
                .replace("\"ONE\"", "\"NEW\""));

        assertThat(changed.differences())
                .containsExactlyInAnyOrder(
                        new EntryReview.Difference("argument 3", "3", "4"),
                        new EntryReview.Difference("variable API_KEY", "…", "…"),
                        new EntryReview.Difference("variable NEW", null, "${HOME}"),
                        new EntryReview.Difference("variable ONE", "${HOME}", null));
    }

    // -- files of the project

    private Status afterWriting(String entry, String file, String text) {
        project.approve(entry);
        project.write(file, text);
        return project.review(project.entry(entry)).status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"command\": \"sh\", \"args\": [\"server.sh\"], \"cwd\": \".\"}",
                "{\"command\": \"sh\", \"args\": [\"-x\", \"./server.sh\", \"arg\"], \"cwd\": \".\"}",
                "{\"command\": \"ls\", \"args\": [\"--import=./server.sh\"], \"cwd\": \".\"}",
                "{\"command\": \"ls\", \"args\": [\"-r\", \"server.sh\"], \"cwd\": \".\"}"
            })
    void changedScriptAsksAgain(String entry) {
        assertThat(afterWriting(entry, "server.sh", "echo two")).isEqualTo(Status.CHANGED);
        assertThat(project.review(entry).differences())
                .extracting(EntryReview.Difference::field)
                .containsExactly("file ./server.sh");
    }

    @Test
    void changedProgramAsksAgain() {
        assertThat(project.root.resolve("server.sh").toFile().setExecutable(true))
                .isTrue();
        String entry = "{\"command\": \"./server.sh\", \"cwd\": \".\"}";
        assertThat(project.review(entry).fields()).containsEntry("program", "./server.sh");
        assertThat(project.review(entry).notes()).containsExactly("the program is a file of this project");

        assertThat(afterWriting(entry, "server.sh", "echo two")).isEqualTo(Status.CHANGED);
    }

    @Test
    void scriptWithoutEndingIsOne() {
        project.write("run", "first");
        assertThat(afterWriting("{\"command\": \"sh\", \"args\": [\"run\"], \"cwd\": \".\"}", "run", "second"))
                .isEqualTo(Status.CHANGED);
    }

    @Test
    void dataOfAScriptMayChange() {
        project.write("data.db", "first");
        assertThat(afterWriting(
                        "{\"command\": \"sh\", \"args\": [\"server.sh\", \"data.db\"], \"cwd\": \".\"}",
                        "data.db",
                        "second"))
                .isEqualTo(Status.APPROVED);
    }

    @Test
    void anotherProgramOnThePathAsksAgain(@TempDir Path other) throws IOException {
        String entry = "{\"command\": \"tool\", \"env\": {\"PATH\": \"" + other.resolve("x") + ":" + other.resolve("y")
                + "\"}}";
        program(other.resolve("y"));
        project.approve(entry);
        assertThat(project.review(entry).status()).isEqualTo(Status.APPROVED);

        program(other.resolve("x"));

        assertThat(project.review(entry).differences())
                .containsExactly(new EntryReview.Difference(
                        "program",
                        other.resolve("y/tool").toString(),
                        other.resolve("x/tool").toString()));
    }

    private static void program(Path directory) throws IOException {
        Files.createDirectories(directory);
        assertThat(Files.writeString(directory.resolve("tool"), "").toFile().setExecutable(true))
                .isTrue();
    }

    @Test
    void veryLongEntryIsRefused() {
        EntryReview review = project.review("{\"command\": \"sh\", \"args\": [\"" + "x".repeat(70_000) + "\"]}");

        assertThat(review.status()).isEqualTo(Status.REFUSED);
        assertThat(review.refusal()).hasMessageContaining("longer than 65536 characters");
    }

    // -- a new key of an entry has to be thought about here

    /** What decides what is started or contacted; {@code EntryForm} has a field for each. */
    @Test
    void everyPartOfAnEntryIsInTheForm() {
        assertThat(Arrays.stream(ServerDefinition.Stdio.class.getRecordComponents())
                        .map(RecordComponent::getName))
                .containsExactlyInAnyOrder(
                        "name",
                        "command",
                        "arguments",
                        "environment",
                        "environmentFile",
                        "workingDirectory",
                        "baseDirectory",
                        // limits, and what the next test names
                        "stdio",
                        "options");
        assertThat(Arrays.stream(ServerDefinition.Http.class.getRecordComponents())
                        .map(RecordComponent::getName))
                .containsExactlyInAnyOrder(
                        "name",
                        "url",
                        "kind",
                        "headers",
                        "proxy",
                        "authorization",
                        // limits, which no file sets
                        "http",
                        "options");
    }

    @Test
    void optionsOfAProcessAreInTheFormOrLimits() {
        assertThat(Arrays.stream(StdioOptions.class.getDeclaredFields())
                        .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                        .map(Field::getName))
                .containsExactlyInAnyOrder(
                        "maxFrameBytes",
                        "sendQueue",
                        "stderrLines",
                        "queueGrace",
                        "exitGrace",
                        "termGrace",
                        "killGrace",
                        "watchdog",
                        // parts of the form
                        "inheritEnv",
                        "minimalEnv",
                        "sandbox");
    }

    /** Options are times and limits, and no part of the form; one that permits something has to become a part of it. */
    @Test
    void optionsPermitNothing() {
        List<String> harmless = List.of(
                "required",
                "startTimeout",
                "startTimeoutSource",
                "request",
                "era",
                "disabled",
                "lifetime",
                "dependsOn",
                "restart",
                "limits",
                "toolTimeouts",
                "guard",
                // these are parts of the form
                "tools",
                "policy");
        assertThat(Arrays.stream(ServerOptions.class.getDeclaredFields())
                        .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                        .map(Field::getName))
                .containsExactlyInAnyOrderElementsOf(harmless);
    }
}
