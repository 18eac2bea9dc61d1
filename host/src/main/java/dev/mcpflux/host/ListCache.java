package dev.mcpflux.host;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.internal.BoundedThreads;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What servers listed in earlier runs, in a directory with one file for each definition of a server, so that a host can list
 * what servers offer before they are started. Only lists that were read without a caller are kept. A file that cannot be read
 * or written is as good as none.
 */
final class ListCache {

    private static final Scheduler FILES = new BoundedThreads("mcpflux.lists", 2).scheduler();

    private final Path directory;
    private final Map<String, CachedLists> servers = new ConcurrentHashMap<>();

    ListCache(Path directory) {
        this.directory = directory;
    }

    /** The lists of one server; nothing is read yet. */
    CachedLists of(ServerDefinition definition) {
        String name = DefinitionHash.fileName(definition);
        return servers.computeIfAbsent(name, key -> new CachedLists(directory.resolve(key), FILES));
    }

    /** Completes when everything that was to be kept is written, or could not be; never fails. */
    Mono<Void> flush() {
        return Flux.fromIterable(servers.values())
                .flatMap(lists -> Mono.fromRunnable(lists::write).subscribeOn(FILES))
                .then();
    }
}
