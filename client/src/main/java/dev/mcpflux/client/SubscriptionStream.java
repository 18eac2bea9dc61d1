package dev.mcpflux.client;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Subscriptions.SubscriptionFilter;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * Subscriptions in the modern era: one {@code subscriptions/listen} exchange for each subscriber (specification
 * 2026-07-28: basic/patterns/subscriptions).
 */
final class SubscriptionStream {

    private final RequestSender requests;
    private final ModernDialect dialect;
    private final AtomicInteger open = new AtomicInteger();

    SubscriptionStream(RequestSender requests, ModernDialect dialect) {
        this.requests = requests;
        this.dialect = dialect;
    }

    Flux<ListenSignal> listen(SubscriptionFilter filter) {
        RequestOptions options = requests.options().request();
        RequestSpec spec = RequestSpec.of(
                        Methods.LISTEN,
                        RequestEffect.MAY_ACT,
                        new Subscriptions.ListenParams(filter, null),
                        Subscriptions.ListenResult.class)
                .withMeta((id, context) -> dialect.subscriptionMeta(context, options));
        return Flux.using(
                open::incrementAndGet, begun -> exchange(spec, options), begun -> open.decrementAndGet(), false);
    }

    /** The number of open subscription exchanges. */
    int exchanges() {
        return open.get();
    }

    private Flux<ListenSignal> exchange(RequestSpec spec, RequestOptions options) {
        long mark = requests.connection().mark();
        return requests.connection()
                .exchange(spec)
                // the acknowledgement has a timeout like any response; the notifications after it have none
                .timeout(Mono.delay(options.idleTimeout(), requests.timer()), message -> Mono.never())
                .onErrorMap(
                        TimeoutException.class,
                        e -> requests.timedOut(
                                McpTimeoutException.Phase.REQUEST,
                                Methods.LISTEN,
                                options.idleTimeout(),
                                options.source(),
                                mark))
                .handle((message, sink) -> signal(spec, message, sink));
    }

    private void signal(RequestSpec spec, JsonRpcMessage message, SynchronousSink<ListenSignal> sink) {
        if (message instanceof JsonRpcMessage.Response response) {
            McpException problem = Responses.problem(requests.connection(), requests.server(), spec, response);
            if (problem != null) {
                sink.error(problem);
            }
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            ListenSignal signal = toSignal(notification);
            if (signal != null) {
                sink.next(signal);
            }
        }
    }

    private static @Nullable ListenSignal toSignal(JsonRpcMessage.Notification notification) {
        Object params = notification.params();
        if (params instanceof Subscriptions.SubscriptionAcknowledgedParams acknowledged) {
            return new ListenSignal.Acknowledged(
                    acknowledged.notifications() == null
                            ? new SubscriptionFilter(null, null, null, null, null)
                            : acknowledged.notifications());
        }
        if (params instanceof Resources.ResourceUpdatedParams updated) {
            return new ListenSignal.ResourceUpdated(updated.uri());
        }
        if (params instanceof Tasks.Task task) {
            return new ListenSignal.TaskChanged(task);
        }
        ListKind kind = ListKind.ofNotification(notification.method());
        return kind == null ? null : new ListenSignal.ListChanged(kind);
    }
}
