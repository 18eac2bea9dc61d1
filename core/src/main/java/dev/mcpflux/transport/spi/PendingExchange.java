package dev.mcpflux.transport.spi;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.FrameBytes;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One pending exchange: the subscription of the caller, and the target of the response. It replaces
 * {@code usingWhen(id and slot, send ▸ messages, forget, forget, forget ▸ notifications/cancelled)} by one class,
 * because it is on the path of every call. For implementers of {@link Connection}.
 */
public final class PendingExchange implements Subscription, Scannable {

    /** The connection of an exchange. */
    public interface Owner {
        /** The exchange has ended and no longer waits for a response. */
        void forget(RequestId.OfLong id);

        /** The exchange was cancelled after it was sent and before it was answered. */
        void cancelled(PendingExchange exchange);

        /** The subscriber has requested more, or has consumed the available signals. Called often, by any thread. */
        default void wanted(PendingExchange exchange) {}
    }

    /** The maximum number of related notifications that wait for demand. */
    private static final int RELATED_BUFFER = 256;

    /**
     * The maximum size of the frames of these notifications, counting frames over one kilobyte; the newest one is kept
     * regardless of its size.
     */
    private static final long RELATED_BYTES = 4L * 1024 * 1024;

    private static final int HEAVY = 1024;

    /** A notification so large that a few of them fill the buffer. */
    private record Heavy(JsonRpcMessage message, int bytes) {}

    private static final AtomicIntegerFieldUpdater<PendingExchange> STATE =
            AtomicIntegerFieldUpdater.newUpdater(PendingExchange.class, "state");
    private static final AtomicIntegerFieldUpdater<PendingExchange> WIP =
            AtomicIntegerFieldUpdater.newUpdater(PendingExchange.class, "wip");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<PendingExchange, @Nullable ConcurrentLinkedQueue> RELATED =
            AtomicReferenceFieldUpdater.newUpdater(PendingExchange.class, ConcurrentLinkedQueue.class, "related");

    private static final AtomicLongFieldUpdater<PendingExchange> RELATED_SIZE =
            AtomicLongFieldUpdater.newUpdater(PendingExchange.class, "relatedBytes");

    private static final AtomicLongFieldUpdater<PendingExchange> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(PendingExchange.class, "requested");

    /** Waits to be sent: cancelling withdraws the request. */
    private static final int QUEUED = 0;
    /** Sent and not answered: cancelling notifies the peer. */
    private static final int SENT = 1;
    /** Answered or failed: cancelling has no effect. */
    private static final int SETTLED = 2;

    /** Cancelled before the answer. */
    private static final int CANCELLED = 3;
    /** Cancelled after the answer had arrived. */
    private static final int DISCARDED = 4;

    private final Owner owner;
    private final RequestId.OfLong id;
    private final RequestSpec spec;
    private final CoreSubscriber<? super JsonRpcMessage> actual;
    /** Read once, because reading it calls code of the application. */
    private final Context context;

    private volatile int state = QUEUED;
    private volatile int wip;
    private volatile long requested;
    private volatile @Nullable Subscription sending;

    private volatile @Nullable ConcurrentLinkedQueue<Object> related;
    private volatile long relatedBytes;
    private volatile JsonRpcMessage.@Nullable Response response;
    private volatile @Nullable Throwable error;
    private boolean done;
    private volatile long end;

    /** An exchange that was not sent yet. */
    public PendingExchange(
            Owner owner, RequestId.OfLong id, RequestSpec spec, CoreSubscriber<? super JsonRpcMessage> actual) {
        this.owner = owner;
        this.id = id;
        this.spec = spec;
        this.actual = actual;
        this.context = actual.currentContext();
    }

    public RequestId.OfLong id() {
        return id;
    }

    public RequestSpec spec() {
        return spec;
    }

    public String method() {
        return spec.method();
    }

    /** The context of the subscriber. */
    public Context context() {
        return context;
    }

    /** Whether it was answered, failed or cancelled. */
    public boolean over() {
        return state >= SETTLED;
    }

    /** The number of notifications that wait for demand. */
    public int waiting() {
        ConcurrentLinkedQueue<Object> queue = related;
        return queue == null ? 0 : queue.size();
    }

    /** The approximate size of these notifications in bytes. */
    public long waitingBytes() {
        return relatedBytes;
    }

    /** The position in the output at which the request ends; 0 if unknown. */
    long end() {
        return end;
    }

    public boolean logs() {
        return spec.logs();
    }

    public Class<?> resultType() {
        return spec.resultType();
    }

    /**
     * Subscribes to the Mono that sends the request, unless the exchange was cancelled. It completes when the transport
     * has accepted the request.
     */
    public void send(Mono<Void> send) {
        if (state == QUEUED) {
            send.subscribe(new Sending());
        }
    }

    /** Called by one thread at a time, after the exchange was removed from the table. */
    public void respond(JsonRpcMessage.Response message) {
        if (settle()) {
            response = message;
            drain();
        }
    }

    /** Called by any thread, after the exchange was removed from the table. */
    public void fail(Throwable cause) {
        if (settle()) {
            error = cause;
            drain();
        }
    }

    /**
     * The connection has ended. A request that waits to be sent is withdrawn, so that its outcome is known. Called by any
     * thread, after the exchange was removed from the table.
     *
     * @param why creates the error
     */
    void linkEnded(Function<CallOutcome, ? extends Throwable> why) {
        boolean waited = state == QUEUED;
        if (settle()) {
            error = why.apply(waited && withdrawn() ? CallOutcome.NOT_SENT : CallOutcome.UNKNOWN);
            drain();
        }
    }

