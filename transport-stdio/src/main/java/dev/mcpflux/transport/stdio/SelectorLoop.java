package dev.mcpflux.transport.stdio;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.scheduler.NonBlocking;

/**
 * One thread that watches many pipes. It starts with the first registration and ends with the last one. The actions it
 * runs must not block, so it carries Reactor's {@link NonBlocking} marker.
 */
final class SelectorLoop {

    /** Watches the stderr of servers. */
    static final SelectorLoop STDERR = new SelectorLoop("stderr");

    /** Watches pipes to servers that were full. */
    static final SelectorLoop STDIN = new SelectorLoop("stdin");

    private static final Logger log = LoggerFactory.getLogger(SelectorLoop.class);

    /** Used in place of an operation: the action runs now, whatever it waits for. */
    private static final int RELEASE = 0;

    private record Registration(SelectableChannel channel, int operation, boolean once, Runnable action) {}

    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by the lock
    private final Deque<Registration> arrivals = new ArrayDeque<>();
    private @Nullable Selector selector;

    SelectorLoop(String name) {
        this.name = name;
    }

    /** Runs the action once, when the channel is ready or released. The channel must be in non-blocking mode. */
    void once(SelectableChannel channel, int operation, Runnable action) throws IOException {
        register(new Registration(channel, operation, true, action));
    }

    /** Runs the action each time the channel is ready, until the channel is closed. */
    void each(SelectableChannel channel, int operation, Runnable action) throws IOException {
        register(new Registration(channel, operation, false, action));
    }

    private void register(Registration registration) throws IOException {
        lock.lock();
        try {
            if (selector == null) {
                Selector fresh = Selector.open();
                Thread thread = new Loop("mcpflux-" + name, fresh);
                thread.setDaemon(true);
                thread.start();
                selector = fresh;
            }
            arrivals.add(registration);
            selector.wakeup();
        } catch (OutOfMemoryError e) {
            throw new IOException("no thread could be started to watch the pipe", e);
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action of this channel now, if one is registered, and deregisters a closed channel. */
    void release(SelectableChannel channel) {
        lock.lock();
        try {
            if (selector != null) {
                arrivals.add(new Registration(channel, RELEASE, true, () -> {}));
                selector.wakeup();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the new registrations; returns null and ends the loop if nothing is left to watch. */
    private @Nullable Deque<Registration> take(Selector mine) {
        lock.lock();
        try {
            if (arrivals.isEmpty() && mine.keys().isEmpty()) {
                selector = null;
                return null;
            }
            Deque<Registration> taken = new ArrayDeque<>(arrivals);
            arrivals.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void serve(Selector mine) throws IOException {
        for (; ; ) {
            // cancelled keys are removed only by a select
            mine.selectNow(key -> {});
            Deque<Registration> taken = take(mine);
            if (taken == null) {
                return;
            }
            if (taken.isEmpty()) {
                mine.select(SelectorLoop::ready);
            }
            taken.forEach(registration -> admit(mine, registration));
        }
    }

    /** Ends the loop after any cause; the next registration starts a new loop. */
    @SuppressWarnings("ReferenceEquality")
    private void over(Selector mine) {
        lock.lock();
        try {
            if (selector == mine) {
                selector = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private static void admit(Selector mine, Registration registration) {
        if (registration.operation == RELEASE) {
            SelectionKey key = registration.channel.keyFor(mine);
            if (key != null && key.isValid()) {
                ready(key);
            }
            return;
        }
        try {
            registration.channel.register(mine, registration.operation, registration);
        } catch (ClosedChannelException | IllegalStateException e) {
            // the channel was closed meanwhile, and the action detects that
            run(registration);
        }
    }

    private static void ready(SelectionKey key) {
        Registration registration = (Registration) key.attachment();
        if (registration.once) {
            key.cancel();
        }
        run(registration);
    }

    private static void run(Registration registration) {
        try {
            registration.action.run();
        } catch (Throwable e) {
            Exceptions.throwIfJvmFatal(e);
            log.error("the action of a pipe failed", e);
        }
    }

    private final class Loop extends Thread implements NonBlocking {
        private final Selector mine;

        Loop(String name, Selector mine) {
            super(name);
            this.mine = mine;
        }

        @Override
        public void run() {
            try (Selector closing = mine) {
                serve(closing);
            } catch (IOException e) {
                log.error("watching the pipes of servers has failed", e);
            } finally {
                over(mine);
            }
        }
    }
}
