package dev.mcpflux.host.config.document;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A document cannot be read, edited or written. The message names the file and the place, and quotes nothing of the file: a
 * word of it may be a secret.
 */
public class DocumentException extends McpException {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;
    private final String reason;

    DocumentException(@Nullable Path file, int line, int column, String reason, @Nullable Throwable cause) {
        super(null, place(file, line, column) + reason, Diagnostics.NONE, cause);
        this.line = line;
        this.column = column;
        this.reason = reason;
    }

    DocumentException(int line, int column, String reason) {
        this(null, line, column, reason, null);
    }

    DocumentException(String reason) {
        this(null, 0, 0, reason, null);
    }

    /** The same of a file. */
    DocumentException in(Path file) {
        return new DocumentException(file, line, column, reason, getCause());
    }

    private static String place(@Nullable Path file, int line, int column) {
        String place = (file == null ? "" : file + (line > 0 ? ", " : ""))
                + (line > 0 ? "line " + line : "")
                + (line > 0 && column > 0 ? ", column " + column : "");
        return place.isEmpty() ? "" : place + ": ";
    }

    /** The line of the mistake, from 1; 0 where none is known. */
    public int line() {
        return line;
    }

    /** The column of the mistake, from 1; 0 where none is known. */
    public int column() {
        return column;
    }

    /** What is wrong, without the file and the place. */
    public String reason() {
        return reason;
    }

    /** A document is read and written before anything is sent. */
    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
