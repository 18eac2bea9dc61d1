package dev.mcpflux.internal;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * A hot stream of events. Any thread may emit, and subscribers delay neither the emitter nor each other. Each
 * subscriber has a buffer that is limited in events and bytes and drops the oldest events, and is called on a thread
 * that it may block. A subscriber that throws ends only its own subscription. Without subscribers an event costs
 * nothing, and there is no thread.
 */
public final class EventSink<T> {

    /** The maximum number of events that wait for one subscriber. */
    static final int MAX_EVENTS = 256;

    /** The maximum size of the frames of these events; the newest event is kept regardless of its size. */
    static final long MAX_BYTES = 4L * 1024 * 1024;

    /** The number of subscribers that may block at the same time without delaying others. */
    private static final int MAX_THREADS = 64;

    private static final BoundedThreads THREADS = new BoundedThreads("mcpflux.events", MAX_THREADS);

    private final @Nullable LongFunction<? extends T> dropped;
    private final UnaryOperator<T> edge;
    private final @Nullable Replay<T> replay;
    private final CopyOnWriteArrayList<Subscriber<T>> subscribers = new CopyOnWriteArrayList<>();
    private final Queue<Emission<T>> queue =
            Queues.<Emission<T>>unboundedMultiproducer().get();
    private final AtomicInteger wip = new AtomicInteger();
    private volatile boolean complete;

    /** An event, a new subscriber, or the end if both are null. */
    private record Emission<T>(
            @Nullable T event, int bytes, @Nullable Subscriber<T> joins) {

        Emission(T event, int bytes) {
            this(event, bytes, null);
        }
    }

    /** A sink that does not report dropped events. */
    public EventSink() {
        this.dropped = null;
        this.edge = UnaryOperator.identity();
        this.replay = null;
    }

    /**
     * A sink.
     *
     * @param dropped creates the event that replaces dropped events and reports their number
     */
    public EventSink(LongFunction<? extends T> dropped) {
        this(dropped, UnaryOperator.identity());
    }

    /**
     * A sink.
     *
     * @param dropped creates the event that replaces dropped events and reports their number
     * @param edge applied to each event before it is emitted; the only place that masks secrets
     */
    public EventSink(LongFunction<? extends T> dropped, UnaryOperator<T> edge) {
        this.dropped = dropped;
        this.edge = edge;
        this.replay = null;
    }

    /**
     * A sink whose subscribers first learn what has happened before.
     *
     * @param dropped creates the event that replaces dropped events and reports their number
     * @param replay creates the first events of each new subscriber, also after the end. They do not count towards the limits
     *     of its buffer.
     */
    public EventSink(LongFunction<? extends T> dropped, Replay<T> replay) {
        this.dropped = dropped;
        this.edge = UnaryOperator.identity();
        this.replay = replay;
    }

    /** Remembers events for later subscribers. Called by one thread at a time, in the order of the events; throws nothing. */
    public interface Replay<T> {

        /** An event is about to be handed out. */
        void emitted(T event);

        /** What a subscriber gets that is added now. */
        List<? extends T> events();
    }

    /** Emits an event to all subscribers. Never waits for them, and never throws. */
    public void emit(T event) {
        emit(event, FrameBytes.current());
    }

    /** Like {@link #emit(Object)}, for an event of this many bytes. */
    public void emit(T event, int bytes) {
        if (replay != null || !subscribers.isEmpty()) {
            drain(new Emission<>(edge.apply(event), bytes));
        }
    }

    /** Whether an event would be delivered to anybody now. */
    public boolean hasSubscribers() {
        return !subscribers.isEmpty();
    }

    /** Completes the stream; buffered events are still delivered. */
    public void complete() {
        drain(new Emission<>(null, 0, null));
    }

    /**
     * The events from now on; completes after {@link #complete()}. Events are delivered in order, on a thread that the
     * subscriber may block.
     */
    public Flux<T> flux() {
        return new Events<>(this);
    }

