package dev.mcpflux.transport.http;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.Ending;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.Malformed;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Incoming;
import dev.mcpflux.transport.spi.PeerActivity;
import dev.mcpflux.transport.spi.WireTap;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * The lifetime and the resources of one link to a server, whichever transport of HTTP is spoken over it: the HTTP client, the
 * work under way, the queue of incoming messages, the events and the end. It is not keyed by caller: what it queues names the
 * caller, what it counts holds no content of a message.
 */
final class HttpLink {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** A transport that is spoken over the link. */
    interface Part {
        /** The link has ended. Runs before anybody who waits for the end learns of it. */
        void ended(Termination cause);

        /** Ends what the server keeps for this side; completes when the server has been informed, or cannot be. */
        Mono<Void> endSessions();
    }

    /** Work under way, which ends with the link. */
    static class Task extends BaseSubscriber<Void> {
        private Disposable.@Nullable Composite group;

        @Override
        protected final void hookFinally(SignalType type) {
            Disposable.Composite all = group;
            if (all != null) {
                all.remove(this);
            }
        }

        /** Nobody waits for this work, so its failure has no other consequence. */
        @Override
        protected void hookOnError(Throwable e) {
            log.debug("background work failed: {}", SafeText.line(e));
        }
    }

    private final HttpRecipe recipe;
    private final Secrets secrets;
    private final Failures failures;
    private final Ending ending = new Ending(this::doClose);
    private final EventSink<ConnectionEvent> events =
            new EventSink<>(ConnectionEvent.EventsDropped::new, event -> event.masked(this::mask));
    private final PeerActivity activity = new PeerActivity(this::mask);
    private final AtomicLong undecodable = new AtomicLong();
    private final IncomingQueue inbox = new IncomingQueue();
    private final Disposable.Composite tasks = Disposables.composite();
    private final List<Part> parts = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable HttpRequests> http = new AtomicReference<>();
    private final Mono<Void> open = Callbacks.once(this::doOpen);
    private final List<Supplier<? extends WireTap>> taps = new CopyOnWriteArrayList<>();
    private volatile @Nullable WireTap tap;

    HttpLink(HttpRecipe recipe) {
        this.recipe = recipe;
        this.secrets = new Secrets(recipe.masker());
        this.failures = new Failures(recipe, secrets);
    }

    /** Shows messages to a tap; only before the link is opened. */
    void tap(Supplier<? extends WireTap> added) {
        taps.add(added);
        WireTap before = tap;
        WireTap own = added.get();
        tap = before == null ? own : before.and(own);
    }

    /** What sees the messages of requests; null for nothing. */
    @Nullable
    WireTap tap() {
        return tap;
    }

    /** A stream of its own whose messages are shown to taps of its own, since it counts its ids by itself. */
    Connection tapped(Connection stream) {
        taps.forEach(stream::tap);
        return stream;
    }

    /** Adds a transport; only before the link is opened. */
    void add(Part part) {
        parts.add(part);
    }

    String name() {
        return recipe.name();
    }

    HttpRecipe recipe() {
        return recipe;
    }

    HttpOptions options() {
        return recipe.options();
    }

    Secrets secrets() {
        return secrets;
    }

    Failures failures() {
        return failures;
    }

    String mask(String text) {
        return secrets.mask(text);
    }

    /** Milliseconds of the timer. */
    long now() {
        return recipe.timer().now(TimeUnit.MILLISECONDS);
    }

    // the HTTP client

    /** Takes the HTTP client, once; nothing is sent to the server. */
    Mono<Void> open() {
        return open;
    }

    private Mono<Void> doOpen() {
        Termination ended = ending.cause();
        if (ended != null) {
            return Mono.error(ended.toException(name(), null));
        }
        ProxySettings.Proxy proxy = recipe.proxy();
        return proxy == null
                ? open(null)
                : proxy.address()
                        .onErrorMap(UnknownHostException.class, failures::proxyUnknown)
                        .flatMap(this::open);
    }

