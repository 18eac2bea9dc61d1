package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.LineFramer;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The three pipes to a server. On Linux they are ones that need not be waited for ({@link ChannelPipes}); elsewhere, and
 * where those cannot be had, the ones that every JDK gives a child ({@link StreamPipes}).
 */
abstract class ChildPipes implements AutoCloseable {

    /** {@code -Dmcpflux.pipes=streams} does without the better ones. */
    private static final boolean PLAIN = "streams".equals(System.getProperty("mcpflux.pipes"));

    /**
     * Pipes for one launch, the best that can be had.
     *
     * @param plain whether those of every JDK are wanted
     */
    static ChildPipes open(boolean plain) {
        ChildPipes channels = plain || PLAIN ? null : ChannelPipes.open();
        return channels != null ? channels : new StreamPipes();
    }

    /** Gives the child its ends. */
    abstract void redirect(ProcessBuilder builder);

    /** The child has its ends: they are closed on this side. */
    abstract void started(Process process);

    abstract LineFramer.Source stdout();

    abstract Outlet stdin(String server);

    /** Begins to read the child's stderr, to its end. */
    abstract void drain(StderrLines lines) throws IOException;

    /** Gives up what still is open: nobody of the server's is there any more who could write. */
    @Override
    public abstract void close();

    static void close(@Nullable ReadableByteChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // it is of no use any more, closed or not
            }
        }
    }
}
