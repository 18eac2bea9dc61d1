package dev.mcpflux.host.server;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.text.SafeText;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The generations of one server that have been replaced or lost, until everything they had is released. */
final class Departures {

    private static final Logger log = LoggerFactory.getLogger(ServerSupervisor.class);

    private final String server;
    private final Duration drainTimeout;
    private final Scheduler timer;
    private final Set<Generation> leaving = ConcurrentHashMap.newKeySet();

    Departures(String server, Duration drainTimeout, Scheduler timer) {
        this.server = server;
        this.drainTimeout = drainTimeout;
        this.timer = timer;
    }

    /** A generation is about to leave: it is closed with the server, whether somebody closes it before or not. */
    void expect(Generation generation) {
        leaving.add(generation);
    }

    /** Closes a generation in the background. */
    void leave(Generation generation) {
        release(generation, Mono.empty());
    }

    /** The same, after its uses have ended or the time to drain is over. */
    void drain(Generation generation) {
        release(generation, generation.whenUnused().timeout(drainTimeout, Mono.empty(), timer));
    }

    private void release(Generation generation, Mono<Void> first) {
        leaving.add(generation);
        first.then(generation.close())
                .doFinally(end -> {
                    leaving.remove(generation);
                    generation.gone();
                })
                .subscribe(null, e -> log.warn("[{}] closing it failed: {}", server, SafeText.line(e)));
    }

    /** Completes when nothing of those that are there now is left; calls of one that drains may end before. */
    Mono<Void> released() {
        return Mono.defer(() -> leaving.isEmpty()
                ? Mono.empty()
                : Mono.when(leaving.stream().map(Generation::whenGone).toList()));
    }

    /** Waits no longer for calls of those that drain. */
    void hurry() {
        leaving.forEach(this::leave);
    }

    /** Those that are there now. */
    Set<Generation> all() {
        return Set.copyOf(leaving);
    }

    /** How many calls are in progress in sessions that are draining. */
    int callsUnderWay() {
        int calls = 0;
        for (Generation old : leaving) {
            McpSession draining = old.session();
            calls += draining == null ? 0 : draining.callsUnderWay();
        }
        return calls;
    }
}
