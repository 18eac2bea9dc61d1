package dev.mcpflux.cli;

import dev.mcpflux.cli.completion.Shell;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The former name of {@code completion bash}, whose script does for zsh as well. */
@Command(name = "generate-completion", hidden = true, description = "Print the script of 'completion bash'.")
final class GenerateCompletionCommand implements Runnable {

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
        CompletionCommand.print(spec, Shell.BASH);
    }
}
