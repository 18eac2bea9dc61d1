package dev.mcpflux.cli.doctor.offer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.schema.JsonSchemaValidator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, descriptions, schemas and annotations of tools. */
class ToolChecksTest {

    @ParameterizedTest
    @CsvSource({"get_weather-2,''", "get.weather,tool-name-refused", "wetter_für,tool-name-refused"})
    void namesHaveToSuitProviders(String name, String expected) {
        assertThat(Offers.findings(new ToolNameCheck(), Offers.of("s", name)).stream()
                        .map(finding -> finding.rule().id())
                        .toList())
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
    }

    @Test
    void lengthCountsWithTheServer() {
        assertThat(Offers.found(new ToolNameCheck(), Offers.of("s", "a".repeat(61))))
                .isEmpty();
        assertThat(Offers.findings(new ToolNameCheck(), Offers.of("s", "a".repeat(62))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.rule().id() + ": " + finding.text())
                        .startsWith("tool-name-too-long: With the name of its server it has 65 characters")
                        .contains("OpenAI, Anthropic, Gemini", "this host offers it as s_aaa"));
    }

    @Test
    void renamedToolIsCheckedUnderItsNewName() {
        ServerDefinition server = ServerDefinition.stdio("s", "x")
                .with(options ->
                        options.tools(tools -> tools.names(Map.of("a.b", "ab")).exclude(List.of("c.d"))));

        assertThat(Offers.found(
                        new ToolNameCheck(), Offers.started(server, Duration.ZERO, null, Offers.lists("a.b", "c.d"))))
                .isEmpty();
    }

    @Test
    void longDescriptionIsFound() {
        String tool = "{\"name\": \"a\", \"description\": \"%s\", \"inputSchema\": {\"type\": \"object\"}}";

        assertThat(Offers.found(new ToolNameCheck(), Offers.of("s", tool.formatted("d".repeat(1024)))))
                .isEmpty();
        assertThat(Offers.found(new ToolNameCheck(), Offers.of("s", tool.formatted("d".repeat(1025)))))
                .containsExactly("description-too-long tool a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'type':'object','properties':{'x':{'anyOf':[{'type':'string'}]}}}; ",
                "{'properties':{}};                                    schema-not-object tool a",
                "{'type':'string'};                                    schema-not-object tool a",
                "{'type':'object','oneOf':[{'type':'object'}]};         schema-unsupported tool a",
                "{'type':'object','properties':{'x':{'$ref':'http://h/x'}}}; schema-unusable tool a, inputSchema"
            })
    void schemasHaveToSuitProvidersAndValidators(String schema, String expected) {
        SchemaCheck check = new SchemaCheck(JsonSchemaValidator.create());
        Offer offer = Offers.of("s", "{\"name\": \"a\", \"inputSchema\": %s}".formatted(schema.replace('\'', '"')));

        assertThat(Offers.found(check, offer).toList()).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void annotationsContradictEachOther() {
        String tool =
                "{\"name\": \"a\", \"inputSchema\": {}, \"annotations\": {\"readOnlyHint\": true, \"destructiveHint\": %s}}";

        assertThat(Offers.found(new AnnotationCheck(), Offers.of("s", tool.formatted(true))))
                .containsExactly("annotations-contradict tool a");
        assertThat(Offers.found(new AnnotationCheck(), Offers.of("s", tool.formatted(false))))
                .isEmpty();
    }

    @Test
    void sameNameTwiceCollides() {
        assertThat(Offers.found(new CollisionCheck(), List.of(Offers.of("s", "a", "b", "a"), Offers.of("t", "a"))))
                .containsExactly("tool-names-collide tool a");
    }

    @Test
    void manyToolsAreTooManyForSome() {
        assertThat(text(40)).isEmpty();
        assertThat(text(41)).contains("Cursor 40.").doesNotContain("Windsurf");
        assertThat(text(129)).contains("OpenAI 128, Cursor 40, Windsurf 100, GitHub Copilot 128");
    }

    private static String text(int tools) {
        String[] names = IntStream.range(0, tools).mapToObj(i -> "t" + i).toArray(String[]::new);
        return Offers.findings(new CollisionCheck(), List.of(Offers.of("s", names))).stream()
                .map(Finding::text)
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "read_file,  reаd_file",
        "read_file,  Read_File",
        "read_file,  read-file",
        "read_file,  ｒead_file",
        "list_all,   1ist_a11",
        "send_email, send_emai",
        "send_email, sned_email"
    })
    void namesLookAlike(String one, String other) {
        assertThat(Offers.found(new LookAlikeCheck(), List.of(Offers.of("s", one), Offers.of("t", other))))
                .containsExactly("look-alike-name tool " + other);
        assertThat(Offers.found(new LookAlikeCheck(), List.of(Offers.of("s", one, other))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"search, search", "get_issue, get_issues", "add, and", "read_file, write_file"})
    void namesDoNotLookAlike(String one, String other) {
        assertThat(Offers.found(new LookAlikeCheck(), List.of(Offers.of("s", one), Offers.of("t", other))))
                .isEmpty();
    }
}
