package dev.mcpflux.cli.inspect;

import dev.mcpflux.protocol.ListKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One list of a server.
 *
 * @param elements empty where it could not be read
 * @param time how long reading took
 * @param error why it could not be read; else null
 */
public record ReadList(
        ListKind kind,
        List<?> elements,
        Duration time,
        @Nullable Throwable error) {

    /**
     * Reads a list.
     *
     * @param clock measures the time
     * @return never fails; cancellation cancels the request
     */
    static Mono<ReadList> of(ListKind kind, Flux<?> elements, Scheduler clock) {
        return elements.collectList()
                .timed(clock)
                .map(read -> new ReadList(kind, read.get(), read.elapsed(), null))
                .onErrorResume(Exception.class, e -> Mono.just(new ReadList(kind, List.of(), Duration.ZERO, e)));
    }

    /** The elements, which all have this type. */
    <E> List<E> of(Class<E> type) {
        return elements.stream().map(type::cast).toList();
    }
}
