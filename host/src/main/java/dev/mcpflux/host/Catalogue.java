package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.config.EditDistance;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
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
 *
 * <p>What names for models and bare names mean is keyed by {@link Caller}, as lists are.
 */
final class Catalogue<E extends CatalogueEntry> {

    private static final int SUGGESTIONS = 8;
    private static final int KEPT_ROUTES = 4096;
    private static final int CALLERS = 64;

    /** The routes by qualified names while these are the servers. */
    private static final class Routes {
        private final Map<String, ServerSupervisor> servers;
        private final Map<String, Route> byName = new ConcurrentHashMap<>();

        Routes(Map<String, ServerSupervisor> servers) {
            this.servers = servers;
        }
    }

    /**
     * Where a request goes.
     *
     * @param name at the server
     * @param offered the name in the host, without that of the server
     * @param options those that are configured for this tool; null for those of the server
     * @param guarded whether the configuration of the server decides about its calls
     */
    record Route(
            ServerSupervisor server,
            String name,
            String offered,
            @Nullable RequestOptions options,
            boolean guarded) {

        /** The way to something at a server, when all has been decided. */
        static Route of(ServerSupervisor server, String name) {
            return of(server, name, name, false);
        }

        private static Route of(ServerSupervisor server, String name, String offered, boolean guarded) {
            Duration limit = server.definition().options().toolTimeouts().get(name);
            return new Route(server, name, offered, limit == null ? null : RequestOptions.within(limit), guarded);
        }
    }

    private final CatalogueLists<E> lists;
    /** What qualified names mean: it depends on which servers there are. */
    private volatile Routes routes = new Routes(Map.of());

    private final PerCaller<Map<String, Route>> modelRoutes = new PerCaller<>(CALLERS, ConcurrentHashMap::new);

    Catalogue(CatalogueLists<E> lists) {
        this.lists = lists;
    }

    CatalogueLists<E> lists() {
        return lists;
    }

    /** All entries, servers in the order of the configuration. A server that is away or fails to list has none. */
    Flux<E> entries() {
        return lists.entries();
    }

