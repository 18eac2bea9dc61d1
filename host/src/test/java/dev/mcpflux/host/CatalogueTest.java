package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Names and ways, with servers in memory. */
class CatalogueTest {

    private static final String HI = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";

    private static ScriptedPeer peer(String name, String... tools) {
        StringBuilder list = new StringBuilder();
        for (String tool : tools) {
            list.append(list.isEmpty() ? "" : ",")
                    .append("{\"name\":\"")
                    .append(tool)
                    .append("\",\"inputSchema\":{\"type\":\"object\"}}");
        }
        return ScriptedPeer.named(name).handshake().always("tools/list", "{\"tools\":[" + list + "]}");
    }

    private static <T> Flux<T> use(Function<McpHost, Publisher<T>> body, ScriptedPeer... peers) {
        HostConfig.Builder config = HostConfig.builder();
        for (ScriptedPeer peer : peers) {
            config.server(peer.transport());
        }
        return McpHost.use(config.build(), body);
    }

    @Test
    void allToolsUnderQualifiedNamesInTheOrderOfTheServers() {
        StepVerifier.create(use(
                        host -> host.tools().map(CatalogueTool::name),
                        peer("a", "one", "two"),
                        peer("b", "one", "x__y")))
                .expectNext("a__one", "a__two", "b__one", "b__x__y")
                .verifyComplete();
    }

    @Test
    void aQualifiedNameNeedsNoList() {
        ScriptedPeer a = ScriptedPeer.named("a")
                .handshake()
                .expect("tools/call", m -> m.at("/params/name").asString().equals("x__y"))
                .reply(HI);
        StepVerifier.create(use(host -> host.callTool("a__x__y", null), a))
                .expectNextCount(1)
                .verifyComplete();
        a.verify();
        assertThat(a.receivedMethods()).doesNotContain("tools/list");
    }

    @Test
    void aBareNameGoesToTheOneServerThatHasIt() {
        ScriptedPeer b = peer("b", "two").expect("tools/call").reply(HI);
        StepVerifier.create(use(host -> host.callTool("two", null), peer("a", "one"), b))
                .expectNextCount(1)
                .verifyComplete();
        b.verify();
    }

    @Test
    void aBareNameThatSeveralHaveNamesThemAll() {
        StepVerifier.create(use(host -> host.callTool("one", null), peer("a", "one"), peer("b", "one")))
                .verifyErrorSatisfies(e -> assertThat(e).isInstanceOfSatisfying(McpToolNotFoundException.class, n -> {
                    assertThat(n.isAmbiguous()).isTrue();
                    assertThat(n.candidates()).containsExactly("a__one", "b__one");
                }));
    }

