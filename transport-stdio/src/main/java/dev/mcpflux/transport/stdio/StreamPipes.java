package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.spi.LineFramer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The streams that the JDK gives a child; a thread of its own waits on each. */
final class StreamPipes extends ChildPipes {

    private @Nullable Process process;

    @Override
    void redirect(ProcessBuilder builder) {
        // the default of ProcessBuilder
    }

    @Override
    void started(Process child) {
        process = child;
    }

    private Process child() {
        return Objects.requireNonNull(process);
    }

    @Override
    LineFramer.Source stdout() {
        return child().getInputStream()::read;
    }

    @Override
    Outlet stdin(String server) {
        return new StreamOutlet(server, child().getOutputStream());
    }

    @Override
    void drain(StderrLines lines) {
        Thread thread = new Thread(() -> lines.readAll(child().getErrorStream()::read), lines.threadName());
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        // closing would wait for the lock of the reading thread; the streams end with the last process that holds them
    }
}
