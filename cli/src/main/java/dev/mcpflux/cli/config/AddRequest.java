package dev.mcpflux.cli.config;

import dev.mcpflux.cli.install.SecretForm;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a server is added, besides its source.
 *
 * @param scope into which file; null for the usual one
 * @param force whether a server of the same name is replaced
 * @param dryRun whether nothing is written
 * @param ownKeys whether what the form of the file cannot say is written under {@code mcpflux}
 * @param secrets how secrets are written
 * @param answers to the questions of the source, by their ids
 * @param timeout for each request; null for the default
 */
public record AddRequest(
        @Nullable Scope scope,
        boolean force,
        boolean dryRun,
        boolean ownKeys,
        SecretForm secrets,
        Map<String, String> answers,
        boolean lazy,
        boolean required,
        @Nullable Duration timeout) {

    public AddRequest {
        answers = Map.copyOf(answers);
    }

    /** Shows no answers, which may be secrets. */
    @Override
    public String toString() {
        return "AddRequest[" + scope + ", answers to " + answers.keySet() + "]";
    }
}
