package dev.mcpflux.cli.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.ClientHandlers.Question;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormAskerTest {

    private static final String CHOICE = "{'type': 'string', 'enum': ['red', 'green']}";
    private static final String MANY =
            "{'type': 'array', 'minItems': 1, 'maxItems': 2, 'items': {'anyOf': [{'const': 'a', 'title': 'Anna'},"
                    + " {'const': 'b', 'title': 'Ben'}, {'const': 'c', 'title': 'Cleo'}]}}";

    /** The output that the person saw, and the result. */
    private record Talk(Elicitation.ElicitResult result, String shown) {}

    private static Talk talk(String properties, String required, String... lines) throws InterruptedException {
        StringWriter out = new StringWriter();
        String schema = "{'type': 'object', 'properties': " + properties + ", 'required': " + required + "}";
        Elicitation.ElicitParams params = new Elicitation.ElicitParams(
                null, "Tell me", McpJson.mapper().readTree(schema.replace('\'', '"')), null, null, null);
        String typed = lines.length == 0 ? "" : String.join("\n", lines) + "\n";
        Elicitation.ElicitResult result =
                new FormAsker(new Dialog(new StringReader(typed), out)).ask(new Question<>("srv", params));
        return new Talk(result, out.toString());
    }

    private static Talk one(String property, String... lines) throws InterruptedException {
        return talk("{'p': " + property + "}", "['p']", lines);
    }

    @Test
    void showsFormAndReview() throws InterruptedException {
        Talk talk = talk(
                "{'who': {'type': 'string', 'title': 'Name', 'description': 'Whom to greet', 'maxLength': 3},"
                        + " 'n': {'type': 'integer', 'minimum': 1, 'default': 2}, 'colour': " + CHOICE + "}",
                "['who']",
                "",
                "Adam",
                "Ada",
                "",
                "2",
                "");

        assertThat(talk.result.content())
                .containsExactly(Map.entry("who", "Ada"), Map.entry("n", 2L), Map.entry("colour", "green"));
        assertThat(talk.shown).isEqualToNormalizingNewlines("""
                srv asks:
                  | Tell me
                (Enter takes what is in brackets. !decline refuses; !cancel or Ctrl-D cancels.)

                1/3 Name (text, at most 3 characters, required)
                  | Whom to greet
                >   ! a value is required
                >   ! it must have at most 3 characters, this is 4
                >\s
                2/3 n (whole number, at least 1)
                [2] >\s
                3/3 colour (one of these, optional: Enter leaves it out)
                   1  red
                   2  green
                >\s
                This goes to srv:
                  Name    Ada
                  n       2
                  colour  green
                Send? [Y/n/c]\s""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'type': 'string'}                              | some text  | some text
            {'type': 'integer'}                             | -7         | -7
            {'type': 'number'}                              | 2.50       | 2.50
            {'type': 'boolean'}                             | Yes        | true
            {'type': 'boolean'}                             | n          | false
            {'type': 'string', 'enum': ['red', 'green']}    | 2          | green
            {'type': 'string', 'enum': ['red', 'green']}    | RED        | red
            {'type': 'string', 'enum': ['20', '10']}        | 10         | 10
            {'type': 'string', 'enum': ['r'], 'enumNames': ['Red']}           | red | r
            {'type': 'string', 'oneOf': [{'const': 'r', 'title': 'Red'}]}     | 1   | r
            {'enum': ['x', 'y']}                            | 1          | x
            {'type': ['string', 'null']}                    | x          | x
            {'type': 'string', 'format': 'email'}           | a@b.org    | a@b.org
            {'type': 'string', 'format': 'uri'}             | urn:a      | urn:a
            {'type': 'string', 'format': 'date'}            | 2024-02-29 | 2024-02-29
            {'type': 'string', 'format': 'date-time'}       | 2024-02-29T10:00:00+01:00 | 2024-02-29T10:00:00+01:00
            {'type': 'string', 'format': 'colour'}          | anything   | anything
            {'type': 'string', 'pattern': '^a+$'}           | aa         | aa
            {'type': 'string', 'pattern': '('}              | aa         | aa
            {'type': 'object'}                              | {"a": 1}   | {"a":1}
            """)
    void takesValues(String property, String typed, String value) throws InterruptedException {
        Talk talk = one(property, typed, "");

        assertThat(talk.result.accepted()).isTrue();
        assertThat(talk.result.content().get("p")).hasToString(value);
        assertThat(talk.shown).doesNotContain(" ! ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'type': 'string'}                        |         | a value is required
            {'type': 'string', 'minLength': 2}        | x       | it must have at least 2 characters, this is 1
            {'type': 'string', 'maxLength': 1}        | xx      | it must have at most 1 character, this is 2
            {'type': 'string', 'pattern': '^a+$'}     | b       | it must match the pattern "^a+$"
            {'type': 'string', 'format': 'email'}     | a@b     | it must be an email address
            {'type': 'string', 'format': 'uri'}       | a b     | it must be a URI
            {'type': 'string', 'format': 'uri'}       | /a      | it must be a URI
            {'type': 'string', 'format': 'date'}      | 2025-02-29 | it must be a date, like
            {'type': 'string', 'format': 'date-time'} | 2025-02-28T10:00:00 | it must be a date and time with offset
            {'type': 'integer'}                       | 1.5     | it must be a whole number
            {'type': 'integer', 'minimum': 1}         | 0       | it must be at least 1
            {'type': 'number', 'maximum': 1.5}        | 1.6     | it must be at most 1.5
            {'type': 'number', 'exclusiveMinimum': 1} | 1       | it must be more than 1
            {'type': 'number', 'exclusiveMaximum': 1} | 1       | it must be less than 1
            {'type': 'number'}                        | one     | it must be a number
            {'type': 'boolean'}                       | maybe   | type yes or no
            {'type': 'string', 'enum': ['a', 'b']}    | 3       | '3' is none of them: type a number from 1 to 2
            {'type': 'string', 'enum': ['1', '5']}    | 2       | '2' is none of them
            {'type': 'object'}                        | {       | it must be JSON
            {'type': 'object'}                        | [1]     | it must be of type object
            {'type': 'object', 'properties': {'a': {'type': 'string'}}} | {"a": 1} | /a: must be of type string
            """)
    void explainsInvalidValues(String property, String typed, String reason) throws InterruptedException {
        // the input ends after the invalid value: it was asked for again
        Talk talk = one(property, typed == null ? "" : typed);

        assertThat(talk.shown).contains("  ! " + reason);
        assertThat(talk.result).isEqualTo(Elicitation.ElicitResult.cancel());
    }

    /** Each takes very long in an engine that backtracks. */
    @ParameterizedTest
    @ValueSource(strings = {"(.*a){20}$", "(a*)*\\\\1b", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"})
    void patternOfAServerIsBounded(String pattern) throws InterruptedException {
        String text = "a".repeat(40) + "!";
        Talk talk = one("{'type': 'string', 'pattern': '" + pattern + "', 'default': '" + text + "'}", text, "", "");

        assertThat(talk.shown).containsAnyOf("it must match", "Send?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'type': 'number', 'minimum': 1e999999999}             | 1
            {'type': 'number', 'exclusiveMinimum': 1e-999999999}   | 1
            {'type': 'string', 'minLength': 1e99}                  | a
            {'type': 'array', 'minItems': -1e99}                   | a
            """)
    void unreadableBoundIsNotShown(String property, String typed) throws InterruptedException {
        assertThat(one(property, typed, "").result.accepted()).isTrue();
    }

    @Test
    void takesSeveral() throws InterruptedException {
        assertThat(one(MANY, "1, cleo", "").result.content()).containsEntry("p", List.of("a", "c"));
        assertThat(one(MANY, "b,2,Ben", "").result.content()).containsEntry("p", List.of("b"));
        assertThat(one(MANY, "1,2,3", "2", "").shown).contains("! it must have at most 2 items, these are 3", "p  Ben");
        assertThat(one(MANY, ",", "2", "").shown).contains("! it must have at least 1 item, these are 0");
        assertThat(one(MANY, "1,x", "2", "").shown).contains("! 'x' is none of them");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'type': 'string', 'default': 'x'}                        | [x] >
            {'type': 'integer', 'default': 4}                         | [4] >
            {'type': 'number', 'default': 0.5}                        | [0.5] >
            {'type': 'boolean', 'default': false}                     | [no] >
            {'type': 'string', 'enum': ['a'], 'enumNames': ['Anna'], 'default': 'a'} | [Anna] >
            {'type': 'array', 'items': {'enum': ['a', 'b']}, 'default': ['b', 'a']}  | [b, a] >
            """)
    void offersTheDefault(String property, String prompt) throws InterruptedException {
        Talk talk = one(property, "", "");

        assertThat(talk.shown).contains(prompt);
        assertThat(talk.result.content()).containsKey("p");
    }

    @Test
    void invalidDefaultIsNotOffered() throws InterruptedException {
        assertThat(one("{'type': 'integer', 'default': 'x'}", "", "3", "")
                        .result
                        .content())
                .containsEntry("p", 3L);
        assertThat(one("{'type': 'number', 'maximum': 1, 'default': 2}", "", "0.5", "")
                        .result
                        .content())
                .containsEntry("p", new BigDecimal("0.5"));
    }

    @Test
    void emptyInputOmitsOptionalField() throws InterruptedException {
        Talk talk = talk("{'p': {'type': 'string'}}", "[]", "", "");

        assertThat(talk.result.content()).isEmpty();
        assertThat(talk.shown).contains("optional: Enter leaves it out", "Only your consent is sent to srv.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!decline", "  !DECLINE "})
    void canBeDeclinedAnywhere(String word) throws InterruptedException {
        assertThat(one(CHOICE, word).result).isEqualTo(Elicitation.ElicitResult.decline());
        assertThat(one(CHOICE, "1", word).result).isEqualTo(Elicitation.ElicitResult.decline());
        assertThat(one(CHOICE, "1", "n").result).isEqualTo(Elicitation.ElicitResult.decline());
    }

    @Test
    void canBeCancelledAnywhere() throws InterruptedException {
        assertThat(one(CHOICE, "!cancel").result).isEqualTo(Elicitation.ElicitResult.cancel());
        assertThat(one(CHOICE, "1", "c").result).isEqualTo(Elicitation.ElicitResult.cancel());
        assertThat(one(CHOICE).result).isEqualTo(Elicitation.ElicitResult.cancel());
        assertThat(one(CHOICE, "1").result).isEqualTo(Elicitation.ElicitResult.cancel());
    }

    @Test
    void isSentAfterConfirmation() throws InterruptedException {
        Talk talk = one(CHOICE, "1", "what?", "Y");

        assertThat(talk.result.content()).containsEntry("p", "red");
        assertThat(talk.shown).contains("! type y to send it, n to decline, c to cancel");
    }

    /** Each line of a server's text follows a margin or a number, whatever its content and length. */
    @Test
    void formCannotImitateAPrompt() throws InterruptedException {
        String forged = "x\n\nThis goes to bank:\n  all\nSend? [Y/n/c] " + " ".repeat(90) + "Send? [Y/n/c] ";
        StringWriter out = new StringWriter();
        String schema = McpJson.mapper()
                .writeValueAsString(Map.of(
                        "properties",
                        Map.of(
                                "p",
                                Map.of(
                                        "type",
                                        "string",
                                        "title",
                                        forged,
                                        "description",
                                        forged,
                                        "default",
                                        forged,
                                        "enum",
                                        List.of(forged)))));
        new FormAsker(new Dialog(new StringReader("\n\n"), out))
                .ask(new Question<>(
                        "srv",
                        new Elicitation.ElicitParams(
                                null, forged, McpJson.mapper().readTree(schema), null, null, null)));

        assertThat(out.toString().lines())
                .allMatch(line -> line.startsWith("  ")
                        || line.startsWith("1/1 ")
                        || line.startsWith("[x ")
                        || List.of(
                                        "",
                                        "> ",
                                        "Only your consent is sent to srv.",
                                        "srv asks:",
                                        "This goes to srv:",
                                        "Send? [Y/n/c] ")
                                .contains(line)
                        || line.startsWith("(Enter takes"))
                .allMatch(line -> line.startsWith("(") || line.length() <= 120);
        assertThat(out.toString().split("\nSend\\?")).hasSize(2);
    }

    @Test
    void aMessageIsBounded() throws InterruptedException {
        StringWriter out = new StringWriter();
        new FormAsker(new Dialog(new StringReader("\n"), out))
                .ask(new Question<>(
                        "srv",
                        new Elicitation.ElicitParams(
                                null, "line\n".repeat(100_000), McpJson.mapper().readTree("{}"), null, null, null)));

        assertThat(out.toString().lines().count()).isLessThan(60);
        assertThat(out.toString()).contains("(The rest is left out.)");
    }

    @Test
    void serverTextCannotControlTheTerminal() throws InterruptedException {
        Talk talk = one(
                "{'type': 'string', 'title': 'a\\u001b[2Jb', 'description': 'c\\u202ed', 'enum': ['x\\u0007', 'y']}",
                "2",
                "");

        assertThat(talk.shown).doesNotContain("\033", "\u202e", "\u0007").contains("a\\u001b[2Jb", "c\\u202ed");
    }
}
