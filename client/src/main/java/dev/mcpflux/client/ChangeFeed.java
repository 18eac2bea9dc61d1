package dev.mcpflux.client;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.text.SafeText;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The one subscription by which a session listens to a modern server for itself, so that its lists stay true: begun again
 * when it ends, and aware of what may have changed meanwhile. It listens as nobody, for all callers.
 */
final class ChangeFeed {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    private static final Duration LISTEN_AGAIN = Duration.ofSeconds(1);
    private static final Duration LISTEN_AGAIN_AT_MOST = Duration.ofMinutes(1);

    private final String server;
    private final SubscriptionStream stream;
    private final Notices notices;
    private final SessionOptions options;
    private final AtomicInteger exchanges = new AtomicInteger();
    /** What the server notifies of now; null while it does not. */
    private volatile Subscriptions.@Nullable Filter acknowledged;

    /** Lists that may have changed without a notice. */
    private final Set<ListKind> possiblyStale = ConcurrentHashMap.newKeySet();

    ChangeFeed(String server, SubscriptionStream stream, Notices notices, SessionOptions options) {
        this.server = server;
        this.stream = stream;
        this.notices = notices;
        this.options = options;
    }

    /** How many exchanges are under way for it. */
    int exchanges() {
        return exchanges.get();
    }

    /** Whether the server has agreed to notify of changes of this list. */
    boolean notifies(ListKind kind) {
        Subscriptions.Filter filter = acknowledged;
        return filter != null && kind.isIn(filter);
    }

    /** The server may end or refuse it at any time: then what was read is as fresh as its {@code ttlMs} says. */
    Flux<ListenSignal> listen(Subscriptions.Filter filter) {
        return Flux.defer(() -> stream.listen(filter))
                .doOnSubscribe(s -> exchanges.incrementAndGet())
                .doFinally(end -> {
                    exchanges.decrementAndGet();
                    onSubscriptionLost();
                })
                .doOnNext(signal -> {
                    if (signal instanceof ListenSignal.ListChanged changed) {
                        notices.listChanged(changed.kind());
                    } else if (signal instanceof ListenSignal.Acknowledged told) {
                        onAcknowledged(told.filter());
                    }
                })
                // an orderly end is one of the server's own: it is asked again, less and less often
                .repeatWhen(ends -> ends.index().delayUntil(end -> Mono.delay(pause(end.getT1()), options.timer())))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, LISTEN_AGAIN)
                        .maxBackoff(LISTEN_AGAIN_AT_MOST)
                        .scheduler(options.timer())
                        // a link that is lost ends all of this; a stream that breaks off may be had again
                        .filter(e -> !(e instanceof McpClosedException) && !(e instanceof PeerErrorException)))
                .onErrorResume(e -> {
                    log.debug("[{}] does not tell of changes of its lists: {}", server, SafeText.line(e));
                    return Flux.empty();
                });
    }

    /** Reports every list that may have changed while nobody was subscribed. */
    private void onAcknowledged(Subscriptions.Filter filter) {
        acknowledged = filter;
        for (ListKind kind : ListKind.REPORTED) {
            if (possiblyStale.remove(kind) && kind.isIn(filter)) {
                notices.listChanged(kind);
            }
        }
    }

    /** Nobody reports what changes between one subscription and the next. */
    private void onSubscriptionLost() {
        if (acknowledged != null) {
            acknowledged = null;
            possiblyStale.addAll(ListKind.REPORTED);
        }
    }

    /** Over HTTP a list may be answered before the server has heard that it is listened to. */
    void listRead(String method) {
        ListKind read = ListKind.ofMethod(method);
        ListKind kind = read == null ? null : read.reportedAs();
        // looked at once more after it was added: the acknowledgement may come at this moment
        if (kind != null
                && !notifies(kind)
                && possiblyStale.add(kind)
                && notifies(kind)
                && possiblyStale.remove(kind)) {
            notices.listChanged(kind);
        }
    }

    private static Duration pause(long count) {
        Duration pause = LISTEN_AGAIN.multipliedBy(1L << Math.min(count, 6));
        return pause.compareTo(LISTEN_AGAIN_AT_MOST) > 0 ? LISTEN_AGAIN_AT_MOST : pause;
    }
}
