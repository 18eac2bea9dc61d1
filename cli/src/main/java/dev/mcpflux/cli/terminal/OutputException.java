package dev.mcpflux.cli.terminal;

import java.io.IOException;

/** Standard output cannot be written: the disk is full, or the reader has closed it. */
public final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public OutputException(IOException cause) {
        super("standard output cannot be written: " + cause.getMessage(), cause);
    }
}
