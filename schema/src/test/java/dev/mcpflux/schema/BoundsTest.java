package dev.mcpflux.schema;

import static dev.mcpflux.schema.Checks.json;
import static dev.mcpflux.schema.Checks.problems;
import static dev.mcpflux.schema.Checks.unusable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.schema.JsonSchemaValidator.Limits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.ObjectNode;

/** The clock of these tests advances by ten microseconds each time it is read, and everything runs on one thread. */
class BoundsTest {

    private final Scheduler thread = Schedulers.newBoundedElastic(1, 100, "check");
    private final AtomicLong clock = new AtomicLong();
    private final JsonSchemaValidator validator =
            new JsonSchemaValidator(Limits.defaults(), thread, () -> clock.addAndGet(10_000));

    @AfterEach
    void dispose() {
        thread.dispose();
    }

    private void tooSlow(JsonNode schema, JsonNode value) {
        unusable(validator, schema, value, message -> assertThat(message).contains("took more than 1 s"));
        assertThreadIsFree();
    }

    private void assertThreadIsFree() {
        assertThat(problems(validator, "{'type': 'string'}", "1")).hasSize(1);
    }

    /** Each takes exponential time in an engine that backtracks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'pattern': '^(.*a){25}$'}",
                "{'pattern': '^(a+)+$'}",
                "{'pattern': '(a|aa)+$'}",
                "{'pattern': '^(([a-z])+.)+[A-Z]([a-z])+$'}",
                "{'pattern': 'a*a*a*a*a*a*a*a*a*a*a*b'}",
                "{'pattern': '^(a|b)*$'}",
                "{'pattern': '^(a?){20}a{20}$'}",
                "{'not': {'not': {'pattern': '^(.*a){25}$'}}}",
            })
    void hostilePatternsTakeLinearTime(String schema) {
        for (int length : new int[] {60, 2_000}) {
            assertThat(problems(validator, json(schema), json("'" + "a".repeat(length) + "!'")))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'patternProperties': {'^(.*a){25}$': true}, 'additionalProperties': false}",
                "{'propertyNames': {'pattern': '^(.*a){25}$'}}",
            })
    void hostilePatternsForNamesTakeLinearTime(String schema) {
        assertThat(problems(validator, json(schema), json("{'" + "a".repeat(60) + "!': 1}")))
                .hasSize(1);
    }

    /** RE2/J itself would expand the repetitions, or recurse for each parenthesis. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "((((((a*){1000})*){1000})*){1000})*",
                "(a{0,1000}){0,1000}",
                "(?:a{0}){2000000000}",
            })
    void repetitionBombsAreNotCompiled(String pattern) {
        assertThat(problems(validator, "{'pattern': '" + pattern + "'}", "'a'")).isEmpty();
    }

    @Test
    void deepPatternsTakeNoStack() {
        assertThat(problems(validator, "{'pattern': '" + "(".repeat(200_000) + ")".repeat(200_000) + "'}", "'a'"))
                .isEmpty();
        assertThat(problems(validator, "{'pattern': '^(a|b)*$'}", "'" + "a".repeat(200_000) + "!'"))
                .hasSize(1);
        assertThat(problems(validator, "{'pattern': '^((a?)?){700}$'}", "'" + "a".repeat(2_000) + "!'"))
                .hasSize(1);
    }

    /** A large pattern and a large text take linear time, and still too much. */
    @Test
    void timeOfPatternsIsBounded() {
        unusable(
                new JsonSchemaValidator(Limits.defaults(), thread, () -> clock.addAndGet(1_000_000)),
                "{'pattern': '(.{0,1000}x){2}$'}",
                "'" + "a".repeat(50_000) + "!'",
                "checking the value took more than 1 s");
        assertThreadIsFree();
    }

    @ParameterizedTest
    @ValueSource(strings = {"anyOf", "oneOf", "allOf"})
    void stopsCompositionThatDoublesAtEachStep(String composition) {
        tooSlow(endless(composition), json("1"));
    }

    /** A schema in which each part checks the one before it twice. */
    private static ObjectNode endless(String composition) {
        ObjectNode schema = JsonMapper.shared().createObjectNode();
        ObjectNode parts = schema.putObject("$defs");
        parts.putObject("p0").put("type", "string");
        for (int i = 1; i < 50; i++) {
            ArrayNode twice = parts.putObject("p" + i).putArray(composition);
            twice.addObject().put("$ref", "#/$defs/p" + (i - 1));
            twice.addObject().put("$ref", "#/$defs/p" + (i - 1));
        }
        schema.put("$ref", "#/$defs/p49");
        return schema;
    }

