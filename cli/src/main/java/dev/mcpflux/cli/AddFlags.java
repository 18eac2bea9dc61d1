package dev.mcpflux.cli;

import dev.mcpflux.cli.config.AddRequest;
import dev.mcpflux.cli.install.SecretForm;
import dev.mcpflux.cli.output.UsageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the commands that add a server. */
final class AddFlags {

    @Mixin
    ScopeFlag where = new ScopeFlag();

    @Option(names = "--force", description = "Replace a server of the same name.")
    boolean force;

    @Option(names = "--dry-run", description = "Write nothing; show what would be written.")
    boolean dryRun;

    @Option(
            names = "--own-keys",
            description = "Write what the form of the file cannot say under \"mcpflux\", which other clients ignore.")
    boolean ownKeys;

    @Option(
            names = "--secrets",
            paramLabel = "FORM",
            description =
                    "How a secret that the server needs is written: secret (a reference to the keychain, the default),"
                            + " env (to an environment variable), input (asked for when it starts) or plain.")
    SecretForm secrets = SecretForm.SECRET;

    @Option(
            names = "--answer",
            paramLabel = "ID=VALUE",
            description = "The answer to a question that the source asks. Repeatable.")
    List<String> answers = new ArrayList<>();

    @Option(names = "--lazy", description = "Start it when it is first used.")
    boolean lazy;

    @Option(names = "--required", description = "Fail if it does not start.")
    boolean required;

    AddRequest request(@Nullable Duration timeout) {
        return new AddRequest(
                where.scope, force, dryRun, ownKeys, secrets, pairs("--answer", answers), lazy, required, timeout);
    }

    /** Pairs like {@code NAME=VALUE}; the message quotes no value. */
    static Map<String, String> pairs(String option, List<String> words) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new UsageException(option + " takes NAME=VALUE");
            }
            if (pairs.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
                throw new UsageException(option + " " + word.substring(0, equals) + " is given twice");
            }
        }
        return pairs;
    }
}