    private boolean withdrawn() {
        Subscription s = sending;
        // a later subscription is cancelled at once
        return s == null || (s instanceof Outbound outbound && outbound.withdraw());
    }

    /**
     * Called by any thread that reads from the peer. Without demand, notifications are buffered up to a limit, and the
     * oldest are dropped.
     */
    public void related(JsonRpcMessage.Notification notification) {
        if (state >= SETTLED) {
            return;
        }
        ConcurrentLinkedQueue<Object> queue = related;
        if (queue == null) {
            ConcurrentLinkedQueue<Object> fresh = new ConcurrentLinkedQueue<>();
            queue = RELATED.compareAndSet(this, null, fresh) ? fresh : related;
            if (queue == null) {
                // cancelled meanwhile
                return;
            }
        }
        int bytes = FrameBytes.current();
        if (bytes > HEAVY) {
            RELATED_SIZE.addAndGet(this, bytes);
            queue.offer(new Heavy(notification, bytes));
        } else {
            queue.offer(notification);
        }
        drain();
        while (queue.size() > RELATED_BUFFER || (relatedBytes > RELATED_BYTES && queue.size() > 1)) {
            take(queue);
        }
    }

    private @Nullable JsonRpcMessage take(ConcurrentLinkedQueue<Object> queue) {
        Object next = queue.poll();
        if (next instanceof Heavy heavy) {
            RELATED_SIZE.addAndGet(this, -heavy.bytes);
            return heavy.message;
        }
        return (JsonRpcMessage) next;
    }

    private boolean settle() {
        for (; ; ) {
            int s = state;
            if (s >= SETTLED) {
                return false;
            }
            if (STATE.compareAndSet(this, s, SETTLED)) {
                return true;
            }
        }
    }

    // attributes are compared by identity, as in Reactor
    @Override
    @SuppressWarnings({"rawtypes", "ReferenceEquality"})
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.NAME) {
            return method();
        }
        if (key == Attr.CANCELLED) {
            return state >= CANCELLED;
        }
        return key == Attr.TERMINATED ? (Object) (state == SETTLED) : null;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            drain();
            owner.wanted(this);
        }
    }

    @Override
    public void cancel() {
        if (STATE.compareAndSet(this, QUEUED, CANCELLED)) {
            owner.forget(id);
            Subscription s = sending;
            if (s != null) {
                s.cancel();
            }
        } else if (STATE.compareAndSet(this, SENT, CANCELLED)) {
            owner.forget(id);
            owner.cancelled(this);
        } else {
            // buffered signals are no longer needed
            if (STATE.compareAndSet(this, SETTLED, DISCARDED)) {
                drain();
            }
        }
    }

    /** Emits the available signals, one thread at a time, never more than the demand. */
    private void drain() {
        if (WIP.getAndIncrement(this) != 0) {
            return;
        }
        int missed = 1;
        do {
            emit();
            missed = WIP.addAndGet(this, -missed);
        } while (missed != 0);
    }

    private void emit() {
        long emitted = 0;
        long demand = requested;
        while (!done) {
            if (state >= CANCELLED) {
                done = true;
                related = null;
                // the response may stand for a task that continues at the peer
                Operators.onDiscard(response, context);
                return;
            }
            // read before the queue: notifications are queued before the end is set
            Throwable failure = error;
            JsonRpcMessage.Response last = response;
            ConcurrentLinkedQueue<Object> queue = related;
            boolean empty = queue == null || queue.isEmpty();
            if (empty && failure != null) {
                done = true;
                Callbacks.error(actual, failure);
                return;
            }
            if (emitted == demand) {
                break;
            }
            if (queue != null && !empty) {
                JsonRpcMessage next = take(queue);
                if (next != null) {
                    emitted++;
                    try {
                        actual.onNext(next);
                    } catch (Throwable e) {
                        threw(e);
                        return;
                    }
                }
            } else if (last != null) {
                done = true;
                // cancelled in onNext by an operator that has received the response it wanted
                Callbacks.last(actual, last);
                return;
            } else {
                break;
            }
        }
        if (emitted > 0 && demand != Long.MAX_VALUE) {
            REQUESTED.addAndGet(this, -emitted);
        }
    }

    /** A subscriber that throws counts as cancelled, so the peer is notified. */
    private void threw(Throwable e) {
        done = true;
        related = null;
        cancel();
        Callbacks.error(actual, e);
        Callbacks.throwIfFatal(e);
    }

    /** Receives the outcome of sending the request. */
    private final class Sending implements CoreSubscriber<Void>, DuplexConnection.Sender {

        @Override
        public void placed(long position) {
            end = position;
        }

        @Override
        public void onSubscribe(Subscription s) {
            sending = s;
            if (over()) {
                s.cancel();
            }
            s.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Void none) {}

        @Override
        public void onComplete() {
            if (!STATE.compareAndSet(PendingExchange.this, QUEUED, SENT) && state == CANCELLED) {
                // cancelled at the moment at which it was written
                owner.cancelled(PendingExchange.this);
            }
        }

        @Override
        public void onError(Throwable e) {
            owner.forget(id);
            fail(e);
        }

        @Override
        public Context currentContext() {
            return context;
        }
    }
}