    private Mono<Void> open(@Nullable InetSocketAddress proxy) {
        http.set(new HttpRequests(recipe, secrets, recipe.pool().acquire(recipe.headers(), recipe.options()), proxy));
        HttpExchangeFilter filter = recipe.filter();
        if (filter != null) {
            run(filter.events().doOnNext(this::emit).then());
        }
        // closed meanwhile: whoever takes the client first gives it back
        return ending.hasEnded()
                ? giveBack().then(Mono.error(() -> Termination.closed().toException(name(), null)))
                : Mono.empty();
    }

    private Mono<Void> giveBack() {
        HttpRequests requests = http.getAndSet(null);
        return requests == null
                ? Mono.empty()
                : requests.close().then(Mono.defer(() -> recipe.pool().release(recipe.headers())));
    }

    /**
     * The HTTP client.
     *
     * @throws dev.mcpflux.error.McpException if the link is not open
     */
    HttpRequests http() {
        HttpRequests now = http.get();
        if (now == null) {
            throw ending.toException(name(), null, CallOutcome.NOT_SENT);
        }
        return now;
    }

    /** The HTTP client; null if the link is not open. */
    @Nullable
    HttpRequests httpIfOpen() {
        return http.get();
    }

    /** Whether a request waits for what its filter adds or says, or has waited since this was asked last. */
    boolean holdsBack() {
        HttpRequests now = http.get();
        return now != null && now.holdsBack();
    }

    // work under way

    /** Runs work until it ends or the link is closed; this class owns its lifecycle. */
    void run(Publisher<Void> work, Task task) {
        task.group = tasks;
        if (tasks.add(task)) {
            work.subscribe(task);
        }
    }

    /** Runs work whose outcome nobody waits for. */
    void run(Publisher<Void> work) {
        run(work, new Task());
    }

    /** Runs something after a delay, unless the link is closed before. */
    void later(Duration delay, Runnable work) {
        run(Mono.delay(delay, recipe.timer()).doOnNext(tick -> work.run()).then());
    }

    // events and incoming messages

    void emit(ConnectionEvent event) {
        activity.observe(event);
        events.emit(event);
    }

    Flux<ConnectionEvent> events() {
        return events.flux();
    }

    /** The server sent something, whatever it is. */
    void received() {
        activity.received();
    }

    void undecodable(Malformed malformed, String preview) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "[{}] skipped what is no message ({}): {}",
                    name(),
                    SafeText.line(malformed.reason()),
                    SafeText.line(preview));
        }
        emit(new ConnectionEvent.Undecodable(
                malformed.json(), mask(malformed.reason()), preview, undecodable.incrementAndGet()));
    }

    long mark() {
        return activity.mark();
    }

    Diagnostics since(long mark) {
        return Diagnostics.NONE.withMeanwhile(activity.since(mark));
    }

    Flux<Incoming> incoming() {
        return inbox;
    }

    /** Queues a message for the subscriber of {@link #incoming()}; false if there is no room. */
    boolean offer(Incoming message) {
        return inbox.offer(message);
    }

    // the end

    /** Why the link has ended; null before. */
    @Nullable
    Termination cause() {
        return ending.cause();
    }

    boolean hasEnded() {
        return ending.hasEnded();
    }

    Mono<Termination> onEnd() {
        return ending.onEnd();
    }

    /** Ends the link; the first cause counts. */
    void terminate(Termination cause) {
        ending.end(cause, () -> {
            parts.forEach(part -> part.ended(cause));
            inbox.complete();
        });
    }

    Mono<Void> close() {
        return ending.close();
    }

    private Mono<Void> doClose() {
        terminate(Termination.closed());
        return Flux.fromIterable(parts)
                .flatMap(part -> part.endSessions().onErrorComplete())
                .then(Mono.fromRunnable(() -> Callbacks.run(tasks::dispose)))
                .then(Mono.defer(this::giveBack))
                .doOnTerminate(events::complete);
    }
}
