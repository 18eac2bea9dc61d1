package dev.mcpflux.transport.http;

import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.FrameEnds;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection that wait for their response, by id. It is not keyed by caller: a lookup for a message must be
 * followed by a comparison of the callers.
 */
final class ExchangeTable {

    private final AtomicLong ids = new AtomicLong();
    private final Map<RequestId, HttpCall> calls = new ConcurrentHashMap<>();

    /** An id that no request of this connection had before. */
    RequestId.OfLong nextId() {
        return new RequestId.OfLong(ids.incrementAndGet());
    }

    void add(HttpCall call) {
        calls.put(call.exchange().id(), call);
    }

    /** The request with this id that still waits; null if there is none. */
    @Nullable
    HttpCall find(@Nullable RequestId id) {
        return id == null ? null : calls.get(id);
    }

    /** The request that a message over the limit answers, as far as its two ends show; null if there is none. */
    @Nullable
    HttpCall find(@Nullable FrameEnds ends) {
        return ends == null ? null : find(JsonRpcCodec.shared().responseId(ends.head(), ends.tail()));
    }

    /** Takes a request out of the table; false if it was not in it any more. */
    boolean forget(RequestId id) {
        HttpCall call = calls.remove(id);
        if (call != null) {
            call.forgotten();
        }
        return call != null;
    }

    /** Fails all requests since the connection has ended. */
    void failAll(Termination cause) {
        calls.keySet().forEach(id -> {
            HttpCall call = calls.get(id);
            if (call != null && forget(id)) {
                Callbacks.run(() -> call.connectionEnded(cause));
            }
        });
    }

    int size() {
        return calls.size();
    }
}
