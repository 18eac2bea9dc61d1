package dev.mcpflux.transport.spi;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.internal.BoundedQueue;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** An outgoing message and the subscription of its sender. For implementers of {@link DuplexConnection#send}. */
public final class Outbound implements Subscription {

    private static final AtomicIntegerFieldUpdater<Outbound> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Outbound.class, "state");

    private static final int QUEUED = 0;
    private static final int TAKEN = 1;
    private static final int WITHDRAWN = 2;

    /** The number of bytes that may wait for one peer: 64 MiB, or an eighth of the heap if that is less. */
    public static final long MAX_WAITING_BYTES =
            Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

    private final JsonRpcMessage message;
    private final CoreSubscriber<? super Void> actual;
    private volatile int state = QUEUED;
    private int bytes;

    /** A message that waits to be written. */
    public Outbound(JsonRpcMessage message, CoreSubscriber<? super Void> actual) {
        this.message = message;
        this.actual = actual;
    }

    public JsonRpcMessage message() {
        return message;
    }

    /**
     * Computes the size of the message before it is put into {@link #queue}, for peers that read slowly. This costs
     * about as much as writing the message.
     */
    public Outbound weighed(JsonRpcCodec codec) {
        bytes = (int) Math.min(codec.bytes(message), Integer.MAX_VALUE);
        return this;
    }

    /** The size of the message in bytes; 0 if it was not computed. */
    int bytes() {
        return bytes;
    }

    /**
     * A queue of messages with a limited number of messages and bytes; messages without a computed size count 0 bytes.
     */
    public static BoundedQueue<Outbound> queue(int capacity) {
        return new BoundedQueue<>(capacity, MAX_WAITING_BYTES, Outbound::bytes);
    }

    /** The error of a message that does not fit into the queue. */
    public static McpOverloadException overload(String server, BoundedQueue<Outbound> queue, int capacity) {
        return new McpOverloadException(
                server,
                "it does not read its input: "
                        + (queue.size() >= capacity
                                ? capacity + " messages wait already"
                                : queue.bytes() + " bytes wait already; the limit is " + MAX_WAITING_BYTES),
                CallOutcome.NOT_SENT);
    }

    /** Whether to write the message; from then on it cannot be withdrawn. */
    public boolean take() {
        return STATE.compareAndSet(this, QUEUED, TAKEN);
    }

    /** Called before the message is written, because the response may arrive before the write call returns. */
    public void placed(long end) {
        if (actual instanceof DuplexConnection.Sender sender) {
            sender.placed(end);
        }
    }

    /** The transport has accepted the message. */
    public void complete() {
        // a subscriber that throws must not keep the others from being notified
        Callbacks.complete(actual);
    }

    /** Withdraws the message; returns false if it was taken to be written. */
    boolean withdraw() {
        return STATE.compareAndSet(this, QUEUED, WITHDRAWN);
    }

    /** Fails the message unless it was taken to be written. */
    public void fail(Throwable cause) {
        if (withdraw()) {
            Callbacks.error(actual, cause);
        }
    }

    /** Fails the message after it was taken. */
    public void refuse(Throwable cause) {
        Callbacks.error(actual, cause);
    }

    @Override
    public void request(long n) {
        // completion needs no demand
    }

    @Override
    public void cancel() {
        withdraw();
    }
}
