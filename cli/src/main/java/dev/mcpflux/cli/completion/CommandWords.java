package dev.mcpflux.cli.completion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command.
 *
 * @param description one short sentence
 * @param options those that other commands do not have
 * @param arguments in their order
 * @param repeats whether the last argument may stand there again
 */
record CommandWords(
        String name, String description, List<OptionWords> options, List<ValueWords> arguments, boolean repeats) {

    CommandWords {
        options = List.copyOf(options);
        arguments = List.copyOf(arguments);
    }

    /** The argument at a position, from 0 on; null where none is taken. */
    @Nullable
    ValueWords argument(int position) {
        if (position < arguments.size()) {
            return arguments.get(position);
        }
        return repeats && !arguments.isEmpty() ? arguments.get(arguments.size() - 1) : null;
    }
}
