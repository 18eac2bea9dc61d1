package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.EraMemory;
import dev.mcpflux.client.ListLimits;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.host.server.ServerEvents;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** What is known of one list of one server. */
class ServerListTest {

    private static final Caller ADA = Caller.of("ada", Map.of());

    private final HostEvents events = new HostEvents();
    private final Queue<Flux<String>> answers = new ArrayDeque<>();
    private final ServerSupervisor supervisor = new ServerSupervisor(
            ServerDefinition.of(ScriptedPeer.named("s")
                    .handshake("2025-11-25", "{\"prompts\":{}}")
                    .transport()),
            SessionOptions.builder().lists(new ListLimits(10, 10, 1000)).build(),
            new TransportFactory(name -> null, null, null),
            transport -> transport,
            new EraMemory(),
            new ServerEvents() {
                @Override
                public void changed(String server, ServerLife before, ServerLife after) {}

                @Override
                public void reported(String server, SessionEvent event) {}
            },
            Mono.empty());
    private final ServerList<CataloguePrompt> list = new ServerList<>(
            ListKind.PROMPTS,
            CataloguePrompt.class,
            supervisor,
            events,
            (server, session) -> answers.remove().map(name -> prompt(server, name)),
            null,
            null);

    ServerListTest() {
        supervisor.start().block(Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        supervisor.close().block(Duration.ofSeconds(10));
    }

    private static CataloguePrompt prompt(String server, String name) {
        return CataloguePrompt.of(server, new Prompts.Prompt(name, null, null, null, null, null, Map.of()));
    }

    private CatalogueSnapshot<CataloguePrompt> read(Caller caller) {
        return list.read().contextWrite(caller::in).block(Duration.ofSeconds(10));
    }

    @Test
    void listIsReadOnceUntilItChanges() {
        answers.addAll(List.of(Flux.just("one", "two"), Flux.just("three")));
        CatalogueSnapshot<CataloguePrompt> first = read(ADA);
        assertThat(read(ADA)).isSameAs(first);
        list.changed();
        CatalogueSnapshot<CataloguePrompt> second = read(ADA);
        assertThat(first.names()).containsExactly("one", "two");
        assertThat(second.names()).containsExactly("three");
        assertThat(second.version()).isGreaterThan(first.version());
    }

    @Test
    void namesAreKnownAfterTheListHasChanged() {
        answers.add(Flux.just("one"));
        assertThat(list.lastNames(ADA)).isNull();
        read(ADA);
        list.changed();
        assertThat(list.lastNames(ADA)).containsExactly("one");
        assertThat(list.lastNames(Caller.ANONYMOUS)).isNull();
    }

    @Test
    void listOfOneCallerIsGivenToNoOther() {
        answers.addAll(List.of(Flux.just("of ada"), Flux.just("of nobody")));
        assertThat(read(ADA).names()).containsExactly("of ada");
        assertThat(read(Caller.ANONYMOUS).names()).containsExactly("of nobody");
        list.changed(ADA);
        assertThat(read(Caller.ANONYMOUS).names()).containsExactly("of nobody");
    }

    /** A list that was being read when it changed is handed to its reader, and known no longer than the next one. */
    @Test
    void olderReadingDoesNotReplaceANewerOne() {
        Sinks.Many<String> slow = Sinks.many().unicast().onBackpressureBuffer();
        answers.addAll(List.of(slow.asFlux(), Flux.just("new")));
        TestSubscriber<CatalogueSnapshot<CataloguePrompt>> early = TestSubscriber.create();
        list.read().subscribe(early);
        list.changed();
        CatalogueSnapshot<CataloguePrompt> newer = read(Caller.ANONYMOUS);
        slow.tryEmitNext("old");
        slow.tryEmitComplete();

        assertThat(early.getReceivedOnNext().get(0).names()).containsExactly("old");
        assertThat(list.lastNames(Caller.ANONYMOUS)).containsExactly("new");
        assertThat(read(Caller.ANONYMOUS)).isSameAs(newer);
    }

    @Test
    void failureIsNotKept() {
        answers.addAll(List.of(Flux.error(new IllegalStateException("not now")), Flux.just("one")));
        TestSubscriber<CatalogueSnapshot<CataloguePrompt>> failed = TestSubscriber.create();
        list.read().subscribe(failed);
        assertThat(failed.expectTerminalError()).hasMessage("not now");
        assertThat(read(Caller.ANONYMOUS).names()).containsExactly("one");
    }

    @Test
    void namesOfAllCallersAreBoundedInBytes() {
        for (int i = 0; i < 20; i++) {
            answers.add(Flux.just(i + "-" + "x".repeat(300)));
            read(Caller.of("c" + i, Map.of()));
        }
        assertThat(list.lastNames(Caller.of("c0", Map.of()))).isNull();
        assertThat(list.lastNames(Caller.of("c18", Map.of()))).isNotNull();
        assertThat(list.lastNames(Caller.of("c19", Map.of()))).contains("19-" + "x".repeat(300));
    }

    @Test
    void repeatedNameCountsOnce() {
        answers.add(Flux.just("one", "two", "one"));
        assertThat(read(Caller.ANONYMOUS).entries())
                .extracting(CataloguePrompt::name)
                .containsExactly("s__one", "s__two");
    }
}
