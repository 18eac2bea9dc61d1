package dev.mcpflux.host;

import static dev.mcpflux.host.RunningHost.subscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.host.catalogue.CatalogueChange;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.testing.InMemoryServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** How the lists of a host change, and lists that are kept when they cannot be read again. */
class CatalogueChangesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private RunningHost it = legacy();

    private static RunningHost legacy() {
        RunningHost host = new RunningHost();
        host.faulty("a").memory().revisions("2025-11-25");
        subscribed(host.host.apply(host.config(host.server("a").with(o -> o.era(EraPolicy.LEGACY)), host.server("b"))));
        subscribed(host.host.start());
        return host;
    }

    @AfterEach
    void close() {
        it.close();
    }

    private List<String> tools() {
        return it.host.tools().map(CatalogueTool::name).collectList().block(Duration.ofSeconds(10));
    }

    private void offer(String server, String tool) {
        it.faulty(server).memory().handle(tool, call -> Mono.just(InMemoryServer.text("")));
    }

    private static List<String> text(TestSubscriber<CatalogueChange> changes) {
        return changes.getReceivedOnNext().stream()
                .map(change -> change.server() + " " + change.kind() + " +" + names(change.added()) + " -"
                        + names(change.removed()) + " ~" + names(change.changed()))
                .toList();
    }

    private static List<String> names(List<CatalogueEntry> entries) {
        return entries.stream().map(CatalogueEntry::bareName).toList();
    }

    @Test
    void nothingIsReportedAtFirst() {
        assertThat(text(subscribed(it.host.catalogueChanges()))).isEmpty();
    }

    @Test
    void addedAndRemovedToolsAreReported() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        offer("a", "new");
        it.faulty("b").memory().removeTool("hang");
        assertThat(text(changes)).containsExactly("a TOOLS +[new] -[] ~[]", "b TOOLS +[] -[hang] ~[]");
    }

    @Test
    void changedToolIsReported() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        it.faulty("a")
                .memory()
                .handle(
                        new dev.mcpflux.protocol.Tool(
                                "echo",
                                "title",
                                null,
                                dev.mcpflux.jsonrpc.McpJson.mapper().readTree("{}"),
                                null,
                                null,
                                null,
                                null,
                                null),
                        call -> Mono.just(InMemoryServer.text("")));
        assertThat(text(changes)).containsExactly("a TOOLS +[] -[] ~[echo]");
    }

    @Test
    void promptsAndResourcesAreReported() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        it.faulty("a").memory().prompt("p", arguments -> "p");
        it.faulty("a").memory().resource("x://r", "r");
        it.faulty("a").memory().template("x://{id}", values -> "t");
        assertThat(changes.getReceivedOnNext())
                .extracting(CatalogueChange::kind)
                .contains(ListKind.PROMPTS, ListKind.RESOURCES, ListKind.RESOURCE_TEMPLATES);
    }

    @Test
    void addedAndRemovedServersAreReported() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        subscribed(it.host.add(it.server("c")));
        assertThat(text(changes)).containsExactly("c TOOLS +[echo, hang] -[] ~[]");
        subscribed(it.host.remove("c"));
        it.pass(SECOND);
        assertThat(text(changes)).last().isEqualTo("c TOOLS +[] -[echo, hang] ~[]");
    }

    @Test
    void restartOfAServerIsNoChange() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        it.faulty("a").crash();
        it.pass(SECOND.multipliedBy(5));
        subscribed(it.host.restart("b"));
        assertThat(text(changes)).isEmpty();
    }

    @Test
    void serverThatChangedWhileItWasAwayIsReported() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        it.faulty("a").crash();
        offer("a", "new");
        assertThat(text(changes)).isEmpty();
        it.pass(SECOND.multipliedBy(5));
        assertThat(text(changes)).containsExactly("a TOOLS +[new] -[] ~[]");
    }

    @Test
    void quarantinedServerOffersNothing() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        for (int i = 0; i < 9; i++) {
            it.faulty("a").crash();
            it.pass(Duration.ofSeconds(45));
        }
        assertThat(it.state("a")).hasToString("quarantined");
        assertThat(text(changes)).containsExactly("a TOOLS +[] -[echo, hang] ~[]");
        subscribed(it.host.server("a").release());
        assertThat(text(changes)).last().isEqualTo("a TOOLS +[echo, hang] -[] ~[]");
    }

    @Test
    void changesAreThoseOfTheCaller() {
        TestSubscriber<CatalogueChange> ada = subscribed(
                it.host.catalogueChanges().contextWrite(context -> context.put(CallContext.PRINCIPAL, "ada")));
        offer("a", "new");
        assertThat(text(ada)).containsExactly("a TOOLS +[new] -[] ~[]");
    }

    @Test
    void idleServerIsNotStartedForTheList() {
        subscribed(it.host.add(it.server("c").with(o -> o.lifetime(life -> life.lazy(true)))));
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        offer("a", "new");
        assertThat(it.faulty("c").opened()).isZero();
        assertThat(text(changes)).hasSize(1);
    }

    @Test
    void cancellationEndsTheReading() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        changes.cancel();
        int before = it.faulty("a").memory().received().size();
        offer("a", "new");
        assertThat(it.faulty("a").memory().received()).hasSize(before);
    }

    @Test
    void closeOfTheHostCompletes() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        it.close();
        assertThat(changes.isTerminatedComplete()).isTrue();
    }

    @Test
    void slowListOfOneServerDoesNotHideThatOfAnother() {
        TestSubscriber<CatalogueChange> changes = subscribed(it.host.catalogueChanges());
        it.faulty("a").memory().ignore("tools/list");
        offer("a", "new");
        offer("b", "new");
        it.pass(Duration.ofMinutes(2));
        assertThat(text(changes)).contains("b TOOLS +[new] -[] ~[]");
    }

    // -- lists that are kept

    @Test
    void failedRefreshKeepsTheList() {
        List<String> before = tools();
        it.faulty("a").memory().fail("tools/list", -32603, "not today");
        offer("a", "new");
        assertThat(tools()).isEqualTo(before);
        assertThat(it.events(HostEvent.ListFailed.class)).isNotEmpty().allSatisfy(failed -> {
            assertThat(failed.server()).isEqualTo("a");
            assertThat(failed.kept()).isTrue();
        });
        it.faulty("a").memory().recover("tools/list");
        assertThat(tools()).contains("a__new");
    }

    @Test
    void firstReadThatFailsKeepsNothing() {
        it.faulty("a").memory().fail("tools/list", -32603, "not today");
        assertThat(tools()).containsExactly("b__echo", "b__hang");
        assertThat(it.events(HostEvent.ListFailed.class))
                .extracting(HostEvent.ListFailed::kept)
                .containsExactly(false);
    }

    @Test
    void serverThatIsAwayKeepsItsList() {
        List<String> before = tools();
        it.faulty("a").crash();
        assertThat(tools()).isEqualTo(before);
        assertThat(it.events(HostEvent.ListFailed.class)).isEmpty();
    }

    @Test
    void listOfOneCallerIsNotKeptForAnother() {
        it.host
                .tools()
                .contextWrite(context -> context.put(CallContext.PRINCIPAL, "ada"))
                .blockLast(Duration.ofSeconds(10));
        it.faulty("a").memory().fail("tools/list", -32603, "not today");
        List<String> bob = it.host
                .tools()
                .map(CatalogueTool::name)
                .contextWrite(context -> context.put(CallContext.PRINCIPAL, "bob"))
                .collectList()
                .block(Duration.ofSeconds(10));
        assertThat(bob).noneMatch(name -> name.startsWith("a__"));
    }

    @Test
    void replacedServerHasNoListOfTheOldOne() {
        tools();
        it.faulty("b").memory().fail("tools/list", -32603, "not today");
        subscribed(it.host.replace(it.changed("b")));
        it.pass(SECOND);
        assertThat(tools()).containsExactly("a__echo", "a__hang");
    }

    @Test
    void changedListIsAnEvent() {
        tools();
        offer("a", "new");
        tools();
        assertThat(it.events(HostEvent.CatalogueChanged.class))
                .extracting(event -> names(event.change().added()))
                .containsExactly(List.of("new"));
    }
}
