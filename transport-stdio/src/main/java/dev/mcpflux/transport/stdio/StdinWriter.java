package dev.mcpflux.transport.stdio;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.transport.BoundedQueue;
import dev.mcpflux.transport.DuplexConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Fuseable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.core.JacksonException;

/**
 * A server's stdin: a sink over a bounded queue that any thread emits into, and one drain that encodes what waits into
 * one buffer and writes it at once.
 *
 * <p>Writing to a full pipe blocks, so a drain that may have to wait runs on a thread of its own, which ends when nothing
 * was written for a while. But where nothing waits to be read, and the message fits into every pipe, who sends writes: that
 * spares a call the wake-up of a thread. What waits is known from the answers: a server that has answered a request has
 * read everything up to its end. With more requests under way the thread writes, since it writes several at once.
 */
final class StdinWriter implements CoreSubscriber<StdinWriter.Outbound> {

    private static final JsonRpcCodec CODEC = new JsonRpcCodec();

    /** A batch is written when it has this many bytes, even if more messages wait. */
    private static final int BATCH = 64 * 1024;

    /** What the smallest pipe holds: a page on Linux, where a user has very many pipes; more as a rule, and elsewhere. */
    static final int ROOM = 4096;

    private static final int THREAD_IDLE_SECONDS = 5;

    private final String server;
    private final OutputStream stdin;
    private final int capacity;
    private final Supplier<McpException> whyEnded;
    private final Consumer<IOException> broken;
    private final ThreadPoolExecutor thread;
    private final Sinks.Many<Outbound> sink;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private final AtomicInteger wip = new AtomicInteger();
    private final OutgoingBuffer buffer = new OutgoingBuffer();
    private final List<Outbound> batch = new ArrayList<>();

    private Fuseable.@Nullable QueueSubscription<Outbound> queue;
    private volatile boolean completed;
    private volatile boolean ended;
    private boolean failed;
    private boolean closed;
    /** How many bytes were written; of the drain. */
    private long written;
    /** Up to where the server is known to have read. */
    private volatile long read;

