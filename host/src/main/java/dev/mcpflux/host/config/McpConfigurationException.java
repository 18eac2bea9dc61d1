package dev.mcpflux.host.config;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The configuration is wrong: it names the place and what was expected there. */
public final class McpConfigurationException extends McpException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Path file;
    private final int line;
    private final int column;
    private final @Nullable String pointer;
    private final String problem;

    /** A mistake that no file made. */
    public McpConfigurationException(@Nullable String server, String problem) {
        this(server, null, 0, 0, null, problem, null);
    }

    /** A mistake at a place, or without one. */
    public static McpConfigurationException at(@Nullable ConfigPlace place, @Nullable String server, String problem) {
        return place == null
                ? new McpConfigurationException(server, problem)
                : new McpConfigurationException(
                        server, place.file(), place.line(), place.column(), place.pointer(), problem, null);
    }

    McpConfigurationException(
            @Nullable String server,
            @Nullable Path file,
            int line,
            int column,
            @Nullable String pointer,
            String problem,
            @Nullable Throwable cause) {
        super(server, place(file, line, column, pointer) + problem, Diagnostics.NONE, cause);
        this.file = file;
        this.line = line;
        this.column = column;
        this.pointer = pointer;
        this.problem = problem;
    }

    /** The server as it is then: its mistake as data. */
    ServerDefinition.Invalid asDefinition(String name, ServerOptions options) {
        ConfigPlace place = file == null ? null : new ConfigPlace(file, line, column, pointer);
        return new ServerDefinition.Invalid(name, problem, place, options);
    }

    private static String place(@Nullable Path file, int line, int column, @Nullable String pointer) {
        return file == null ? "" : new ConfigPlace(file, line, column, pointer) + ": ";
    }

    /** The file, or null where the configuration comes from code. */
    public @Nullable Path file() {
        return file;
    }

    /** The line in the file, from 1; 0 where none is known. */
    public int line() {
        return line;
    }

    /** The column in that line, from 1; 0 where none is known. */
    public int column() {
        return column;
    }

    /** The place as a JSON pointer (RFC 6901), or null where none is known. */
    public @Nullable String pointer() {
        return pointer;
    }

    /** What is configured wrong is found before anything is sent. */
    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
