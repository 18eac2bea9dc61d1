package dev.mcpflux.transport;

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

    private final JsonRpcMessage message;
    private final CoreSubscriber<? super Void> actual;
    private volatile int state = QUEUED;

    /** One that waits to be written. */
    public Outbound(JsonRpcMessage message, CoreSubscriber<? super Void> actual) {
        this.message = message;
        this.actual = actual;
    }

    public JsonRpcMessage message() {
        return message;
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

    /** Fails it if it has not been taken to be written. */
    public void fail(Throwable cause) {
        if (STATE.compareAndSet(this, QUEUED, WITHDRAWN)) {
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
        STATE.compareAndSet(this, QUEUED, WITHDRAWN);
    }
}
