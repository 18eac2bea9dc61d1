package dev.mcpflux.schema;

import static dev.mcpflux.schema.Checks.json;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/** Runs with BlockHound; the subscribing threads of these tests must not block. */
class ThreadsTest {

    private static final JsonNode QUICK =
            json("{'type': 'object', 'properties': {'a': {'type': 'string', 'maxLength': 3}}, 'required': ['a']}");

    private final JsonSchemaValidator validator = JsonSchemaValidator.create();

    private void isEmittedOn(String thread, JsonNode schema, JsonNode value) {
        StepVerifier.create(Mono.defer(() -> validator.validate(schema, value))
                        .map(problems -> Thread.currentThread().getName().replaceAll("-\\d+$", ""))
                        .subscribeOn(Schedulers.parallel()))
                .expectNext(thread)
                .verifyComplete();
    }

    /** If this call is not detected, no other test would detect a blocking call either. */
    @Test
    void theCanaryIsCaught() {
        assertThatThrownBy(() -> Mono.fromRunnable(() -> LockSupport.parkNanos(1_000_000))
                        .subscribeOn(Schedulers.parallel())
                        .block())
                .hasCauseInstanceOf(BlockingOperationError.class);
    }

    @Test
    void compilesElsewhereThenChecksOnTheSubscriber() {
        isEmittedOn("mcpflux.schema", QUICK, json("{'a': 'b'}"));
        isEmittedOn("parallel", QUICK, json("{'a': 'b'}"));
        isEmittedOn("parallel", QUICK, json("{'a': 'long'}"));
    }

    @Test
    void largeValuesAreCheckedOnAnotherThread() {
        isEmittedOn("mcpflux.schema", QUICK, json("{}"));
        isEmittedOn("mcpflux.schema", QUICK, json("{'a': '" + "b".repeat(100_000) + "'}"));
        isEmittedOn("mcpflux.schema", QUICK, json("[" + "1,".repeat(1000) + "1]"));
        isEmittedOn("mcpflux.schema", QUICK, json("{'" + "b".repeat(40_000) + "': 1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'pattern': 'a'}",
                "{'patternProperties': {'a': {}}}",
                "{'properties': {'a': {'items': {'pattern': 'a'}}}}",
                "{'anyOf': [{}]}",
                "{'allOf': [{}]}",
                "{'oneOf': [{}]}",
                "{'not': {'type': 'null'}}",
                "{'$ref': '#/$defs/a', '$defs': {'a': {}}}",
                "{'uniqueItems': true}",
                "{'contains': {}}",
                "{'propertyNames': {}}",
                "{'unevaluatedProperties': false}",
                "{'multipleOf': 2}",
            })
    void slowChecksRunOnAnotherThread(String schema) {
        isEmittedOn("mcpflux.schema", json(schema), json("1"));
        isEmittedOn("mcpflux.schema", json(schema), json("1"));
    }
}
