package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.EditDistance;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.PerCaller;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * What all servers offer of one kind under qualified names, and the way from a name to its server.
 *
 * <p>A qualified name means its server, whether that is there or not. A name for models means the tool it was derived from. A
 * bare name means the one server that lists it, and goes to its owner: while a server is away that listed the name when it
 * was asked last, or that was ready in this host and never asked, the name is not given to another. A server that was
 * never ready, or whose list could never be read, counts as having nothing.
 */
final class Catalogue<E extends CatalogueEntry> {

    private static final Logger log = LoggerFactory.getLogger(McpHost.class);
    private static final int SUGGESTIONS = 8;
    private static final int CONCURRENCY = 16;
    private static final int KEPT_ROUTES = 4096;
    private static final int CALLERS = 64;

    /** Where a request goes. */
    record Route(ManagedServer server, String name) {}

    private final String kind;
    private final Map<String, ManagedServer> servers;
    /** What qualified names mean: it depends on the configuration only. */
    private final Map<String, Route> routes = new ConcurrentHashMap<>();

    private final KnownNames<Set<String>> known = new KnownNames<>();

    /** What names for models mean to a caller. */
    private final PerCaller<Map<String, Route>> modelRoutes = new PerCaller<>(CALLERS, ConcurrentHashMap::new);

    private final EventSink<HostEvent> events;
    private final Function<ManagedServer, Mono<Listing<E>>> list;

    /**
     * A catalogue.
     *
     * @param kind what is in it, for error messages
     * @param list reads what one server offers
     */
    Catalogue(
            String kind,
            Map<String, ManagedServer> servers,
            EventSink<HostEvent> events,
            Function<ManagedServer, Mono<Listing<E>>> list) {
        this.kind = kind;
        this.servers = servers;
        this.events = events;
        this.list = list;
    }

    /** All entries, servers in the order of the configuration. A server that is not there or fails to list has none. */
    Flux<E> entries() {
        return each(kind, servers, events, server -> read(server).map(Listing::entries));
    }

    private Mono<Listing<E>> read(ManagedServer server) {
        return Mono.deferContextual(context -> {
            Caller caller = Caller.of(context);
            return list.apply(server).doOnNext(listing -> known.keep(caller, server.name(), listing.names()));
        });
    }

    /** What each server lists, servers in the order of the configuration; one that does not list has nothing. */
    static <T> Flux<T> each(
            String kind,
            Map<String, ManagedServer> servers,
            EventSink<HostEvent> events,
            Function<ManagedServer, Mono<List<T>>> list) {
        return each(kind, servers, events, list, (server, why) -> {});
    }

    /** As {@link #each(String, Map, EventSink, Function)}, told of each server whose list could not be read, and why. */
    static <T> Flux<T> each(
            String kind,
            Map<String, ManagedServer> servers,
            EventSink<HostEvent> events,
            Function<ManagedServer, Mono<List<T>>> list,
            BiConsumer<ManagedServer, Throwable> unread) {
        return listed(kind, servers, events, list, unread).concatMapIterable(all -> all);
    }

    /** A list that fails, like each call, where a value in the context of its subscriber has the wrong type. */
    private static <T> Flux<T> checked(Flux<T> list) {
        return Flux.deferContextual(context -> {
            CallContext.check(context);
            return list;
        });
    }

    private static <L> Flux<L> listed(
            String kind,
            Map<String, ManagedServer> servers,
            EventSink<HostEvent> events,
            Function<ManagedServer, Mono<L>> list,
            BiConsumer<ManagedServer, Throwable> unread) {
        return checked(Flux.fromIterable(servers.values())
                .flatMapSequential(
                        server -> list.apply(server).onErrorResume(e -> {
                            // that it is not there is told by its state; that it does not list is told here
                            if (!(e instanceof McpServerUnavailableException)) {
                                log.warn("[{}] its {}s cannot be listed: {}", server.name(), kind, SafeText.line(e));
                                events.emit(new HostEvent.ListFailed(server.name(), kind, e));
                            }
                            unread.accept(server, e);
                            return Mono.empty();
                        }),
                        CONCURRENCY));
    }