    @Test
    void anUnknownNameNamesWhatIsNear() {
        StepVerifier.create(use(host -> host.callTool("wether", null), peer("a", "zzz", "weather")))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                McpToolNotFoundException.class,
                                n -> assertThat(n.candidates()).startsWith("a__weather")));
        StepVerifier.create(use(host -> host.tool("a__wether"), peer("a", "weather")))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("a__weather"));
    }

    @Test
    void aListIsReadOnceAndAgainAfterItChanged() {
        ScriptedPeer a = ScriptedPeer.named("a")
                .handshake()
                .expect("tools/list")
                .reply("{\"tools\":[{\"name\":\"old\",\"inputSchema\":{}}]}")
                .expect("ping")
                .notify("notifications/tools/list_changed", "{}")
                .reply("{}")
                .expect("tools/list")
                .reply("{\"tools\":[{\"name\":\"new\",\"inputSchema\":{}}]}");
        StepVerifier.create(use(
                        host -> Flux.concat(
                                host.tools().map(CatalogueTool::name),
                                host.tools().map(CatalogueTool::name),
                                host.server("a").useOne(s -> s.ping()).then(Mono.empty()),
                                host.tools().map(CatalogueTool::name)),
                        a))
                .expectNext("a__old", "a__old", "a__new")
                .verifyComplete();
        a.verify();
    }

    @Test
    void aServerThatCannotListHidesNoOther() {
        ScriptedPeer bad =
                ScriptedPeer.named("bad").handshake().expect("tools/list").replyError(-32603, "broken");
        List<HostEvent> events = new CopyOnWriteArrayList<>();
        StepVerifier.create(use(
                        host -> {
                            EventSink.direct(host.events()).subscribe(events::add);
                            return host.tools().map(CatalogueTool::name);
                        },
                        bad,
                        peer("good", "one")))
                .expectNext("good__one")
                .verifyComplete();
        assertThat(events).anySatisfy(e -> assertThat(e).isInstanceOf(HostEvent.ListFailed.class));
    }

    @Test
    void aBareNameStaysWithItsServerWhileThatIsLost() {
        ScriptedPeer owner = peer("owner", "read").expect("ping").close();
        ScriptedPeer other = ScriptedPeer.named("other")
                .handshake()
                .expect("tools/list")
                .reply("{\"tools\":[]}")
                .expect("ping")
                .notify("notifications/tools/list_changed", "{}")
                .reply("{}")
                .expect("tools/list")
                .reply("{\"tools\":[{\"name\":\"read\",\"inputSchema\":{}}]}");
        StepVerifier.create(use(
                        host -> host.tools()
                                .thenMany(host.server("owner")
                                        .useOne(s -> s.ping().onErrorComplete()))
                                .then(host.server("other").useOne(s -> s.ping()))
                                .then(host.callTool("read", null)),
                        owner,
                        other))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("owner__read or other__read"));
        assertThat(other.receivedMethods()).doesNotContain("tools/call");
    }

    @Test
    void bareNameIsNotRoutedAroundALostServer() {
        ScriptedPeer lost = peer("lost", "read").expect("ping").close();
        ScriptedPeer other = peer("other", "read");
        StepVerifier.create(use(
                        host -> host.server("lost")
                                .useOne(s -> s.ping().onErrorComplete())
                                .then(host.callTool("read", null)),
                        lost,
                        other))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageStartingWith("server 'lost'"));
        assertThat(other.receivedMethods()).doesNotContain("tools/call");
    }

    @Test
    void aBareNameStaysWithItsServerWhileThatCannotList() {
        ScriptedPeer owner = ScriptedPeer.named("owner")
                .handshake()
                .expect("tools/list")
                .reply("{\"tools\":[{\"name\":\"read\",\"inputSchema\":{}}]}")
                .expect("ping")
                .notify("notifications/tools/list_changed", "{}")
                .reply("{}")
                .expect("tools/list")
                .replyError(-32603, "not today");
        ScriptedPeer other = ScriptedPeer.named("other")
                .handshake()
                .expect("tools/list")
                .reply("{\"tools\":[]}")
                .expect("ping")
                .notify("notifications/tools/list_changed", "{}")
                .reply("{}")
                .expect("tools/list")
                .reply("{\"tools\":[{\"name\":\"read\",\"inputSchema\":{}}]}");
        StepVerifier.create(use(
                        host -> host.tools()
                                .thenMany(Flux.just("owner", "other"))
                                .concatMap(name -> host.server(name).useOne(s -> s.ping()))
                                .then(host.callTool("read", null)),
                        owner,
                        other))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("owner__read or other__read"));
        assertThat(other.receivedMethods()).doesNotContain("tools/call");
    }

    @Test
    void aServerThatWasNeverReadyTakesNoBareName() {
        ScriptedPeer broken =
                ScriptedPeer.named("broken").expect("server/discover").close();
        ScriptedPeer good = peer("good", "read").expect("tools/call").reply(HI);
        StepVerifier.create(use(host -> host.callTool("read", null), broken, good))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void aNameThatAServerListsTwiceIsReported() {
        List<HostEvent> events = new CopyOnWriteArrayList<>();
        StepVerifier.create(use(
                        host -> {
                            EventSink.direct(host.events()).subscribe(events::add);
                            return host.tools().map(CatalogueTool::name);
                        },
                        peer("a", "one", "two", "one")))
                .expectNext("a__one", "a__two")
                .verifyComplete();
        assertThat(events).contains(new HostEvent.DuplicateName("a", ListKind.TOOLS, "one"));
    }

    @Test
    void sessionIsUsedByTheNameOfItsServer() {
        StepVerifier.create(use(host -> host.server("a").useOne(s -> Mono.just(s.name())), peer("a")))
                .expectNext("a")
                .verifyComplete();
        StepVerifier.create(use(host -> host.server("nobody").use(s -> s.listTools()), peer("a")))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("there is a"));
    }

    @Test
    void aHostWithoutServersIsEmpty() {
        StepVerifier.create(use(McpHost::tools)).verifyComplete();
        StepVerifier.create(use(host -> host.callTool("x", null)))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("no server offers any"));
    }
}
