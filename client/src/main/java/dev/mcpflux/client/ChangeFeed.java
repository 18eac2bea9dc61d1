package dev.mcpflux.client;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.internal.Backoff;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.text.SafeText;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The subscription that keeps the lists of a session up to date with a modern server. It is renewed when it ends, and
 * reports lists that may have changed in between. It is made without a caller, for all callers.
 */
final class ChangeFeed {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    private final String server;
    private final SubscriptionStream stream;
    private final Notices notices;
    private final SessionOptions options;
    private final AtomicInteger exchanges = new AtomicInteger();
    /** The changes that the server currently reports; null if there is no subscription. */
    private volatile Subscriptions.@Nullable SubscriptionFilter acknowledged;

    /** Lists that may have changed without a notification. */
    private final Set<ListKind> possiblyStale = ConcurrentHashMap.newKeySet();

    ChangeFeed(String server, SubscriptionStream stream, Notices notices, SessionOptions options) {
        this.server = server;
        this.stream = stream;
        this.notices = notices;
        this.options = options;
    }

    /** The number of exchanges of this subscription. */
    int exchanges() {
        return exchanges.get();
    }

    /** Whether the server has agreed to report changes of this list. */
    boolean notifies(ListKind kind) {
        Subscriptions.SubscriptionFilter filter = acknowledged;
        return filter != null && kind.isIn(filter);
    }

    /**
     * The server may end or reject the subscription at any time; from then on only {@code ttlMs} limits the age of a
     * list.
     */
    Flux<ListenSignal> listen(Subscriptions.SubscriptionFilter filter) {
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
                // the server ended the subscription on purpose: renew it, with an increasing delay
                .repeatWhen(ends -> ends.index()
                        .delayUntil(end -> Mono.delay(Backoff.RESUBSCRIBE.delay(end.getT1()), options.timer())))
                .retryWhen(Backoff.RESUBSCRIBE
                        .retry(options.timer())
                        // a lost connection ends the session; a stream that breaks can be opened again
                        .filter(e -> !(e instanceof McpClosedException) && !(e instanceof McpPeerErrorException)))
                .onErrorResume(e -> {
                    log.debug("[{}] does not report changes of its lists: {}", server, SafeText.line(e));
                    return Flux.empty();
                });
    }

    /** Reports every list that may have changed without a subscription. */
    private void onAcknowledged(Subscriptions.SubscriptionFilter filter) {
        acknowledged = filter;
        for (ListKind kind : ListKind.REPORTED) {
            if (possiblyStale.remove(kind) && kind.isIn(filter)) {
                notices.listChanged(kind);
            }
        }
    }

    /** Without a subscription, changes are not reported. */
    private void onSubscriptionLost() {
        if (acknowledged != null) {
            acknowledged = null;
            possiblyStale.addAll(ListKind.REPORTED);
        }
    }

    /** Over HTTP a list may be answered before the subscription has reached the server. */
    void listRead(String method) {
        ListKind read = ListKind.ofMethod(method);
        ListKind kind = read == null ? null : read.reportedAs();
        // checked again after it was added, because the acknowledgement may arrive at this moment
        if (kind != null
                && !notifies(kind)
                && possiblyStale.add(kind)
                && notifies(kind)
                && possiblyStale.remove(kind)) {
            notices.listChanged(kind);
        }
    }
}
