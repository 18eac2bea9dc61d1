package dev.mcpflux.host.server;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.host.config.LifetimeOptions;
import dev.mcpflux.text.SafeText;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Replaces a session that has reached its {@linkplain LifetimeOptions#maxLifetime() age}: opens another one beside it, which
 * takes over when it is ready, and lets the calls of the old one end. Where the other one cannot be opened, the old one stays,
 * and it is tried again later.
 */
final class Renewal {

    private static final Logger log = LoggerFactory.getLogger(Renewal.class);

    /** After a failure it is tried again after this time, or after the whole age if that is less. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final ServerSupervisor server;
    private final SessionFactory sessions;
    private final Duration age;
    private final Alarm alarm;

    // guarded by this
    private @Nullable Generation successor;
    private boolean over;

    Renewal(ServerSupervisor server, SessionFactory sessions, Duration age) {
        this.server = server;
        this.sessions = sessions;
        this.age = age;
        this.alarm = new Alarm(sessions.options().timer());
    }

    /** A generation is ready: its age begins. */
    void ready(Generation generation) {
        alarm.set(age.toMillis(), () -> renew(generation));
    }

    private void renew(Generation old) {
        Generation fresh = new Generation(old.number() + 1);
        if (!begin(fresh)) {
            return;
        }
        if (!server.isUsable(old)) {
            // after the successor is known: what ends the old one from now on gives it up
            end(fresh);
            return;
        }
        long begin = server.now();
        sessions.create(fresh)
                .flatMap(session -> fresh.attach(session) ? open(fresh, session, begin) : Mono.empty())
                .doFinally(end -> end(fresh))
                .subscribe(
                        tookOver -> {
                            if (!tookOver) {
                                server.drain(fresh);
                            }
                        },
                        e -> {
                            server.drain(fresh);
                            // else another session has an age of its own, and this failure has no consequence
                            if (server.isUsable(old)) {
                                log.warn("[{}] the session could not be renewed: {}", server.name(), SafeText.line(e));
                                alarm.set(Math.min(RETRY.toMillis(), age.toMillis()), () -> renew(old));
                            }
                        });
    }

    private Mono<Boolean> open(Generation fresh, McpSession session, long begin) {
        server.listen(session);
        return session.open()
                .map(peer -> server.renewed(fresh, session, peer, Duration.ofMillis(server.now() - begin)));
    }

    private synchronized boolean begin(Generation fresh) {
        if (over || successor != null) {
            return false;
        }
        successor = fresh;
        return true;
    }

    @SuppressWarnings("ReferenceEquality")
    private synchronized void end(Generation fresh) {
        if (successor == fresh) {
            successor = null;
        }
    }

    /**
     * The old session has ended: gives up the renewal that is under way, whose session the caller closes.
     *
     * @param departs receives it before it is forgotten here
     */
    synchronized @Nullable Generation abandon(Consumer<Generation> departs) {
        Generation given = successor;
        if (given != null) {
            departs.accept(given);
            successor = null;
        }
        return given;
    }

    /** Begins no other one; returns the one that is being opened, which the caller closes. */
    @Nullable
    Generation cancel() {
        alarm.cancel();
        synchronized (this) {
            over = true;
            return successor;
        }
    }
}
