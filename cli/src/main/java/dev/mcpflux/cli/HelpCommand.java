package dev.mcpflux.cli;

import dev.mcpflux.cli.manual.Manual;
import dev.mcpflux.cli.output.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "help", helpCommand = true, description = "Print the help of a command, or of mcpflux.")
final class HelpCommand implements Runnable {

    @Parameters(index = "0", arity = "0..1", paramLabel = "COMMAND", description = "The command.")
    @Nullable
    String command;

    @Option(
            names = "--man",
            description =
                    "Print the page of the manual instead, in the format of man: mcpflux help --man call | man -l -")
    boolean manual;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        CommandLine root = spec.commandLine().getParent();
        CommandLine asked = command == null ? root : root.getSubcommands().get(command);
        if (asked == null) {
            throw new UsageException(UnknownWords.problem(root, root, String.valueOf(command)));
        }
        if (manual) {
            print(root);
        } else {
            asked.usage(root.getOut());
        }
    }

    private void print(CommandLine root) {
        String page = new Manual(root, Mcpflux.Version.text(), "").page(command);
        if (page == null) {
            throw new UsageException("'" + command + "' has no page in the manual");
        }
        root.getOut().print(page);
        root.getOut().flush();
    }
}
