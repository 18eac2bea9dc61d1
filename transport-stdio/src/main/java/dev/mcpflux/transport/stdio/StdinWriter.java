package dev.mcpflux.transport.stdio;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcEncoder;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.transport.BoundedQueue;
import dev.mcpflux.transport.Outbound;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.core.JacksonException;

/**
 * A server's stdin: a bounded queue that any thread puts messages into, and one drain that encodes what waits into one
 * buffer and writes it at once.
 *
 * <p>The drain polls the queue itself, without a sink over it that would have to fuse: hooks of Reactor (automatic context
 * propagation, for one) put a subscriber of their own between the two, and that one refuses fusion.
 *
 * <p>Who sends drains, as long as nobody has to wait for that ({@link Outlet#ready}); what is left is written by a thread
 * that may wait, or once there is room. The thread that reads the server's answers holds back what is sent on it until it
 * has routed what it has read, so that calls which follow answers go out together.
 */
final class StdinWriter {

    /** A batch is written when it has this many bytes, even if more messages wait. */
    private static final int BATCH = 64 * 1024;

    /** Who sends writes no more than this for others, in bytes: then its own work goes on. */
    private static final int SHARE = 256 * 1024;

    /** How many messages are held back at the most. */
    private static final int HELD = 64;

    private final String server;
    private final Outlet outlet;
    private final int capacity;
    private final Supplier<McpException> whyEnded;
    private final Consumer<IOException> broken;
    private final BoundedQueue<Outbound> queue;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private final AtomicInteger wip = new AtomicInteger();
    private final OutgoingBuffer buffer = new OutgoingBuffer();
    private final JsonRpcCodec codec = new JsonRpcCodec();
    private final JsonRpcEncoder encoder = codec.encoder(buffer);
    private final List<Outbound> batch = new ArrayList<>();

    /** The thread that holds back what it sends. */
    private volatile @Nullable Thread holder;
    /** What it holds back; its own. */
    private final List<Outbound> held = new ArrayList<>();

    /** The server does not read as fast as it is sent something: then the bytes are counted of what waits. */
    private volatile boolean stalled;

    private volatile boolean completed;
    private volatile boolean ended;
    private volatile boolean stdinClosed;
    // what follows belongs to who has the drain
    private boolean failed;
    private boolean closed;
    private long written;

    /**
     * A writer, ready to write.
     *
     * @param whyEnded makes the exception for a message that cannot be sent any more
     * @param broken told once when the pipe does not take any more
     */
    StdinWriter(
            String server, Outlet outlet, int capacity, Supplier<McpException> whyEnded, Consumer<IOException> broken) {
        this.server = server;
        this.outlet = outlet;
        this.capacity = capacity;
        this.whyEnded = whyEnded;
        this.broken = broken;
        this.queue = Outbound.queue(capacity);
    }

    /** See {@link dev.mcpflux.transport.DuplexConnection#send}. */
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
            if (held.size() == HELD) {
                letGo();
            }
        } else {
            emitNow(outbound);
        }
    }

    /** How many messages wait because the server does not read, with one for all that is being written; 0 where it reads. */
    int waiting() {
        return ended || stdinClosed ? 0 : queue.size() + (wip.get() == 0 ? 0 : 1);
    }

    /** What this thread sends from now on is held back, up to a limit, until {@link #release}. */
    void hold() {
        holder = Thread.currentThread();
    }

    void release() {
        holder = null;
        letGo();
    }

    private void letGo() {
        if (held.isEmpty()) {
            return;
        }
        // with the drain in hand all of it is written at once
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
            outbound.fail(whyEnded.get());
        } else if (!queue.offer(stalled ? outbound.weighed(codec) : outbound)) {
            outbound.fail(Outbound.overload(server, queue, capacity));
        } else {
            schedule();
            // looked at after it was put into the queue: a message that comes while the writer ends is seen here or by
            // the
            // drain
            if (ended) {
                outbound.fail(whyEnded.get());
            }
        }
    }

    /**
     * Takes no more messages, writes what waits, and closes stdin.
     *
     * @return completes when stdin is closed; never, if the server does not read
     */
    Mono<Void> finish() {
        return Mono.defer(() -> {
            complete();
            return finished.asMono();
        });
    }

    /** The same, if that takes no waiting; otherwise it goes on, and {@link #finish} tells of its end. */
    boolean finishNow() {
        complete();
        return stdinClosed;
    }

    private void complete() {
        completed = true;
        schedule();
    }

    /** Nothing can be written any more: everything that waits fails, with what {@code whyEnded} tells. */
    void end() {
        ended = true;
        complete();
        outlet.interrupt();
    }

    /** The server has read everything up to here; told by the one thread that reads its answers. */
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

    /** Goes on until nothing is left to do, or the drain has been handed over. */
    private void drain(boolean mayWait) {
        int missed = 1;
        int share = SHARE;
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
                    // what was taken fails with the cause of termination, which is known a moment later
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

    /** Writes what waits; returns what is left of its share, or -1 if somebody else has to go on. */
    private int writeAll(boolean mayWait, int share) throws IOException {
        int left = share;
        for (; ; ) {
            // what is there already was not written in full
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
            encoder.encode(outbound.message());
            buffer.write('\n');
            outbound.placed(written + buffer.size());
            return true;
        } catch (JacksonException | OutOfMemoryError e) {
            outbound.refuse(new McpProtocolException(
                    server,
                    "the " + outbound.message() + " cannot be written as JSON: "
                            + (e instanceof JacksonException j ? j.getOriginalMessage() : e.getMessage()),
                    Diagnostics.NONE,
                    e));
            return false;
        }
    }

    private void failAll() {
        batch.forEach(taken -> taken.refuse(whyEnded.get()));
        batch.clear();
        buffer.reset();
        for (Outbound next = queue.poll(); next != null; next = queue.poll()) {
            next.fail(whyEnded.get());
        }
    }

    private void close() {
        closed = true;
        try {
            encoder.close();
            outlet.close();
        } catch (IOException e) {
            // the process is gone, or its end of the pipe is: closed all the same
        }
        stdinClosed = true;
        finished.tryEmitEmpty();
    }
}
