package dev.mcpflux.client;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Publishes the notifications of a server. Cached results that a notification makes invalid are dropped before it is
 * published, for all callers: a change for one may affect others.
 */
final class Notices {

    private final EventSink<SessionEvent> events;
    /** The same, with the caller whose session received it; for internal subscribers. */
    private final EventSink<PeerNotice> told = new EventSink<>();

    private final ResultCache cache;
    private final ToolRegistry tools;

    Notices(EventSink<SessionEvent> events, ResultCache cache, ToolRegistry tools) {
        this.events = events;
        this.cache = cache;
        this.tools = tools;
    }

    /** All notifications, on the thread that publishes them. */
    Flux<PeerNotice> all() {
        return EventSink.direct(told.flux());
    }

    void complete() {
        told.complete();
    }

    /**
     * Publishes an event.
     *
     * @param caller the caller whose session received it; null for the shared session
     */
    void report(SessionEvent event, @Nullable Caller caller) {
        invalidate(event);
        told.emit(new PeerNotice(caller, event));
        events.emit(event);
    }

    void listChanged(ListKind kind) {
        report(new SessionEvent.ListChanged(kind), null);
    }

    /** Drops invalid results without publishing an event. */
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
