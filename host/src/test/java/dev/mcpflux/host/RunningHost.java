package dev.mcpflux.host;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.FaultyServer;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.testing.InMemoryServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A host of servers in memory, by a clock that the test moves. */
final class RunningHost {

    static final Duration SECOND = Duration.ofSeconds(1);

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final Map<String, FaultyServer> servers = new LinkedHashMap<>();
    final List<HostEvent> events = new CopyOnWriteArrayList<>();
    final McpHost host;

    RunningHost(ServerDefinition... first) {
        host = McpHost.create(config(first));
        EventSink.direct(host.events()).subscribe(events::add);
    }

    /** A host of these servers with nothing special, started. */
    static RunningHost of(String... names) {
        RunningHost host = new RunningHost();
        host.host.apply(host.config(host.all(names))).block();
        host.host.start().block();
        return host;
    }

    ServerDefinition[] all(String... names) {
        return Arrays.stream(names).map(this::server).toArray(ServerDefinition[]::new);
    }

    HostConfig config(ServerDefinition... servers) {
        HostConfig.Builder config = HostConfig.builder()
                .shutdownHook(false)
                .session(SessionOptions.builder()
                        .timer(time)
                        .withoutSchemas()
                        .request(RequestOptions.within(Duration.ofMinutes(1)))
                        .build());
        Arrays.stream(servers).forEach(config::server);
        return config.build();
    }

    HostConfig config(String... names) {
        return config(all(names));
    }

    /** The fault model of a server, made when it is asked for first. */
    FaultyServer faulty(String name) {
        return servers.computeIfAbsent(name, key -> {
            FaultyServer server = new FaultyServer(key, false);
            server.memory()
                    .handle("echo", call -> Mono.just(InMemoryServer.text(key)))
                    .handle("hang", call -> Mono.never());
            return server;
        });
    }

    /** A definition; the same each time, unless something about it is changed. */
    ServerDefinition server(String name, String... dependsOn) {
        return ServerDefinition.of(faulty(name))
                .with(options -> options.dependsOn(Set.of(dependsOn)).restart(restart -> restart.jitter(0)));
    }

    /** Another definition of the same server. */
    ServerDefinition changed(String name, String... dependsOn) {
        return server(name, dependsOn).with(options -> options.startTimeout(Duration.ofSeconds(17)));
    }

    void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    ServerState state(String server) {
        return host.server(server).status().state();
    }

    List<String> names() {
        return host.servers().stream().map(status -> status.name()).toList();
    }

    int live() {
        return servers.values().stream().mapToInt(FaultyServer::live).sum();
    }

    <E extends HostEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    static <T> TestSubscriber<T> subscribed(Publisher<T> work) {
        TestSubscriber<T> subscriber = TestSubscriber.create();
        Flux.from(work).subscribe(subscriber);
        return subscriber;
    }

    /** Closes the host, however it was left. */
    void close() {
        List<TestSubscriber<Void>> closing = new ArrayList<>(List.of(subscribed(host.close())));
        pass(Duration.ofMinutes(2));
        if (!closing.get(0).isTerminated()) {
            throw new AssertionError("the host does not close");
        }
        if (live() > 0) {
            throw new AssertionError("left: " + servers.values());
        }
    }
}
