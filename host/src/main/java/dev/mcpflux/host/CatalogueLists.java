package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
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
    private final Class<E> type;
    private final @Nullable ListCache cache;
    private final ServerRegistry servers;
    private final HostEvents events;
    private final BiFunction<String, McpSession, Flux<E>> elements;
    private final @Nullable Function<ApprovalQuestion, Mono<Approval>> approver;
    private final Map<ServerSupervisor, ServerList<E>> lists = new ConcurrentHashMap<>();

    CatalogueLists(
            ListKind kind,
            Class<E> type,
            @Nullable ListCache cache,
            ServerRegistry servers,
            HostEvents events,
            @Nullable Function<ApprovalQuestion, Mono<Approval>> approver,
            BiFunction<String, McpSession, Flux<E>> elements) {
        this.kind = kind;
        this.type = type;
        this.cache = cache;
        this.servers = servers;
        this.events = events;
        this.elements = elements;
        this.approver = approver;
        servers.onRemoval(lists::remove);
        events.listen(this::onEvent);
    }

    private void onEvent(HostEvent event) {
        if (!(event instanceof HostEvent.FromServer from)) {
            return;
        }
        ServerSupervisor server = servers.find(event.server());
        ServerList<E> list = server == null ? null : lists.get(server);
        if (list == null) {
            return;
        }
        if (from.event() instanceof SessionEvent.ListChanged changed && changed.kind() == kind.reportedAs()) {
            list.changed();
        } else if (from.event() instanceof SessionEvent.Link link
                && link.event() instanceof ConnectionEvent.SessionEnded ended) {
            list.changed(ended.caller());
        }
    }

    /** Whether what servers listed in earlier runs is known. */
    boolean areCached() {
        return cache != null;
    }

    ListKind kind() {
        return kind;
    }

    /** The servers at this moment; the same map until they change. */
    Map<String, ServerSupervisor> servers() {
        return servers.servers();
    }

    /** Whether a server has not been removed or replaced. */
    @SuppressWarnings("ReferenceEquality")
    boolean isThere(ServerSupervisor server) {
        return servers.find(server.name()) == server;
    }

    /** What decides about calls of the tools of a server, by its configuration; null where all are made. */
    @Nullable
    HostFilter policy(ServerSupervisor server) {
        ToolRules rules =
                server.definition().options().hasToolRules() ? of(server).rules() : null;
        return rules == null ? null : rules.filter();
    }

    /** The list of one server, or null if no server has the name. */
    @Nullable
    ServerList<E> of(String name) {
        ServerSupervisor server = servers.find(name);
        return server == null ? null : of(server);
    }

    private ServerList<E> of(ServerSupervisor server) {
        ServerList<E> list = lists.get(server);
        if (list != null) {
            return list;
        }
        ServerList<E> created = lists.computeIfAbsent(
                server,
                key -> new ServerList<>(
                        kind,
                        type,
                        server,
                        events,
                        elements,
                        cache == null ? null : cache.of(server.definition()),
                        rules(server)));
        if (!isThere(server)) {
            // removed meanwhile
            lists.remove(server);
        }
        return created;
    }

    /** What is configured about the tools of a server; null where that is nothing, and for other lists. */
    private @Nullable ToolRules rules(ServerSupervisor server) {
        return kind == ListKind.TOOLS && server.definition().options().hasToolRules()
                ? new ToolRules(server, events, approver)
                : null;
    }

    /** All entries, servers in the order of the configuration. A server that is away or fails to list has none. */
    Flux<E> entries() {
        return read((server, why) -> {}).concatMapIterable(CatalogueSnapshot::entries);
    }

    /** The entries of one server, which is started where that is needed. A list that cannot be read is empty, and an event. */
    Flux<E> entriesOf(String name) {
        return read(server -> server.name().equals(name), (server, why) -> {})
                .concatMapIterable(CatalogueSnapshot::entries);
    }

    /** The same, without the servers that would have to be started or waited for. */
    Flux<E> entriesOfRunning() {
        return read(server -> server.isReady() || of(server).isKnown(), (server, why) -> {})
                .concatMapIterable(CatalogueSnapshot::entries);
    }

    /**
     * What each server lists, in the order of the configuration. Fails, like each call, where a value in the context of the
     * subscriber has the wrong type.
     *
     * @param unread is given each server whose list could not be read, and why
     */
    Flux<CatalogueSnapshot<E>> read(BiConsumer<ServerSupervisor, Throwable> unread) {
        return read(server -> true, unread);
    }

    private Flux<CatalogueSnapshot<E>> read(
            Predicate<ServerSupervisor> wanted, BiConsumer<ServerSupervisor, Throwable> unread) {
        return Flux.deferContextual(context -> {
            CallContext.check(context);
            return Flux.fromIterable(servers.all())
                    .filter(wanted)
                    .flatMapSequential(
                            server -> of(server).read().onErrorResume(e -> {
                                failed(server, e);
                                unread.accept(server, e);
                                return Mono.empty();
                            }),
                            CONCURRENCY);
        });
    }

    /** Reports that a server does not list; that it is away is reported by its state. */
    private void failed(ServerSupervisor server, Throwable e) {
        if (!server.isUnusable(e)) {
            log.warn("[{}] its {}s cannot be listed: {}", server.name(), kind.element(), SafeText.line(e));
            events.emit(new HostEvent.ListFailed(server.name(), kind, e, false));
        }
    }

    /** Where no server is ready, that is why nothing is found: what the first of them failed with. */
    @Nullable
    McpException whyNothingIsThere() {
        return servers.all().stream().anyMatch(ServerSupervisor::isReady)
                ? null
                : servers.all().stream()
                        .filter(server -> server.life().error() != null)
                        .findFirst()
                        .map(ServerSupervisor::unusable)
                        .orElse(null);
    }
}
