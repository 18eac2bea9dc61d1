package dev.mcpflux.client;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.internal.FrameBytes;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.PageParams;
import dev.mcpflux.protocol.PageResult;
import dev.mcpflux.transport.spi.RequestEffect;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the lists of a server page by page, on demand (specification: server/utilities/pagination). */
final class PagedLists {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    private final RequestSender requests;
    private final ResultCache cache;
    private final Consumer<String> answered;
    private final Consumer<SessionEvent.ListCut> cut;

    /**
     * The lists of one server.
     *
     * @param answered receives the method of each page that the server has answered
     * @param cut receives each list that was cut short
     */
    PagedLists(
            RequestSender requests, ResultCache cache, Consumer<String> answered, Consumer<SessionEvent.ListCut> cut) {
        this.requests = requests;
        this.cache = cache;
        this.answered = answered;
        this.cut = cut;
    }

    /**
     * All elements of a list. An endless or too long list completes with the elements read so far, and a report.
     *
     * @param seen receives each page when it arrives
     */
    <T, P extends PageResult<T>> Flux<T> all(
            String method, Class<P> type, RequestOptions options, Seen<? super P> seen) {
        return Flux.deferContextual(context -> {
            Reading<T, P> reading = new Reading<>(method, type, options);
            return reading.next(null)
                    .expand(page -> reading.after(page.result()))
                    .doOnNext(page -> {
                        ListBytes.add(context, page.bytes());
                        seen.page(page.result(), page.bytes());
                    })
                    // reads at most one page ahead of the subscriber
                    .concatMapIterable(page -> page.result().items(), 1);
        });
    }

    /** Receives pages, and the size of their frames in bytes. */
    interface Seen<P> {

        void page(P page, long bytes);
    }

    /** One run through a list, page after page. */
    private final class Reading<T, P extends PageResult<T>> {

        private final String method;
        private final Class<P> type;
        private final RequestOptions options;
        private final Set<String> cursors = new HashSet<>();
        private List<T> first = List.of();
        private List<T> before = List.of();
        private int pages;
        private long elements;
        private long bytes;
        private long waited;

        Reading(String method, Class<P> type, RequestOptions options) {
            this.method = method;
            this.type = type;
            this.options = options;
        }

        Mono<ResultCache.Sized<P>> next(@Nullable String cursor) {
            return Mono.defer(() -> {
                long begin = requests.now();
                return sized(method, cursor, type, options).filter(page -> {
                    waited += requests.now() - begin;
                    return isNew(page.result(), page.bytes());
                });
            });
        }

        private boolean isNew(P page, long size) {
            List<T> items = page.items();
            if (!items.isEmpty() && (items.equals(before) || items.equals(first))) {
                end("its next page was read before");
                return false;
            }
            first = pages == 0 ? items : first;
            before = items;
            pages++;
            elements += items.size();
            if (pages > 1) {
                bytes += size;
            }
            return true;
        }

        Mono<ResultCache.Sized<P>> after(P page) {
            String cursor = page.nextCursor();
            if (cursor == null) {
                return Mono.empty();
            }
            ListLimits most = requests.options().lists();
            if (!cursors.add(cursor)) {
                return end("it repeats a cursor");
            }
            if (pages >= most.maxPages()) {
                return end("it has more than " + most.maxPages() + " pages");
            }
            if (elements >= most.maxElements()) {
                return end("it has more than " + most.maxElements() + " elements");
            }
            bytes += cursor.length();
            if (bytes > most.maxBytes()) {
                return end("it has more than " + most.maxBytes() + " bytes");
            }
            return waited >= options.totalTimeout().toMillis()
                    ? end("reading it took longer than " + options.totalTimeout())
                    : next(cursor);
        }

        private Mono<ResultCache.Sized<P>> end(String reason) {
            log.warn("[{}] {} ends after {} elements: {}", requests.server(), method, elements, reason);
            cut.accept(new SessionEvent.ListCut(method, elements, reason));
            return Mono.empty();
        }
    }

    /** The size of the page as the server sent it, or an estimate if the connection does not report it. */
    private static long size(Object page) {
        int frame = FrameBytes.current();
        if (frame > 0) {
            return frame;
        }
        Counter counter = new Counter();
        McpJson.mapper().writeValue(counter, page);
        return counter.bytes;
    }

    /** Counts the bytes that are written. */
    private static final class Counter extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            bytes += length;
        }
    }

    /**
     * One page.
     *
     * @param seen receives the page when it arrives
     */
    <P extends PageResult<?>> Mono<P> page(
            String method, @Nullable String cursor, Class<P> type, RequestOptions options, Seen<? super P> seen) {
        return sized(method, cursor, type, options)
                .doOnNext(page -> seen.page(page.result(), page.bytes()))
                .map(ResultCache.Sized::result);
    }

    private <P extends PageResult<?>> Mono<ResultCache.Sized<P>> sized(
            String method, @Nullable String cursor, Class<P> type, RequestOptions options) {
        return cache.findOrAskSized(
                method,
                cursor,
                type,
                options.cache(),
                keeper -> requests.ask(
                                method,
                                RequestEffect.READS,
                                cursor == null ? null : new PageParams(cursor, null),
                                type,
                                options)
                        .doOnNext(page -> {
                            answered.accept(method);
                            keeper.keep(page.ttlMs(), page.cacheScope(), page);
                        })
                        .doOnError(McpPeerErrorException.class, e -> {
                            // "If a cursor becomes invalid, the client SHOULD discard all cached pages"
                            if (cursor != null && e.error().code() == JsonRpcError.INVALID_PARAMS) {
                                cache.drop(method);
                            }
                        })
                        .map(page -> new ResultCache.Sized<>(page, size(page))));
    }
}
