package dev.mcpflux.transport;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * One message on its way, and the subscription of who sends it. For who implements {@link DuplexConnection#send}.
 */
public final class Outbound implements Subscription {

    private static final AtomicIntegerFieldUpdater<Outbound> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Outbound.class, "state");

    private static final int QUEUED = 0;
    private static final int TAKEN = 1;
    private static final int WITHDRAWN = 2;

    /** How many bytes may wait for one peer: 64 MiB, or an eighth of the heap if that is less. */
    public static final long MAX_WAITING_BYTES =
            Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

    private final JsonRpcMessage message;
    private final CoreSubscriber<? super Void> actual;
    private volatile int state = QUEUED;
    private int bytes;

    /** One that waits to be written. */
    public Outbound(JsonRpcMessage message, CoreSubscriber<? super Void> actual) {
        this.message = message;
        this.actual = actual;
    }

    public JsonRpcMessage message() {
        return message;
    }

    /**
     * Counts how many bytes it will have, before it is put into {@link #queue}: where the peer does not read, and many may wait
     * for long. That costs about as much as writing it.
     */
    public Outbound weighed(JsonRpcCodec codec) {
        bytes = (int) Math.min(codec.bytes(message), Integer.MAX_VALUE);
        return this;
    }

    /** How many bytes it will have; 0 if they were not counted. */
    int bytes() {
        return bytes;
    }

    /** A queue of messages, bounded in number and, of those whose bytes were counted, in bytes. */
    public static BoundedQueue<Outbound> queue(int capacity) {
        return new BoundedQueue<>(capacity, MAX_WAITING_BYTES, Outbound::bytes);
    }

    /** The error of a message for which the queue has no room. */
    public static McpOverloadException overload(String server, BoundedQueue<Outbound> queue, int capacity) {
        return new McpOverloadException(
                server,
                "it does not read what it is sent: "
                        + (queue.size() >= capacity
                                ? capacity + " messages wait already"
                                : queue.bytes() + " bytes wait already; the limit is " + MAX_WAITING_BYTES),
                CallOutcome.NOT_SENT);
    }

    /** Whether it is to be written: from then on it cannot be taken back. */
    public boolean take() {
        return STATE.compareAndSet(this, QUEUED, TAKEN);
    }

    /** Told before it is written: the answer may come before whoever writes is back. */
    public void placed(long end) {
        if (actual instanceof DuplexConnection.Sender sender) {
            sender.placed(end);
        }
    }

    /** It was handed to the link. */
    public void complete() {
        // who throws instead of signalling must not keep the others from learning of theirs
        Callbacks.complete(actual);
    }

    /** Takes it back; false if it has been taken to be written. */
    boolean withdraw() {
        return STATE.compareAndSet(this, QUEUED, WITHDRAWN);
    }

    /** Fails it if it has not been taken to be written. */
    public void fail(Throwable cause) {
        if (withdraw()) {
            Callbacks.error(actual, cause);
        }
    }

    /** Fails it after it has been taken. */
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
