package dev.mcpflux.host;

import dev.mcpflux.error.McpException;
import dev.mcpflux.session.CallContext;
import dev.mcpflux.session.McpSession;
import dev.mcpflux.session.PeerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The way from a URI to the server that has it: the one that lists it, else the only one that offers resources, else the one
 * that has a template which begins like it. Where that is several, the caller has to say which. It keeps nothing, and looks at
 * the lists of the caller.
 */
final class ResourceRoutes {

    private final Map<String, ManagedServer> servers;
    private final Flux<CatalogueResource> resources;
    private final Flux<CatalogueTemplate> templates;

    ResourceRoutes(
            Map<String, ManagedServer> servers, Flux<CatalogueResource> resources, Flux<CatalogueTemplate> templates) {
        this.servers = servers;
        this.resources = resources;
        this.templates = templates;
    }

    Mono<McpSession> route(String uri) {
        return Mono.deferContextual(context -> {
                    CallContext.check(context);
                    return candidates(uri);
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
                                            ? McpNameNotFoundException.unknown("resource", uri, List.of())
                                            : McpNameNotFoundException.ambiguous("resource", uri, names));
                });
    }

    private Mono<List<String>> candidates(String uri) {
        return offering().collectList().flatMap(offering -> {
            // the only one that can have it is not asked for its lists
            if (offering.size() <= 1) {
                return Mono.just(offering);
            }
            return resources
                    .filter(entry -> entry.resource().uri().equals(uri))
                    .map(CatalogueResource::server)
                    .distinct()
                    .collectList()
                    .flatMap(listed -> listed.isEmpty() ? templated(uri, offering) : Mono.just(listed));
        });
    }

    /** The servers that say they have resources. */
    private Flux<String> offering() {
        return Flux.fromIterable(servers.values())
                .flatMapSequential(server -> server.session()
                        .filter(session -> {
                            PeerInfo peer = session.peer();
                            return peer != null && peer.capabilities().resources() != null;
                        })
                        .map(session -> server.name())
                        .onErrorComplete());
    }

    private Mono<List<String>> templated(String uri, List<String> offering) {
        return templates
                .filter(entry -> begins(uri, entry.template().uriTemplate()))
                .map(CatalogueTemplate::server)
                .distinct()
                .collectList()
                .map(found -> found.isEmpty() ? new ArrayList<>(offering) : found);
    }

    /** Whether a URI begins with what stands before the first variable of a template. */
    static boolean begins(String uri, String template) {
        int variable = template.indexOf('{');
        return uri.startsWith(variable < 0 ? template : template.substring(0, variable));
    }
}
