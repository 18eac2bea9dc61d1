package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.LiveScreen;
import dev.mcpflux.cli.terminal.OutputException;
import dev.mcpflux.cli.terminal.Screen;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpUrlElicitationRequiredException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output for a person or a script: results on standard output, everything else on standard error. Nothing else
 * writes to either. Text from servers passes {@link SafeText} here, whichever command prints it; only {@link #payload}
 * and {@link #bytes} write requested content unchanged, and text only if standard output is not a terminal.
 */
public final class Output {

    /** A cell may be wider than its column; a name longer than this is not typed by anybody. */
    private static final int MAX_CELL = 400;

    private static final int MAX_COLUMN = 60;

    private final boolean json;
    private final OutputStream out;
    private final boolean terminal;
    private final Screen screen;
    /** Whether the one promised document has been started. */
    private boolean documented;

    /**
     * Writes to these streams.
     *
     * @param target the kind of {@code out}
     */
    public Output(boolean json, OutputStream out, Terminal.Target target, PrintWriter err) {
        this.json = json;
        this.out = out;
        this.terminal = target == Terminal.Target.TERMINAL;
        this.screen = new Screen(err);
    }

    public boolean json() {
        return json;
    }

    /** Whether standard output is a terminal. */
    public boolean terminal() {
        return terminal;
    }

    /** Prints the one document of a command. */
    public synchronized void document(Object value) {
        String text = SafeText.json(McpJson.mapper()
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(value));
        documented = true;
        write(text + System.lineSeparator());
    }

    /** Prints a document on its own line, for commands that print as long as they run. */
    public void jsonLine(Object value) {
        write(SafeText.json(McpJson.mapper().writeValueAsString(value)) + System.lineSeparator());
    }

    /** Prints our own text, which may quote a server. */
    public void line(String text) {
        write(SafeText.text(text) + System.lineSeparator());
    }

    /** Prints requested content: unchanged for a program, made safe for a terminal. */
    public void payload(String text) {
        write(terminal ? SafeText.text(text) : text);
    }

    public void bytes(byte[] bytes) {
        write(bytes);
    }

    private void write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    /** A live screen on standard output, which makes its text safe itself. */
    public LiveScreen live(boolean colours) {
        return new LiveScreen(out, colours);
    }

    public void note(String text) {
        screen.line(text);
    }

    /** Standard error, shared by notes, the progress bar and questions. */
    public Screen screen() {
        return screen;
    }

    /** Prints an error in the requested format. Never a stack trace: -vv logs it. */
    public synchronized void error(Throwable e) {
        error(e, message(e));
    }

    /** Like {@link #error(Throwable)}, with a message that says more than that of the error. */
    public synchronized void error(Throwable e, String words) {
        // if only the shutdown failed, the result has been printed, and a second document would break the output
        if (json && !documented) {
            document(JsonNodeFactory.instance.objectNode().set("error", describe(e)));
        } else {
            note("mcpflux: " + words);
            if (e instanceof McpUrlElicitationRequiredException required) {
                required.elicitations()
                        .forEach(one -> note("  first open " + SafeText.line(one.url() + ": " + one.message())));
            }
        }
    }

    /** Prints the document of a command that was interrupted before it had a result. */
    public synchronized void interrupted() {
        if (json && !documented) {
            ObjectNode error = JsonNodeFactory.instance.objectNode();
            error.put("type", "Interrupted");
            error.put("message", "interrupted before there was a result");
            try {
                document(JsonNodeFactory.instance.objectNode().set("error", error));
            } catch (OutputException e) {
                // the reader of standard output is gone
                note("mcpflux: " + e.getMessage());
            }
        }
    }

    public static ObjectNode describe(Throwable e) {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put(
                "type",
                e instanceof UsageException ? "UsageException" : e.getClass().getSimpleName());
        error.put("message", message(e));
        McpException mcp = e instanceof McpException known ? known : null;
        error.put("server", mcp == null ? null : mcp.server());
        error.put("exitCode", mcp == null ? null : mcp.diagnostics().exitCode());
        if (e instanceof McpUrlElicitationRequiredException required) {
            error.set("elicitations", McpJson.mapper().valueToTree(required.elicitations()));
        }
        ArrayNode stderr = error.putArray("stderr");
        if (mcp != null) {
            mcp.diagnostics().stderr().forEach(stderr::add);
        }
        return error;
    }

    public static String message(Throwable e) {
        String message = e.getMessage();
        return e instanceof McpException || e instanceof UsageException
                ? String.valueOf(message)
                : "unexpected " + e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /** Prints columns as wide as their widest cell, up to a limit; the last one is cut at the width of the terminal. */
    public void table(List<String> header, List<List<String>> rows) {
        int columns = header.size();
        List<List<String>> safe = Stream.concat(Stream.of(header), rows.stream())
                .map(row ->
                        row.stream().map(cell -> SafeText.line(cell, MAX_CELL)).toList())
                .toList();
        int[] widths = new int[columns];
        int before = 0;
        for (int c = 0; c < columns - 1; c++) {
            int column = c;
            widths[c] = safe.stream()
                    .mapToInt(row -> TextColumns.width(row.get(column)))
                    .filter(width -> width <= MAX_COLUMN)
                    .max()
                    .orElse(0);
            before += widths[c] + 2;
        }
        int last = Math.max(20, Terminal.columns() - before);
        StringBuilder text = new StringBuilder();
        safe.forEach(row -> text.append(row(row, widths, last)).append(System.lineSeparator()));
        write(text.toString());
    }

    private static String row(List<String> cells, int[] widths, int last) {
        StringBuilder text = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String cell = cells.get(c);
            if (c == cells.size() - 1) {
                text.append(TextColumns.cut(cell, last));
            } else {
                text.append(cell).append(" ".repeat(Math.max(0, widths[c] - TextColumns.width(cell)) + 2));
            }
        }
        return text.toString().stripTrailing();
    }

    public static String orDash(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }
}
