package dev.mcpflux.schema;

import static dev.mcpflux.schema.Checks.problems;
import static dev.mcpflux.schema.Checks.unusable;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Patterns without an equivalent in RE2/J: no value is rejected because of one, and the rest of the schema still
 * applies.
 */
class UnassertedPatternTest {

    private final JsonSchemaValidator validator = JsonSchemaValidator.create();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SchemaCompiler.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    /** AHEAD stands for a pattern with look-ahead. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'pattern': 'AHEAD'}                                            | 'x'
            {'pattern': '(a)\\\\1'}                                         | 'x'
            {'pattern': '^a{2000}$'}                                        | 'x'
            {'not': {'pattern': 'AHEAD'}}                                   | 'x'
            {'not': {'not': {'pattern': 'AHEAD'}}}                          | 'x'
            {'anyOf': [{'not': {'pattern': 'AHEAD'}}, {'type': 'integer'}]} | 'x'
            {'oneOf': [{'pattern': 'AHEAD'}, {'type': 'string'}]}           | 'x'
            {'if': {'pattern': 'AHEAD'}, 'then': {'type': 'integer'}}       | 'x'
            {'if': {'not': {'pattern': 'AHEAD'}}, 'then': {'type': 'integer'}, 'else': {'const': 'y'}} | 'x'
            {'contains': {'pattern': 'AHEAD'}, 'maxContains': 1}            | ['x', 'y']
            {'patternProperties': {'AHEAD': {'type': 'integer'}}}           | {'x': 'y'}
            {'patternProperties': {'AHEAD': {'properties': {'a': {'type': 'integer'}}}}} | {'x': {'a': 'y'}}
            {'patternProperties': {'AHEAD': {}}, 'additionalProperties': false}   | {'x': 'y'}
            {'patternProperties': {'AHEAD': {}}, 'unevaluatedProperties': false}  | {'x': 'y'}
            {'not': {'patternProperties': {'AHEAD': {'type': 'integer'}}}}  | {'x': 'y'}
            {'anyOf': [{'patternProperties': {'AHEAD': {'type': 'integer'}}}, {'type': 'null'}]} | {'x': 'y'}
            {'propertyNames': {'pattern': 'AHEAD'}}                         | {'x': 'y'}
            {'propertyNames': {'not': {'pattern': 'AHEAD'}}}                | {'x': 'y'}
            {'$defs': {'a': {'pattern': 'AHEAD'}}, 'not': {'$ref': '#/$defs/a'}}  | 'x'
            {'if': {'required': ['a'], 'properties': {'a': {'pattern': 'AHEAD'}}}, 'else': {'properties': {'b': true}}, 'unevaluatedProperties': false} | {'a': 'x', 'b': 1}
            """)
    void refusesNoValue(String schema, String value) {
        assertThat(problems(validator, schema.replace("AHEAD", "^(?=b)"), value))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'pattern': 'AHEAD', 'maxLength': 0}                            | 'x'         | (root): must have at most 0 characters
            {'properties': {'a': {'pattern': 'AHEAD'}, 'b': {'not': {}}}}   | {'a': 'x', 'b': 1} | /b: matches what the schema excludes
            {'not': {'pattern': 'AHEAD'}, 'type': 'integer'}                | 'x'         | (root): must be of type integer
            {'patternProperties': {'AHEAD': {}, '^x$': {'type': 'integer'}}} | {'x': 'y'} | /x: must be of type integer
            {'if': {'pattern': 'AHEAD'}, 'minLength': 2}                    | 'x'         | (root): must have at least 2 characters
            """)
    void otherKeywordsStillApply(String schema, String value, String problem) {
        assertThat(problems(validator, schema.replace("AHEAD", "^(?=b)"), value))
                .containsExactly(problem);
    }

    @Test
    void isReportedOnceForEachSchema() {
        String schema = "{'title': 'Ti\\u001btle', 'properties': {'a': {'pattern': '(?!x)'}},"
                + " 'patternProperties': {'(a)\\\\1': true}}";
        assertThat(problems(validator, schema, "{'a': 'x'}")).isEmpty();
        assertThat(problems(validator, schema, "{'a': 'y'}")).isEmpty();
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(log.list.get(0).getFormattedMessage())
                .contains(
                        "2 patterns of the schema 'Ti\\u001btle'",
                        "/properties/a/pattern ((?!x)), which looks ahead or behind",
                        "/patternProperties ((a)\\1), which refers back to a group");
    }

    @Test
    void reportOfManyPatternsIsShort() {
        String one = "{'pattern': '(?!" + "x".repeat(1000) + ")'},";
        String many = "{'allOf': [" + one.repeat(1000) + "{}]}";
        assertThat(problems(validator, many, "'x'")).isEmpty();
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getFormattedMessage())
                .startsWith("Values are not checked against 1000 patterns")
                .hasSizeLessThan(2_500);
    }

    @Test
    void logsOnlyUnassertedPatterns() {
        assertThat(problems(validator, "{'pattern': '^a$'}", "'b'")).hasSize(1);
        assertThat(log.list).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "*", "a)", "a|*", "\\\\"})
    void brokenPatternMakesSchemaUnusable(String pattern) {
        unusable(validator, "{'pattern': '" + pattern + "'}", "'x'", "/pattern", "is not a regular expression");
    }
}
