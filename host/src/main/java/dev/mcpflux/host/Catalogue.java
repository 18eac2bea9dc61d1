package dev.mcpflux.host;

import dev.mcpflux.error.McpException;
import dev.mcpflux.transport.EventSink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tools of all servers under qualified names, and the way from a name to its server. */
final class Catalogue {

    private static final Logger log = LoggerFactory.getLogger(McpHost.class);
    private static final int SUGGESTIONS = 8;

    /** Where a call goes. */
    record Route(ManagedServer server, String tool) {}

    private final Map<String, ManagedServer> servers;
    private final EventSink<HostEvent> events;

    Catalogue(Map<String, ManagedServer> servers, EventSink<HostEvent> events) {
        this.servers = servers;
        this.events = events;
    }

    /** All tools, servers in the order of the configuration. A server that is not there or fails to list has none. */
    Flux<CatalogueTool> tools() {
        return Flux.fromIterable(servers.values())
                .flatMapSequential(this::tools, 16)
                .concatMapIterable(list -> list);
    }

    private Mono<List<CatalogueTool>> tools(ManagedServer server) {
        return server.tools()
                .map(tools -> tools.stream()
                        .map(tool -> CatalogueTool.of(server.name(), tool))
                        .toList())
                .onErrorResume(e -> {
                    // that it is not there is told by its state; that it does not list is told here
                    if (!(e instanceof McpServerUnavailableException)) {
                        log.warn("[{}] its tools cannot be listed: {}", server.name(), e.getMessage());
                        events.emit(new HostEvent.ListFailed(server.name(), e));
                    }
                    return Mono.just(List.of());
                });
    }

    /**
     * The way to a tool: by its qualified name without looking at any list, or by its bare name where one server only
     * offers it.
     */
    Mono<Route> route(String name) {
        Route direct = qualified(name);
        return direct != null ? Mono.just(direct) : tools().collectList().flatMap(all -> bare(name, all));
    }

    private @Nullable Route qualified(String name) {
        // names of servers hold no separator, so the first one ends the name of the server
        int end = name.indexOf(CatalogueTool.SEPARATOR);
        ManagedServer server = end <= 0 ? null : servers.get(name.substring(0, end));
        return server == null ? null : new Route(server, name.substring(end + CatalogueTool.SEPARATOR.length()));
    }

    private Mono<Route> bare(String name, List<CatalogueTool> all) {
        List<CatalogueTool> matches =
                all.stream().filter(t -> t.tool().name().equals(name)).toList();
        if (matches.size() == 1) {
            CatalogueTool match = matches.get(0);
            ManagedServer server = servers.get(match.server());
            if (server != null) {
                return Mono.just(new Route(server, name));
            }
        }
        McpException unavailable = matches.isEmpty() ? whyNothingIsThere() : null;
        if (unavailable != null) {
            return Mono.error(unavailable);
        }
        return Mono.error(
                matches.isEmpty()
                        ? McpToolNotFoundException.unknown(name, near(name, all))
                        : McpToolNotFoundException.ambiguous(
                                name, matches.stream().map(CatalogueTool::name).toList()));
    }

    /** Where no server is ready, that is why no tool is found: what the first of them failed with. */
    private @Nullable McpException whyNothingIsThere() {
        List<ServerStatus> all =
                servers.values().stream().map(ManagedServer::status).toList();
        return all.stream().anyMatch(s -> s.state() == ServerState.READY)
                ? null
                : all.stream()
                        .filter(s -> s.error() != null)
                        .findFirst()
                        .map(s -> new McpServerUnavailableException(s.name(), s.state(), s.error()))
                        .orElse(null);
    }

    /** The tool itself, by either name. */
    Mono<CatalogueTool> tool(String name) {
        return route(name)
                .flatMap(route -> route.server()
                        .tools()
                        .flatMap(tools -> tools.stream()
                                .filter(tool -> tool.name().equals(route.tool()))
                                .findFirst()
                                .map(tool -> Mono.just(
                                        CatalogueTool.of(route.server().name(), tool)))
                                .orElseGet(() -> Mono.error(McpToolNotFoundException.unknown(
                                        name,
                                        near(
                                                route.tool(),
                                                tools.stream()
                                                        .map(tool -> CatalogueTool.of(
                                                                route.server().name(), tool))
                                                        .toList()))))));
    }

    private static List<String> near(String name, List<CatalogueTool> all) {
        String wanted = name.toLowerCase(Locale.ROOT);
        List<CatalogueTool> sorted = new ArrayList<>(all);
        boolean qualified = wanted.contains(CatalogueTool.SEPARATOR);
        sorted.sort(Comparator.comparingInt(
                t -> distance(wanted, (qualified ? t.name() : t.tool().name()).toLowerCase(Locale.ROOT))));
        return sorted.stream().limit(SUGGESTIONS).map(CatalogueTool::name).toList();
    }

    /** Levenshtein's distance, nothing for a part of the other: who types {@code weather} means weather_lookup. */
    static int distance(String a, String b) {
        if (b.contains(a) || a.contains(b)) {
            return 0;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
