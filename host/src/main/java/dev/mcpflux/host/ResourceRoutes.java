package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.uri.UriTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
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
 * never asked, it is not given to another. What servers listed is remembered for each caller.
 */
final class ResourceRoutes {

    private final Map<String, ManagedServer> servers;
    private final EventSink<HostEvent> events;
    private final KnownNames<Set<String>> uris = new KnownNames<>();
    private final KnownNames<List<String>> templates = new KnownNames<>();

    ResourceRoutes(Map<String, ManagedServer> servers, EventSink<HostEvent> events) {
        this.servers = servers;
        this.events = events;
    }

    /**
     * The resources of all servers.
     *
     * @param unread hears of each server whose list could not be read
     */
    Flux<CatalogueResource> resources(BiConsumer<ManagedServer, Throwable> unread) {
        return Catalogue.each(
                "resource",
                servers,
                events,
                server -> server.resources()
                        .map(all -> all.stream()
                                .map(resource -> new CatalogueResource(server.name(), resource))
                                .toList()),
                unread);
    }

    /** The templates of all servers; as {@link #resources}. */
    Flux<CatalogueTemplate> templates(BiConsumer<ManagedServer, Throwable> unread) {
        return Catalogue.each(
                "resource template",
                servers,
                events,
                server -> server.templates()
                        .map(all -> all.stream()
                                .map(template -> new CatalogueTemplate(server.name(), template))
                                .toList()),
                unread);
    }

    Mono<McpSession> route(String uri) {
        return Mono.deferContextual(context -> {
                    CallContext.check(context);
                    return candidates(uri, Caller.of(context));
                })
                .flatMap(names -> {
                    if (names.size() == 1) {
                        ManagedServer server = servers.get(names.get(0));
                        return server == null ? Mono.empty() : server.session();
                    }
                    McpException unavailable = names.isEmpty() ? Catalogue.whyNothingIsThere(servers) : null;
                    return Mono.error(
                            unavailable != null
                                    ? unavailable
                                    : names.isEmpty()
                                            ? McpNameNotFoundException.unknown("resource", uri, List.of(), List.of())
                                            : McpNameNotFoundException.ambiguous("resource", uri, names, names));
                });
    }

    private Mono<List<String>> candidates(String uri, Caller caller) {
        return offering().collectList().flatMap(offering -> {
            boolean anyAway = servers.values().stream()
                    .anyMatch(server -> server.offeredResources() && server.readyNow() == null);
            // the only one that can have it is not asked for its lists
            return offering.size() <= 1 && !anyAway ? Mono.just(offering) : owners(uri, caller, offering);
        });
    }

    /** The servers that say they have resources. */
    private Flux<String> offering() {
        return Flux.fromIterable(servers.values())
                .flatMapSequential(server -> server.session()
                        .map(session -> server)
                        .filter(ManagedServer::offeredResources)
                        .map(ManagedServer::name)
                        .onErrorComplete());
    }

    private Mono<List<String>> owners(String uri, Caller caller, List<String> offering) {
        Map<ManagedServer, Throwable> noResources = new ConcurrentHashMap<>();
        Map<ManagedServer, Throwable> noTemplates = new ConcurrentHashMap<>();
        return resources(noResources::put)
                .collectList()
                .flatMap(resources -> templates(noTemplates::put).collectList().flatMap(templates -> {
                    keep(caller, resources, noResources.keySet(), templates, noTemplates.keySet());
                    Throwable away = away(uri, caller, noResources, noTemplates);
                    return away == null
                            ? Mono.just(owners(uri, resources, templates, offering))
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
            String uri,
            Caller caller,
            Map<ManagedServer, Throwable> noResources,
            Map<ManagedServer, Throwable> noTemplates) {
        for (ManagedServer server : servers.values()) {
            Throwable why = noResources.get(server);
            if (why != null) {
                boolean neverAsked =
                        (why instanceof McpServerUnavailableException || why instanceof McpConnectionException)
                                && server.offeredResources()
                                && !uris.isKnown(caller, server.name());
                if (neverAsked || uris.had(caller, server.name(), all -> all.contains(uri))) {
                    return why;
                }
            }
            why = noTemplates.get(server);
            if (why != null
                    && templates.had(
                            caller,
                            server.name(),
                            all -> all.stream().anyMatch(template -> isSpecific(template) && makes(template, uri)))) {
                return why;
            }
        }
        return null;
    }

    private void keep(
            Caller caller,
            List<CatalogueResource> resources,
            Set<ManagedServer> noResources,
            List<CatalogueTemplate> all,
            Set<ManagedServer> noTemplates) {
        Map<String, List<String>> listed = grouped(
                resources, CatalogueResource::server, entry -> entry.resource().uri());
        Map<String, List<String>> made = grouped(
                all, CatalogueTemplate::server, entry -> entry.template().uriTemplate());
        for (ManagedServer server : servers.values()) {
            String name = server.name();
            if (!noResources.contains(server)) {
                uris.keep(caller, name, new HashSet<>(listed.getOrDefault(name, List.of())));
            }
            if (!noTemplates.contains(server)) {
                templates.keep(caller, name, made.getOrDefault(name, List.of()));
            }
        }
    }

    private static <T> Map<String, List<String>> grouped(
            List<T> all, Function<T, String> server, Function<T, String> value) {
        Map<String, List<String>> grouped = new HashMap<>();
        all.forEach(entry -> grouped.computeIfAbsent(server.apply(entry), s -> new ArrayList<>())
                .add(value.apply(entry)));
        return grouped;
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
