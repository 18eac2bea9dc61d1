package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.internal.EventSink;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A command that lists what servers are or offer, once or whenever it changes. */
abstract class ListCommand<T> extends HostCommand {

    /** Changes that follow each other as closely as this are printed as one. */
    private static final Duration CALM = Duration.ofMillis(200);

    @Mixin
    FormatFlag format = new FormatFlag();

    @Option(
            names = {"-w", "--watch"},
            description =
                    "Print the list again whenever it changes, until it is interrupted. Lost servers are started again.")
    boolean watch;

    @Mixin
    ServerSelection from = new ServerSelection();

    /** Reads the list. */
    abstract Mono<List<T>> entries(McpHost host);

    /** The server of an entry. */
    abstract String server(T entry);

    /** How it is printed. */
    abstract Listing<T> listing();

    /** What is printed on standard error below a list, and the exit code. */
    abstract int end(McpHost host, List<T> entries);

    @Override
    public final Integer call() {
        return withHost(from, host -> {
            watchLists(host);
            return watch ? again(host) : selected(host).map(entries -> once(host, entries));
        });
    }

    /** In a shell, the host has other servers as well. */
    private Mono<List<T>> selected(McpHost host) {
        return root().open() == null
                ? entries(host)
                : entries(host)
                        .map(entries -> entries.stream()
                                .filter(entry -> from.wanted().test(server(entry)))
                                .toList());
    }

    @Override
    boolean restarts() {
        return watch;
    }

    private int once(McpHost host, List<T> entries) {
        output().list(listing(), entries);
        return end(host, entries);
    }

    private Mono<Integer> again(McpHost host) {
        Flux<?> changes = Flux.merge(
                        host.catalogueChanges(), EventSink.direct(host.events()).ofType(HostEvent.StateChanged.class))
                .onBackpressureLatest()
                .sampleTimeout(change -> Mono.delay(CALM));
        return Flux.concat(Flux.just(host), changes)
                .onBackpressureLatest()
                .concatMap(change -> selected(host), 1)
                .doOnNext(entries -> output().listAgain(listing(), entries))
                .takeUntil(entries -> nothingLeft(host))
                .last(List.of())
                .map(entries -> nothingLeft(host) ? end(host, entries) : ExitCode.OK);
    }
}
