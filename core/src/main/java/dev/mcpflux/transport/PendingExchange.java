package dev.mcpflux.transport;

import dev.mcpflux.error.CallOutcome;
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
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One exchange under way: what the caller subscribed, and the slot that the response is routed to. It is {@code
 * usingWhen(id and slot, send ▸ messages, forget, forget, forget ▸ notifications/cancelled)} written out by hand, since
 * it is on the path of every call. For who implements {@link Connection}.
 */
public final class PendingExchange implements Subscription {

    /** The connection that an exchange is on. */
    public interface Owner {
        /** The exchange is over: a response to it is not waited for any more. */
        void forget(RequestId.OfLong id);

        /** Its subscriber is gone after it was sent and before it was answered. */
        void cancelled(PendingExchange exchange);

        /** Its subscriber asked for more, or took what there was. Called often, by any thread. */
        default void wanted(PendingExchange exchange) {}
    }

    /** How many related notifications wait for a subscriber that does not ask for them. */
    private static final int RELATED_BUFFER = 256;

    /** How many bytes the frames had that they came in, those over a kilobyte; the newest is kept whatever its size. */
    private static final long RELATED_BYTES = 4L * 1024 * 1024;

    private static final int HEAVY = 1024;

    /** A notification of which few fill the buffer. */
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

    /** Waiting to be sent: cancelling takes the request back. */
    private static final int QUEUED = 0;
    /** Sent, not answered: cancelling tells the peer. */
    private static final int SENT = 1;
    /** Answered or failed: nothing is left to cancel. */
    private static final int SETTLED = 2;

    /** The caller is gone before the answer. */
    private static final int CANCELLED = 3;
    /** The caller is gone after the answer had come. */
    private static final int DISCARDED = 4;

    private final Owner owner;
    private final RequestId.OfLong id;
    private final RequestSpec spec;
    private final CoreSubscriber<? super JsonRpcMessage> actual;
    /** Read once: asking for it runs code of the application. */
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

    /** One that was not sent yet. */
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

    /** Whether it is answered, failed or cancelled. */
    public boolean over() {
        return state >= SETTLED;
    }

    /** How many notifications wait for the subscriber to ask for them. */
    public int waiting() {
        ConcurrentLinkedQueue<Object> queue = related;
        return queue == null ? 0 : queue.size();
    }

    /** How many bytes they have, about. */
    public long waitingBytes() {
        return relatedBytes;
    }

    /** Where the request ends in what was written; 0 where that is not known. */
    long end() {
        return end;
    }

    public boolean logs() {
        return spec.logs();
    }

    public Class<?> resultType() {
        return spec.resultType();
    }

    /** Subscribes to what sends the request, unless it was cancelled; it completes when the request was handed to the link. */
    public void send(Mono<Void> send) {
        if (state == QUEUED) {
            send.subscribe(new Sending());
        }
    }

    /** Called by one thread at a time, after the exchange has been taken from the table. */
    public void respond(JsonRpcMessage.Response message) {
        if (settle()) {
            response = message;
            drain();
        }
    }

    /** Called by any thread, after the exchange has been taken from the table. */
    public void fail(Throwable cause) {
        if (settle()) {
            error = cause;
            drain();
        }
    }

    /**
     * The link has ended. A request that waits to be sent is taken back, so that it is certain that it was not. Called by any
     * thread, after the exchange has been taken from the table.
     *
     * @param why makes the error
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
        // one that comes later is cancelled as soon as it does
        return s == null || (s instanceof Outbound outbound && outbound.withdraw());
    }

    /** Called by any thread that reads from the peer; the oldest of many that nobody asks for are dropped. */
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
            // what has come and waits is not wanted any more
            if (STATE.compareAndSet(this, SETTLED, DISCARDED)) {
                drain();
            }
        }
    }

    /** Hands over what there is, one thread at a time, never more than was requested. */
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
                // an answer may stand for something that goes on at the peer
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
                // cancelled in onNext by one who wanted the response only: it has it
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

    /** A subscriber that throws is gone: the peer is told as by any other that goes. */
    private void threw(Throwable e) {
        done = true;
        related = null;
        cancel();
        Callbacks.error(actual, e);
        Callbacks.throwIfFatal(e);
    }

    /** Learns whether the request was handed to the link. */
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
                // cancelled at the very moment at which it was written
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
