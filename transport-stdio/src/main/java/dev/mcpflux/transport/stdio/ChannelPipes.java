package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.spi.LineFramer;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pipes that this JVM creates and whose other ends the child opens through {@code /proc/self/fd}. They are channels on
 * this side: writing never blocks, one thread reads the stderr of all servers, and reading a message from stdout takes
 * one system call instead of the three that the JDK's own child streams take.
 *
 * <p>The path needs the number of the pipe's file descriptor, and the JDK does not expose it. This class therefore
 * compares the open descriptors before and after it creates the pipes, and takes the new descriptor whose flags change
 * when the mode of the pipe changes. If none or more than one matches, these pipes are not available.
 */
final class ChannelPipes extends ChildPipes {

    private static final Logger log = LoggerFactory.getLogger(ChannelPipes.class);

    /** Bytes to read in one call: the usual capacity of a pipe. */
    private static final int READ = 64 * 1024;

    // Linux's O_WRONLY and O_NONBLOCK; the values are the same on every processor that a current JDK supports
    private static final int WRITING = 1;
    private static final int NOT_BLOCKING = 0x800;

    private static final int ATTEMPTS = 3;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path INFO = Path.of("/proc/self/fdinfo");
    private static final boolean POSSIBLE =
            System.getProperty("os.name", "").equals("Linux") && Files.isDirectory(INFO);

    /** Allows one search at a time, since each search looks for descriptors that are new. */
    private static final ReentrantLock SEARCH = new ReentrantLock();

    /** Whether a pipe has been opened by its path successfully. Guarded by the lock. */
    private static boolean proven;

    private final Pipe in;
    private final Pipe out;
    private final Pipe err;
    private final int inNumber;
    private final int outNumber;
    private final int errNumber;

    private ChannelPipes(Pipe in, Pipe out, Pipe err, int inNumber, int outNumber, int errNumber) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.inNumber = inNumber;
        this.outNumber = outNumber;
        this.errNumber = errNumber;
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
        Set<String> before = descriptors();
        List<Pipe> pipes = new ArrayList<>();
        boolean found = false;
        try {
            for (int i = 0; i < 3; i++) {
                pipes.add(Pipe.open());
            }
            Set<String> fresh = descriptors();
            fresh.removeAll(before);
            fresh.removeIf(number -> !isWriteOnly(number));
            int[] numbers = new int[3];
            for (int i = 0; i < 3; i++) {
                numbers[i] = findDescriptor(pipes.get(i).sink(), fresh);
                if (numbers[i] < 0) {
                    return null;
                }
            }
            if (!proven) {
                // some sandboxes list /proc but do not allow opening its files
                new FileInputStream(file(numbers[0])).close();
                new FileOutputStream(file(numbers[1])).close();
                proven = true;
            }
            found = true;
            return new ChannelPipes(pipes.get(0), pipes.get(1), pipes.get(2), numbers[0], numbers[1], numbers[2]);
        } finally {
            if (!found) {
                for (Pipe pipe : pipes) {
                    close(pipe);
                }
            }
        }
    }

    private static Set<String> descriptors() throws IOException {
        String[] names = DESCRIPTORS.toFile().list();
        if (names == null) {
            throw new IOException(DESCRIPTORS + " cannot be listed");
        }
        return new HashSet<>(List.of(names));
    }

    /** Whether a descriptor is write-only and in blocking mode. */
    private static boolean isWriteOnly(String number) {
        return (flags(number) & (WRITING | NOT_BLOCKING)) == WRITING;
    }

    /** The kernel's flags of a descriptor; 0 if it has been closed. */
    private static int flags(String number) {
        String info = Proc.read(INFO.resolve(number));
        int at = info == null ? -1 : info.indexOf("flags:");
        if (info == null || at < 0) {
            return 0;
        }
        int flags = 0;
        for (int i = at + "flags:".length(); i < info.length() && info.charAt(i) != '\n'; i++) {
            int digit = info.charAt(i) - '0';
            flags = digit >= 0 && digit < 8 ? flags * 8 + digit : flags;
        }
        return flags;
    }

    /** Returns the one descriptor that leaves blocking mode when this channel does, or -1 if none or several do. */
    private static int findDescriptor(Pipe.SinkChannel sink, Set<String> candidates) throws IOException {
        sink.configureBlocking(false);
        String found = null;
        for (String candidate : candidates) {
            if ((flags(candidate) & NOT_BLOCKING) != 0) {
                if (found != null) {
                    return -1;
                }
                found = candidate;
            }
        }
        if (found == null) {
            return -1;
        }
        candidates.remove(found);
        return Integer.parseInt(found);
    }

    @Override
    void redirect(ProcessBuilder builder) {
        // opening the path of either end reopens the pipe in the requested direction
        builder.redirectInput(file(inNumber));
        builder.redirectOutput(file(outNumber));
        builder.redirectError(file(errNumber));
    }

    private static File file(int number) {
        return DESCRIPTORS.resolve(Integer.toString(number)).toFile();
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
        source.configureBlocking(false);
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
