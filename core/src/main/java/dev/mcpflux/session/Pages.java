package dev.mcpflux.session;

import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.PageParams;
import dev.mcpflux.protocol.PageResult;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the lists of a server page after page, as they are asked for (specification: server/utilities/pagination). */
final class Pages {

    private final Requests requests;
    private final ResultCache cache;
    private final Consumer<String> answered;

    /**
     * Lists of one server.
     *
     * @param answered is given the method of each page that the server has answered
     */
    Pages(Requests requests, ResultCache cache, Consumer<String> answered) {
        this.requests = requests;
        this.cache = cache;
        this.answered = answered;
    }

    /**
     * All elements of a list.
     *
     * @param seen is given each page as it comes
     */
    <T, P extends PageResult<T>> Flux<T> all(
            String method, Class<P> type, RequestOptions limits, Consumer<? super P> seen) {
        return Flux.defer(() -> {
            Set<String> cursors = new HashSet<>();
            return page(method, null, type, limits)
                    .expand(page -> {
                        String next = page.nextCursor();
                        if (next == null) {
                            return Mono.empty();
                        }
                        return cursors.add(next)
                                ? page(method, next, type, limits)
                                : Mono.error(new McpProtocolException(
                                        requests.server(), method + " repeats a cursor; the list would never end"));
                    })
                    .doOnNext(seen)
                    // one page ahead of the subscriber at the most
                    .concatMapIterable(PageResult::items, 1);
        });
    }

    /** One page. */
    <P extends PageResult<?>> Mono<P> page(
            String method, @Nullable String cursor, Class<P> type, RequestOptions limits) {
        return Mono.deferContextual(context -> {
            P kept = limits.cache() == CachePolicy.USE ? cache.find(method, cursor, context, type) : null;
            if (kept != null) {
                return Mono.just(kept);
            }
            long moment = cache.moment();
            return requests.ask(
                            method,
                            meta -> cursor == null && meta == null ? null : new PageParams(cursor, meta),
                            type,
                            limits)
                    .doOnNext(page -> {
                        answered.accept(method);
                        if (limits.cache() != CachePolicy.BYPASS) {
                            cache.keep(method, cursor, context, page.ttlMs(), page.cacheScope(), page, moment);
                        }
                    })
                    .doOnError(PeerErrorException.class, e -> {
                        // "If a cursor becomes invalid, the client SHOULD discard all cached pages"
                        if (cursor != null && e.error().code() == JsonRpcError.INVALID_PARAMS) {
                            cache.drop(method);
                        }
                    });
        });
    }
}
