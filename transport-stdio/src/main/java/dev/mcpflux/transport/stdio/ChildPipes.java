package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.spi.LineFramer;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The three pipes to a server: non-blocking channels on Linux ({@link ChannelPipes}), and the streams of the JDK
 * elsewhere or where channels are not available ({@link StreamPipes}).
 */
abstract class ChildPipes implements AutoCloseable {

    /** {@code -Dmcpflux.pipes=streams} always uses the streams of the JDK. */
    private static final boolean PLAIN = "streams".equals(System.getProperty("mcpflux.pipes"));

    /**
     * Opens the best available pipes for one launch.
     *
     * @param plain whether to use the streams of the JDK even where channels are available
     */
    static ChildPipes open(boolean plain) {
        ChildPipes channels = plain || PLAIN ? null : ChannelPipes.open();
        return channels != null ? channels : new StreamPipes();
    }

    /** Redirects the child's standard streams to its ends of the pipes. */
    abstract void redirect(ProcessBuilder builder);

    /** Closes the child's ends on this side; called once the child has opened them. */
    abstract void started(Process process);

    abstract LineFramer.Source stdout();

    abstract Outlet stdin(String server);

    /** Starts to read the child's stderr, until its end. */
    abstract void drain(StderrLines lines) throws IOException;

    /** Closes what is still open. Called when no process of the server is left that could write. */
    @Override
    public abstract void close();

    static void close(@Nullable ReadableByteChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // a failure to close changes nothing: the channel is not used again
            }
        }
    }
}
