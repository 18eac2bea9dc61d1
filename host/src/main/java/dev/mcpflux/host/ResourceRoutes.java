package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.uri.UriTemplate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The way from a URI to the server that has it.
 *
 * <p>A server has a URI that it lists, or that one of its templates makes (RFC 6570). Where several have it, the caller has to
 * say which: what is listed does not stand above another server's template. Templates without a scheme of their own, such
 * as <code>{+uri}</code>, make every URI; they count only where no server has it otherwise. Where nobody has it, it
 * goes to the only server that offers resources.
 *
 * <p>A URI goes to its owner: while a server is away that had it when it was asked last, or that offered resources and was
 * never asked, it is not given to another. What servers listed is remembered for each {@link Caller}.
 */
final class ResourceRoutes {

    private final ServerRegistry servers;
    private final CatalogueLists<CatalogueResource> resources;
    private final CatalogueLists<CatalogueTemplate> templates;

    ResourceRoutes(
            ServerRegistry servers,
            CatalogueLists<CatalogueResource> resources,
            CatalogueLists<CatalogueTemplate> templates) {
        this.servers = servers;
        this.resources = resources;
        this.templates = templates;
    }

    /** Does something at the session of the server that has a URI. */
    <T> Mono<T> with(String uri, Function<McpSession, Mono<T>> use) {
        return at(uri, server -> server.now(use));
    }

    /** Does something with the server that has a URI. */
    <T> Mono<T> at(String uri, Function<ServerSupervisor, Mono<T>> use) {
        return Mono.deferContextual(context -> {
                    CallContext.check(context);
                    return candidates(uri, Caller.of(context));
                })
                .flatMap(names -> {
                    ServerSupervisor server = names.size() == 1 ? servers.find(names.get(0)) : null;
                    return server != null ? use.apply(server) : Mono.error(notFound(uri, names));
                });
    }

    /** Nobody has a URI. */
    static McpException unknown(String uri) {
        return McpNameNotFoundException.unknown(ListKind.RESOURCES, uri, List.of(), List.of());
    }

    private McpException notFound(String uri, List<String> names) {
        if (!names.isEmpty()) {
            return McpNameNotFoundException.ambiguous(ListKind.RESOURCES, uri, names, names);
        }
        McpException unavailable = resources.whyNothingIsThere();
        return unavailable != null ? unavailable : unknown(uri);
    }

    private Mono<List<String>> candidates(String uri, Caller caller) {
        return offering().collectList().flatMap(offering -> {
            boolean anyAway = servers.all().stream().anyMatch(server -> server.offeredResources() && !server.isReady());
            // the only one that can have it is not asked for its lists
            return offering.size() <= 1 && !anyAway ? Mono.just(offering) : owners(uri, caller, offering);
        });
    }

    /** The servers that declare resources. */
    private Flux<String> offering() {
        return Flux.fromIterable(servers.all())
                .flatMapSequential(server -> server.now(session -> Mono.just(server))
                        .filter(ServerSupervisor::offeredResources)
                        .map(ServerSupervisor::name)
                        .onErrorComplete());
    }

    private Mono<List<String>> owners(String uri, Caller caller, List<String> offering) {
        Map<String, Throwable> noResources = new ConcurrentHashMap<>();
        Map<String, Throwable> noTemplates = new ConcurrentHashMap<>();
        return resources
                .read((server, why) -> noResources.put(server.name(), why))
                .concatMapIterable(CatalogueSnapshot::entries)
                .collectList()
                .flatMap(listed -> templates
                        .read((server, why) -> noTemplates.put(server.name(), why))
                        .concatMapIterable(CatalogueSnapshot::entries)
                        .collectList()
                        .flatMap(made -> {
                            Throwable away = away(uri, caller, noResources, noTemplates);
                            return away == null
                                    ? Mono.just(owners(uri, listed, made, offering))
                                    : Mono.<List<String>>error(away);
                        }));
    }

    private static List<String> owners(
            String uri, List<CatalogueResource> resources, List<CatalogueTemplate> templates, List<String> offering) {
        Set<String> owners = new LinkedHashSet<>();
        Set<String> ofAnything = new LinkedHashSet<>();
        for (CatalogueResource entry : resources) {
            if (entry.resource().uri().equals(uri)) {
                owners.add(entry.server());
            }
        }
        for (CatalogueTemplate entry : templates) {
            String template = entry.template().uriTemplate();
            if (makes(template, uri)) {
                (isSpecific(template) ? owners : ofAnything).add(entry.server());
            }
        }
        Set<String> found = !owners.isEmpty() ? owners : ofAnything;
        // in the order of the configuration
        return found.isEmpty()
                ? offering
                : offering.stream().filter(found::contains).toList();
    }

    /** Why the server that owns a URI cannot be asked, or null where it can, or none is known to own it. */
    private @Nullable Throwable away(
            String uri, Caller caller, Map<String, Throwable> noResources, Map<String, Throwable> noTemplates) {
        for (ServerSupervisor server : servers.all()) {
            Throwable why = noResources.get(server.name());
            if (why != null) {
                Set<String> uris = lastNames(resources, server, caller);
                boolean neverAsked = (server.isUnusable(why) || why instanceof McpConnectionException)
                        && server.offeredResources()
                        && uris == null;
                if (neverAsked || (uris != null && uris.contains(uri))) {
                    return why;
                }
            }
            why = noTemplates.get(server.name());
            Collection<String> known = why == null ? null : lastNames(templates, server, caller);
            if (known != null && known.stream().anyMatch(template -> isSpecific(template) && makes(template, uri))) {
                return why;
            }
        }
        return null;
    }

    private static @Nullable Set<String> lastNames(CatalogueLists<?> lists, ServerSupervisor server, Caller caller) {
        ServerList<?> list = lists.of(server.name());
        return list == null ? null : list.lastNames(caller);
    }

    /** Whether a template may make a URI; one that is no template makes what begins like it. */
    static boolean makes(String template, String uri) {
        try {
            return UriTemplate.of(template).match(uri).isPresent();
        } catch (IllegalArgumentException e) {
            return uri.startsWith(prefix(template));
        }
    }

    /** Whether a template has a scheme of its own, so that it does not make every URI. */
    static boolean isSpecific(String template) {
        return prefix(template).indexOf(':') >= 0;
    }

    private static String prefix(String template) {
        int variable = template.indexOf('{');
        return variable < 0 ? template : template.substring(0, variable);
    }
}
