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
 * One thread that waits for many pipes. It begins with the first that is waited for and ends with the last. What it runs
 * must not wait, so it carries Reactor's {@link NonBlocking} marker.
 */
final class SelectorLoop {

    /** Waits for what servers write to their stderr. */
    static final SelectorLoop STDERR = new SelectorLoop("stderr");

    /** Waits for pipes to servers that were full. */
    static final SelectorLoop STDIN = new SelectorLoop("stdin");

    private static final Logger log = LoggerFactory.getLogger(SelectorLoop.class);

    /** In place of an operation: the action is run now, whatever it waits for. */
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

    /** Runs the action once, when the channel is ready or released. The channel is in non-blocking mode. */
    void once(SelectableChannel channel, int operation, Runnable action) throws IOException {
        register(new Registration(channel, operation, true, action));
    }

    /** Runs the action each time the channel is ready, until somebody closes the channel. */
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
            throw new IOException("there are no threads left to wait for it", e);
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action of this channel now, if one waits; also lets go of a channel that was closed. */
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

    /** What has arrived; null, and the loop is over, if there is nothing to wait for any more. */
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
            // keys that were cancelled are gone only after this
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

    /** It is over, however that came: the next pipe gets a loop of its own. */
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
            // closed meanwhile: the action finds that out itself
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
            log.error("a pipe could not be served", e);
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
                log.error("the pipes of servers cannot be watched any more", e);
            } finally {
                over(mine);
            }
        }
    }
}