    /**
     * Does something with the entry of a name, at the session of its server. By its qualified name, and once its server is
     * ready, that costs a look into two maps.
     *
     * @param use what to do, given the session and the name at its server
     */
    <T> Mono<T> with(String name, BiFunction<McpSession, String, Mono<T>> use) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            Route direct = qualified(name, context);
            McpSession ready = direct == null ? null : direct.server().readyNow();
            return direct != null && ready != null
                    ? use.apply(ready, direct.name())
                    : route(name)
                            .flatMap(route ->
                                    route.server().session().flatMap(session -> use.apply(session, route.name())));
        });
    }

    /**
     * The way to an entry: by its qualified name without looking at any list, or by its bare name where one server only
     * offers it.
     */
    Mono<Route> route(String name) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            Route direct = qualified(name, context);
            return direct != null ? Mono.just(direct) : search(name);
        });
    }

    private Mono<Route> search(String name) {
        return Mono.deferContextual(context -> {
            Caller caller = Caller.of(context);
            Queue<Unread> unread = new ConcurrentLinkedQueue<>();
            return listed(kind, servers, events, this::read, (server, why) -> unread.add(new Unread(server, why)))
                    .collectList()
                    .flatMap(all -> found(name, all, caller, unread));
        });
    }

    /** A server whose list could not be read now. */
    private record Unread(ManagedServer server, Throwable why) {

        boolean listFailed() {
            return !(why instanceof McpServerUnavailableException);
        }

        /** Whether it went away, now or before, after it had been ready. */
        boolean isLost() {
            return server.wasReady() && (!listFailed() || why instanceof McpConnectionException);
        }
    }

    private Mono<Route> found(String name, List<Listing<E>> all, Caller caller, Queue<Unread> unread) {
        for (Listing<E> listing : all) {
            E entry = listing.findModelName(name);
            ManagedServer server = entry == null ? null : servers.get(entry.server());
            if (entry != null && server != null) {
                Map<String, Route> own = modelRoutes.get(caller);
                return Mono.just(kept(own, name, new Route(server, entry.bareName())));
            }
        }
        for (Unread away : unread) {
            String server = away.server().name();
            boolean owner = known.had(caller, server, names -> names.contains(name));
            if (owner || (away.isLost() && !known.isKnown(caller, server))) {
                return Mono.error(away.why());
            }
        }
        // where no list could be read, that is why nothing is found
        return all.isEmpty()
                ? unread.stream()
                        .filter(Unread::listFailed)
                        .findFirst()
                        .map(away -> Mono.<Route>error(away.why()))
                        .orElseGet(() -> bare(name, all))
                : bare(name, all);
    }

    private @Nullable Route qualified(String name, ContextView context) {
        Route kept = routes.get(name);
        if (kept != null) {
            return kept;
        }
        Route route = parse(name);
        if (route != null) {
            return kept(routes, name, route);
        }
        // what a name for models means is known from a list, and lists are those of a caller
        Map<String, Route> own = modelRoutes.find(Caller.of(context));
        return own == null ? null : own.get(name);
    }

    /** Whatever names are asked for, no more than a limit is kept of them. */
    private static Route kept(Map<String, Route> routes, String name, Route route) {
        if (routes.size() < KEPT_ROUTES) {
            routes.put(name, route);
        }
        return route;
    }

    private @Nullable Route parse(String name) {
        // names of servers hold no separator, so the first one ends the name of the server
        int end = name.indexOf(CatalogueEntry.SEPARATOR);
        ManagedServer server = end <= 0 ? null : servers.get(name.substring(0, end));
        return server == null ? null : new Route(server, name.substring(end + CatalogueEntry.SEPARATOR.length()));
    }

    private Mono<Route> bare(String name, List<Listing<E>> all) {
        List<E> matches = new ArrayList<>();
        for (Listing<E> listing : all) {
            E entry = listing.find(name);
            if (entry != null) {
                matches.add(entry);
            }
        }
        if (matches.size() == 1) {
            E match = matches.get(0);
            ManagedServer server = servers.get(match.server());
            if (server != null) {
                return Mono.just(new Route(server, name));
            }
        }
        McpException unavailable = matches.isEmpty() ? whyNothingIsThere(servers) : null;
        if (unavailable != null) {
            return Mono.error(unavailable);
        }
        return Mono.error(
                matches.isEmpty()
                        ? unknown(name, name, entries(all))
                        : McpNameNotFoundException.ambiguous(kind, name, names(matches), shown(matches)));
    }

    /**
     * Nothing is called like that.
     *
     * @param name what was asked for
     * @param like what the near ones are like
     */
    private McpNameNotFoundException unknown(String name, String like, List<E> all) {
        List<E> near = near(like, all);
        return McpNameNotFoundException.unknown(kind, name, names(near), shown(near));
    }

    private List<String> names(List<E> entries) {
        return entries.stream().map(CatalogueEntry::name).toList();
    }

    /** A name may hold a secret of its server, and a message is read by others than who may call it. */
    private List<String> shown(List<E> entries) {
        return entries.stream()
                .map(entry -> {
                    ManagedServer server = servers.get(entry.server());
                    return server == null ? entry.name() : server.mask(entry.name());
                })
                .toList();
    }

    private static <E extends CatalogueEntry> List<E> entries(List<Listing<E>> all) {
        return all.stream().flatMap(listing -> listing.entries().stream()).toList();
    }

    /** Where no server is ready, that is why nothing is found: what the first of them failed with. */
    static @Nullable McpException whyNothingIsThere(Map<String, ManagedServer> servers) {
        return servers.values().stream().anyMatch(s -> s.status().state() == ServerState.READY)
                ? null
                : servers.values().stream()
                        .filter(s -> s.status().error() != null)
                        .findFirst()
                        .map(ManagedServer::unavailable)
                        .orElse(null);
    }

    /** The entry itself, by either name. */
    Mono<E> entry(String name) {
        return route(name)
                .flatMap(route -> read(route.server()).flatMap(all -> {
                    E entry = all.find(route.name());
                    return entry != null ? Mono.just(entry) : Mono.error(unknown(name, route.name(), all.entries()));
                }));
    }

    private List<E> near(String name, List<E> all) {
        String wanted = name.toLowerCase(Locale.ROOT);
        boolean qualified = wanted.contains(CatalogueEntry.SEPARATOR);
        // each distance is computed once, however long the list is
        record Near<E>(E entry, int distance) {}
        return all.stream()
                .map(e -> new Near<>(
                        e, EditDistance.of(wanted, (qualified ? e.name() : e.bareName()).toLowerCase(Locale.ROOT))))
                .sorted(Comparator.comparingInt(Near::distance))
                .limit(SUGGESTIONS)
                .map(Near::entry)
                .toList();
    }
}
