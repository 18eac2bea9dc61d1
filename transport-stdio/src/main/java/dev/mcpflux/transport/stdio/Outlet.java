package dev.mcpflux.transport.stdio;

import dev.mcpflux.jsonrpc.OutgoingBuffer;
import java.io.IOException;

/** The writable end of a server's stdin. Used by one thread at a time: the one that drains the queue. */
interface Outlet {

    /** Whether this number of bytes can be written now without blocking. */
    boolean ready(int bytes);

    /**
     * Writes the content of the buffer.
     *
     * @return whether all of it was written; if not, the next call continues after the last byte written
     */
    boolean write(OutgoingBuffer buffer) throws IOException;

    /** Runs the task once, on a thread that may block or as soon as the pipe has room. */
    void later(Runnable drain) throws IOException;

    /** Releases a task that waits for room; it need not wait any longer. */
    default void interrupt() {}

    /** Reports that the server has read everything up to this position in the bytes written. */
    default void read(long position) {}

    /** Closes the pipe. The server reads the end of its input. */
    void close() throws IOException;

    /** Releases resources; nothing is written after this call. */
    default void end() {}
}
