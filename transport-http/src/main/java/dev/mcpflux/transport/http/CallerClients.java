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
 * HTTP clients, one for each {@link Caller}, with TCP connections of its own: what a server or a proxy ties to a connection (an
 * authentication, a state of compression, a response out of turn) must not reach another caller. The connections of a caller
 * are closed once it has made no request for as long as an idle connection is kept.
 */
final class CallerClients {

    /** The number of requests of a client that was closed. */
    private static final int CLOSED = -1;

    private final HttpOptions options;
    private final Scheduler timer;
    private final Function<ConnectionProvider, HttpClient> factory;
    private final Map<Caller, Client> clients = new ConcurrentHashMap<>();

    /**
     * No clients yet.
     *
     * @param factory makes the client of a caller
     */
    CallerClients(HttpOptions options, Scheduler timer, Function<ConnectionProvider, HttpClient> factory) {
        this.options = options;
        this.timer = timer;
        this.factory = factory;
    }

    /** Makes a request with the client of this caller, which is kept until the request is over, however it ends. */
    <T> Flux<T> with(Caller caller, Function<HttpClient, Flux<T>> request) {
        return Flux.using(() -> begin(caller), own -> request.apply(own.http), Client::end);
    }

    private Client begin(Caller caller) {
        for (; ; ) {
            Client own = clients.computeIfAbsent(caller, Client::new);
            if (own.begin()) {
                return own;
            }
            // closed at this moment: the caller gets a new one
            clients.remove(caller, own);
        }
    }

    /** Closes the connections of all callers; completes when that is done. */
    Mono<Void> close() {
        return Flux.fromIterable(clients.values()).flatMap(Client::close).then();
    }

    /** The client of one caller. */
    private final class Client {
        private final Caller caller;
        private final ConnectionProvider connections;
        final HttpClient http;
        private final AtomicInteger requests = new AtomicInteger();

        /** Whether there was a request since the last check. */
        private volatile boolean active;

        Client(Caller caller) {
            this.caller = caller;
            this.connections = HttpPool.provider(options);
            this.http = factory.apply(connections);
            checkLater();
        }

        /** One more request; false if it was closed. */
        boolean begin() {
            active = true;
            return requests.updateAndGet(n -> n == CLOSED ? CLOSED : n + 1) != CLOSED;
        }

        void end() {
            active = true;
            requests.updateAndGet(n -> n == CLOSED ? CLOSED : n - 1);
        }

        private void checkLater() {
            timer.schedule(this::closeIfIdle, options.keepIdle().toMillis(), TimeUnit.MILLISECONDS);
        }

        private void closeIfIdle() {
            boolean was = active;
            active = false;
            if (was || !requests.compareAndSet(0, CLOSED)) {
                if (requests.get() != CLOSED) {
                    checkLater();
                }
                return;
            }
            clients.remove(caller, this);
            connections.dispose();
        }

        Mono<Void> close() {
            return Mono.defer(() -> {
                requests.set(CLOSED);
                clients.remove(caller, this);
                return connections.disposeLater();
            });
        }
    }
}
