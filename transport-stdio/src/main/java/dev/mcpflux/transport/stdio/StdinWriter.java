package dev.mcpflux.transport.stdio;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.internal.BoundedQueue;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcEncoder;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.transport.spi.Outbound;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.core.JacksonException;

/**
 * A server's stdin: a bounded queue that any thread may add messages to, and one drain that encodes the waiting
 * messages into one buffer and writes it at once.
 *
 * <p>The drain polls the queue itself. A sink over the queue would need fusion, and Reactor hooks (automatic context
 * propagation, for one) insert a subscriber that refuses fusion.
 *
 * <p>The sending thread drains the queue as long as that cannot block ({@link Outlet#ready}). The rest is written by a
 * thread that may block, or once the pipe has room. The thread that reads the server's responses holds back the
 * messages sent on it until it has routed what it has read, so that calls triggered by responses are written together.
 */
final class StdinWriter {

    /** A batch is written once it has this many bytes, even if more messages wait. */
    private static final int BATCH = 64 * 1024;

    /** Most bytes that a sending thread writes on behalf of others. */
    private static final int MAX_BYTES_FOR_OTHERS = 256 * 1024;

    /** Most messages that are held back. */
    private static final int MAX_HELD = 64;

    private final String server;
    private final Outlet outlet;
    private final int capacity;
    private final Function<CallOutcome, McpException> whyEnded;
    private final Consumer<IOException> broken;
    private final BoundedQueue<Outbound> queue;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private final AtomicInteger wip = new AtomicInteger();
    private final OutgoingBuffer buffer = new OutgoingBuffer();
    private final List<Outbound> batch = new ArrayList<>();

    /** The thread whose messages are held back. */
    private volatile @Nullable Thread holder;
    /** The messages held back; used by that thread only. */
    private final List<Outbound> held = new ArrayList<>();

    /** Whether the server reads more slowly than messages are sent; then the bytes of waiting messages are counted. */
    private volatile boolean stalled;

    private volatile boolean completed;
    private volatile boolean ended;
    private volatile boolean stdinClosed;
    // owned by the thread that drains
    /** Created for the first message, so that a launch does not wait for Jackson. */
    private @Nullable JsonRpcEncoder encoder;

    private boolean failed;
    private boolean closed;
    private long written;

    /**
     * Creates a writer that accepts messages at once.
     *
     * @param whyEnded creates the exception for a message that can no longer be sent
     * @param broken called once, when writing to the pipe fails
     */
    StdinWriter(
            String server,
            Outlet outlet,
            int capacity,
            Function<CallOutcome, McpException> whyEnded,
            Consumer<IOException> broken) {
        this.server = server;
        this.outlet = outlet;
        this.capacity = capacity;
        this.whyEnded = whyEnded;
        this.broken = broken;
        this.queue = Outbound.queue(capacity);
    }

