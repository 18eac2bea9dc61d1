package dev.mcpflux.transport.http;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.RequestSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The sessions of the legacy era at one server (specification 2025-11-25: basic/transports, session management). Keyed by
 * {@link Caller}: each has one of its own, so that nothing that a server keeps in a session reaches another. The session of a
 * caller that makes no request for long is ended ({@link HttpOptions#keepSession()}), and so is the one that was used least
 * recently where there are more than {@value #MOST}; that of who opened the connection lives as long as the connection.
 */
final class LegacySessions {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** How many callers may have a session that nobody uses now. */
    private static final int MOST = 1000;

    private final HttpConnection connection;
    private final Map<Caller, CallerSession> sessions = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Handshake> handshake = new AtomicReference<>();
    private final AtomicReference<@Nullable CallerSession> first = new AtomicReference<>();

    /**
     * How the first session was begun: all others are begun alike.
     *
     * @param revision what was agreed on
     */
    record Handshake(RequestSpec initialize, String revision) {}

    LegacySessions(HttpConnection connection) {
        this.connection = connection;
    }

    /** How sessions are begun; null before the first one was. */
    @Nullable
    Handshake handshake() {
        return handshake.get();
    }

    /** What who opened the connection has; null before that. */
    @Nullable
    CallerSession first() {
        return first.get();
    }

    Collection<CallerSession> all() {
        return sessions.values();
    }

    /** What who opens the connection is to have; the first one to ask for it is that. */
    CallerSession begin(Caller caller) {
        CallerSession mine = first.get();
        if (mine == null) {
            CallerSession fresh = new CallerSession(connection, caller, true);
            mine = first.compareAndSet(null, fresh) ? fresh : first();
            if (mine == fresh) {
                sessions.put(caller, fresh);
            }
        }
        return mine == null ? begin(caller) : mine;
    }

    /** A session was begun by a request: the first one, or one of those that are begun here. */
    void begun(Caller caller, Session session, RequestSpec initialize) {
        handshake.compareAndSet(null, new Handshake(initialize, session.revision()));
        CallerSession own = sessions.get(caller);
        (own == null ? begin(caller) : own).begun(session);
    }

    /** The session of a caller; null where there is none. */
    @Nullable
    CallerSession find(Caller caller) {
        return sessions.get(caller);
    }

    /**
     * The session of a caller, for one more user, who gives it back by {@link CallerSession#leave}. It need not be there yet.
     *
     * @return null before a session was begun for anybody
     */
    @Nullable
    CallerSession enter(Caller caller) {
        if (handshake.get() == null) {
            return null;
        }
        for (; ; ) {
            CallerSession own = sessions.get(caller);
            if (own == null) {
                own = add(caller);
            }
            if (own.enter(caller)) {
                return own;
            }
            // it went at this moment
            sessions.remove(caller, own);
        }
    }

    private CallerSession add(Caller caller) {
        CallerSession fresh = new CallerSession(connection, caller, false);
        CallerSession before = sessions.putIfAbsent(caller, fresh);
        if (before != null) {
            return before;
        }
        lookLater(caller, fresh, keep());
        if (sessions.size() > MOST) {
            sessions.values().stream()
                    .filter(one -> !one.first() && one != fresh && one.idle())
                    .min((a, b) -> Long.compare(a.used(), b.used()))
                    .ifPresent(oldest -> end(oldest.caller(), oldest, "too many callers have a session"));
        }
        return fresh;
    }

    private Duration keep() {
        return connection.recipe().options().keepSession();
    }

    private void lookLater(Caller caller, CallerSession one, Duration delay) {
        connection.later(delay, () -> look(caller, one));
    }

    private void look(Caller caller, CallerSession one) {
        if (!sessions.containsKey(caller)) {
            return;
        }
        long idle = connection.now() - one.used();
        long left = keep().toMillis() - idle;
        if (!one.idle() || left > 0) {
            lookLater(caller, one, one.idle() ? Duration.ofMillis(left) : keep());
        } else {
            end(caller, one, "its caller made no request for " + keep().toSeconds() + " s");
        }
    }

    private void end(Caller caller, CallerSession one, String reason) {
        if (one.retire() && sessions.remove(caller, one)) {
            log.debug("[{}] a session is ended: {}", connection.name(), SafeText.line(connection.mask(reason)));
            connection.run(one.close(), new HttpConnection.Running());
            connection.tell(new ConnectionEvent.SessionEnded(one.caller(), reason));
        }
    }

    /** Ends all of them; completes when the server has heard of all, or cannot. */
    Mono<Void> close() {
        return Flux.defer(() -> Flux.fromIterable(sessions.values()))
                .flatMap(one -> one.close().onErrorComplete())
                .then(Mono.fromRunnable(sessions::clear));
    }

    /** Requests over HTTP+SSE that wait for their response now. */
    int pendingExchanges() {
        int pending = 0;
        for (CallerSession one : sessions.values()) {
            Connection older = one.older();
            pending += older == null ? 0 : older.pendingExchanges();
        }
        return pending;
    }
}
