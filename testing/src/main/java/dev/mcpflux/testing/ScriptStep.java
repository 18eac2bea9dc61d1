package dev.mcpflux.testing;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One step of a {@link PeerScript}. Its string is what an error calls it. */
sealed interface ScriptStep {

    /**
     * Waits for a message of the client.
     *
     * @param refusal why a message with this method is not the expected one, or null
     * @param params what its parameters have to be, where the script says so as a whole
     * @param name what answers refer to it by, or null
     */
    record Expect(
            String method,
            Function<JsonNode, @Nullable String> refusal,
            @Nullable JsonNode params,
            @Nullable String name)
            implements ScriptStep {

        Expect as(String newName) {
            return new Expect(method, refusal, params, newName);
        }

        @Nullable
        String whyNot(JsonNode message) {
            try {
                return refusal.apply(message);
            } catch (RuntimeException | AssertionError e) {
                return "the condition failed with " + e;
            }
        }

        @Override
        public String toString() {
            return name == null ? method : method + " as '" + name + "'";
        }
    }

    /** Sends something, or ends the connection. */
    record Act(String label, Runnable action) implements ScriptStep {
        @Override
        public String toString() {
            return label;
        }
    }

    /** Waits. */
    record Delay(Duration time) implements ScriptStep {
        @Override
        public String toString() {
            return "(a delay of " + time + ")";
        }
    }
}
