package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** What a host makes of servers that are switched off, and of limits whose source is known. */
class ConfiguredServersTest {

    private static final String OFF = "\"enabled\" in mcp.json, line 3, /mcpServers/off/enabled";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer off = ScriptedPeer.named("off");
    private final ScriptedPeer on = ScriptedPeer.named("on").handshake().always("tools/list", """
            {"tools": [{"name": "look", "inputSchema": {"type": "object"}}]}""");

    private HostConfig config(ServerDefinition server) {
        return HostConfig.builder()
                .session(options -> options.timer(time))
                .server(server)
                .server(on.transport())
                .build();
    }

    private <T> Flux<T> withOff(java.util.function.Function<McpHost, Publisher<T>> body) {
        return McpHost.use(
                config(ServerDefinition.of(off.transport())
                        .with(o -> o.required(true).disabled(OFF))),
                body);
    }

    @Test
    void aServerThatIsSwitchedOffIsShownAndNotStarted() {
        List<HostEvent> events = new CopyOnWriteArrayList<>();
        StepVerifier.create(withOff(host -> {
                    host.events().subscribe(events::add);
                    return host.tools()
                            .map(CatalogueTool::name)
                            .concatWith(Flux.fromIterable(host.servers())
                                    .map(server -> server.name() + " " + server.state()));
                }))
                .expectNext("on__look", "off disabled", "on ready")
                .verifyComplete();
        assertThat(off.receivedMethods()).isEmpty();
        assertThat(events)
                .filteredOn(event -> event.server().equals("off"))
                .hasOnlyElementsOfType(HostEvent.CurrentState.class);
    }