    @Test
    void stopsSchemaThatExpandsManyTimes() {
        ObjectNode schema = JsonMapper.shared().createObjectNode();
        ObjectNode properties =
                schema.putObject("$defs").putObject("aaaaaaaaaa").putObject("properties");
        for (int i = 0; i < 1000; i++) {
            properties.putObject("p" + i).put("type", "string");
        }
        ArrayNode all = schema.putArray("allOf");
        for (int i = 0; i < 1024; i++) {
            StringBuilder spelling = new StringBuilder("#/$defs/");
            for (int bit = 0; bit < 10; bit++) {
                spelling.append((i >> bit & 1) == 0 ? "a" : "%61");
            }
            all.addObject().put("$ref", spelling.toString());
        }
        unusable(
                new JsonSchemaValidator(Limits.defaults(), thread, clock::get),
                schema,
                json("{}"),
                message -> assertThat(message).contains("more than 640000 keywords when its references are followed"));
        tooSlow(schema, json("{}"));
    }

    @Test
    void valuesWithOneHashCodeAreStopped() {
        List<String> texts = List.of("");
        while (texts.size() < 4096) {
            List<String> longer = new ArrayList<>();
            texts.forEach(t -> longer.addAll(List.of(t + "Aa", t + "BB")));
            texts = longer;
        }
        ArrayNode many = JsonMapper.shared().createArrayNode();
        texts.forEach(many::add);
        tooSlow(json("{'uniqueItems': true}"), many);
        tooSlow(JsonMapper.shared().createObjectNode().set("enum", many), json("1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$ref': '#'}",
                "{'$defs': {'a': {'$ref': '#/$defs/b'}, 'b': {'$ref': '#/$defs/a'}}, '$ref': '#/$defs/a'}",
                "{'anyOf': [{'type': 'string'}, {'not': {'$ref': '#'}}]}",
                "{'if': {'$ref': '#'}}",
                "{'$dynamicAnchor': 'a', 'allOf': [{'$dynamicRef': '#a'}]}",
                "{'dependentSchemas': {'a': {'$ref': '#'}}}",
                "{'$schema': 'https://json-schema.org/draft/2019-09/schema', 'not': {'$recursiveRef': '#'}}",
                "{'$schema': 'http://json-schema.org/draft-04/schema#', '$ref': '#'}",
            })
    void stopsSchemaThatRefersToItself(String schema) {
        unusable(validator, schema, "{'a': 1}", "refers to itself without end");
        assertThreadIsFree();
    }

    @Test
    void acceptsRecursionBoundedByTheValue() {
        String list = "{'type': 'object', 'properties': {'next': {'anyOf': [{'type': 'null'}, {'$ref': '#'}]}}}";
        String value = "{'next': ".repeat(63) + "{'next': null}" + "}".repeat(63);
        assertThat(problems(validator, list, value)).isEmpty();
        assertThat(problems(validator, list, value.replace("null", "1"))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {600, 5000})
    void rejectsLongChainsOfReferences(int length) {
        ObjectNode schema = JsonMapper.shared().createObjectNode();
        ObjectNode parts = schema.putObject("$defs");
        for (int i = 0; i < length; i++) {
            parts.putObject("p" + i).put("$ref", "#/$defs/p" + (i + 1));
        }
        parts.putObject("p" + length);
        schema.put("$ref", "#/$defs/p0");
        unusable(
                new JsonSchemaValidator(Limits.defaults(), thread, clock::get),
                schema,
                json("1"),
                message -> assertThat(message).contains("a chain of more than 500 references"));
        assertThreadIsFree();
    }

    @Test
    void depthIsBounded() {
        String deepest = "{'not': ".repeat(63) + "{}" + "}".repeat(63);
        assertThat(problems(validator, deepest, "1")).hasSize(1);
        unusable(validator, "{'not': " + deepest + "}", "1", "the schema is nested more than 64 deep");
        unusable(validator, "{}", "[".repeat(65) + "]".repeat(65), "the value is nested more than 64 deep");
        unusable(validator, "{'const': " + "[".repeat(64) + "]".repeat(64) + "}", "1", "the schema is nested");
        assertThat(problems(validator, "{}", "[".repeat(64) + "]".repeat(64))).isEmpty();
    }

    /** Jackson would not read this; but a program can build such a node. */
    @Test
    void noDepthOverflowsTheStack() {
        JsonNode value = JsonMapper.shared().createArrayNode();
        for (int i = 0; i < 200_000; i++) {
            value = JsonMapper.shared().createArrayNode().add(value);
        }
        unusable(validator, json("{}"), value, message -> assertThat(message).contains("nested more than 64 deep"));
        ObjectNode schema = JsonMapper.shared().createObjectNode().set("default", value);
        unusable(
                new JsonSchemaValidator(Limits.defaults(), thread, clock::get),
                schema,
                json("1"),
                message -> assertThat(message).contains("nested more than 64 deep"));
    }

    @Test
    void theNumberOfSubschemasIsBounded() {
        JsonSchemaValidator small = new JsonSchemaValidator(Limits.defaults().withMaxSubschemas(5), thread, clock::get);
        assertThat(problems(small, "{'allOf': [{}, {}, {'not': {}}]}", "1")).hasSize(1);
        unusable(small, "{'allOf': [{}, {}, {'not': {}}, {}]}", "1", "more than 5 subschemas");
        unusable(small, "{'properties': {'a': {}, 'b': {}, 'c': {}, 'd': {}, 'e': {}}}", "1", "more than 5 subschemas");
        unusable(small, "{'x-data': [{}, {}, {}, {}, {}]}", "1", "more than 5 subschemas");
    }

    /** Ten characters of JSON that expand to a thousand million digits in a division. */
    @Test
    void largeNumbersAreRefused() {
        JsonNode large = DecimalNode.valueOf(new BigDecimal("1e999999999"));
        unusable(
                validator,
                json("{'multipleOf': 3}"),
                large,
                message -> assertThat(message).contains("the value has a number with more than"));
        ObjectNode schema = JsonMapper.shared().createObjectNode().set("multipleOf", large);
        unusable(
                validator,
                schema,
                json("1"),
                message -> assertThat(message).contains("the schema has a number with more than"));
        assertThat(problems(validator, json("{'multipleOf': 0.01}"), DecimalNode.valueOf(new BigDecimal("1e300"))))
                .isEmpty();
    }

    @Test
    void errorNamesTheConfiguredLimit() {
        JsonSchemaValidator quick = new JsonSchemaValidator(
                Limits.defaults().withMaxTime(Duration.ofMillis(250)), thread, () -> clock.addAndGet(10_000));
        unusable(
                quick,
                endless("allOf"),
                json("'a'"),
                message -> assertThat(message).contains("checking the value took more than 250 ms"));
    }

    /** Uses the real clock and the default threads. */
    @Test
    void boundsTimeWithTheRealClock() {
        JsonSchemaValidator real = JsonSchemaValidator.create(Limits.defaults().withMaxTime(Duration.ofMillis(500)));
        unusable(
                real,
                endless("allOf"),
                json("'a'"),
                message -> assertThat(message).contains("took more than 500 ms"));
    }

    /** The clock stands still, so that only the cancellation can end the check. */
    @Test
    void cancellationEndsTheWork() {
        List<Throwable> dropped = new ArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            CountDownLatch working = new CountDownLatch(1000);
            LongSupplier stands = () -> {
                working.countDown();
                return 0;
            };
            JsonSchemaValidator patient = new JsonSchemaValidator(Limits.defaults(), thread, stands);
            StepVerifier.create(patient.validate(endless("allOf"), json("'a'")))
                    .then(() -> await(working))
                    .thenCancel()
                    .verify();
            StepVerifier.create(Mono.just("next").subscribeOn(thread))
                    .expectNext("next")
                    .verifyComplete();
            assertThreadIsFree();
            assertThat(dropped).isEmpty();
        } finally {
            Hooks.resetOnErrorDropped();
        }
    }

    @Test
    void cancelledBeforeTheStartDoesNothing() {
        AtomicLong looks = new AtomicLong();
        JsonSchemaValidator counting = new JsonSchemaValidator(Limits.defaults(), thread, looks::incrementAndGet);
        CountDownLatch busy = new CountDownLatch(1);
        thread.schedule(() -> await(busy));
        StepVerifier.create(counting.validate(json("{'type': 'string'}"), json("1")))
                .thenCancel()
                .verify();
        busy.countDown();
        StepVerifier.create(Mono.just("next").subscribeOn(thread))
                .expectNext("next")
                .verifyComplete();
        assertThat(looks).hasValue(0);
    }

    @Test
    void nothingHappensBeforeTheSubscription() {
        AtomicLong looks = new AtomicLong();
        JsonSchemaValidator counting = new JsonSchemaValidator(Limits.defaults(), thread, looks::incrementAndGet);
        Mono<List<String>> check = counting.validate(json("{'type': 'string'}"), json("1"));
        assertThat(looks).hasValue(0);
        assertThat(counting.cached()).isZero();
        StepVerifier.create(check).expectNextCount(1).verifyComplete();
        StepVerifier.create(check).expectNextCount(1).verifyComplete();
        assertThat(looks.get()).isPositive();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
