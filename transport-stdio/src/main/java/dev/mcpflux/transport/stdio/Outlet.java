package dev.mcpflux.transport.stdio;

import dev.mcpflux.jsonrpc.OutgoingBuffer;
import java.io.IOException;

/** The end of a server's stdin that is written to. Used by one thread at a time, whichever has the drain. */
interface Outlet {

    /** Whether so many bytes can be written now without waiting. */
    boolean ready(int bytes);

    /**
     * Writes what the buffer holds.
     *
     * @return whether all of it was written; if not, the next call goes on where this one ended
     */
    boolean write(OutgoingBuffer buffer) throws IOException;

    /** Runs it, once, on a thread that may wait, or when there is room. */
    void later(Runnable drain) throws IOException;

    /** What waits for room need not wait any longer. */
    default void interrupt() {}

    /** The server has read everything up to this position of all that was written. */
    default void read(long position) {}

    /** Closes the pipe, which the server sees as the end of its input. */
    void close() throws IOException;

    /** Nothing is written any more. */
    default void end() {}
}
