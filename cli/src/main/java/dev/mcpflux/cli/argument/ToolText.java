package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.protocol.ToolAnnotations;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats one tool for a person. All lines are safe for a terminal, and what a server says is indented. */
public final class ToolText {

    private static final int MAX_LINE = 4_000;
    private static final int MAX_LINES = 200;
    private static final int MIN_WIDTH = 20;

    private ToolText() {}

    /**
     * The lines that describe a tool, without the call.
     *
     * @param width the columns of the terminal
     */
    public static List<String> lines(String name, String server, Tool tool, int width) {
        List<String> lines = new ArrayList<>();
        String shown = SafeText.line(name, MAX_LINE);
        String title = SafeText.line(tool.displayName(), MAX_LINE);
        lines.add(title.equals(SafeText.line(tool.name(), MAX_LINE)) ? shown : shown + "  " + title);
        lines.add("server: " + SafeText.line(server, MAX_LINE));
        List<String> hints = hints(tool.annotations());
        if (!hints.isEmpty()) {
            lines.add("hints of the server: " + String.join(", ", hints));
        }
        String tasks = tool.execution() == null
                ? ""
                : tool.execution().path("taskSupport").asString("");
        if (!tasks.isEmpty()) {
            lines.add("as a task: " + SafeText.line(tasks, MAX_LINE));
        }
        if (tool.description() != null && !tool.description().isBlank()) {
            lines.add("");
            lines.addAll(paragraphs(tool.description(), width));
        }
        lines.add("");
        List<ArgumentRow> arguments = ArgumentRow.of(tool.inputSchema());
        lines.add(arguments.isEmpty() ? "ARGUMENTS: it names none" : "ARGUMENTS");
        lines.addAll(ArgumentList.lines(arguments, width));
        if (tool.outputSchema() != null) {
            List<ArgumentRow> output = ArgumentRow.of(tool.outputSchema());
            lines.add("");
            lines.add(output.isEmpty() ? "STRUCTURED RESULT: any" : "STRUCTURED RESULT");
            lines.addAll(ArgumentList.lines(output, width));
        }
        return lines;
    }

    /** What the server says about a tool's behaviour: only what it says, since it may not know the defaults. */
    static List<String> hints(@Nullable ToolAnnotations annotations) {
        List<String> hints = new ArrayList<>();
        if (annotations != null) {
            add(annotations.readOnlyHint(), "read-only", "changes something", hints);
            add(annotations.destructiveHint(), "may destroy something", "destroys nothing", hints);
            add(annotations.idempotentHint(), "repeatable", "not repeatable", hints);
            add(annotations.openWorldHint(), "reaches outside", "reaches nothing outside", hints);
        }
        return hints;
    }

    private static void add(@Nullable Boolean hint, String yes, String no, List<String> hints) {
        if (hint != null) {
            hints.add(hint ? yes : no);
        }
    }

    /** Text of several lines, wrapped and indented. */
    public static List<String> paragraphs(String text, int width) {
        List<String> lines = new ArrayList<>();
        text.strip().lines().limit(MAX_LINES).forEach(line -> {
            String safe = SafeText.text(SafeText.shortened(line.stripTrailing(), MAX_LINE));
            TextColumns.wrap(safe, Math.max(MIN_WIDTH, width - 2)).forEach(part -> lines.add("  " + part));
        });
        return lines;
    }
}