    /**
     * The same events as {@link #flux()}, on the threads that emit them and before all other subscribers. For internal
     * subscribers, which must not block. Any other flux is returned unchanged.
     */
    public static <T> Flux<T> direct(Flux<T> events) {
        return events instanceof Events<T> ours ? ours.direct() : events;
    }

    /** One thread at a time delivers to all subscribers, so that all see the same order. */
    private void drain(Emission<T> emission) {
        queue.offer(emission);
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Emission<T> next = queue.poll(); next != null; next = queue.poll()) {
                handOut(next);
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void handOut(Emission<T> emission) {
        Subscriber<T> joins = emission.joins;
        if (joins != null) {
            join(joins);
            return;
        }
        T event = emission.event;
        if (event == null) {
            complete = true;
            subscribers.forEach(Subscriber::complete);
            subscribers.clear();
            return;
        }
        if (replay != null) {
            replay.emitted(event);
        }
        // internal subscribers first: they invalidate caches before the application can read them
        for (Subscriber<T> subscriber : subscribers) {
            if (subscriber instanceof EventSink.Direct<T>) {
                subscriber.offer(event, emission.bytes);
            }
        }
        for (Subscriber<T> subscriber : subscribers) {
            if (!(subscriber instanceof EventSink.Direct<T>)) {
                subscriber.offer(event, emission.bytes);
            }
        }
    }

    private void add(Subscriber<T> subscriber) {
        if (replay == null) {
            join(subscriber);
        } else {
            // added through the event queue, so that it receives the replayed events and then all later ones
            drain(new Emission<>(null, 0, subscriber));
        }
    }

    private void join(Subscriber<T> subscriber) {
        if (replay != null) {
            subscriber.first(replay.events());
        }
        subscribers.add(subscriber);
        if (subscriber.isCancelled()) {
            remove(subscriber);
        } else if (complete) {
            remove(subscriber);
            subscriber.complete();
        }
    }

    private void remove(Subscriber<T> subscriber) {
        subscribers.remove(subscriber);
    }

    private interface Subscriber<T> {
        /** Sets the events that precede all others. */
        void first(List<? extends T> events);

        boolean isCancelled();

        void offer(T event, int bytes);

        void complete();
    }

    private static final class Events<T> extends Flux<T> {
        private final EventSink<T> sink;

        Events(EventSink<T> sink) {
            this.sink = sink;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            Buffered<T> subscriber = new Buffered<>(sink, actual);
            actual.onSubscribe(subscriber);
            sink.add(subscriber);
            if (subscriber.isCancelled()) {
                sink.remove(subscriber);
            }
        }

        Flux<T> direct() {
            Flux<T> all = new Flux<>() {
                @Override
                public void subscribe(CoreSubscriber<? super T> actual) {
                    Direct<T> subscriber = new Direct<>(sink, actual);
                    actual.onSubscribe(subscriber);
                    sink.add(subscriber);
                    if (subscriber.isCancelled()) {
                        sink.remove(subscriber);
                    }
                }
            };
            return all.onBackpressureBuffer(MAX_EVENTS, BufferOverflowStrategy.DROP_OLDEST);
        }
    }

    /** Called on the thread that emits; its subscriber has unbounded demand. */
    private static final class Direct<T> implements Subscriber<T>, Subscription {
        private final EventSink<T> sink;
        private final CoreSubscriber<? super T> actual;
        private volatile boolean done;

        Direct(EventSink<T> sink, CoreSubscriber<? super T> actual) {
            this.sink = sink;
            this.actual = actual;
        }

        @Override
        public void first(List<? extends T> events) {
            events.forEach(event -> offer(event, 0));
        }

        @Override
        public boolean isCancelled() {
            return done;
        }

        @Override
        public void offer(T event, int bytes) {
            if (done) {
                return;
            }
            try {
                actual.onNext(event);
            } catch (Throwable e) {
                cancel();
                Callbacks.error(actual, e);
            }
        }

        @Override
        public void complete() {
            if (!done) {
                done = true;
                Callbacks.complete(actual);
            }
        }

        @Override
        public void request(long n) {
            Operators.validate(n);
        }

        @Override
        public void cancel() {
            done = true;
            sink.remove(this);
        }
    }

    /** Called on a thread of {@link #THREADS}, one at a time. */
    private static final class Buffered<T> implements Subscriber<T>, Subscription, Runnable {
        private final EventSink<T> sink;
        private final CoreSubscriber<? super T> actual;
        private final AtomicInteger wip = new AtomicInteger();
        private final AtomicLong requested = new AtomicLong();
        private volatile boolean cancelled;
        private volatile boolean complete;

        // guarded by this deque
        private final ArrayDeque<Emission<T>> waiting = new ArrayDeque<>();
        private final ArrayDeque<T> firstOnes = new ArrayDeque<>();
        private long bytes;
        private long missed;

        Buffered(EventSink<T> sink, CoreSubscriber<? super T> actual) {
            this.sink = sink;
            this.actual = actual;
        }

        @Override
        public void first(List<? extends T> events) {
            synchronized (waiting) {
                if (!cancelled) {
                    firstOnes.addAll(events);
                }
            }
            if (requested.get() != 0) {
                schedule();
            }
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void offer(T event, int size) {
            synchronized (waiting) {
                if (cancelled) {
                    return;
                }
                waiting.add(new Emission<>(event, size));
                bytes += size;
                while (waiting.size() > MAX_EVENTS || (bytes > MAX_BYTES && waiting.size() > 1)) {
                    bytes -= waiting.remove().bytes;
                    missed++;
                }
            }
            if (requested.get() != 0) {
                schedule();
            }
        }

        @Override
        public void complete() {
            complete = true;
            schedule();
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                requested.accumulateAndGet(n, Operators::addCap);
                schedule();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            sink.remove(this);
            synchronized (waiting) {
                waiting.clear();
                firstOnes.clear();
            }
        }

        private void schedule() {
            if (wip.getAndIncrement() == 0) {
                if (nothingToDo()) {
                    // another thread has added work meanwhile
                    if (wip.decrementAndGet() == 0) {
                        return;
                    }
                    wip.set(1);
                }
                THREADS.execute(this);
            }
        }

        private boolean nothingToDo() {
            synchronized (waiting) {
                return waiting.isEmpty() && firstOnes.isEmpty() && !complete;
            }
        }

        @Override
        public void run() {
            int done = wip.get();
            do {
                deliver();
                done = wip.addAndGet(-done);
            } while (done != 0);
        }

        private void deliver() {
            for (; ; ) {
                // read before the queue: an event that was offered before the end is delivered before it
                boolean last = complete;
                T next = null;
                synchronized (waiting) {
                    if (cancelled) {
                        return;
                    }
                    if (waiting.isEmpty() && firstOnes.isEmpty()) {
                        if (!last) {
                            return;
                        }
                    } else if (requested.get() == 0) {
                        return;
                    } else if (!firstOnes.isEmpty()) {
                        next = firstOnes.remove();
                    } else if (missed > 0 && sink.dropped != null) {
                        next = sink.dropped.apply(missed);
                        missed = 0;
                    } else {
                        Emission<T> first = waiting.remove();
                        bytes -= first.bytes;
                        next = first.event;
                    }
                }
                if (next == null) {
                    cancelled = true;
                    Callbacks.complete(actual);
                    return;
                }
                if (requested.get() != Long.MAX_VALUE) {
                    requested.decrementAndGet();
                }
                try {
                    actual.onNext(next);
                } catch (Throwable e) {
                    cancel();
                    Callbacks.error(actual, e);
                }
            }
        }
    }
}
