package dev.mcpflux.cli.completion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An option.
 *
 * @param names with their hyphens
 * @param description one short sentence
 * @param value null for an option without a value
 * @param repeatable whether it may stand there again
 */
record OptionWords(
        List<String> names, String description, @Nullable ValueWords value, boolean repeatable) {

    OptionWords {
        names = List.copyOf(names);
    }
}
