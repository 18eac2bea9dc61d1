package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.Display;
import dev.mcpflux.cli.terminal.LiveScreen;
import dev.mcpflux.cli.terminal.OutputException;
import dev.mcpflux.cli.terminal.Pager;
import dev.mcpflux.cli.terminal.Screen;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpUrlElicitationRequiredException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    private final OutputStyle style;
    private final OutputStream out;
    private final Display display;
    private final Screen screen;
    /** Whether the one promised document has been started. */
    private boolean documented;
    /** The last one of the lists that are printed again and again. */
    private @Nullable String listed;
    /** What a pager shows at the end; notes wait for it. */
    private @Nullable String paged;

    /**
     * Writes tables or JSON to these streams, without colours and pager.
     *
     * @param target the kind of {@code out}
     */
    public Output(boolean json, OutputStream out, Terminal.Target target, PrintWriter err) {
        this(json ? OutputStyle.JSON : OutputStyle.DEFAULT, out, Display.of(target), err);
    }

    /** The same streams in another style, for one of several commands of a run. */
    public Output withStyle(OutputStyle other) {
        return new Output(other, out, display, screen);
    }

    private Output(OutputStyle style, OutputStream out, Display display, Screen screen) {
        this.style = style;
        this.out = out;
        this.display = display;
        this.screen = screen;
    }

    /** Writes to these streams in a style. */
    public Output(OutputStyle style, OutputStream out, Display display, PrintWriter err) {
        this.style = style;
        this.out = out;
        this.display = display;
        this.screen = new Screen(
                err,
                () -> display.errColours(style.colours()),
                () -> display.errTerminal() ? display.columns() : Integer.MAX_VALUE);
    }

    /** Whether a command prints documents: JSON, and what is made of it ({@code yaml}, {@code jsonpath}). */
    public boolean json() {
        return style.format().isDocument();
    }

    /** What the command line asks for. */
    public OutputFormat format() {
        return style.format();
    }

    public Display display() {
        return display;
    }

    /** Whether standard output is a terminal. */
    public boolean terminal() {
        return display.terminal();
    }

    /** Prints the one document of a command, in the format of documents that was asked for. */
    public synchronized void document(Object value) {
        String text = text(value);
        documented = true;
        longText(text);
    }

    private String text(Object value) {
        return switch (style.format().kind()) {
            case YAML -> YamlText.of(McpJson.mapper().valueToTree(value));
            case JSONPATH -> {
                String chosen = JsonPath.of(expression()).print(McpJson.mapper().valueToTree(value));
                String shown = terminal() ? SafeText.text(chosen) : chosen;
                yield shown.isEmpty() || shown.endsWith("\n") ? shown : shown + System.lineSeparator();
            }
            default ->
                SafeText.json(McpJson.mapper()
                                .writer()
                                .with(SerializationFeature.INDENT_OUTPUT)
                                .writeValueAsString(value))
                        + System.lineSeparator();
        };
    }

    private String expression() {
        return String.valueOf(style.format().expression());
    }

    /**
     * Prints a document for commands that print as long as they run: in JSON on its own line, in YAML as the next document
     * of a stream.
     */
    public void jsonLine(Object value) {
        write(documentLine(value));
    }

    private String documentLine(Object value) {
        return switch (style.format().kind()) {
            case YAML -> "---" + System.lineSeparator() + text(value);
            case JSONPATH -> text(value);
            default -> SafeText.json(McpJson.mapper().writeValueAsString(value)) + System.lineSeparator();
        };
    }

    /** Prints a list in the format that was asked for; an empty one as an empty document, and otherwise not at all. */
    public <T> void list(Listing<T> listing, List<T> entries) {
        if (json()) {
            document(listing.document(entries));
        } else if (!entries.isEmpty()) {
            longText(lines(listing, entries));
        }
    }

    /** The same for a command that prints a list whenever it has changed: not what was printed last, and without a pager. */
    public synchronized <T> void listAgain(Listing<T> listing, List<T> entries) {
        String text = json() ? documentLine(listing.document(entries)) : lines(listing, entries);
        String before = listed;
        if (!text.equals(before)) {
            listed = text;
            write(before == null || format().isForPrograms() ? text : System.lineSeparator() + text);
        }
    }

    private <T> String lines(Listing<T> listing, List<T> entries) {
        if (style.format().kind() == OutputFormat.Kind.NAME) {
            StringBuilder names = new StringBuilder();
            entries.forEach(
                    entry -> names.append(SafeText.line(listing.name(entry))).append(System.lineSeparator()));
            return names.toString();
        }
        boolean wide = style.format().kind() == OutputFormat.Kind.WIDE;
        return new TableLayout(display.columns(), terminal(), !wide, colours()).lines(listing.columns(), entries, wide);
    }

    /** Prints a description in the format that was asked for. */
    public void show(Document document) {
        switch (style.format().kind()) {
            case JSON, YAML, JSONPATH -> document(document.json());
            case NAME -> line(SafeText.line(document.name()));
            case TABLE, WIDE ->
                longText(document.text(
                        display.columns(), terminal(), style.format().kind() == OutputFormat.Kind.WIDE, colours()));
        }
    }

    private boolean colours() {
        return display.colours(style.colours());
    }

    /** Prints safe text that may be longer than the screen: then {@link #finish} shows it by a pager. */
    private synchronized void longText(String text) {
        if (style.pager()
                && paged == null
                && terminal()
                && text.lines().count() >= display.size().lines()) {
            screen.statusDone();
            paged = text;
            screen.hold(note -> {});
            return;
        }
        write(text);
    }

    /**
     * Shows what is longer than the screen, when the command has released everything else, and waits until the person has
     * seen it. The notes that came after it are written then.
     */
    public void finish() {
        String text = takePaged();
        if (text == null) {
            return;
        }
        Pager pager = Pager.of(display);
        if (pager == null || !pager.show(text)) {
            write(text);
        }
        screen.release();
    }

    private synchronized @Nullable String takePaged() {
        String text = paged;
        paged = null;
        return text;
    }

    /** Writes without a pager what waits for one. */
    public void flush() {
        String text = takePaged();
        if (text != null) {
            write(text);
            screen.release();
        }
    }

    /** Prints our own text, which may quote a server. */
    public void line(String text) {
        write(SafeText.text(text) + System.lineSeparator());
    }

    /** Prints requested content: unchanged for a program, made safe for a terminal. */
    public void payload(String text) {
        write(terminal() ? SafeText.text(text) : text);
    }

    /** Prints requested content that is no text. */
    public void bytes(byte[] bytes) {
        write(bytes);
    }

    private void write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] bytes) {
        flush();
        screen.statusDone();
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

    /** Prints a line on standard error, which may quote a server. */
    public void note(String text) {
        screen.line(text);
    }

    /** Standard error, shared by notes, the progress bar and questions. */
    public Screen screen() {
        return screen;
    }

    /** Prints an error in the requested format. Never a stack trace: -vv logs it. */
    public synchronized void error(Throwable e) {
        error(e, message(e), e instanceof UsageException usage ? usage.hints() : List.of());
    }

    /**
     * Like {@link #error(Throwable)}, with a message that says more than that of the error.
     *
     * @param hints what to do next; not for documents
     */
    public synchronized void error(Throwable e, String words, List<Hint> hints) {
        // if only the shutdown failed, the result has been printed, and a second document would break the output
        if (documentsErrors() && !documented) {
            document(JsonNodeFactory.instance.objectNode().set("error", describe(e)));
        } else {
            screen.error("mcpflux: " + words);
            if (e instanceof McpUrlElicitationRequiredException required) {
                required.elicitations()
                        .forEach(one -> note("  first open " + SafeText.line(one.url() + ": " + one.message())));
            }
            hints.forEach(this::hint);
        }
    }

    /** Prints what to do next. */
    public void hint(Hint hint) {
        screen.wholeLine(hint.text());
    }

    private boolean documentsErrors() {
        return json() && style.format().kind() != OutputFormat.Kind.JSONPATH;
    }

    /** Prints the document of a command that was interrupted before it had a result. */
    public synchronized void interrupted() {
        flush();
        if (documentsErrors() && !documented) {
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

    /** Prints a table of texts, the first row of which is its header. */
    public void table(List<String> header, List<List<String>> rows) {
        Listing.Builder<List<String>> listing = Listing.<List<String>>builder().name(row -> row.get(0));
        for (int c = 0; c < header.size(); c++) {
            int column = c;
            listing.column(header.get(c), row -> row.get(column));
        }
        longText(lines(listing.build(), rows));
    }

    public static String orDash(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }
}
