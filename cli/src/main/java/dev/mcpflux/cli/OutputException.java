package dev.mcpflux.cli;

import java.io.IOException;

/** Standard output cannot be written: the disk is full, or the reader has closed it. */
final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutputException(IOException cause) {
        super("standard output cannot be written: " + cause.getMessage(), cause);
    }
}
