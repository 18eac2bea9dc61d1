package dev.mcpflux.transport.http;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ends sessions at a server of the legacy era: "Clients that no longer need a particular session SHOULD send an HTTP DELETE"
 * (specification 2025-11-25: basic/transports, session management).
 */
final class SessionDeletion {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpLink link;
    /** Ends sessions that nobody uses, and that were begun while the link ended. */
    private final Queue<Mono<Void>> unused = new ConcurrentLinkedQueue<>();

    SessionDeletion(HttpLink link) {
        this.link = link;
    }

    /** Ends a session; completes when the server has answered or took too long, whether it accepts that or not. */
    Mono<Void> delete(LegacySession last, Caller caller) {
        return Mono.defer(() -> {
            HttpRequests requests = link.httpIfOpen();
            if (!last.canBeLost() || requests == null) {
                return Mono.empty();
            }
            return requests.<Void>delete(
                            link.recipe().url(),
                            caller,
                            last::write,
                            (response, content) -> ResponseBody.read(content, ResponseBody.MAX_ERROR_BYTES)
                                    .then(Mono.fromRunnable(
                                            () -> link.emit(new ConnectionEvent.Closed("the session was ended ("
                                                    + link.failures().status(response) + ")")))))
                    .then()
                    .timeout(link.options().closeGrace(), link.recipe().timer())
                    .onErrorResume(e -> {
                        log.debug(
                                "[{}] the session was not ended: {}",
                                link.name(),
                                SafeText.line(link.mask(e.toString())));
                        return Mono.empty();
                    });
        });
    }

    /** Ends a session that nobody uses, without waiting for it. */
    void deleteUnused(LegacySession session, Caller caller) {
        Mono<Void> end = delete(session, caller);
        if (link.hasEnded()) {
            unused.add(end);
        } else {
            link.run(end);
        }
    }

    /** Ends the sessions that were begun while the link ended. */
    Mono<Void> rest() {
        return Flux.<Mono<Void>>generate(sink -> {
                    Mono<Void> next = unused.poll();
                    if (next == null) {
                        sink.complete();
                    } else {
                        sink.next(next);
                    }
                })
                .flatMap(end -> end)
                .then();
    }
}
