package dev.mcpflux.auth.oauth;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What has to outlive the requests that wait for it. */
interface Surroundings {
    Scheduler timer();

    void emit(OAuthEvent event);

    /** Keeps work going until it ends. */
    void keep(Mono<?> work);

    /** Completes when everything is closed: attempts end then, and none is begun any more. */
    Mono<Void> closed();
}
