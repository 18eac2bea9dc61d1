package dev.mcpflux.cli;

import dev.mcpflux.cli.completion.CompletionModel;
import dev.mcpflux.cli.completion.Shell;
import dev.mcpflux.cli.output.UsageException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = {
            "Print the script that completes command lines of mcpflux in a shell: bash, zsh or fish.",
            "Names of servers are completed from the configuration; nothing is started for that."
        },
        footer = {
            "",
            "Examples:",
            "  source <(mcpflux completion bash)                   # in ~/.bashrc",
            "  source <(mcpflux completion zsh)                    # in ~/.zshrc",
            "  mcpflux completion fish | source                    # in ~/.config/fish/config.fish"
        })
final class CompletionCommand implements Runnable {

    @Parameters(index = "0", paramLabel = "SHELL", description = "bash, zsh or fish.")
    String shell = "";

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
        Shell known = Arrays.stream(Shell.values())
                .filter(each -> each.toString().equals(shell.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        new UsageException("there is no completion for '" + shell + "'; expected bash, zsh or fish"));
        print(spec, known);
    }

    static void print(CommandLine.Model.@Nullable CommandSpec spec, Shell shell) {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        CommandLine root = spec.commandLine().getParent();
        root.getOut().print(shell.script(CompletionModel.of(root)));
        root.getOut().flush();
    }
}