    @Test
    void callingWhatIsSwitchedOffNamesTheSwitch() {
        for (String name : List.of("off__look", "off__anything")) {
            StepVerifier.create(withOff(host -> host.callTool(name, null)))
                    .verifyErrorSatisfies(e -> assertThat(e)
                            .isInstanceOf(McpServerUnavailableException.class)
                            .hasMessage("server 'off' is not available (disabled): it is switched off by " + OFF));
        }
        StepVerifier.create(withOff(host -> host.restart("off")))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("(disabled)"));
    }

    @Test
    void aTimeoutNamesTheKeyOfItsLimit() {
        String source = "timeout in mcp.json, line 3, /mcpServers/slow/timeout, read as seconds";
        ScriptedPeer slow = ScriptedPeer.named("slow")
                .handshake()
                .expect("tools/call")
                .expect("notifications/cancelled")
                .expect("tools/list")
                .expect("notifications/cancelled");
        McpHost host = Objects.requireNonNull(McpHost.open(config(ServerDefinition.of(slow.transport())
                        .with(o -> o.request(RequestOptions.within(Duration.ofSeconds(60))
                                .mutate()
                                .source(source)
                                .build()))))
                .block());
        for (Publisher<?> request : List.<Publisher<?>>of(
                host.callTool("slow__look", null), host.server("slow").use(session -> session.listTools()))) {
            TestSubscriber<Object> call = TestSubscriber.create();
            request.subscribe(call);
            time.advanceTimeBy(Duration.ofSeconds(60));
            assertThat(call.expectTerminalError())
                    .isInstanceOf(McpTimeoutException.class)
                    .hasMessageContaining(" took longer than 60 s (" + source + ")");
        }
        TestSubscriber<Void> closed = TestSubscriber.create();
        host.close().subscribe(closed);
        time.advanceTimeBy(Duration.ofMinutes(1));
        closed.block();
    }

    @Test
    void aStartThatTakesTooLongNamesTheKeyOfItsLimit() {
        String source = "startTimeout in mcp.json, line 3, /mcpServers/slow/startTimeout";
        ScriptedPeer slow = ScriptedPeer.named("slow").expect("server/discover").expect("initialize");
        TestSubscriber<McpHost> opened = TestSubscriber.create();
        McpHost.open(config(
                        ServerDefinition.of(slow.transport()).with(o -> o.startTimeout(Duration.ofSeconds(3), source))))
                .subscribe(opened);
        time.advanceTimeBy(Duration.ofSeconds(3));
        opened.block();
        McpHost host = opened.getReceivedOnNext().get(0);
        assertThat(host.servers().get(0).error())
                .isInstanceOf(McpTimeoutException.class)
                .hasMessageContaining("the handshake took longer than 3 s (" + source + ")");
        Mono.when(host.close(), Mono.fromRunnable(() -> time.advanceTimeBy(Duration.ofMinutes(1))))
                .block();
    }

    @Test
    void invalidServerFailsAloneAndClosesWithoutError() {
        ServerDefinition invalid = new ServerDefinition.Invalid("bad", "it is wrong", null, ServerOptions.defaults());
        StepVerifier.create(McpHost.use(config(invalid), host -> Flux.fromIterable(host.servers())))
                .assertNext(bad -> {
                    assertThat(bad.state()).isEqualTo(ServerState.FAILED);
                    assertThat(bad.error())
                            .isInstanceOf(McpConfigurationException.class)
                            .hasMessage("server 'bad': it is wrong");
                })
                .assertNext(good -> assertThat(good.state()).isEqualTo(ServerState.READY))
                .verifyComplete();
    }

    @Test
    void unsetVariableFailsTheStartOfItsServer() {
        ServerDefinition unset = ServerDefinition.stdio("bad", "not-started")
                .withEnvironment(Map.of("K", Template.of("${MCPFLUX_NEVER_SET}")));
        StepVerifier.create(
                        McpHost.use(config(unset), host -> host.server("bad").useOne(session -> session.ping())))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpServerUnavailableException.class)
                        .hasMessageContaining("the environment variable MCPFLUX_NEVER_SET is not set"));
    }

    private static ServerDefinition asking(String name) {
        return ServerDefinition.stdio(name, "not-started-by-this-test")
                .withEnvironment(Map.of("K", Template.of("${input:key}", null, VariableStyle.PROPOSED)));
    }

    @Test
    void closingTheHostEndsAQuestion() {
        TestPublisher<String> question = TestPublisher.create();
        TestSubscriber<McpHost> opened = TestSubscriber.create();
        McpHost.open(config(asking("a"))
                        .mutate()
                        .startup(HostConfig.Startup.REQUIRED)
                        .inputs((input, server) -> question.mono())
                        .build())
                .subscribe(opened);
        McpHost host = opened.getReceivedOnNext().get(0);
        question.assertWasSubscribed();
        assertThat(host.servers().get(0).state()).isEqualTo(ServerState.STARTING);

        host.close().block();

        question.assertCancelled();
        assertThat(host.servers().get(0).state()).isEqualTo(ServerState.CLOSED);
    }

    @Test
    void cancellingTheStartOfAHostEndsAQuestion() {
        TestPublisher<String> question = TestPublisher.create();
        TestSubscriber<McpHost> opened = TestSubscriber.create();
        McpHost.open(config(asking("a"))
                        .mutate()
                        .inputs((input, server) -> question.mono())
                        .build())
                .subscribe(opened);
        question.assertWasSubscribed();

        opened.cancel();

        question.assertCancelled();
    }

    @Test
    void anAnswerIsSharedByServersAndShownNowhere() {
        List<String> asked = new CopyOnWriteArrayList<>();
        HostConfig config = HostConfig.builder()
                .server(asking("a"))
                .server(asking("b"))
                .inputs((input, server) -> {
                    asked.add(input.id());
                    return Mono.just("s3cr3t-value");
                })
                .build();

        StepVerifier.create(McpHost.use(config, host -> Flux.fromIterable(host.servers())))
                .assertNext(server -> assertThat(String.valueOf(server.error()))
                        .contains("not-started-by-this-test")
                        .doesNotContain("s3cr3t"))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(asked).containsExactly("key");
        assertThat(config.toString()).doesNotContain("s3cr3t");
    }
}
