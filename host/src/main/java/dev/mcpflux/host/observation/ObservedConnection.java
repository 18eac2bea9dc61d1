package dev.mcpflux.host.observation;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.ForwardingConnection;
import dev.mcpflux.transport.spi.RequestSpec;
import dev.mcpflux.transport.spi.Transport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Says to an observed call which requests are sent for it, and where to. */
final class ObservedConnection extends ForwardingConnection {

    private final Endpoint endpoint;

    private ObservedConnection(Connection delegate, Endpoint endpoint) {
        super(delegate);
        this.endpoint = endpoint;
    }

    static Transport decorate(Transport transport, Endpoint endpoint, @Nullable ServerMeters meters) {
        return transport.with(connection -> {
            if (meters != null) {
                ServerMeters.Counters counters = meters.counters(transport.name());
                connection.tap(counters::tap);
            }
            return new ObservedConnection(connection, endpoint);
        });
    }

    @Override
    public Flux<JsonRpcMessage> exchange(RequestSpec request) {
        RequestSpec.Meta meta = request.meta();
        return super.exchange(request.withMeta((id, context) -> {
            McpCallContext call = context.getOrDefault(McpCallContext.class, null);
            if (call != null) {
                call.requested(id.toString(), pid() == null ? endpoint : Endpoint.PIPE);
            }
            return meta.of(id, context);
        }));
    }
}
