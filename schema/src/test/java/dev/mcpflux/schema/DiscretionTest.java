package dev.mcpflux.schema;

import static dev.mcpflux.schema.Checks.json;
import static dev.mcpflux.schema.Checks.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.DecimalNode;

/** Values may be secrets: no problem quotes one, whatever the keyword. */
class DiscretionTest {

    private static final String SECRET = "hunter2hunter2";

    private final JsonSchemaValidator validator = JsonSchemaValidator.create().withAssertedFormats(true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type': 'integer'}",
                "{'type': ['integer', 'null']}",
                "{'enum': ['a', 'b']}",
                "{'const': 'a'}",
                "{'minLength': 100}",
                "{'maxLength': 1}",
                "{'pattern': '^x'}",
                "{'format': 'email'}",
                "{'format': 'uri'}",
                "{'format': 'date'}",
                "{'format': 'date-time'}",
                "{'not': {}}",
                "{'not': {'type': 'string'}}",
                "{'oneOf': [{'type': 'string'}, {'minLength': 1}]}",
                "{'oneOf': [{'type': 'integer'}, {'minLength': 100}]}",
                "{'anyOf': [{'type': 'integer'}, {'const': 'x'}]}",
                "{'allOf': [{'type': 'integer'}, {'const': 'x'}]}",
                "{'if': {'type': 'string'}, 'then': {'maxLength': 1}}",
                "{'$ref': '#/$defs/a', '$defs': {'a': {'maxLength': 1}}}",
                "false",
                "{'$schema': 'http://json-schema.org/draft-07/schema#', 'contentEncoding': 'base64', 'type': 'null'}",
            })
    void aText(String schema) {
        quotesNothing(schema, JsonMapper.shared().getNodeFactory().stringNode(SECRET));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type': 'object'}",
                "{'items': {'type': 'integer'}}",
                "{'items': false}",
                "{'prefixItems': [{'const': 1}]}",
                "{'prefixItems': [true], 'unevaluatedItems': false}",
                "{'unevaluatedItems': {'type': 'integer'}}",
                "{'minItems': 10}",
                "{'maxItems': 1}",
                "{'uniqueItems': true}",
                "{'contains': {'type': 'integer'}}",
                "{'contains': {'type': 'string'}, 'minContains': 5}",
                "{'contains': {'type': 'string'}, 'maxContains': 1}",
                "{'const': []}",
                "{'enum': [[]]}",
                "{'$schema': 'http://json-schema.org/draft-07/schema#', 'items': [true], 'additionalItems': false}",
            })
    void aList(String schema) {
        quotesNothing(schema, json("['" + SECRET + "', '" + SECRET + "']"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type': 'array'}",
                "{'required': ['b']}",
                "{'properties': {'a': {'type': 'integer'}}}",
                "{'patternProperties': {'a': {'type': 'integer'}}}",
                "{'additionalProperties': false}",
                "{'additionalProperties': {'type': 'integer'}}",
                "{'unevaluatedProperties': false}",
                "{'unevaluatedProperties': {'type': 'integer'}}",
                "{'propertyNames': {'minLength': 5}}",
                "{'minProperties': 10}",
                "{'maxProperties': 0}",
                "{'dependentRequired': {'a': ['b']}}",
                "{'dependentSchemas': {'a': {'properties': {'a': false}}}}",
                "{'const': {}}",
                "{'enum': [{}]}",
                "{'$schema': 'http://json-schema.org/draft-07/schema#', 'dependencies': {'a': ['b']}}",
                "{'$schema': 'http://json-schema.org/draft-04/schema#', 'dependencies': {'a': {'not': {}}}}",
            })
    void anObject(String schema) {
        quotesNothing(schema, json("{'a': '" + SECRET + "'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type': 'string'}",
                "{'minimum': 700000000}",
                "{'maximum': 1}",
                "{'exclusiveMinimum': 700000000}",
                "{'exclusiveMaximum': 1}",
                "{'multipleOf': 1000}",
                "{'const': 1}",
                "{'enum': [1]}",
                "{'$schema': 'http://json-schema.org/draft-04/schema#', 'maximum': 1, 'exclusiveMaximum': true}",
            })
    void aNumber(String schema) {
        for (JsonNode number : new JsonNode[] {
            json("612345678"), json("612345678.5"), DecimalNode.valueOf(new BigDecimal("612345678.5"))
        }) {
            assertThat(problems(validator, json(schema), number))
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem).doesNotContain("612345678", "612,345,678"));
        }
    }

    private void quotesNothing(String schema, JsonNode value) {
        assertThat(problems(validator, json(schema), value))
                .isNotEmpty()
                .allSatisfy(
                        problem -> assertThat(problem).doesNotContain("hunter").doesNotContain("does not satisfy"));
    }

    /** Quotes of the schema are short, and contain no terminal sequences. */
    @Test
    void quotesOfTheSchemaAreShortAndPrintable() {
        assertThat(problems(validator, "{'enum': ['" + "x".repeat(100_000) + "']}", "1"))
                .allSatisfy(problem -> assertThat(problem.length()).isLessThan(300));
        assertThat(problems(validator, "{'additionalProperties': false}", "{'" + "x".repeat(40_000) + "': 1}"))
                .allSatisfy(problem -> assertThat(problem.length()).isLessThan(300));
        assertThat(problems(validator, "{'additionalProperties': false}", "{'\\u001b[31mred': 1}"))
                .containsExactly("/\\u001b[31mred: is a property that the schema does not allow");
    }
}
