package dev.mcpflux.schema;

import dev.mcpflux.validation.SchemaValidator.UnusableSchemaException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Helpers shared by the tests of the validator. */
final class Checks {

    private Checks() {}

    static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    static List<String> problems(JsonSchemaValidator validator, JsonNode schema, JsonNode value) {
        AtomicReference<List<String>> problems = new AtomicReference<>();
        StepVerifier.create(validator.validate(schema, value))
                .consumeNextWith(problems::set)
                .verifyComplete();
        return problems.get();
    }

    static List<String> problems(JsonSchemaValidator validator, String schema, String value) {
        return problems(validator, json(schema), json(value));
    }

    static void unusable(JsonSchemaValidator validator, JsonNode schema, JsonNode value, Consumer<String> message) {
        StepVerifier.create(validator.validate(schema, value))
                .expectErrorSatisfies(error -> {
                    Assertions.assertThat(error).isInstanceOf(UnusableSchemaException.class);
                    message.accept(error.getMessage());
                })
                .verify();
    }

    static void unusable(JsonSchemaValidator validator, String schema, String value, String... parts) {
        unusable(
                validator,
                json(schema),
                json(value),
                message -> Assertions.assertThat(message).contains(parts));
    }
}
