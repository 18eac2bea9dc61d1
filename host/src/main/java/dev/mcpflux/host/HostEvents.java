package dev.mcpflux.host;

import dev.mcpflux.transport.EventSink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * The events of a host. The catalogue is notified first, on the thread that emits: a list that has changed is not shown
 * any more when somebody hears of the change.
 */
final class HostEvents {

    private final EventSink<HostEvent> sink;
    private final List<Consumer<HostEvent>> listeners = new CopyOnWriteArrayList<>();

    /**
     * No events yet.
     *
     * @param statuses how the servers are now, which each subscriber gets first
     */
    HostEvents(Supplier<List<ServerStatus>> statuses) {
        this.sink = new EventSink<>(
                count -> new HostEvent.EventsDropped("", count),
                () -> statuses.get().stream().map(HostEvent.CurrentState::new).toList());
    }

    /** Adds a listener of the host itself, which does not wait and does not throw. */
    void listen(Consumer<HostEvent> listener) {
        listeners.add(listener);
    }

    /** Notifies the host's own listeners, then the subscribers. Waits for none of these. */
    void emit(HostEvent event) {
        listeners.forEach(listener -> listener.accept(event));
        sink.emit(event);
    }

    /** As {@link McpHost#events()}. */
    Flux<HostEvent> flux() {
        return sink.flux();
    }

    /** No more events come. */
    void complete() {
        sink.complete();
    }
}
