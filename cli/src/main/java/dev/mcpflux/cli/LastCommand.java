package dev.mcpflux.cli;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.shell.ShellState;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** A command of a shell only. */
@Command(name = ":last", description = "Print the result of the latest call of this shell again, or save it.")
final class LastCommand implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Mcpflux parent;

    @Mixin
    ContentFlags content = new ContentFlags();

    @Override
    public Integer call() {
        OpenHost open = parent == null ? null : parent.open();
        if (parent == null || open == null) {
            throw new IllegalStateException("not run by a shell");
        }
        ShellState.Result last = open.state().last();
        if (last == null) {
            throw new UsageException("there is no latest result: nothing was called yet");
        }
        return content.display(parent.output()).print(last.server(), last.tool(), last.result());
    }
}
