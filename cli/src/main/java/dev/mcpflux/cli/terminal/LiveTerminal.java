package dev.mcpflux.cli.terminal;

import java.io.IOException;

/** The terminal under a live screen: its keys and its size. What is shown goes to standard output. */
public interface LiveTerminal extends AutoCloseable {

    /** Whether the live screen may use colours and other styles. */
    boolean colours();

    /** Reads single keys without showing them from now on; Ctrl-C still interrupts. */
    void open();

    /** The size now; cheap. */
    ScreenSize size();

    /** The next character that is typed; -1 at the end. Blocks. */
    int read() throws IOException;

    /** Restores the terminal. Any thread may call it, more than once. */
    @Override
    void close();
}
