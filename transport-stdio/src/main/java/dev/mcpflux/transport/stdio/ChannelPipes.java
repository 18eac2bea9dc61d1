package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.LineFramer;
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
 * Pipes made by this JVM, whose other ends the child is given through {@code /proc/self/fd}. So they are channels here:
 * writing never waits, the stderr of all servers is read by one thread, and reading a message from stdout takes one call of
 * the system, where the streams that the JDK gives a child take three.
 *
 * <p>The JDK does not tell the number of a pipe's descriptor, which that path needs. It is found out: the descriptors that
 * are new after the pipes were made are looked at, and the one is taken whose flags follow when the mode of the pipe is
 * changed. Where that finds none, or more than one, there are no such pipes.
 */
final class ChannelPipes extends ChildPipes {

    private static final Logger log = LoggerFactory.getLogger(ChannelPipes.class);

    /** At a time: a pipe holds as much as a rule. */
    private static final int READ = 64 * 1024;

    // what Linux calls O_WRONLY and O_NONBLOCK, the same on all processors that a current JDK runs on
    private static final int WRITING = 1;
    private static final int NOT_BLOCKING = 0x800;

    private static final int ATTEMPTS = 3;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path INFO = Path.of("/proc/self/fdinfo");
    private static final boolean POSSIBLE =
            System.getProperty("os.name", "").equals("Linux") && Files.isDirectory(INFO);

    /** One at a time: each looks for what is new. */
    private static final ReentrantLock LOOKING = new ReentrantLock();

    /** Whether such a pipe was opened by its path. Guarded by the lock. */
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

    /** Such pipes, or null where they cannot be had. */
    @Nullable
    static ChannelPipes open() {
        if (!POSSIBLE) {
            return null;
        }
        LOOKING.lock();
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                ChannelPipes pipes = attempt();
                if (pipes != null) {
                    return pipes;
                }
            }
        } catch (IOException e) {
            log.debug("no pipes of our own: {}", e.toString());
        } finally {
            LOOKING.unlock();
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
            fresh.removeIf(number -> !writes(number));
            int[] numbers = new int[3];
            for (int i = 0; i < 3; i++) {
                numbers[i] = follows(pipes.get(i).sink(), fresh);
                if (numbers[i] < 0) {
                    return null;
                }
            }
            if (!proven) {
                // some sandboxes have a /proc that tells, and does not let open
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

    /** Whether a descriptor is for writing only, and in blocking mode. */
    private static boolean writes(String number) {
        return (flags(number) & (WRITING | NOT_BLOCKING)) == WRITING;
    }

    /** The flags that the kernel has for a descriptor; 0 if it is not there any more. */
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

    /** Which of these descriptors goes out of blocking mode when this channel does; -1 if that is none or several. */
    private static int follows(Pipe.SinkChannel sink, Set<String> candidates) throws IOException {
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
        // opening the path of either end opens the pipe anew, in the direction that is asked for
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
            // it is of no use any more, closed or not
        }
    }
}
