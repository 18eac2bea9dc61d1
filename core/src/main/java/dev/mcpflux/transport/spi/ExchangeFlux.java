package dev.mcpflux.transport.spi;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** The exchange of one request, begun anew by each subscription. For implementers of {@link Connection}. */
public final class ExchangeFlux extends Flux<JsonRpcMessage> implements Scannable {

    private final String server;
    private final RequestSpec request;
    private final BiConsumer<RequestSpec, CoreSubscriber<? super JsonRpcMessage>> start;

    /**
     * An exchange that is not begun.
     *
     * @param server the server's name
     * @param start begins the exchange of one subscriber
     */
    public ExchangeFlux(
            String server, RequestSpec request, BiConsumer<RequestSpec, CoreSubscriber<? super JsonRpcMessage>> start) {
        this.server = server;
        this.request = request;
        this.start = start;
    }

    @Override
    public void subscribe(CoreSubscriber<? super JsonRpcMessage> actual) {
        start.accept(request, actual);
    }

    // attributes are compared by identity, as in Reactor
    @Override
    @SuppressWarnings({"rawtypes", "ReferenceEquality"})
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.NAME ? request.nameAt(server) : null;
    }
}
