package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.LineFramer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The pipes that every JDK gives a child: each is waited for by a thread of its own. */
final class StreamPipes extends ChildPipes {

    private @Nullable Process process;

    @Override
    void redirect(ProcessBuilder builder) {
        // as it is
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
        // who reads holds a lock that closing would wait for: they end with the last who could write
    }
}
