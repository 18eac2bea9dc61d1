package dev.mcpflux.client;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.EventSink;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Passes on what a server reports by itself. What is not true any more is dropped before anybody hears of it: for all callers,
 * since what changed for one may have changed for others.
 */
final class Notices {

    private final EventSink<SessionEvent> events;
    /** The same, with whose session it came by; what listens takes it from here. */
    private final EventSink<PeerNotice> told = new EventSink<>();

    private final ResultCache cache;
    private final KnownTools tools;

    Notices(EventSink<SessionEvent> events, ResultCache cache, KnownTools tools) {
        this.events = events;
        this.cache = cache;
        this.tools = tools;
    }

    /** All of them, on the thread that reports. */
    Flux<PeerNotice> all() {
        return EventSink.direct(told.flux());
    }

    void complete() {
        told.complete();
    }

    /**
     * Reports an event.
     *
     * @param caller by whose session the server told so; null by the one of all
     */
    void report(SessionEvent event, @Nullable Caller caller) {
        invalidate(event);
        told.emit(new PeerNotice(caller, event));
        events.emit(event);
    }

    void listChanged(ListKind kind) {
        report(new SessionEvent.ListChanged(kind), null);
    }

    /** Drops what is not true any more, and reports nothing. */
    void invalidate(SessionEvent event) {
        if (event instanceof SessionEvent.ListChanged changed) {
            if (changed.kind() == ListKind.TOOLS) {
                tools.changed();
            }
            for (ListKind kind : ListKind.values()) {
                if (kind.reportedAs() == changed.kind()) {
                    cache.drop(kind.method());
                }
            }
        } else if (event instanceof SessionEvent.ResourceUpdated updated) {
            cache.drop(Methods.RESOURCES_READ, updated.uri());
        }
    }
}
