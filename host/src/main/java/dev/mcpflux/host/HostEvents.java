package dev.mcpflux.host;

import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.internal.EventSink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;

/**
 * The events of a host. The catalogue is notified first, on the thread that emits: a list that has changed is not shown
 * any more when somebody hears of the change.
 */
final class HostEvents {

    private final EventSink<HostEvent> sink =
            new EventSink<>(count -> new HostEvent.EventsDropped("", count), new States());
    private final List<Consumer<HostEvent>> listeners = new CopyOnWriteArrayList<>();

    /** The state of each server after the events that were handed out. */
    private static final class States implements EventSink.Replay<HostEvent> {
        private final Map<String, HostEvent.CurrentState> latest = new LinkedHashMap<>();

        @Override
        public void emitted(HostEvent event) {
            if (event instanceof HostEvent.StateChanged changed) {
                // a server that was removed is still closing
                latest.computeIfPresent(
                        changed.server(), (name, before) -> new HostEvent.CurrentState(name, changed.after()));
            } else if (event instanceof HostEvent.ServersChanged changed) {
                changed.change().removed().forEach(latest::remove);
            } else if (event instanceof HostEvent.CurrentState added) {
                latest.put(added.server(), added);
            }
        }

        @Override
        public List<HostEvent> events() {
            return List.copyOf(latest.values());
        }
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
