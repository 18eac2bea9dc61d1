package dev.mcpflux.transport.wire;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A recording cannot be written or read; the message names the file, and the line if there is one. */
public final class WireRecordingException extends McpException {

    private static final long serialVersionUID = 1L;

    WireRecordingException(Path file, String problem, @Nullable Throwable cause) {
        super(null, "recording " + file + ": " + problem, Diagnostics.NONE, cause);
    }

    WireRecordingException(Path file, long line, String problem) {
        super(null, "recording " + file + ", line " + line + ": " + problem);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
