package dev.mcpflux.client.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CacheScope;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions.CompletionReference;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.protocol.ToolAnnotations;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.RecordedPeer;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.spi.ForwardingConnection;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.wire.WireFeed;
import dev.mcpflux.transport.wire.WireMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class DriftReportTest {

    private static final SessionOptions OPTIONS = SessionOptions.defaults();

    private static InMemoryServer server() {
        return server("2025-11-25");
    }

    private static InMemoryServer server(String revision) {
        return InMemoryServer.named("weather")
                .revisions(revision)
                .handle(tool("lookup", true, "looks it up"), call -> Mono.just(InMemoryServer.text("sunny")))
                .handle(tool("store", null, "stores it"), call -> Mono.just(InMemoryServer.text("stored")))
                .prompt(
                        "report",
                        arguments -> "Write about " + arguments.path("city").asString())
                .resource("weather://lisbon", "sunny")
                .template("weather://{city}/{day}", values -> "rain")
                .completion(CompletionReference.prompt("report"), params -> List.of("Lisbon", "London"));
    }

    private static Tool tool(String name, Boolean readOnly, String description) {
        return new Tool(
                name,
                null,
                description,
                McpJson.mapper().readTree("{\"type\":\"object\"}"),
                null,
                new ToolAnnotations(null, readOnly, null, null, null),
                null,
                null,
                null);
    }

    /** Everything that can be compared, and a call that may act. */
    private static Flux<Object> session(McpSession session) {
        return Flux.concat(
                session.listTools(),
                session.listPrompts(),
                session.listResources(),
                session.listResourceTemplates(),
                session.callTool("lookup", Map.of("city", "Lisbon")),
                session.callTool("store", Map.of("city", "Lisbon")),
                session.getPrompt("report", Map.of("city", "Lisbon")),
                session.readResource("weather://lisbon"),
                session.readResource("weather://oslo/monday"),
                session.complete(CompletionReference.prompt("report"), "city", "L", Map.of()));
    }

    private static List<WireMessage> record(Transport transport) {
        WireFeed feed = new WireFeed();
        List<WireMessage> messages = new ArrayList<>();
        Mono<Void> seen = feed.messages().doOnNext(messages::add).then().cache();
        Disposable subscription = seen.subscribe();
        McpSession.use(feed.tap(transport), OPTIONS, DriftReportTest::session).blockLast();
        feed.complete();
        seen.block();
        subscription.dispose();
        return messages;
    }

    private static List<Drift> drifts(DriftReport report, Transport live) {
        return McpSession.use(live, OPTIONS, report::compare).collectList().block();
    }

    private static List<Drift> changes(List<WireMessage> recording, InMemoryServer live) {
        return drifts(DriftReport.of(recording), live.transport()).stream()
                .filter(Drift::isChange)
                .toList();
    }

    private static Drift.Request request(String method, String params) {
        return new Drift.Request(method, params.replace('\'', '"'));
    }

    // the same server

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-06-18", "2025-11-25", "2026-07-28"})
    void sameServerHasNotChanged(String revision) {
        List<WireMessage> recording = record(server(revision).transport());

        assertThat(drifts(DriftReport.of(recording), server(revision).transport()))
                .containsExactly(new Drift.Skipped(
                        request("tools/call", "{'name':'store','arguments':{'city':'Lisbon'}}"),
                        "it may act: the tool is not annotated as read-only"));
    }

    /** The peer of the test kit plays all that the report asks for. */
    @ParameterizedTest
    @ValueSource(strings = {"2025-11-25", "2026-07-28"})
    void recordedServerHasNotChanged(String revision) {
        List<WireMessage> recording = record(server(revision).transport());
        RecordedPeer peer = RecordedPeer.of(recording);

        assertThat(drifts(DriftReport.of(recording).callingAllTools(), peer.transport()))
                .isEmpty();
        assertThat(McpSession.use(peer.transport(), OPTIONS, DriftReportTest::session)
                        .collectList()
                        .block())
                .hasSize(11);
        peer.verify();
    }

    @Test
    void toolsThatMayActAreNotCalled() {
        InMemoryServer live = server();
        List<WireMessage> recording = record(server().transport());

        drifts(DriftReport.of(recording), live.transport());
        assertThat(live.received().stream()
                        .filter(m -> m.path("params").path("name").asString("").equals("store")))
                .isEmpty();
        assertThat(live.receivedMethods()).contains("tools/call");

        drifts(DriftReport.of(recording).callingAllTools(), live.transport());
        assertThat(live.received().stream()
                        .filter(m -> m.path("params").path("name").asString("").equals("store")))
                .hasSize(1);
    }

    // what the server says of itself

    @Test
    void changedRevisionAndCapabilitiesAreReported() {
        List<WireMessage> recording = record(server("2025-06-18").transport());
        InMemoryServer live = InMemoryServer.named("weather")
                .revisions("2025-11-25")
                .instructions("Be kind.")
                .handle(tool("lookup", true, "looks it up"), call -> Mono.just(InMemoryServer.text("sunny")));

        assertThat(changes(recording, live).stream()
                        .filter(Drift.ServerChanged.class::isInstance)
                        .map(drift -> ((Drift.ServerChanged) drift).pointer() + " "
                                + ((Drift.ServerChanged) drift).recorded() + " "
                                + ((Drift.ServerChanged) drift).live()))
                .contains(
                        "/protocolVersion \"2025-06-18\" \"2025-11-25\"",
                        "/capabilities/prompts {\"listChanged\":true} null",
                        "/instructions null \"Be kind.\"");
    }

    @Test
    void changedVersionIsReported() {
        List<WireMessage> recording = new ArrayList<>();
        recording.add(message(WireMessage.Direction.SENT, "{'id':1,'method':'initialize'}"));
        recording.add(message(
                WireMessage.Direction.RECEIVED,
                "{'id':1,'result':{'protocolVersion':'2025-11-25','capabilities':{},'serverInfo':"
                        + "{'name':'weather','version':'0.9'}}}"));
        ScriptedPeer live = ScriptedPeer.named("weather").handshake("2025-11-25", "{}");

        assertThat(drifts(DriftReport.of(recording), live.transport()))
                .containsExactly(new Drift.ServerChanged("/serverInfo/version", "\"0.9\"", "\"1\""));
    }

    private static WireMessage message(WireMessage.Direction direction, String json) {
        return new WireMessage(
                "weather", "1", direction, Instant.EPOCH, McpJson.mapper().readTree(json.replace('\'', '"')), 1);
    }

    // lists

    @ParameterizedTest
    @ValueSource(strings = {"2025-11-25", "2026-07-28"})
    void changedListsAreReported(String revision) {
        List<WireMessage> recording = record(server(revision).pageSize(1).transport());
        InMemoryServer live = server(revision)
                .handle(tool("lookup", true, "finds it"), call -> Mono.just(InMemoryServer.text("sunny")))
                .removeTool("store")
                .tool("extra", arguments -> "")
                .removePrompt("report")
                .prompt("summary", arguments -> "")
                .resource("weather://porto", "rain");

        assertThat(changes(recording, live))
                .contains(
                        new Drift.ElementChanged(
                                ListKind.TOOLS, "lookup", "/description", "\"looks it up\"", "\"finds it\""),
                        new Drift.ElementRemoved(ListKind.TOOLS, "store"),
                        new Drift.ElementAdded(ListKind.TOOLS, "extra"),
                        new Drift.ElementRemoved(ListKind.PROMPTS, "report"),
                        new Drift.ElementAdded(ListKind.PROMPTS, "summary"),
                        new Drift.ElementAdded(ListKind.RESOURCES, "weather://porto"))
                .filteredOn(drift -> drift.toString().startsWith("Element"))
                .hasSize(6);
    }

    @Test
    void orderOfAListDoesNotCount() {
        InMemoryServer recorded = InMemoryServer.named("s").tool("a", x -> "").tool("b", x -> "");
        InMemoryServer live = InMemoryServer.named("s").tool("b", x -> "").tool("a", x -> "");
        assertThat(changes(recordTools(recorded.transport()), live)).isEmpty();
    }

    private static List<WireMessage> recordTools(Transport transport) {
        WireFeed feed = new WireFeed();
        Mono<List<WireMessage>> messages = feed.messages().collectList().cache();
        messages.subscribe();
        McpSession.use(feed.tap(transport), OPTIONS, McpSession::listTools).blockLast();
        feed.complete();
        return messages.block();
    }

    /** Of a list that was not read to its end, it is not known what it had. */
    @Test
    void elementsOfPagesThatWereNotReadAreNotAdded() {
        List<WireMessage> recording = new ArrayList<>();
        recording.add(message(WireMessage.Direction.SENT, "{'id':1,'method':'tools/list'}"));
        recording.add(message(
                WireMessage.Direction.RECEIVED,
                "{'id':1,'result':{'nextCursor':'2','tools':[{'name':'a','inputSchema':{'type':'object'}},"
                        + "{'name':'gone','inputSchema':{'type':'object'}}]}}"));

        assertThat(changes(
                        recording, InMemoryServer.named("s").tool("a", x -> "").tool("b", x -> "")))
                .containsExactly(new Drift.ElementRemoved(ListKind.TOOLS, "gone"));
    }

    // results

    @ParameterizedTest
    @ValueSource(strings = {"2025-11-25", "2026-07-28"})
    void changedResultsAreReported(String revision) {
        List<WireMessage> recording = record(server(revision).transport());
        InMemoryServer live = server(revision)
                .handle(tool("lookup", true, "looks it up"), call -> Mono.just(InMemoryServer.failure("rain")))
                .prompt(
                        "report",
                        arguments -> "Sing about " + arguments.path("city").asString())
                .resource("weather://lisbon", "rain")
                .template("weather://{city}/{day}", values -> "snow")
                .completion(CompletionReference.prompt("report"), params -> List.of("Lisbon"));
        Drift.Request call = request("tools/call", "{'name':'lookup','arguments':{'city':'Lisbon'}}");

        assertThat(changes(recording, live))
                .containsExactly(
                        new Drift.ResultChanged(call, "/content/0/text", "\"sunny\"", "\"rain\""),
                        new Drift.ResultChanged(call, "/isError", null, "true"),
                        new Drift.ResultChanged(
                                request("prompts/get", "{'name':'report','arguments':{'city':'Lisbon'}}"),
                                "/messages/0/content/text",
                                "\"Write about Lisbon\"",
                                "\"Sing about Lisbon\""),
                        new Drift.ResultChanged(
                                request("resources/read", "{'uri':'weather://lisbon'}"),
                                "/contents/0/text",
                                "\"sunny\"",
                                "\"rain\""),
                        new Drift.ResultChanged(
                                request("resources/read", "{'uri':'weather://oslo/monday'}"),
                                "/contents/0/text",
                                "\"rain\"",
                                "\"snow\""),
                        new Drift.ResultChanged(
                                request(
                                        "completion/complete",
                                        "{'ref':{'type':'ref/prompt','name':'report'},"
                                                + "'argument':{'name':'city','value':'L'}}"),
                                "/completion/values/1",
                                "\"London\"",
                                null));
    }

    @Test
    void errorInPlaceOfAResultIsReportedAndViceVersa() {
        List<WireMessage> good = record(server().transport());
        InMemoryServer failing = server().fail("resources/read", -32603, "no data");
        Drift.Request read = request("resources/read", "{'uri':'weather://lisbon'}");

        assertThat(changes(good, failing)).contains(new Drift.NowFails(read, "no data (-32603)"));

        List<WireMessage> bad = new ArrayList<>();
        bad.add(message(
                WireMessage.Direction.SENT, "{'id':1,'method':'resources/read','params':{'uri':'weather://lisbon'}}"));
        bad.add(message(WireMessage.Direction.RECEIVED, "{'id':1,'error':{'code':-32603,'message':'no data'}}"));
        assertThat(changes(bad, server())).containsExactly(new Drift.NowSucceeds(read, "no data (-32603)"));
        assertThat(changes(bad, failing)).isEmpty();
        assertThat(changes(bad, server().fail("resources/read", -32000, "busy")))
                .containsExactly(new Drift.ErrorChanged(read, "no data (-32603)", "busy (-32000)"));
    }

    @Test
    void failedListIsReported() {
        List<WireMessage> recording = recordTools(server().transport());
        assertThat(changes(recording, server().fail("tools/list", -32603, "no")))
                .containsExactly(new Drift.NowFails(request("tools/list", "{}"), "no (-32603)"));
    }

    /** A counter, or a list that changed while it was recorded. */
    @Test
    void anyRecordedAnswerIsTheSame() {
        List<WireMessage> recording = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            recording.add(message(
                    WireMessage.Direction.SENT,
                    "{'id':" + i + ",'method':'resources/read','params':{'_meta':{'progressToken':" + i
                            + "},'uri':'weather://lisbon'}}"));
            recording.add(message(
                    WireMessage.Direction.RECEIVED,
                    "{'id':" + i + ",'result':{'ttlMs':" + i + ",'_meta':{'n':" + i
                            + "},'contents':[{'_meta':{},'uri':'weather://lisbon',"
                            + "'mimeType':'text/plain','text':'"
                            + List.of("rain", "sunny", "fog").get(i - 1) + "'}]}}"));
        }
        InMemoryServer live = server();
        assertThat(changes(recording, live)).isEmpty();
        assertThat(live.receivedMethods().stream().filter("resources/read"::equals))
                .hasSize(1);
    }

    /** A modern server allows to cache its results, and what the session has cached is not the live answer. */
    @Test
    void answersDoNotComeFromTheCache() {
        List<WireMessage> recording =
                recordOne(server("2026-07-28").transport(), s -> s.readResource("weather://lisbon"));
        AtomicInteger reads = new AtomicInteger();
        InMemoryServer live = server("2026-07-28")
                .handleResource(
                        resource(),
                        call -> Mono.fromSupplier(() -> new Resources.ReadResourceResult(
                                List.of(new Content.ResourceContents(
                                        "weather://lisbon",
                                        "text/plain",
                                        reads.incrementAndGet() == 1 ? "sunny" : "rain",
                                        null,
                                        null)),
                                3_600_000L,
                                CacheScope.PRIVATE,
                                null)));

        StepVerifier.create(McpSession.use(
                        live.transport(),
                        OPTIONS,
                        session -> session.readResource("weather://lisbon")
                                .thenMany(DriftReport.of(recording).compare(session))))
                .assertNext(drift -> assertThat(drift).isInstanceOf(Drift.ResultChanged.class))
                .verifyComplete();
        assertThat(reads).hasValue(2);
    }

    private static Resources.Resource resource() {
        return new Resources.Resource(
                "weather://lisbon", "weather://lisbon", null, null, "text/plain", null, null, null, null);
    }

    @Test
    void valuesAndTheirNumberAreBounded() {
        String text = "x".repeat(1000);
        InMemoryServer recorded = InMemoryServer.named("s").resource("r://r", text);
        List<WireMessage> recording = recordOne(recorded.transport(), s -> s.readResource("r://r"));
        List<Drift> found = changes(recording, InMemoryServer.named("s").resource("r://r", "y"));
        assertThat(found)
                .singleElement()
                .isInstanceOfSatisfying(
                        Drift.ResultChanged.class,
                        change -> assertThat(change.recorded()).hasSize(201).endsWith("…"));

        StringBuilder before = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            before.append(i == 0 ? "" : ",").append("'m").append(i).append("':1");
        }
        InMemoryServer many = InMemoryServer.named("s")
                .handle(
                        tool("t", true, ""),
                        call -> Mono.just(new CallToolResult(
                                List.of(),
                                McpJson.mapper().readTree(("{" + before + "}").replace('\'', '"')),
                                null,
                                null)));
        InMemoryServer none = InMemoryServer.named("s")
                .handle(tool("t", true, ""), call -> Mono.just(InMemoryServer.structured(Map.of())));
        List<WireMessage> wide = recordOne(many.transport(), s -> s.callTool("t", null));
        assertThat(changes(wide, none)).hasSize(21).last().isInstanceOf(Drift.Omitted.class);
    }

    private static List<WireMessage> recordOne(Transport transport, Function<McpSession, Mono<?>> work) {
        WireFeed feed = new WireFeed();
        Mono<List<WireMessage>> messages = feed.messages().collectList().cache();
        messages.subscribe();
        McpSession.use(feed.tap(transport), OPTIONS, s -> work.apply(s).then()).blockLast();
        feed.complete();
        return messages.block();
    }

    @Test
    void questionsAndUnknownRequestsAreSkipped() {
        List<WireMessage> recording = new ArrayList<>();
        int id = 0;
        for (String request : List.of(
                "'method':'tasks/get','params':{'taskId':'1'}",
                "'method':'prompts/get','params':{'name':'report','requestState':'x'}",
                "'method':'ping'",
                "'method':'logging/setLevel','params':{'level':'info'}")) {
            id++;
            recording.add(message(WireMessage.Direction.SENT, "{'id':" + id + "," + request + "}"));
            recording.add(message(WireMessage.Direction.RECEIVED, "{'id':" + id + ",'result':{}}"));
        }
        recording.add(message(WireMessage.Direction.SENT, "{'id':9,'method':'tools/call','params':{'name':'gone'}}"));
        recording.add(message(WireMessage.Direction.RECEIVED, "{'id':9,'result':{'content':[]}}"));
        recording.add(
                message(WireMessage.Direction.SENT, "{'id':10,'method':'tools/call','params':{'name':'lookup'}}"));
        recording.add(message(WireMessage.Direction.RECEIVED, "{'id':10,'result':{'resultType':'input_required'}}"));

        InMemoryServer live = server();
        assertThat(drifts(DriftReport.of(recording), live.transport()))
                .extracting(drift -> ((Drift.Skipped) drift).reason())
                .containsExactly(
                        "it is not known to only read",
                        "it answers questions of the server",
                        "the server does not list the tool",
                        "the server asked for input");
        assertThat(live.receivedMethods()).doesNotContain("tools/call", "prompts/get", "tasks/get");
    }

    // contract

    @Test
    void lostConnectionFailsTheReport() {
        List<WireMessage> recording = record(server().transport());
        InMemoryServer live = server();
        live.handleResource(resource(), call -> {
            live.disconnect();
            return Mono.never();
        });

        StepVerifier.create(McpSession.use(
                        live.transport(),
                        OPTIONS,
                        session -> DriftReport.of(recording).compare(session).filter(Drift::isChange)))
                .verifyError(McpConnectionException.class);
    }

    @Test
    void slowAnswerIsADifference() {
        List<WireMessage> recording = recordOne(server().transport(), s -> s.readResource("weather://lisbon"));
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        SessionOptions timed = OPTIONS.mutate().timer(time).build();
        InMemoryServer live = server().ignore("resources/read");

        StepVerifier.create(McpSession.use(
                        live.transport(),
                        timed,
                        session -> DriftReport.of(recording).compare(session)))
                .then(() -> time.advanceTimeBy(RequestOptions.defaults().totalTimeout()))
                .assertNext(drift -> assertThat(drift).isInstanceOf(Drift.NowFails.class))
                .verifyComplete();
    }

    @Test
    void cancellationSendsNoMoreRequests() {
        List<WireMessage> recording = record(server().transport());
        InMemoryServer live = server().ignore("prompts/get");
        McpSession session = McpSession.create(live.transport(), OPTIONS);

        Disposable report = DriftReport.of(recording).compare(session).subscribe();
        assertThat(live.receivedMethods()).endsWith("prompts/get");
        report.dispose();

        assertThat(live.receivedMethods()).endsWith("prompts/get", "notifications/cancelled");
        session.close().block();
    }

    @Test
    void secretsOfTheLiveServerAreMasked() {
        List<WireMessage> recording = recordOne(
                InMemoryServer.named("s").resource("r://r", "Bearer ${T}").transport(), s -> s.readResource("r://r"));
        InMemoryServer live = InMemoryServer.named("s").resource("r://r", "Bearer s3cr3t-1");
        Transport masking = live.transport().with(connection -> new ForwardingConnection(connection) {
            @Override
            public String mask(String text) {
                return text.replace("s3cr3t-1", "${T}");
            }
        });
        assertThat(drifts(DriftReport.of(recording), masking)).isEmpty();
    }
}
