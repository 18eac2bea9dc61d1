package dev.mcpflux.transport.stdio;

import dev.mcpflux.jsonrpc.OutgoingBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;

/**
 * A pipe that accepts as many bytes as it has room for and never blocks the writer. When it is full, a thread shared by
 * all servers writes the rest once the server has read some.
 */
final class ChannelOutlet implements Outlet {

    private static final int CHUNK = 64 * 1024;
    private static final int INITIAL = 8 * 1024;

    private final Pipe.SinkChannel sink;
    private ByteBuffer chunk = ByteBuffer.allocateDirect(INITIAL).limit(0);
    /** Number of bytes of the outgoing buffer that have been copied into the chunk. */
    private int taken;

    ChannelOutlet(Pipe.SinkChannel sink) {
        this.sink = sink;
    }

    @Override
    public boolean ready(int bytes) {
        return true;
    }

    @Override
    public boolean write(OutgoingBuffer buffer) throws IOException {
        while (chunk.hasRemaining() || taken < buffer.size()) {
            if (!chunk.hasRemaining()) {
                int left = buffer.size() - taken;
                if (left > chunk.capacity() && chunk.capacity() < CHUNK) {
                    chunk = ByteBuffer.allocateDirect(CHUNK);
                }
                chunk.clear();
                int n = Math.min(left, chunk.capacity());
                buffer.copyTo(chunk, taken, n);
                taken += n;
                chunk.flip();
            }
            sink.write(chunk);
            if (chunk.hasRemaining()) {
                return false;
            }
        }
        taken = 0;
        return true;
    }

    @Override
    public void later(Runnable drain) throws IOException {
        SelectorLoop.STDIN.once(sink, SelectionKey.OP_WRITE, drain);
    }

    @Override
    public void close() throws IOException {
        sink.close();
        // the JDK closes a registered channel only once its key has been cancelled and deregistered
        SelectorLoop.STDIN.release(sink);
    }

    @Override
    public void interrupt() {
        SelectorLoop.STDIN.release(sink);
    }
}
