package dev.mcpflux.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.RecordedPeer;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.testing.http.Gate;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.stdio.StdioTransport;
import dev.mcpflux.transport.wire.WireFeed;
import dev.mcpflux.transport.wire.WireRecording;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The examples of docs/testing.md. */
class TestingExamplesTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What is tested: a service that calls tools by a host. */
    record Weather(McpHost host) {
        Mono<String> in(String city) {
            return host.callTool("weather__lookup", Map.of("city", city)).map(CallToolResult::text);
        }
    }

    // without a server

    private final InMemoryServer server = InMemoryServer.named("weather")
            .tool("lookup", arguments -> "sunny in " + arguments.path("city").asString())
            .prompt("report", arguments -> "Write a report for " + arguments.path("city"))
            .resource("weather://lisbon", "sunny")
            .template("weather://{city}/{day}", values -> "rain on " + values.get("day"));

    @RegisterExtension
    final McpTestExtension<McpHost> mcp = McpTestExtension.host(HostConfig.of(server.transport()));

    @Test
    void asksTheServer(McpHost host) {
        StepVerifier.create(new Weather(host).in("Lisbon"))
                .expectNext("sunny in Lisbon")
                .verifyComplete();
        assertThat(server.receivedMethods()).contains("tools/call");
    }

    @Test
    void readsAResource(McpHost host) {
        StepVerifier.create(host.readResource("weather://porto/monday").map(result -> result.text()))
                .expectNext("rain on monday")
                .verifyComplete();
    }

    // what is sent

    @Test
    void sendsTheCity() {
        ScriptedPeer peer = ScriptedPeer.named("weather")
                .handshake()
                .always("tools/list", "{'tools':[{'name':'lookup','inputSchema':{'type':'object'}}]}")
                .expectParams("tools/call", new CallToolParams("lookup", Map.of("city", "Lisbon"), null))
                .reply(InMemoryServer.text("sunny"))
                .expect("tools/call", CallToolParams.class, call -> call.name().equals("lookup"))
                .replyError(-32603, "no data");

        StepVerifier.create(McpHost.use(
                        HostConfig.of(peer.transport()),
                        host -> Flux.concat(
                                new Weather(host).in("Lisbon"),
                                new Weather(host).in("Porto").onErrorReturn("unknown"))))
                .expectNext("sunny", "unknown")
                .verifyComplete();
        peer.verify();
    }

    // a recording

    @Test
    void answersAsItWasRecorded(@TempDir Path directory) {
        Path file = directory.resolve("weather.jsonl");
        WireFeed feed = new WireFeed();
        Flux<String> live = McpHost.use(
                        HostConfig.of(feed.tap(server.transport())), host -> new Weather(host).in("Lisbon"))
                .doFinally(end -> feed.complete());
        Mono.when(WireRecording.to(file).record(feed), live).block();

        RecordedPeer peer = RecordedPeer.load(file);
        StepVerifier.create(McpHost.use(HostConfig.of(peer.transport()), host -> new Weather(host).in("Lisbon")))
                .expectNext("sunny in Lisbon")
                .verifyComplete();
        peer.verify();
    }

    // answers in another order

    @Test
    void takesTheFastestAnswer() {
        ScriptedPeer peer = ScriptedPeer.named("weather")
                .handshake()
                .expect("tools/call")
                .as("slow")
                .expect("tools/call")
                .as("fast")
                .reply("fast", InMemoryServer.text("fast"))
                .reply("slow", InMemoryServer.text("slow"));

        StepVerifier.create(McpSession.use(
                        peer.transport(),
                        SessionOptions.defaults(),
                        session -> Flux.merge(session.callTool("a", null), session.callTool("b", null))
                                .map(CallToolResult::text)))
                .expectNext("fast", "slow")
                .verifyComplete();
        peer.verify(Duration.ofSeconds(5));
    }

    // a server that dies

    @Test
    void serverDiesDuringACall(McpHost host) {
        server.handle("lookup", call -> {
            call.disconnect();
            return Mono.empty();
        });
        StepVerifier.create(new Weather(host).in("Lisbon")).verifyError(McpConnectionException.class);
    }

    @Test
    void processExitsDuringACall() {
        List<String> command = MisbehavingServer.command();
        StdioTransport process = StdioTransport.builder("process", command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
        StepVerifier.create(McpHost.useOne(HostConfig.of(process), host -> host.callTool("process__crash", null)))
                .verifyErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(McpConnectionException.class).hasMessageContaining("exit code 7"));
    }

    // a server that refuses, or never answers

    @Test
    void serverRefusesACall(McpHost host) {
        server.fail("tools/call", -32603, "overloaded");
        StepVerifier.create(new Weather(host).in("Lisbon")).verifyError(McpPeerErrorException.class);
        server.recover("tools/call");
        StepVerifier.create(new Weather(host).in("Lisbon"))
                .expectNext("sunny in Lisbon")
                .verifyComplete();
    }

    @Test
    void serverNeverAnswers() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        SessionOptions options = SessionOptions.builder().timer(time).build();
        server.ignore("tools/call");
        StepVerifier.create(McpSession.use(
                        server.transport(),
                        options,
                        session -> session.callTool("lookup", null, RequestOptions.within(Duration.ofMinutes(1)))
                                .doOnSubscribe(s -> time.advanceTimeBy(Duration.ofMinutes(2)))))
                .verifyError(McpTimeoutException.class);
    }

    // questions of the server

    @Test
    void answersTheQuestionOfTheServer() {
        server.handle(
                "ask",
                call -> call.elicit("Which city?", "city")
                        .map(answer -> InMemoryServer.text(
                                "sunny in " + answer.content().get("city"))));
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> Mono.just(Elicitation.ElicitResult.accept(Map.of("city", "Lisbon"))))
                .build();
        HostConfig config = HostConfig.builder()
                .server(server.transport())
                .session(options -> options.handlers(handlers))
                .build();
        StepVerifier.create(McpHost.useOne(config, host -> host.callTool("weather__ask", null))
                        .map(CallToolResult::text))
                .expectNext("sunny in Lisbon")
                .verifyComplete();
    }

    // changes

    @Test
    void hearsOfANewTool(McpHost host) {
        StepVerifier.create(host.listen("weather", Subscriptions.SubscriptionFilter.lists())
                        .ofType(ListenSignal.ListChanged.class)
                        .map(ListenSignal.ListChanged::kind))
                .then(() -> server.tool("forecast", arguments -> "rain"))
                .expectNext(ListKind.TOOLS)
                .thenCancel()
                .verify(LIMIT);
        assertThat(host.tools().map(tool -> tool.name()).collectList().block(LIMIT))
                .contains("weather__forecast");
    }

    // HTTP

    @Test
    void serviceIsBusy() {
        try (ScriptedHttpServer http = ScriptedHttpServer.modern(
                (request, reply) -> reply.status(503, "text/plain", "busy", "Retry-After: 7"))) {
            HttpTransport transport = HttpTransport.builder("weather", http.url())
                    .header("Authorization", "Bearer secret")
                    .build();
            StepVerifier.create(McpSession.use(
                            transport, SessionOptions.defaults(), session -> session.callTool("lookup", null)))
                    .expectErrorSatisfies(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    McpHttpStatusException.class,
                                    status -> assertThat(status.retryAfter()).contains(Duration.ofSeconds(7))))
                    .verify(LIMIT);
            assertThat(http.requests())
                    .allSatisfy(request ->
                            assertThat(request.header("Authorization")).isEqualTo("Bearer secret"));
        }
    }

    @Test
    void streamBreaksInAnEvent() {
        Gate gate = new Gate();
        try (ScriptedHttpServer http = ScriptedHttpServer.modern((request, reply) -> {
            reply.events().raw("data: {\"jsonrpc\":\"2.0\",\"id\":").await(gate).reset();
        })) {
            HttpTransport transport =
                    HttpTransport.builder("weather", http.url()).build();
            StepVerifier.create(McpSession.use(
                            transport,
                            SessionOptions.defaults(),
                            session -> session.callTool("lookup", null)
                                    .mergeWith(gate.reached().then(Mono.fromRunnable(gate::open)))))
                    .expectError(McpConnectionException.class)
                    .verify(LIMIT);
        }
    }

    // revisions

    @Test
    void worksWithAnOldServer() {
        server.revisions("2024-11-05");
        String weather = McpHost.useOne(HostConfig.of(server.transport()), host -> new Weather(host).in("Lisbon"))
                .block(LIMIT);
        assertThat(weather).isEqualTo("sunny in Lisbon");
        assertThat(server.receivedMethods()).contains("initialize");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> server.revisions("1999-01-01"));
    }
}
