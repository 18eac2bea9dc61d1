package dev.mcpflux.cli;

import java.io.IOException;

/** Standard output cannot be written: a full disk, or a reader that has gone. */
final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutputException(IOException cause) {
        super("standard output cannot be written: " + cause.getMessage(), cause);
    }
}
