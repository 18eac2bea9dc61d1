package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;

/** The message about arguments that are not sent, with what the tool takes. */
public final class ArgumentProblems {

    private static final int MAX_NAME = 200;
    private static final int MAX_ARGUMENTS = 30;

    private ArgumentProblems() {}

    /**
     * One exception with all problems.
     *
     * @param name the qualified name of the tool
     */
    public static UsageException of(String name, Tool tool, List<String> problems) {
        String shown = SafeText.line(name, MAX_NAME);
        List<String> lines = new ArrayList<>();
        lines.add("the arguments of " + shown + " are wrong, and nothing is sent:");
        problems.forEach(problem -> lines.add("  " + problem));
        List<ArgumentRow> rows = ArgumentRow.of(tool.inputSchema());
        if (rows.isEmpty()) {
            lines.add("it names no arguments");
        } else {
            lines.add("it takes:");
            ArgumentList.brief(rows.subList(0, Math.min(rows.size(), MAX_ARGUMENTS)))
                    .forEach(lines::add);
            lines.add("'mcpflux tool " + shown + "' describes them; --no-check sends them as they are");
        }
        return new UsageException(String.join("\n", lines));
    }
}
