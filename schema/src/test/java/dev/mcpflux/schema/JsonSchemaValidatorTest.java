package dev.mcpflux.schema;

import static dev.mcpflux.schema.Checks.json;
import static dev.mcpflux.schema.Checks.problems;
import static dev.mcpflux.schema.Checks.unusable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.schema.JsonSchemaValidator.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class JsonSchemaValidatorTest {

    private static final String WEATHER = """
            {'type': 'object',
             'properties': {'city': {'type': 'string', 'minLength': 1}, 'days': {'type': 'integer', 'minimum': 1}},
             'required': ['city'], 'additionalProperties': false}""";

    private static final List<String> DIALECTS = List.of(
            "https://json-schema.org/draft/2020-12/schema",
            "https://json-schema.org/draft/2019-09/schema",
            "http://json-schema.org/draft-07/schema#",
            "http://json-schema.org/draft-06/schema#",
            "http://json-schema.org/draft-04/schema#");

    private final JsonSchemaValidator validator = JsonSchemaValidator.create();

    @Test
    void validValueHasNoProblems() {
        assertThat(problems(validator, WEATHER, "{'city': 'Paris', 'days': 3}")).isEmpty();
    }

    @Test
    void problemsHaveTheirPlaces() {
        assertThat(problems(validator, WEATHER, "{'days': 0, 'a/b': 1}"))
                .containsExactlyInAnyOrder(
                        "/days: must be at least 1",
                        "(root): lacks the required property 'city'",
                        "/a~1b: is a property that the schema does not allow");
    }

    @Test
    void problemNamesItsAlternative() {
        assertThat(problems(
                        validator,
                        "{'properties': {'a': {'anyOf': [{'type': 'string'}, {'type': 'integer'}]}}}",
                        "{'a': true}"))
                .containsExactly(
                        "/a: must be of type string (alternative 1 of anyOf)",
                        "/a: must be of type integer (alternative 2 of anyOf)");
    }

    @Test
    void countsProblemsBeyondTwenty() {
        List<String> some = problems(validator, "{'items': {'type': 'string'}}", numbers(25));
        assertThat(some).hasSize(21).startsWith("/0: must be of type string").endsWith("… and 5 more");
    }

    @Test
    void boundsTheCountOfProblems() {
        assertThat(problems(validator, "{'items': {'type': 'string'}}", numbers(5000)))
                .hasSize(21)
                .endsWith("… and at least 980 more");
    }

    private static String numbers(int count) {
        ArrayNode numbers = JsonMapper.shared().createArrayNode();
        for (int i = 0; i < count; i++) {
            numbers.add(i);
        }
        return numbers.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            true                        | 1         |
            false                       | 1         | (root): is not allowed here
            {'enum': [1, {'a': 2}]}     | 1.0       |
            {'enum': [1, {'a': 2}]}     | {'a':2.0} |
            {'enum': [1, {'a': 2}]}     | 2         | (root): must be one of [1,{"a":2}]
            {'const': 'x'}              | 1         | (root): must be "x"
            {'uniqueItems': true}       | [1,2]     |
            {'uniqueItems': true}       | [1,1.0]   | (root): has items that are equal
            {'uniqueItems': true}       | [{'a':1,'b':2},{'b':2,'a':1}] | (root): has items that are equal
            {'uniqueItems': true}       | [[1],[true],['1']]            |
            {'type': ['string','null']} | 1         | (root): must be of type string or null
            {'propertyNames': {'maxLength': 1}} | {'ab':1}   | /ab: has a name that the schema does not allow
            {'items': false}            | [1]       | /0: is one item too many
            {'contains': {'type': 'null'}} | [1]    | (root): has too few items of the kind that 'contains' requires
            {'not': {}}                 | 1         | (root): matches what the schema excludes
            {'oneOf': [true, true]}     | 1         | (root): must match exactly one alternative of oneOf
            {'maxLength': 1}            | 'ab'      | (root): must have at most 1 character
            {'minProperties': 1}        | {}        | (root): must have at least 1 property
            {'minimum': 1}              | 0         | (root): must be at least 1
            {'multipleOf': 3}           | 4         | (root): must be a multiple of 3
            {'x-unknown': 3}            | 4         |
            {'contentMediaType': 'application/json'} | '{' |
            {'$schema': 'http://json-schema.org/draft-07/schema#', 'contentEncoding': 'base64'} | '{' |
            """)
    void keywords(String schema, String value, String problem) {
        assertThat(problems(validator, schema, value)).isEqualTo(problem == null ? List.of() : List.of(problem));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://json-schema.org/draft/2020-12/schema",
                "https://json-schema.org/draft/2019-09/schema",
                "http://json-schema.org/draft-07/schema#",
                "http://json-schema.org/draft-07/schema",
                "http://json-schema.org/draft-06/schema#",
                "http://json-schema.org/draft-04/schema#",
            })
    void supportsFiveDialects(String dialect) {
        ObjectNode schema = JsonMapper.shared().createObjectNode().put("$schema", dialect);
        schema.put("type", "integer").put("minimum", 2);
        assertThat(problems(validator, schema, json("2"))).isEmpty();
        assertThat(problems(validator, schema, json("1"))).containsExactly("(root): must be at least 2");

        schema.put("minimum", "two");
        unusable(
                validator,
                schema,
                json("1"),
                message ->
                        assertThat(message).contains("the schema is not one of", "/minimum: must be of type number"));
    }

    /** {@code prefixItems} exists in 2020-12 only. */
    @Test
    void defaultDialectIs202012() {
        assertThat(problems(validator, "{'prefixItems': [{'type': 'string'}]}", "[1]"))
                .containsExactly("/0: must be of type string");
        assertThat(problems(
                        validator,
                        "{'$schema': 'http://json-schema.org/draft-07/schema#', 'prefixItems': [{'type': 'string'}]}",
                        "[1]"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'https://example.com/dialect'", "'http://json-schema.org/draft-03/schema#'", "7", "null"})
    void unknownDialectErrorListsTheKnownOnes(String dialect) {
        unusable(
                validator,
                "{'$schema': " + dialect + "}",
                "1",
                dialect.replace('\'', '"'),
                "is not known",
                "draft/2020-12",
                "draft-04");
    }

    @Test
    void rejectsUnknownDialectOfASubschema() {
        unusable(
                validator,
                "{'$defs': {'a': {'$id': 'a', '$schema': 'https://example.com/dialect'}}}",
                "1",
                "example.com/dialect",
                "is not known");
    }

    @Test
    void invalidSchemaErrorNamesThePlace() {
        unusable(
                validator,
                "{'properties': {'a': {'type': 'strin', 'minLength': -1}}}",
                "{}",
                "/properties/a/minLength: must be at least 0",
                "/properties/a/type: must be one of");
        unusable(validator, "[]", "1", "an object or a boolean");
        unusable(
                validator,
                "{'properties': {'a': {'pattern': '('}}}",
                "1",
                "/properties/a/pattern",
                "regular expression");
        unusable(validator, "{'patternProperties': {'[': true}}", "1", "/patternProperties", "regular expression");
    }

    @Test
    void rejectsDanglingReferences() {
        unusable(validator, "{'$ref': '#/$defs/none'}", "1", "/$defs/none");
        unusable(validator, "{'properties': {'a': {'$ref': '#none'}}}", "1", "none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            email     | joe@example.com            | true
            email     | joe.example.com            | false
            uri       | https://example.com/a?b=c  | true
            uri       | /relative                  | false
            date      | 2024-02-29                 | true
            date      | 2023-02-29                 | false
            date-time | 2024-02-29T12:00:00Z       | true
            date-time | 2024-02-29t12:00:00.5+01:30 | true
            date-time | 1998-12-31T23:59:60Z       | true
            date-time | 1998-12-31T15:59:60-08:00  | true
            date-time | 1998-12-31T22:59:60Z       | false
            date-time | 2024-02-29T24:00:00Z       | false
            date-time | 2024-02-30T12:00:00Z       | false
            date-time | 2024-02-29T12:00:00        | false
            date-time | 2024-02-29 12:00:00Z       | false
            date-time | 2024-02-29T12:00:00+24:00  | false
            hostname  | not a host name            | true
            regex     | (                          | true
            no-format | anything                   | true
            """)
    void fourFormatsAreAssertedOnRequest(String format, String value, boolean valid) {
        JsonSchemaValidator asserting = validator.withAssertedFormats(true);
        List<String> expected = valid ? List.of() : List.of("(root): must be of the format " + format);
        for (String dialect : DIALECTS) {
            String schema = "{'$schema': '" + dialect + "', 'format': '" + format + "'}";
            JsonNode text = JsonMapper.shared().getNodeFactory().stringNode(value);
            assertThat(problems(asserting, json(schema), text)).isEqualTo(expected);
            assertThat(problems(validator, json(schema), text)).as(dialect).isEmpty();
            assertThat(problems(asserting.withAssertedFormats(false), json(schema), text))
                    .isEmpty();
        }
    }

    @Test
    void annotatedFormatStillRequiresItsType() {
        for (String dialect : DIALECTS) {
            String schema = "{'$schema': '" + dialect + "', 'type': 'string', 'format': 'date-time'}";
            assertThat(problems(validator, schema, "'2024-02-29T12:00:00'")).isEmpty();
            assertThat(problems(validator, schema, "17")).containsExactly("(root): must be of type string");
        }
    }

    @Test
    void compilesEqualSchemasOnce() {
        problems(validator, WEATHER, "{}");
        problems(validator, WEATHER, "{'city': 'Paris'}");
        assertThat(validator.cached()).isEqualTo(1);
    }

    @Test
    void cacheIgnoresLaterChangesOfASchema() {
        ObjectNode schema = (ObjectNode) json("{'type': 'string'}");
        assertThat(problems(validator, schema, json("1"))).hasSize(1);
        schema.put("type", "integer");
        assertThat(problems(validator, schema, json("1"))).isEmpty();
        assertThat(problems(validator, "{'type': 'string'}", "1")).hasSize(1);
        assertThat(validator.cached()).isEqualTo(2);
    }

    @Test
    void cacheIsBounded() {
        JsonSchemaValidator small = JsonSchemaValidator.create(Limits.defaults().withMaxCachedSchemas(3));
        for (int i = 0; i < 10; i++) {
            assertThat(problems(small, "{'minimum': " + i + "}", "-1")).hasSize(1);
        }
        assertThat(small.cached()).isEqualTo(3);
    }

    @Test
    void worksWithoutACache() {
        JsonSchemaValidator none = JsonSchemaValidator.create(Limits.defaults().withMaxCachedSchemas(0));
        assertThat(problems(none, "{'minimum': 1}", "0")).hasSize(1);
        assertThat(none.cached()).isZero();
    }

    @Test
    void rejectsLimitsOutOfRange() {
        Limits limits = Limits.defaults();
        assertThatThrownBy(() -> limits.withMaxDepth(0)).hasMessageContaining("maxDepth is from 1 to 256, not 0");
        assertThatThrownBy(() -> limits.withMaxSubschemas(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> limits.withMaxCachedSchemas(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> limits.withMaxTime(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> limits.withMaxTime(Duration.ofDays(1))).isInstanceOf(IllegalArgumentException.class);
        assertThat(limits.withMaxDepth(3)
                        .withMaxSubschemas(4)
                        .withMaxTime(Duration.ofMillis(5))
                        .withMaxCachedSchemas(6))
                .isEqualTo(new Limits(3, 4, Duration.ofMillis(5), 6));
    }
}
