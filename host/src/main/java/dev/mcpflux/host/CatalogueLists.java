package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpException;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The lists of one kind of all servers, in the order of the configuration: the one place where the host knows what its servers
 * list. It follows the events of the host, so that a list that has changed is read again.
 */
final class CatalogueLists<E extends CatalogueEntry> {

    private static final Logger log = LoggerFactory.getLogger(CatalogueLists.class);

    /** How many lists are read at the same time. */
    private static final int CONCURRENCY = 16;

    private final ListKind kind;
    private final HostEvents events;
    private final Map<String, ServerList<E>> lists = new LinkedHashMap<>();

    CatalogueLists(
            ListKind kind,
            Collection<ServerHandle> servers,
            HostEvents events,
            BiFunction<String, McpSession, Flux<E>> elements) {
        this.kind = kind;
        this.events = events;
        for (ServerHandle server : servers) {
            lists.put(server.name(), new ServerList<>(kind, server, events, elements));
        }
        events.listen(this::onEvent);
    }

    private void onEvent(HostEvent event) {
        ServerList<E> list = lists.get(event.server());
        if (list == null) {
            return;
        }
        if (event instanceof HostEvent.StateChanged changed && changed.to() == ServerState.STARTING) {
            list.changed();
        } else if (event instanceof HostEvent.FromServer from) {
            if (from.event() instanceof SessionEvent.ListChanged changed && changed.kind() == kind.reportedAs()) {
                list.changed();
            } else if (from.event() instanceof SessionEvent.Link link
                    && link.event() instanceof ConnectionEvent.SessionEnded ended) {
                list.changed(ended.caller());
            }
        }
    }

    ListKind kind() {
        return kind;
    }

    /** The list of one server, or null if no server has the name. */
    @Nullable
    ServerList<E> of(String server) {
        return lists.get(server);
    }

    /** The lists, servers in the order of the configuration. */
    Collection<ServerList<E>> all() {
        return lists.values();
    }

    /** All entries, servers in the order of the configuration. A server that is away or fails to list has none. */
    Flux<E> entries() {
        return read((server, why) -> {}).concatMapIterable(CatalogueSnapshot::entries);
    }

    /**
     * What each server lists, in the order of the configuration. Fails, like each call, where a value in the context of the
     * subscriber has the wrong type.
     *
     * @param unread is given each server whose list could not be read, and why
     */
    Flux<CatalogueSnapshot<E>> read(BiConsumer<ServerHandle, Throwable> unread) {
        return Flux.deferContextual(context -> {
            CallContext.check(context);
            return Flux.fromIterable(lists.values())
                    .flatMapSequential(
                            list -> list.read().onErrorResume(e -> {
                                failed(list.server(), e);
                                unread.accept(list.server(), e);
                                return Mono.empty();
                            }),
                            CONCURRENCY);
        });
    }

    /** Reports that a server does not list; that it is away is reported by its state. */
    private void failed(ServerHandle server, Throwable e) {
        if (!server.isUnusable(e)) {
            log.warn("[{}] its {}s cannot be listed: {}", server.name(), kind.element(), SafeText.line(e));
            events.emit(new HostEvent.ListFailed(server.name(), kind, e));
        }
    }

    /** Where no server is ready, that is why nothing is found: what the first of them failed with. */
    @Nullable
    McpException whyNothingIsThere() {
        return lists.values().stream().anyMatch(list -> list.server().isReady())
                ? null
                : lists.values().stream()
                        .map(ServerList::server)
                        .filter(server -> server.status().error() != null)
                        .findFirst()
                        .map(ServerHandle::unusable)
                        .orElse(null);
    }
}