    /** See {@link dev.mcpflux.transport.spi.DuplexConnection#send}. */
    Mono<Void> send(JsonRpcMessage message) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                Outbound outbound = new Outbound(message, actual);
                actual.onSubscribe(outbound);
                emit(outbound);
            }
        };
    }

    private void emit(Outbound outbound) {
        if (holder == Thread.currentThread()) {
            held.add(outbound);
            if (held.size() == MAX_HELD) {
                sendHeld();
            }
        } else {
            emitNow(outbound);
        }
    }

    /**
     * The number of messages that wait because the server does not read, counting the batch being written as one; 0 if
     * it reads.
     */
    int waiting() {
        return ended || stdinClosed ? 0 : queue.size() + (wip.get() == 0 ? 0 : 1);
    }

    /** Holds back the messages that this thread sends, up to a limit, until {@link #release}. */
    void hold() {
        holder = Thread.currentThread();
    }

    void release() {
        holder = null;
        sendHeld();
    }

    private void sendHeld() {
        if (held.isEmpty()) {
            return;
        }
        // owning the drain while adding them writes them all at once
        boolean mine = wip.getAndIncrement() == 0;
        for (int i = 0; i < held.size(); i++) {
            emitNow(held.get(i));
        }
        held.clear();
        if (mine) {
            drain(false);
        }
    }

    private void emitNow(Outbound outbound) {
        if (completed) {
            outbound.fail(whyEnded.apply(CallOutcome.NOT_SENT));
        } else if (!queue.offer(stalled ? outbound.weighed(JsonRpcCodec.shared()) : outbound)) {
            outbound.fail(Outbound.overload(server, queue, capacity));
        } else {
            schedule();
            // checked after the message was queued: if the writer ends meanwhile, either this thread or the drain sees
            // it
            if (ended) {
                outbound.fail(whyEnded.apply(CallOutcome.NOT_SENT));
            }
        }
    }

    /**
     * Accepts no more messages, writes the waiting ones, and closes stdin.
     *
     * @return completes when stdin is closed; never, if the server does not read
     */
    Mono<Void> finish() {
        return Mono.defer(() -> {
            complete();
            return finished.asMono();
        });
    }

    /**
     * Does the same and returns true if stdin was closed without waiting. If it returns false, {@link #finish}
     * completes at the end.
     */
    boolean finishNow() {
        complete();
        return stdinClosed;
    }

    private void complete() {
        completed = true;
        schedule();
    }

    /** Stops writing. Everything that waits fails with the exception of {@code whyEnded}. */
    void end() {
        ended = true;
        complete();
        outlet.interrupt();
    }

    /**
     * Reports that the server has read everything up to this position; called only by the thread that reads responses.
     */
    void read(long position) {
        outlet.read(position);
    }

    private void schedule() {
        if (wip.getAndIncrement() == 0) {
            drain(false);
        }
    }

    private void drainLater() {
        drain(true);
    }

    /** Runs until nothing is left to do or the drain has been handed to another thread. */
    private void drain(boolean mayWait) {
        int missed = 1;
        int share = MAX_BYTES_FOR_OTHERS;
        do {
            boolean last = completed;
            if (ended || (closed && !failed)) {
                failAll();
            } else if (!failed) {
                try {
                    share = writeAll(mayWait, share);
                    stalled = share < 0;
                    if (share < 0) {
                        outlet.later(this::drainLater);
                        return;
                    }
                } catch (IOException e) {
                    // the messages taken fail with the cause of termination, which is known a moment later
                    failed = true;
                    broken.accept(e);
                }
            }
            if (last && !closed) {
                close();
            }
            if (closed && ended) {
                outlet.end();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    /** Writes the waiting messages; returns the rest of the share, or -1 if another thread has to continue. */
    private int writeAll(boolean mayWait, int share) throws IOException {
        int left = share;
        for (; ; ) {
            // a buffer with content was not written in full
            if (buffer.size() == 0) {
                if (!mayWait && !outlet.ready(0)) {
                    return queue.isEmpty() ? left : -1;
                }
                for (Outbound next = queue.poll(); next != null; next = queue.poll()) {
                    if (next.take() && encode(next)) {
                        batch.add(next);
                        if (buffer.size() >= BATCH) {
                            break;
                        }
                    }
                }
                if (buffer.size() == 0) {
                    return left;
                }
            }
            if (left <= 0 || (!mayWait && !outlet.ready(buffer.size())) || !outlet.write(buffer)) {
                return -1;
            }
            left -= buffer.size();
            written += buffer.size();
            buffer.reset();
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).complete();
            }
            batch.clear();
        }
    }

    private boolean encode(Outbound outbound) {
        try {
            encoder().encode(outbound.message());
            buffer.write('\n');
            outbound.placed(written + buffer.size());
            return true;
        } catch (JacksonException | OutOfMemoryError e) {
            outbound.refuse(new McpNotSentException(
                    server,
                    "the " + outbound.message() + " cannot be written as JSON: "
                            + (e instanceof JacksonException j ? j.getOriginalMessage() : e.getMessage()),
                    e));
            return false;
        }
    }

    private JsonRpcEncoder encoder() {
        JsonRpcEncoder known = encoder;
        if (known == null) {
            encoder = known = JsonRpcCodec.shared().encoder(buffer);
        }
        return known;
    }

    private void failAll() {
        batch.forEach(taken -> taken.refuse(whyEnded.apply(CallOutcome.UNKNOWN)));
        batch.clear();
        buffer.reset();
        for (Outbound next = queue.poll(); next != null; next = queue.poll()) {
            next.fail(whyEnded.apply(CallOutcome.NOT_SENT));
        }
    }

    private void close() {
        closed = true;
        try {
            JsonRpcEncoder used = encoder;
            if (used != null) {
                used.close();
            }
            outlet.close();
        } catch (IOException e) {
            // the process or its end of the pipe is gone; stdin counts as closed all the same
        }
        stdinClosed = true;
        finished.tryEmitEmpty();
    }
}
