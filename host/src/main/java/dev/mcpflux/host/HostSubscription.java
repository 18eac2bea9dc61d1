package dev.mcpflux.host;

import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.internal.Backoff;
import dev.mcpflux.protocol.Subscriptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/** A subscription to changes that goes on from one session of a server to the next; see {@link McpHost#listen}. */
final class HostSubscription {

    private HostSubscription() {}

    static Flux<ListenSignal> listen(ServerSupervisor server, Subscriptions.SubscriptionFilter filter) {
        return Flux.defer(() -> {
            Sinks.Empty<Void> ended = Sinks.empty();
            return server.useEach(session -> session.listen(filter)
                            .doOnComplete(ended::tryEmitEmpty)
                            .retryWhen(again(server, session))
                            // the next session, if there is one, goes on with it
                            .onErrorResume(
                                    e -> e instanceof McpConnectionException || e instanceof McpClosedException,
                                    e -> Flux.empty()))
                    .takeUntilOther(ended.asMono());
        });
    }

    private static Retry again(ServerSupervisor server, McpSession session) {
        return Backoff.RESUBSCRIBE
                .retry(server.options().timer())
                .transientErrors(true)
                .filter(e -> e instanceof McpConnectionException && server.isCurrent(session));
    }
}
