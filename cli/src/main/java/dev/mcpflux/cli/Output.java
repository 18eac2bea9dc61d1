package dev.mcpflux.cli;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpUrlElicitationRequiredException;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a person or a script sees: results on standard output, everything else on standard error. */
final class Output {

    static final JsonMapper JSON = McpJson.mapper();

    private final boolean json;
    private final PrintWriter out;
    private final OutputStream raw;
    private final Screen screen;

    /**
     * Where to write.
     *
     * @param raw what {@code out} writes to, for bytes that are no text
     */
    Output(boolean json, PrintWriter out, OutputStream raw, PrintWriter err) {
        this.json = json;
        this.out = out;
        this.raw = raw;
        this.screen = new Screen(err);
    }

    boolean json() {
        return json;
    }

    void document(Object value) {
        out.println(JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value));
        out.flush();
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** One document on a line of its own, for commands that print as long as they run. */
    void jsonLine(Object value) {
        line(JSON.writeValueAsString(value));
    }

    /** Text as it is: no line break that is not in it. */
    void text(String text) {
        out.print(text);
        out.flush();
    }

    void bytes(byte[] bytes) {
        out.flush();
        try {
            raw.write(bytes);
            raw.flush();
        } catch (IOException e) {
            throw new UsageException("standard output cannot be written: " + e.getMessage());
        }
    }

    void note(String text) {
        screen.line(text);
    }

    /** Standard error, as the one place that notes share with the progress bar and with questions. */
    Screen screen() {
        return screen;
    }

    /** Says what went wrong, in the form that was asked for. Never a stack trace: -vv shows where it came from. */
    void error(Throwable e) {
        if (json) {
            document(JSON.createObjectNode().set("error", describe(e)));
        } else {
            note("mcpflux: " + message(e));
            if (e instanceof McpUrlElicitationRequiredException required) {
                required.elicitations()
                        .forEach(one -> note("  first open " + Plain.line(one.url() + ": " + one.message())));
            }
        }
    }

    static ObjectNode describe(Throwable e) {
        ObjectNode error = JSON.createObjectNode();
        error.put(
                "type",
                e instanceof UsageException ? "UsageException" : e.getClass().getSimpleName());
        error.put("message", message(e));
        McpException mcp = e instanceof McpException known ? known : null;
        error.put("server", mcp == null ? null : mcp.server());
        error.put("exitCode", mcp == null ? null : mcp.diagnostics().exitCode());
        if (e instanceof McpUrlElicitationRequiredException required) {
            error.set("elicitations", JSON.valueToTree(required.elicitations()));
        }
        ArrayNode stderr = error.putArray("stderr");
        if (mcp != null) {
            mcp.diagnostics().stderr().forEach(stderr::add);
        }
        return error;
    }

    private static String message(Throwable e) {
        String message = e.getMessage();
        return e instanceof McpException || e instanceof UsageException
                ? String.valueOf(message)
                : "unexpected " + e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /** Columns as wide as their widest cell; the last one is cut at the width of the terminal. */
    void table(List<String> header, List<List<String>> rows) {
        int columns = header.size();
        int[] widths = new int[columns];
        for (int c = 0; c < columns; c++) {
            int column = c;
            widths[c] = Math.max(
                    header.get(c).length(),
                    rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0));
        }
        int before = 0;
        for (int c = 0; c < columns - 1; c++) {
            before += widths[c] + 2;
        }
        int last = Math.max(20, terminalWidth() - before);
        line(row(header, widths, last));
        rows.forEach(r -> line(row(r, widths, last)));
    }

    private static String row(List<String> cells, int[] widths, int last) {
        StringBuilder text = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String cell = cells.get(c);
            if (c == cells.size() - 1) {
                text.append(cell.length() > last ? cell.substring(0, last - 1) + "…" : cell);
            } else {
                text.append(cell).append(" ".repeat(widths[c] - cell.length() + 2));
            }
        }
        return text.toString().stripTrailing();
    }

    private static int terminalWidth() {
        String columns = System.getenv("COLUMNS");
        try {
            return columns == null ? 120 : Math.max(40, Integer.parseInt(columns.strip()));
        } catch (NumberFormatException e) {
            return 120;
        }
    }

    static String orDash(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }
}
