package dev.mcpflux.transport.http;

import dev.mcpflux.transport.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Those on whose behalf requests are made: each has connections of its own, since what a server or a proxy ties to a
 * connection (an authentication, a state of compression, a response out of turn) must not reach another. Keyed by {@link Caller}. Their connections
 * are closed once they have made no request for as long as an idle one is kept.
 */
final class Callers {

    /** The number of requests of a caller that is gone. */
    private static final int GONE = -1;

    private final HttpOptions options;
    private final Scheduler timer;
    private final Function<ConnectionProvider, HttpClient> clients;
    private final Map<Caller, Client> known = new ConcurrentHashMap<>();

    /**
     * Nobody yet.
     *
     * @param clients makes the client of a caller
     */
    Callers(HttpOptions options, Scheduler timer, Function<ConnectionProvider, HttpClient> clients) {
        this.options = options;
        this.timer = timer;
        this.clients = clients;
    }

    /** Makes a request with the client of this caller, which is there until the request is over, however it ends. */
    <T> Flux<T> with(Caller who, Function<HttpClient, Flux<T>> request) {
        return Flux.using(() -> begin(who), one -> request.apply(one.client), Client::end);
    }

    private Client begin(Caller who) {
        for (; ; ) {
            Client caller = known.computeIfAbsent(who, Client::new);
            if (caller.begin()) {
                return caller;
            }
            // it went at this moment: who comes now is a new one
            known.remove(who, caller);
        }
    }

    /** Closes the connections of all; completes when that is done. */
    Mono<Void> close() {
        return Flux.fromIterable(known.values()).flatMap(Client::close).then();
    }

    /** One of them. */
    private final class Client {
        private final Caller who;
        private final ConnectionProvider connections;
        final HttpClient client;
        private final AtomicInteger requests = new AtomicInteger();

        /** Whether there was a request since the last look. */
        private volatile boolean active;

        Client(Caller who) {
            this.who = who;
            this.connections = HttpPool.provider(options);
            this.client = clients.apply(connections);
            lookLater();
        }

        boolean begin() {
            active = true;
            return requests.updateAndGet(n -> n == GONE ? GONE : n + 1) != GONE;
        }

        void end() {
            active = true;
            requests.updateAndGet(n -> n == GONE ? GONE : n - 1);
        }

        private void lookLater() {
            timer.schedule(this::look, options.keepIdle().toMillis(), TimeUnit.MILLISECONDS);
        }

        private void look() {
            boolean was = active;
            active = false;
            if (was || !requests.compareAndSet(0, GONE)) {
                if (requests.get() != GONE) {
                    lookLater();
                }
                return;
            }
            known.remove(who, this);
            connections.dispose();
        }

        Mono<Void> close() {
            return Mono.defer(() -> {
                requests.set(GONE);
                known.remove(who, this);
                return connections.disposeLater();
            });
        }
    }
}