    /**
     * A writer, ready to write.
     *
     * @param whyEnded makes the exception for a message that cannot be sent any more
     * @param broken told once when the pipe does not take any more
     */
    StdinWriter(
            String server,
            OutputStream stdin,
            int capacity,
            Supplier<McpException> whyEnded,
            Consumer<IOException> broken) {
        this.server = server;
        this.stdin = stdin;
        this.capacity = capacity;
        this.whyEnded = whyEnded;
        this.broken = broken;
        this.thread = new ThreadPoolExecutor(
                1, 1, THREAD_IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread t = new Thread(task, "mcpflux-" + server + "-stdin");
                    t.setDaemon(true);
                    return t;
                });
        this.thread.allowCoreThreadTimeOut(true);
        // the unsafe sink does not refuse concurrent emitters; the queue beneath it is made for them
        this.sink = Sinks.unsafe().many().unicast().onBackpressureBuffer(new BoundedQueue<>(capacity));
        this.sink.asFlux().subscribe(this);
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
        Sinks.EmitResult result = sink.tryEmitNext(outbound);
        switch (result) {
            case OK -> {
                // looked at after the emission: a message that comes while the writer ends is seen here or by the drain
                if (ended) {
                    outbound.fail(whyEnded.get());
                }
            }
            case FAIL_OVERFLOW, FAIL_ZERO_SUBSCRIBER ->
                outbound.fail(new McpOverloadException(
                        server, "it does not read what it is sent: " + capacity + " messages wait already"));
            default -> outbound.fail(whyEnded.get());
        }
    }

    /**
     * Takes no more messages, writes what waits, and closes stdin.
     *
     * @return completes when stdin is closed; never, if the server does not read
     */
    Mono<Void> finish() {
        return Mono.defer(() -> {
            sink.tryEmitComplete();
            return finished.asMono();
        });
    }

    /** Nothing can be written any more: everything that waits fails, with what {@code whyEnded} tells. */
    void end() {
        ended = true;
        sink.tryEmitComplete();
        schedule();
    }

    @Override
    @SuppressWarnings("unchecked")
    public void onSubscribe(Subscription s) {
        Fuseable.QueueSubscription<Outbound> q = (Fuseable.QueueSubscription<Outbound>) s;
        if (q.requestFusion(Fuseable.ASYNC) != Fuseable.ASYNC) {
            throw new IllegalStateException("a unicast sink fuses");
        }
        queue = q;
    }

    /** Fused: called without a message, to say that there is one in the queue. */
    @Override
    public void onNext(@Nullable Outbound none) {
        schedule();
    }

    @Override
    public void onError(Throwable e) {
        onComplete();
    }

    @Override
    public void onComplete() {
        completed = true;
        schedule();
    }

    /** The server has read everything up to here; told by the one thread that reads its answers. */
    void read(long position) {
        if (position > read) {
            read = position;
        }
    }

    private void schedule() {
        if (wip.getAndIncrement() == 0 && !writeDirectly()) {
            handOver();
        }
    }

    private void handOver() {
        try {
            thread.execute(this::drain);
        } catch (RejectedExecutionException e) {
            // it is over: what comes now fails where it is emitted
        }
    }

    /**
     * Writes what waits on the thread of who sends, if nothing waits to be read and the pipe has room for it.
     *
     * @return whether nothing is left to do; otherwise the drain is still this thread's, to be handed over
     */
    private boolean writeDirectly() {
        Fuseable.QueueSubscription<Outbound> q = queue;
        if (q == null || ended || completed || failed || written > read) {
            return false;
        }
        try {
            for (Outbound next = q.poll(); next != null; next = q.poll()) {
                if (next.take() && encode(next)) {
                    batch.add(next);
                    if (buffer.size() > ROOM) {
                        return false;
                    }
                }
            }
            flush();
        } catch (IOException e) {
            failed = true;
            broken.accept(e);
        }
        // what others sent meanwhile waits for the thread: now there is something to be read
        return wip.decrementAndGet() == 0;
    }

    private void drain() {
        int missed = 1;
        do {
            boolean last = completed;
            if (ended) {
                failAll();
            } else if (!failed) {
                try {
                    writeAll();
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
                // the thread goes now, and not when it has been idle for a while
                thread.shutdown();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void writeAll() throws IOException {
        Fuseable.QueueSubscription<Outbound> q = queue;
        if (q == null) {
            return;
        }
        for (Outbound next = q.poll(); next != null; next = q.poll()) {
            if (next.take() && encode(next)) {
                batch.add(next);
                if (buffer.size() >= BATCH) {
                    flush();
                }
            }
        }
        flush();
    }

    private boolean encode(Outbound outbound) {
        try {
            CODEC.encode(outbound.message, buffer);
            buffer.write('\n');
            outbound.placed(written + buffer.size());
            return true;
        } catch (JacksonException | OutOfMemoryError e) {
            outbound.refuse(new McpProtocolException(
                    server,
                    "the " + outbound.message + " cannot be written as JSON: "
                            + (e instanceof JacksonException j ? j.getOriginalMessage() : e.getMessage()),
                    Diagnostics.NONE,
                    e));
            return false;
        }
    }

    private void flush() throws IOException {
        if (buffer.size() > 0) {
            buffer.writeTo(stdin);
            stdin.flush();
            written += buffer.size();
            buffer.reset();
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).complete();
            }
            batch.clear();
        }
    }

    private void failAll() {
        batch.forEach(taken -> taken.refuse(whyEnded.get()));
        batch.clear();
        Fuseable.QueueSubscription<Outbound> q = queue;
        if (q == null) {
            return;
        }
        for (Outbound next = q.poll(); next != null; next = q.poll()) {
            next.fail(whyEnded.get());
        }
    }

    private void close() {
        closed = true;
        try {
            stdin.close();
        } catch (IOException e) {
            // the process is gone, or its end of the pipe is: closed all the same
        }
        finished.tryEmitEmpty();
    }

    /** One message on its way, and the subscription of who sends it. */
    static final class Outbound implements Subscription {
        private static final int QUEUED = 0;
        private static final int TAKEN = 1;
        private static final int WITHDRAWN = 2;

        private final JsonRpcMessage message;
        private final CoreSubscriber<? super Void> actual;
        private final AtomicInteger state = new AtomicInteger(QUEUED);

        Outbound(JsonRpcMessage message, CoreSubscriber<? super Void> actual) {
            this.message = message;
            this.actual = actual;
        }

        boolean take() {
            return state.compareAndSet(QUEUED, TAKEN);
        }

        /** Told before it is written: the answer may come before whoever writes is back. */
        void placed(long end) {
            if (actual instanceof DuplexConnection.Sender sender) {
                sender.placed(end);
            }
        }

        void complete() {
            try {
                actual.onComplete();
            } catch (RuntimeException e) {
                Exceptions.throwIfJvmFatal(e);
            }
        }

        /** Fails it if it has not been taken to be written. */
        void fail(Throwable cause) {
            if (state.compareAndSet(QUEUED, WITHDRAWN)) {
                actual.onError(cause);
            }
        }

        /** Fails it after it has been taken. */
        void refuse(Throwable cause) {
            actual.onError(cause);
        }

        @Override
        public void request(long n) {
            // completion needs no demand
        }

        @Override
        public void cancel() {
            state.compareAndSet(QUEUED, WITHDRAWN);
        }
    }
}
