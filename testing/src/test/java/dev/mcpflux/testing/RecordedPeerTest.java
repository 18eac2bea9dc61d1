package dev.mcpflux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.wire.WireFeed;
import dev.mcpflux.transport.wire.WireMessage;
import dev.mcpflux.transport.wire.WireMessage.Direction;
import dev.mcpflux.transport.wire.WireRecording;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

class RecordedPeerTest {

    private final List<WireMessage> recording = new ArrayList<>();
    private final List<String> unmatched = new ArrayList<>();

    /** Adds what the client sent. */
    private void sent(String... messages) {
        add(Direction.SENT, "1", messages);
    }

    /** Adds what the server sent. */
    private void received(String... messages) {
        add(Direction.RECEIVED, "1", messages);
    }

    private void add(Direction direction, String link, String... messages) {
        for (String message : messages) {
            recording.add(new WireMessage("srv", link, direction, Instant.EPOCH, json(message), 1));
        }
    }

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text.replace('\'', '"'));
    }

    /** A client that plays against the recording so far. */
    private Client client() {
        return new Client(new RecordedPlayback("srv", new RecordedScript(recording), unmatched::add));
    }

    /** Sends messages and collects the frames that come back. */
    private static final class Client {
        private final InMemoryConnection connection;
        private final List<String> frames = new ArrayList<>();

        Client(RecordedPlayback playback) {
            this.connection = playback.connection();
            connection
                    .frames()
                    .subscribe(frame ->
                            frames.add(new String(frame.bytes(), frame.offset(), frame.length(), StandardCharsets.UTF_8)
                                    .replace('"', '\'')
                                    .replace("'jsonrpc':'2.0',", "")));
        }

        /** What comes back after this message. */
        List<String> send(String message) {
            frames.clear();
            connection.send(parse(json(message))).block();
            return List.copyOf(frames);
        }

        private static JsonRpcMessage parse(JsonNode message) {
            String method = message.path("method").asString("");
            @Nullable JsonNode params = message.get("params");
            if (!message.has("id")) {
                return new JsonRpcMessage.Notification(method, params);
            }
            JsonNode id = message.get("id");
            RequestId known = id.isNumber() ? RequestId.of(id.asLong()) : RequestId.of(id.stringValue());
            if (!method.isEmpty()) {
                return new JsonRpcMessage.Request(known, method, params);
            }
            return message.has("result")
                    ? new JsonRpcMessage.Success(known, message.get("result"))
                    : new JsonRpcMessage.Failure(known, new JsonRpcError(-1, "no"));
        }
    }

    // finding the answer

    @Test
    void requestsAreFoundByMethodAndParametersInAnyOrder() {
        sent(
                "{'id':1,'method':'m','params':{'a':1,'b':[2.0]}}",
                "{'id':2,'method':'m','params':{'a':2}}",
                "{'id':3,'method':'m'}");
        received(
                "{'id':1,'result':{'is':1}}",
                "{'id':3,'result':{'is':3}}",
                "{'id':2,'error':{'code':5,'message':'x'}}");
        Client client = client();

        assertThat(client.send("{'id':71,'method':'m','params':{'_meta':{'progressToken':71}}}"))
                .containsExactly("{'id':71,'result':{'is':3}}");
        assertThat(client.send("{'id':'x','method':'m','params':{'a':2}}"))
                .containsExactly("{'id':'x','error':{'code':5,'message':'x'}}");
        assertThat(client.send("{'id':72,'method':'m','params':{'b':[2],'_meta':{},'a':1}}"))
                .containsExactly("{'id':72,'result':{'is':1}}");
        assertThat(unmatched).isEmpty();
    }

    @Test
    void equalRequestsGetTheirAnswersInOrder() {
        for (int i = 1; i <= 2; i++) {
            sent("{'id':" + i + ",'method':'m'}");
            received("{'id':" + i + ",'result':" + i + "}");
        }
        Client client = client();

        for (int answer : new int[] {1, 2, 2, 2}) {
            assertThat(client.send("{'id':9,'method':'m'}")).containsExactly("{'id':9,'result':" + answer + "}");
        }
        // each connection plays from the beginning
        assertThat(client().send("{'id':9,'method':'m'}")).containsExactly("{'id':9,'result':1}");
    }

    @Test
    void requestThatWasNotAnsweredDoesNotSpoilOthers() {
        sent("{'id':1,'method':'m'}", "{'id':2,'method':'m'}", "{'id':3,'method':'never'}");
        received("{'id':1,'result':1}");
        Client client = client();

        client.send("{'id':8,'method':'m'}");
        assertThat(client.send("{'id':9,'method':'m'}")).containsExactly("{'id':9,'result':1}");
        assertThat(client.send("{'id':10,'method':'never'}")).isEmpty();
    }

    /** As an HTTP server does, whose client knows the request by its POST. */
    @Test
    void refusalWithoutIdIsTheAnswerIfThereIsNoOther() {
        sent("{'id':1,'method':'refused'}");
        received("{'error':{'code':-32000,'message':'no'},'id':null}");
        sent("{'id':2,'method':'answered'}");
        received("{'error':{'code':-32700,'message':'what?'},'id':null}", "{'id':2,'result':{}}");
        Client client = client();

        assertThat(client.send("{'id':7,'method':'refused'}"))
                .containsExactly("{'error':{'code':-32000,'message':'no'},'id':7}");
        assertThat(client.send("{'id':8,'method':'answered'}")).containsExactly("{'id':8,'result':{}}");
    }

    @Test
    void unknownRequestNamesTheNearestOne() {
        sent(
                "{'id':1,'method':'tools/call','params':{'name':'add','arguments':{'a':1,'b':2}}}",
                "{'id':2,'method':'tools/call','params':{'name':'echo','arguments':{'text':'x'}}}");
        received("{'id':1,'result':{}}", "{'id':2,'result':{}}");
        Client client = client();

        assertThat(client.send("{'id':7,'method':'tools/call','params':{'name':'add','arguments':{'a':1,'b':3}}}"))
                .containsExactly("{'id':7,'error':{'code':-32602,'message':'the recording has no tools/call with "
                        + "{\\'name\\':\\'add\\',\\'arguments\\':{\\'a\\':1,\\'b\\':3}}; the nearest one has "
                        + "{\\'name\\':\\'add\\',\\'arguments\\':{\\'a\\':1,\\'b\\':2}}, "
                        + "which differs at /arguments/b'}}");
        assertThat(client.send("{'id':8,'method':'prompts/list'}"))
                .containsExactly("{'id':8,'error':{'code':-32601,'message':"
                        + "'the recording has no prompts/list; it has tools/call'}}");
        assertThat(unmatched).hasSize(2);
    }

    @Test
    void handshakeOfAnotherClientIsFound() {
        sent("{'id':1,'method':'initialize','params':{'clientInfo':{'version':'1'}}}");
        received("{'id':1,'result':{'protocolVersion':'2025-06-18'}}");
        sent("{'method':'notifications/initialized'}");
        Client client = client();

        // not recorded, and no reason to fail: a client that does not know the era asks
        assertThat(client.send("{'id':1,'method':'server/discover'}"))
                .first()
                .asString()
                .contains("-32601");
        assertThat(client.send("{'id':2,'method':'initialize','params':{'clientInfo':{'version':'2'}}}"))
                .containsExactly("{'id':2,'result':{'protocolVersion':'2025-06-18'}}");
        assertThat(client.send("{'method':'notifications/initialized'}")).isEmpty();
        assertThat(client.send("{'id':3,'method':'ping'}")).containsExactly("{'id':3,'result':{}}");
        assertThat(unmatched).isEmpty();
    }

    @Test
    void idsOfSeveralLinksAreKeptApart() {
        add(Direction.SENT, "1", "{'id':1,'method':'a'}");
        add(Direction.SENT, "2", "{'id':1,'method':'b'}");
        add(Direction.RECEIVED, "2", "{'id':1,'result':'b'}");
        add(Direction.RECEIVED, "1", "{'id':1,'result':'a'}");

        assertThat(client().send("{'id':5,'method':'a'}")).containsExactly("{'id':5,'result':'a'}");
    }

    // what else the server sends

    @Test
    void progressHasTheTokenOfThisClient() {
        sent(
                "{'id':1,'method':'a','params':{'_meta':{'progressToken':1}}}",
                "{'id':2,'method':'b','params':{'_meta':{'progressToken':2}}}");
        received(
                "{'method':'notifications/progress','params':{'progressToken':2,'progress':20}}",
                "{'method':'notifications/progress','params':{'progressToken':1,'progress':10}}",
                "{'id':1,'result':{}}",
                "{'id':2,'result':{}}");
        Client client = client();

        for (int again = 0; again < 2; again++) {
            assertThat(client.send("{'id':7,'method':'a','params':{'_meta':{'progressToken':'t'}}}"))
                    .containsExactly(
                            "{'method':'notifications/progress','params':{'progressToken':'t','progress':10}}",
                            "{'id':7,'result':{}}");
        }
        assertThat(client.send("{'id':8,'method':'b'}")).containsExactly("{'id':8,'result':{}}");
    }

    /** Sent again with each answer, a change would make a client ask without end. */
    @Test
    void otherNotificationsAreSentOnceInTheirPlace() {
        received("{'method':'early'}");
        sent("{'id':1,'method':'m'}");
        received("{'method':'before'}", "{'id':1,'result':{}}", "{'method':'after'}");
        Client client = client();

        assertThat(client.send("{'id':7,'method':'m'}"))
                .containsExactly(
                        "{'method':'early'}", "{'method':'before'}", "{'id':7,'result':{}}", "{'method':'after'}");
        assertThat(client.send("{'id':8,'method':'m'}")).containsExactly("{'id':8,'result':{}}");
        assertThat(client().send("{'id':8,'method':'m'}")).hasSize(4);
    }

    @Test
    void answerWaitsForTheClientAsItDid() {
        sent("{'id':1,'method':'ask'}");
        received("{'id':'q','method':'elicitation/create','params':{'message':'Which?'}}");
        sent("{'id':'q','result':{'action':'accept'}}");
        received("{'method':'thanks'}", "{'id':1,'result':{}}");
        Client client = client();

        assertThat(client.send("{'id':7,'method':'ask'}"))
                .containsExactly("{'id':1,'method':'elicitation/create','params':{'message':'Which?'}}");
        assertThat(client.send("{'id':8,'method':'ask'}"))
                .containsExactly("{'id':2,'method':'elicitation/create','params':{'message':'Which?'}}");
        assertThat(client.send("{'id':2,'error':{}}")).containsExactly("{'id':8,'result':{}}");
        assertThat(client.send("{'id':1,'result':{}}")).containsExactly("{'method':'thanks'}", "{'id':7,'result':{}}");
        assertThat(client.send("{'id':1,'result':{}}")).isEmpty();
    }

    @Test
    void requestsThatFollowTheHandshakeAreSentThen() {
        sent("{'id':1,'method':'initialize'}");
        received("{'id':1,'result':{}}");
        sent("{'method':'notifications/initialized'}");
        received("{'id':0,'method':'roots/list'}");
        Client client = client();

        assertThat(client.send("{'id':7,'method':'initialize'}")).containsExactly("{'id':7,'result':{}}");
        assertThat(client.send("{'method':'notifications/initialized'}"))
                .containsExactly("{'id':1,'method':'roots/list'}");
    }

    @Test
    void cancelledRequestIsNotAnswered() {
        sent("{'id':1,'method':'ask'}");
        received("{'id':5,'method':'ping'}");
        sent("{'id':5,'result':{}}");
        received("{'id':1,'result':{}}");
        Client client = client();

        client.send("{'id':7,'method':'ask'}");
        assertThat(client.send("{'method':'notifications/cancelled','params':{'requestId':7}}"))
                .isEmpty();
        assertThat(client.send("{'id':1,'result':{}}")).isEmpty();
    }

    @Test
    void subscriptionsHaveTheIdOfThisClient() {
        String of3 = "'_meta':{'io.modelcontextprotocol/subscriptionId':3}";
        String of7 = "'_meta':{'io.modelcontextprotocol/subscriptionId':7}";
        sent("{'id':3,'method':'subscriptions/listen','params':{'notifications':{}}}", "{'id':4,'method':'m'}");
        received(
                "{'method':'notifications/subscriptions/acknowledged','params':{" + of3 + "}}",
                "{'id':4,'result':{}}",
                "{'method':'notifications/tools/list_changed','params':{" + of3 + "}}");
        sent("{'id':5,'method':'end'}");
        received("{'id':5,'result':{}}", "{'method':'notifications/cancelled','params':{'requestId':3}}");
        Client client = client();

        // without a subscription its notifications have nobody to go to
        assertThat(client().send("{'id':8,'method':'m'}")).containsExactly("{'id':8,'result':{}}");

        assertThat(client.send("{'id':7,'method':'subscriptions/listen','params':{'notifications':{}}}"))
                .containsExactly("{'method':'notifications/subscriptions/acknowledged','params':{" + of7 + "}}");
        assertThat(client.send("{'id':8,'method':'m'}"))
                .containsExactly(
                        "{'id':8,'result':{}}", "{'method':'notifications/tools/list_changed','params':{" + of7 + "}}");
        assertThat(client.send("{'id':9,'method':'end'}"))
                .containsExactly(
                        "{'id':9,'result':{}}", "{'method':'notifications/cancelled','params':{'requestId':7}}");
    }

    @Test
    void resultOfASubscriptionHasTheIdOfThisClient() {
        sent("{'id':3,'method':'subscriptions/listen'}");
        received("{'id':3,'result':{'_meta':{'io.modelcontextprotocol/subscriptionId':3}}}");

        assertThat(client().send("{'id':7,'method':'subscriptions/listen'}"))
                .containsExactly("{'id':7,'result':{'_meta':{'io.modelcontextprotocol/subscriptionId':7}}}");
    }

    // the peer

    @Test
    void recordedServerIsReplaced(@TempDir Path directory) {
        InMemoryServer server = InMemoryServer.named("weather")
                .tool(
                        "lookup",
                        arguments -> "sunny in " + arguments.path("city").asString());
        Path file = directory.resolve("weather.jsonl");
        WireFeed feed = new WireFeed();
        Sinks.One<WireRecording.Summary> recorded = Sinks.one();
        WireRecording.to(file).record(feed).subscribe(recorded::tryEmitValue, recorded::tryEmitError);
        List<String> live = TestClient.use(feed.tap(server.transport()), RecordedPeerTest::session)
                .collectList()
                .block();
        feed.complete();
        assertThat(recorded.asMono().block()).isNotNull();

        RecordedPeer peer = RecordedPeer.load(file);
        assertThat(peer.transport().name()).isEqualTo("weather");
        for (int connection = 0; connection < 2; connection++) {
            StepVerifier.create(TestClient.use(peer.transport(), RecordedPeerTest::session)
                            .collectList())
                    .expectNext(live)
                    .verifyComplete();
        }
        peer.verify();
    }

    private static Flux<String> session(TestClient client) {
        return Flux.concat(
                client.listTools().map(Tool::name),
                client.callTool("lookup", Map.of("city", "Lisbon")).map(CallToolResult::text));
    }

    @Test
    void requestsThatAreNotRecordedFailTheVerification() {
        sent("{'id':1,'method':'initialize'}", "{'id':2,'method':'tools/list'}");
        received(
                "{'jsonrpc':'2.0','id':1,'result':{'protocolVersion':'2025-11-25','capabilities':{'tools':{}}}}",
                "{'jsonrpc':'2.0','id':2,'result':{'tools':[]}}");
        RecordedPeer peer = RecordedPeer.of(recording);
        peer.verify();

        StepVerifier.create(TestClient.use(peer.transport(), client -> client.callTool("x", null)))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("the recording has no tools/call"));

        assertThat(peer.unmatched()).hasSize(1);
        assertThatThrownBy(peer::verify)
                .isInstanceOf(AssertionError.class)
                .hasMessage("peer 'srv': the recording has no tools/call; it has initialize, tools/list");
    }

    @Test
    void oneServerOfTheRecordingIsPlayed() {
        sent("{'id':1,'method':'m'}");
        recording.add(new WireMessage("other", "2", Direction.SENT, Instant.EPOCH, json("{'method':'n'}"), 1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordedPeer.of(recording))
                .withMessageContaining("[srv, other]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordedPeer.of(recording, "nobody"))
                .withMessageContaining("[srv, other]");
        assertThat(RecordedPeer.of(recording, "other").transport().name()).isEqualTo("other");
    }
}
