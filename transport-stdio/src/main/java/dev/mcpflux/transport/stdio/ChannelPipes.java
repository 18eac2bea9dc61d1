package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.spi.LineFramer;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pipes that this JVM creates and whose other ends the child opens through {@code /proc/self/fd}. They are channels on
 * this side: writing never blocks, one thread reads the stderr of all servers, and reading a message from stdout takes
 * one system call instead of the three that the JDK's own child streams take.
 *
 * <p>The path needs the number of the pipe's file descriptor, which {@link DescriptorFinder} finds. Where it finds none,
 * these pipes are not available.
 */
final class ChannelPipes extends ChildPipes {

    private static final Logger log = LoggerFactory.getLogger(ChannelPipes.class);

    /** Bytes to read in one call: the usual capacity of a pipe. */
    private static final int READ = 64 * 1024;

    private static final int ATTEMPTS = 3;

    private static final boolean POSSIBLE = DescriptorFinder.isPossible();

    /** Allows one search at a time. */
    private static final ReentrantLock SEARCH = new ReentrantLock();

    /** Made for the first launch. Guarded by the lock. */
    private static @Nullable DescriptorFinder finder;

    /** Whether a pipe has been opened by its path successfully. Guarded by the lock. */
    private static boolean proven;

    private final Pipe in;
    private final Pipe out;
    private final Pipe err;
    private final DescriptorFinder.Numbers numbers;

    private ChannelPipes(Pipe in, Pipe out, Pipe err, DescriptorFinder.Numbers numbers) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.numbers = numbers;
    }

    /** Opens the three pipes, or returns null where they are not available. */
    @Nullable
    static ChannelPipes open() {
        if (!POSSIBLE) {
            return null;
        }
        SEARCH.lock();
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                ChannelPipes pipes = attempt();
                if (pipes != null) {
                    return pipes;
                }
            }
        } catch (IOException e) {
            log.debug("channel pipes are not available: {}", e.toString());
        } finally {
            SEARCH.unlock();
        }
        return null;
    }

    private static @Nullable ChannelPipes attempt() throws IOException {
        DescriptorFinder known = finder;
        if (known == null) {
            finder = known = DescriptorFinder.create();
        }
        if (known == null) {
            return null;
        }
        List<Pipe> pipes = new ArrayList<>();
        boolean found = false;
        try {
            for (int i = 0; i < 3; i++) {
                pipes.add(Pipe.open());
            }
            DescriptorFinder.Numbers numbers = known.find(pipes.get(0), pipes.get(1), pipes.get(2));
            if (numbers == null) {
                return null;
            }
            if (!proven) {
                // some sandboxes list /proc but do not allow opening its files
                new FileInputStream(file(numbers.in())).close();
                new FileOutputStream(file(numbers.out())).close();
                proven = true;
            }
            // one thread waits for each server's stdout; the other pipes are never waited for
            pipes.get(1).source().configureBlocking(true);
            found = true;
            return new ChannelPipes(pipes.get(0), pipes.get(1), pipes.get(2), numbers);
        } finally {
            if (!found) {
                for (Pipe pipe : pipes) {
                    close(pipe);
                }
            }
        }
    }

    @Override
    void redirect(ProcessBuilder builder) {
        // opening the path of either end reopens the pipe in the requested direction
        builder.redirectInput(file(numbers.in()));
        builder.redirectOutput(file(numbers.out()));
        builder.redirectError(file(numbers.err()));
    }

    private static File file(int number) {
        return DescriptorFinder.DESCRIPTORS.resolve(Integer.toString(number)).toFile();
    }

    @Override
    void started(Process process) {
        close(in.source());
        closeQuietly(out.sink());
        closeQuietly(err.sink());
    }

    @Override
    LineFramer.Source stdout() {
        Pipe.SourceChannel source = out.source();
        return (bytes, offset, length) -> source.read(ByteBuffer.wrap(bytes, offset, Math.min(length, READ)));
    }

    @Override
    Outlet stdin(String server) {
        return new ChannelOutlet(in.sink());
    }

    @Override
    void drain(StderrLines lines) throws IOException {
        Pipe.SourceChannel source = err.source();
        LineFramer.Source bytes = (buffer, offset, length) -> source.read(ByteBuffer.wrap(buffer, offset, length));
        SelectorLoop.STDERR.each(source, SelectionKey.OP_READ, () -> {
            if (!lines.readOnce(bytes)) {
                close(source);
            }
        });
    }

    @Override
    public void close() {
        close(in);
        close(out);
        close(err);
        SelectorLoop.STDERR.release(err.source());
    }

    private static void close(Pipe pipe) {
        close(pipe.source());
        closeQuietly(pipe.sink());
    }

    private static void closeQuietly(Pipe.SinkChannel sink) {
        try {
            sink.close();
        } catch (IOException e) {
            // a failure to close changes nothing: the channel is not used again
        }
    }
}
