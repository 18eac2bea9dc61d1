package dev.mcpflux.cli.shell;

import java.util.List;

/** The commands of a session that are commands of mcpflux as well. */
public interface LineRunner {

    /**
     * A command.
     *
     * @param options the names of its options
     */
    record Command(String name, String summary, List<String> options) {
        public Command {
            options = List.copyOf(options);
        }
    }

    /** The commands, in the order of the help. */
    List<Command> commands();

    /**
     * Runs a line, and prints its result or what was wrong. Blocks.
     *
     * @param words the first one is a command
     * @return the exit code
     */
    int run(List<String> words);
}