    /**
     * Does something with the entry of a name, at the session of its server. By its qualified name, and once its server is
     * ready, that costs a look into two maps.
     *
     * @param use what to do, given the session and the way to the entry. Where the way is guarded there is no session, since
     *     somebody may have to be asked first
     */
    <T> Mono<T> with(String name, BiFunction<@Nullable McpSession, Route, Mono<T>> use) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            Route direct = known(name, context);
            return direct != null ? at(direct, context, use) : search(name).flatMap(route -> at(route, context, use));
        });
    }

    private <T> Mono<T> at(Route route, ContextView context, BiFunction<@Nullable McpSession, Route, Mono<T>> use) {
        if (route.guarded()) {
            return use.apply(null, route);
        }
        return lists.areCached()
                ? route.server()
                        .now(session -> verified(route, session, Caller.of(context))
                                .then(Mono.defer(() -> use.apply(session, route))))
                : route.server().now(session -> use.apply(session, route));
    }

    /** What was listed in an earlier run is compared with what the session lists before anything is called. */
    private Mono<Void> verified(Route route, McpSession session, Caller caller) {
        ServerList<E> list = lists.of(route.server().name());
        if (list == null || !list.isUnverified(session, caller)) {
            return Mono.empty();
        }
        Set<String> before = list.lastNames(caller);
        return list.verify(session, caller).then(Mono.defer(() -> {
            Set<String> now = list.lastNames(caller);
            boolean gone =
                    before != null && now != null && before.contains(route.offered()) && !now.contains(route.offered());
            return gone ? Mono.error(unknown(route.offered(), route.offered(), List.of())) : Mono.empty();
        }));
    }

    /** As {@link #with}, for many results. */
    <T> Flux<T> withMany(String name, BiFunction<@Nullable McpSession, Route, Publisher<T>> use) {
        return Flux.deferContextual(context -> route(name)
                .flatMapMany(route -> route.guarded()
                        ? use.apply(null, route)
                        : route.server()
                                .handle()
                                .use(session -> lists.areCached()
                                        ? verified(route, session, Caller.of(context))
                                                .thenMany(Flux.defer(() -> use.apply(session, route)))
                                        : use.apply(session, route))));
    }

    /** The way to an entry: by its qualified name without looking at any list, else by the lists. */
    Mono<Route> route(String name) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            Route direct = known(name, context);
            return direct != null ? Mono.just(direct) : search(name);
        });
    }

    /** The entry itself, by any of its names. */
    Mono<E> entry(String name) {
        return route(name).flatMap(route -> entry(route.server().name(), route.name(), name));
    }

    /** The entry of a name at a server. */
    Mono<E> entryAt(String server, String name) {
        return Mono.defer(() -> entry(server, name, CatalogueEntry.qualify(server, name)));
    }

    private Mono<E> entry(String server, String name, String asked) {
        ServerList<E> list = lists.of(server);
        return list == null
                ? Mono.empty()
                : list.read().flatMap(all -> {
                    E entry = all.find(name);
                    return entry != null ? Mono.just(entry) : Mono.error(unknown(asked, name, all.entries()));
                });
    }

    private @Nullable Route known(String name, ContextView context) {
        Routes now = routes();
        Route kept = now.byName.get(name);
        if (kept != null) {
            return kept;
        }
        Route route = parse(name);
        if (route != null) {
            return kept(now.byName, name, route);
        }
        // what a name for models means is known from a list, and lists are those of a caller
        Map<String, Route> own = modelRoutes.find(Caller.of(context));
        Route model = own == null ? null : own.get(name);
        return model != null && lists.isThere(model.server()) ? model : null;
    }

    @SuppressWarnings("ReferenceEquality")
    private Routes routes() {
        Routes now = routes;
        Map<String, ServerSupervisor> servers = lists.servers();
        if (now.servers != servers) {
            now = new Routes(servers);
            routes = now;
        }
        return now;
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
        ServerList<E> list = end <= 0 ? null : lists.of(name.substring(0, end));
        if (list == null) {
            return null;
        }
        String offered = name.substring(end + CatalogueEntry.SEPARATOR.length());
        ToolRules rules = list.rules();
        return rules == null ? Route.of(list.server(), offered) : route(list, rules.nameAtServer(offered), offered);
    }

    private static Route route(ServerList<?> list, String name, String offered) {
        ToolRules rules = list.rules();
        return Route.of(list.server(), name, offered, rules != null && rules.filter() != null);
    }

    private Mono<Route> search(String name) {
        return Mono.deferContextual(context -> {
            Caller caller = Caller.of(context);
            Queue<Unread> unread = new ConcurrentLinkedQueue<>();
            return lists.read((server, why) -> unread.add(new Unread(server, why)))
                    .collectList()
                    .flatMap(all -> found(name, all, caller, unread));
        });
    }

    /** A server whose list could not be read now. */
    private record Unread(ServerSupervisor server, Throwable why) {

        boolean listFailed() {
            return !server.isUnusable(why);
        }

        /** Whether it went away, now or before, after it had been ready. */
        boolean isLost() {
            return server.lastPeer() != null && (!listFailed() || why instanceof McpConnectionException);
        }
    }

    private Mono<Route> found(String name, List<CatalogueSnapshot<E>> all, Caller caller, Queue<Unread> unread) {
        for (CatalogueSnapshot<E> snapshot : all) {
            E entry = snapshot.findModelName(name);
            Route route = entry == null ? null : route(entry);
            if (route != null) {
                return Mono.just(kept(modelRoutes.get(caller), name, route));
            }
        }
        for (Unread away : unread) {
            ServerList<E> list = lists.of(away.server().name());
            Set<String> names = list == null ? null : list.lastNames(caller);
            boolean owner = names != null && names.contains(name);
            if (owner || (names == null && away.isLost())) {
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

    private @Nullable Route route(E entry) {
        ServerList<E> list = lists.of(entry.server());
        return list == null ? null : route(list, entry.bareName(), CatalogueSnapshot.offeredName(entry));
    }

    private Mono<Route> bare(String name, List<CatalogueSnapshot<E>> all) {
        List<E> matches = new ArrayList<>();
        for (CatalogueSnapshot<E> snapshot : all) {
            E entry = snapshot.findOffered(name);
            if (entry != null) {
                matches.add(entry);
            }
        }
        Route route = matches.size() == 1 ? route(matches.get(0)) : null;
        if (route != null) {
            return Mono.just(route);
        }
        if (!matches.isEmpty()) {
            return Mono.error(McpNameNotFoundException.ambiguous(lists.kind(), name, names(matches), shown(matches)));
        }
        for (CatalogueSnapshot<E> snapshot : all) {
            ServerList<E> list = snapshot.isNotOffered(name)
                    ? lists.of(snapshot.listed().get(0).server())
                    : null;
            ToolRules rules = list == null ? null : list.rules();
            if (rules != null) {
                return Mono.error(rules.notOffered(name));
            }
        }
        McpException unavailable = lists.whyNothingIsThere();
        return Mono.error(
                unavailable != null
                        ? unavailable
                        : unknown(
                                name,
                                name,
                                all.stream()
                                        .flatMap(snapshot -> snapshot.entries().stream())
                                        .toList()));
    }

    /**
     * Nothing is called like that.
     *
     * @param name what was asked for
     * @param like what the near ones are like
     */
    private McpNameNotFoundException unknown(String name, String like, List<E> all) {
        List<E> near = near(like, all);
        return McpNameNotFoundException.unknown(lists.kind(), name, names(near), shown(near));
    }

    private List<String> names(List<E> entries) {
        return entries.stream().map(CatalogueEntry::name).toList();
    }

    /** A name may hold a secret of its server, and a message is read by others than those who may call it. */
    private List<String> shown(List<E> entries) {
        return entries.stream()
                .map(entry -> {
                    ServerList<E> list = lists.of(entry.server());
                    return list == null ? entry.name() : list.server().mask(entry.name());
                })
                .toList();
    }

    private List<E> near(String name, List<E> all) {
        String wanted = name.toLowerCase(Locale.ROOT);
        boolean qualified = wanted.contains(CatalogueEntry.SEPARATOR);
        Function<E, String> called = qualified ? CatalogueEntry::name : CatalogueSnapshot::offeredName;
        // each distance is computed once, however long the list is
        record Near<E>(E entry, int distance) {}
        return all.stream()
                .map(e -> new Near<>(e, EditDistance.of(wanted, called.apply(e).toLowerCase(Locale.ROOT))))
                .sorted(Comparator.comparingInt(Near::distance))
                .limit(SUGGESTIONS)
                .map(Near::entry)
                .toList();
    }
}
