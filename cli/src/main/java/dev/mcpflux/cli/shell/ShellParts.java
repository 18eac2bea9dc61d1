package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.output.LogPrinter;
import dev.mcpflux.cli.output.Output;
import java.util.function.Function;

/**
 * What a session works with.
 *
 * @param runner runs the commands that are commands of mcpflux as well
 * @param input the terminal or a script
 * @param output where the session prints
 * @param logs prints log messages of servers
 * @param message describes an error
 * @param history the lines of earlier sessions
 * @param colours whether the prompt has colours
 */
public record ShellParts(
        LineRunner runner,
        ShellInput input,
        Output output,
        LogPrinter logs,
        Function<Throwable, String> message,
        HistoryFile history,
        boolean colours) {}
