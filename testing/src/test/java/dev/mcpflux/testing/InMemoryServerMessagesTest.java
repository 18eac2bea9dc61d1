package dev.mcpflux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Prompts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

/** The messages of a server in memory as they stand on the wire; the quotes name the specification. */
class InMemoryServerMessagesTest {

    private static final String META = "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
            + "'io.modelcontextprotocol/clientCapabilities':{'elicitation':{},'sampling':{},'roots':{}}}";

    private final InMemoryServer server = InMemoryServer.named("s");
    private final List<String> sent = new ArrayList<>();
    private ServerLink link = connect();

    private ServerLink connect() {
        ServerLink fresh = server.connect();
        fresh.connection()
                .frames()
                .subscribe(frame ->
                        sent.add(new String(frame.bytes(), frame.offset(), frame.length(), StandardCharsets.UTF_8)));
        return fresh;
    }

    private void send(String message) {
        link.receive(json(message));
    }

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(JsonText.of(text));
    }

    /** A request of the modern era. */
    private void modern(int id, String method, String params) {
        send("{'jsonrpc':'2.0','id':" + id + ",'method':'" + method + "','params':{"
                + (params.isEmpty() ? "" : params + ",") + META + "}}");
    }

    private void legacy(int id, String method, String params) {
        send("{'jsonrpc':'2.0','id':" + id + ",'method':'" + method + "','params':{" + params + "}}");
    }

    private void handshake(String revision, String capabilities) {
        legacy(1, "initialize", "'protocolVersion':'" + revision + "','capabilities':" + capabilities);
        send("{'jsonrpc':'2.0','method':'notifications/initialized'}");
        sent.clear();
    }

    /** What was sent since the last look, each with single quotes. */
    private List<String> sent() {
        List<String> now = sent.stream().map(text -> text.replace('"', '\'')).toList();
        sent.clear();
        return now;
    }

    // opening

    @Test
    void discoverySaysWhatTheServerSpeaks() {
        server.revisions("2026-07-28", "2025-11-25").tool("t", arguments -> "").instructions("be kind");
        modern(1, "server/discover", "");
        assertThat(sent())
                .containsExactly("{'jsonrpc':'2.0','id':1,'result':{'supportedVersions':['2026-07-28','2025-11-25'],"
                        + "'capabilities':{'tools':{'listChanged':true},'logging':{}},"
                        + "'_meta':{'io.modelcontextprotocol/serverInfo':{'name':'s','version':'1'}},"
                        + "'instructions':'be kind','resultType':'complete','ttlMs':0,'cacheScope':'private'}}");
    }

    @ParameterizedTest
    @CsvSource({"2025-06-18, 2025-06-18", "2024-11-05, 2024-11-05", "1900-01-01, 2025-11-25"})
    void initializeAgreesOnARevision(String wanted, String chosen) {
        server.prompt("p", arguments -> "");
        legacy(1, "initialize", "'protocolVersion':'" + wanted + "'");
        assertThat(sent())
                .containsExactly("{'jsonrpc':'2.0','id':1,'result':{'protocolVersion':'" + chosen + "',"
                        + "'capabilities':{'prompts':{'listChanged':true},'logging':{}},"
                        + "'serverInfo':{'name':'s','version':'1'}}}");
    }

    @Test
    void modernServerNamesItsRevisions() {
        server.revisions("2026-07-28");
        legacy(1, "initialize", "'protocolVersion':'2025-11-25'");
        assertThat(sent())
                .containsExactly(
                        "{'jsonrpc':'2.0','id':1,'error':{'code':-32022,'message':'Unsupported protocol version',"
                                + "'data':{'supported':['2026-07-28'],'requested':'2025-11-25'}}}");
    }

    @Test
    void legacyServerDoesNotKnowDiscovery() {
        server.revisions("2025-11-25");
        modern(1, "server/discover", "");
        assertThat(sent())
                .containsExactly("{'jsonrpc':'2.0','id':1,'error':{'code':-32601,'message':'Method not found'}}");
    }

    @Test
    void requestOfNoEraIsRefused() {
        legacy(1, "tools/list", "");
        assertThat(sent()).singleElement().asString().contains("'code':-32602");
        legacy(2, "ping", "");
        assertThat(sent()).containsExactly("{'jsonrpc':'2.0','id':2,'result':{}}");
        modern(3, "ping", "");
        assertThat(sent()).singleElement().asString().contains("'code':-32601");
    }

    @Test
    void unknownRevisionsAreRefused() {
        assertThatThrownBy(() -> server.revisions("2020-01-01")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server.revisions()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server.pageSize(0)).isInstanceOf(IllegalArgumentException.class);
    }

    // lists

    @Test
    void listsComeInPages() {
        server.pageSize(1).tool("a", arguments -> "").tool("b", arguments -> "");
        modern(1, "tools/list", "");
        modern(2, "tools/list", "'cursor':'from-1'");
        modern(3, "tools/list", "'cursor':'from-7'");
        assertThat(sent())
                .containsExactly(
                        "{'jsonrpc':'2.0','id':1,'result':{'tools':[{'name':'a','inputSchema':{'type':'object'}}],"
                                + "'nextCursor':'from-1','resultType':'complete','ttlMs':0,'cacheScope':'private'}}",
                        "{'jsonrpc':'2.0','id':2,'result':{'tools':[{'name':'b','inputSchema':{'type':'object'}}],"
                                + "'resultType':'complete','ttlMs':0,'cacheScope':'private'}}",
                        "{'jsonrpc':'2.0','id':3,'error':{'code':-32602,'message':'Unknown cursor: \\'from-7\\''}}");
    }

    // changes

    @Test
    void subscriptionIsAcknowledgedFirst() {
        server.resource("r:1", "old");
        modern(4, "subscriptions/listen", "'notifications':{'toolsListChanged':true,'resourceSubscriptions':['r:1']}");
        server.tool("t", arguments -> "").prompt("p", arguments -> "").resource("r:1", "new");
        server.endSubscriptions();
        server.removeTool("t");
        String of = "'_meta':{'io.modelcontextprotocol/subscriptionId':4}";
        assertThat(sent())
                .containsExactly(
                        "{'jsonrpc':'2.0','method':'notifications/subscriptions/acknowledged','params':{" + of
                                + ",'notifications':{'toolsListChanged':true,'resourceSubscriptions':['r:1']}}}",
                        "{'jsonrpc':'2.0','method':'notifications/tools/list_changed','params':{" + of + "}}",
                        "{'jsonrpc':'2.0','method':'notifications/resources/updated','params':{'uri':'r:1'," + of
                                + "}}",
                        "{'jsonrpc':'2.0','id':4,'result':{" + of + ",'resultType':'complete'}}");
    }

    @Test
    void legacyClientHearsOfWatchedResourcesOnly() {
        server.resource("r:1", "old");
        handshake("2025-11-25", "{}");
        server.resource("r:1", "unheard");
        legacy(2, "resources/subscribe", "'uri':'r:1'");
        server.resource("r:1", "heard");
        legacy(3, "resources/unsubscribe", "'uri':'r:1'");
        server.resource("r:1", "unheard").removeResource("r:1");
        assertThat(sent())
                .containsExactly(
                        "{'jsonrpc':'2.0','id':2,'result':{}}",
                        "{'jsonrpc':'2.0','method':'notifications/resources/updated','params':{'uri':'r:1'}}",
                        "{'jsonrpc':'2.0','id':3,'result':{}}",
                        "{'jsonrpc':'2.0','method':'notifications/resources/list_changed'}");
    }

    @Test
    void logMessagesHaveALevel() {
        handshake("2025-11-25", "{}");
        legacy(2, "logging/setLevel", "'level':'loud'");
        legacy(3, "logging/setLevel", "'level':'warning'");
        server.log(LogLevel.INFO, "db", "unheard");
        server.log(LogLevel.ERROR, "db", "heard");
        List<String> messages = sent();
        assertThat(messages.get(0)).contains("'code':-32602");
        assertThat(messages.subList(1, messages.size()))
                .containsExactly(
                        "{'jsonrpc':'2.0','id':3,'result':{}}",
                        "{'jsonrpc':'2.0','method':'notifications/message','params':"
                                + "{'level':'error','logger':'db','data':'heard'}}");
    }

    // questions

    @Test
    void modernQuestionsAreResults() {
        server.handle(
                "t",
                call -> Mono.zip(call.elicit("who?", "name"), call.roots())
                        .map(both -> InMemoryServer.text(
                                both.getT1().action().wire() + both.getT2().size())));
        modern(1, "tools/call", "'name':'t'");
        assertThat(sent())
                .containsExactly("{'jsonrpc':'2.0','id':1,'result':{'resultType':'input_required','inputRequests':"
                        + "{'q1':{'method':'elicitation/create','params':{'message':'who?','requestedSchema':"
                        + "{'type':'object','properties':{'name':{'type':'string'}}}}}},'requestState':'call-1'}}");
        modern(2, "tools/call", "'name':'t','requestState':'call-1','inputResponses':{'q1':{'action':'decline'}}");
        assertThat(sent())
                .containsExactly("{'jsonrpc':'2.0','id':2,'result':{'resultType':'input_required','inputRequests':"
                        + "{'q2':{'method':'roots/list'}},'requestState':'call-1'}}");
        modern(3, "tools/call", "'name':'t','requestState':'call-1','inputResponses':{}");
        assertThat(sent())
                .as("the server SHOULD respond with a new InputRequiredResult requesting the missing information again")
                .containsExactly("{'jsonrpc':'2.0','id':3,'result':{'resultType':'input_required','inputRequests':"
                        + "{'q2':{'method':'roots/list'}},'requestState':'call-1'}}");
        modern(4, "tools/call", "'name':'t','requestState':'call-1','inputResponses':{'q2':{'roots':[]}}");
        assertThat(sent())
                .containsExactly("{'jsonrpc':'2.0','id':4,'result':{'content':[{'type':'text','text':'decline0'}],"
                        + "'resultType':'complete'}}");
    }

    @Test
    void legacyQuestionsAreRequests() {
        server.handle(
                "t",
                call -> call.elicit("who?", "name")
                        .map(answer -> InMemoryServer.text(answer.action().wire())));
        handshake("2025-11-25", "{'elicitation':{}}");
        legacy(7, "tools/call", "'name':'t'");
        send("{'jsonrpc':'2.0','id':9,'result':{'action':'to nothing'}}");
        send("{'jsonrpc':'2.0','id':1,'result':{'action':'cancel'}}");
        assertThat(sent())
                .containsExactly(
                        "{'jsonrpc':'2.0','id':1,'method':'elicitation/create','params':{'message':'who?',"
                                + "'requestedSchema':{'type':'object','properties':{'name':{'type':'string'}}}}}",
                        "{'jsonrpc':'2.0','id':7,'result':{'content':[{'type':'text','text':'cancel'}]}}");
        legacy(8, "tools/call", "'name':'t'");
        send("{'jsonrpc':'2.0','id':2,'error':{'code':-1,'message':'no'}}");
        assertThat(sent()).last().asString().isEqualTo("{'jsonrpc':'2.0','id':8,'error':{'code':-1,'message':'no'}}");
    }

    @Test
    void cancelledCallWithdrawsItsQuestion() {
        server.handle("t", call -> call.sample("?").map(answer -> InMemoryServer.text(answer.model())));
        handshake("2025-11-25", "{'sampling':{}}");
        legacy(7, "tools/call", "'name':'t'");
        send("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':7}}");
        assertThat(sent())
                .last()
                .asString()
                .isEqualTo("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'elicitation':{}}            | form | true",
                "{'elicitation':{'form':{}}}   | form | true",
                "{'elicitation':{'url':{}}}    | form | false",
                "{'elicitation':{'url':{}}}    | url  | true",
                "{'elicitation':{}}            | url  | false",
                "{}                            | form | false"
            })
    void elicitationNeedsItsCapability(String capabilities, String mode, boolean asks) {
        server.handle(
                "t",
                call -> call.elicit(new Elicitation.ElicitParams(mode, "?", null, null, null, null))
                        .map(answer -> InMemoryServer.text("answered")));
        handshake("2025-11-25", capabilities);
        legacy(7, "tools/call", "'name':'t'");
        assertThat(sent()).singleElement().asString().contains(asks ? "elicitation/create" : "'code':-32600");
    }

    @Test
    void missingCapabilityHasItsOwnError() {
        server.handle(
                "t",
                call -> call.elicit(new Elicitation.ElicitParams("url", "?", null, "https://x.test", null, null))
                        .map(answer -> InMemoryServer.text("answered")));
        modern(1, "tools/call", "'name':'t'");
        assertThat(sent())
                .containsExactly("{'jsonrpc':'2.0','id':1,'error':{'code':-32021,'message':'the client did not declare"
                        + " the capability elicitation.url','data':{'requiredCapabilities':"
                        + "{'elicitation':{'url':{}}}}}}");
    }

    @Test
    void handlerMayEndWhileTheClientIsAsked() {
        Sinks.One<String> given = Sinks.one();
        server.handle(
                "t",
                call -> call.elicit("?", "x")
                        .map(answer -> answer.action().wire())
                        .or(given.asMono())
                        .map(InMemoryServer::text));
        modern(1, "tools/call", "'name':'t'");
        given.tryEmitValue("known");
        assertThat(sent()).hasSize(1);
        modern(2, "tools/call", "'name':'t','requestState':'call-1','inputResponses':{'q1':{'action':'accept'}}");
        assertThat(sent()).singleElement().asString().contains("'text':'known'");
    }

    // errors

    @ParameterizedTest
    @CsvSource({
        "prompts/get, name, Unknown prompt: x, -32602",
        "tools/call, name, Unknown tool: x, -32602",
        "resources/read, uri, Resource not found: x, -32602",
        "completion/complete, none, 'Unknown reference: ', -32602"
    })
    void unknownNamesAreErrors(String method, String member, String message, int code) {
        modern(1, method, "'" + member + "':'x'");
        assertThat(sent())
                .singleElement()
                .asString()
                .startsWith("{'jsonrpc':'2.0','id':1,'error':{'code':" + code + ",'message':'" + message + "'");
    }

    @Test
    void failingPromptIsAnInternalError() {
        server.handlePrompt(
                new Prompts.Prompt("p", null, null, null, null, null),
                call -> Mono.error(new IllegalStateException("no text")));
        modern(1, "prompts/get", "'name':'p'");
        assertThat(sent()).containsExactly("{'jsonrpc':'2.0','id':1,'error':{'code':-32603,'message':'no text'}}");
    }

    @Test
    void endOfTheConnectionEndsWhatRuns() {
        List<String> ends = new ArrayList<>();
        server.handle(
                "t",
                call -> call.elicit("?", "x")
                        .map(answer -> InMemoryServer.text("x"))
                        .doOnCancel(() -> ends.add("cancelled")));
        modern(1, "tools/call", "'name':'t'");
        Disposable closing = link.connection().close().subscribe();
        assertThat(ends).containsExactly("cancelled");
        assertThat(closing.isDisposed()).isTrue();
        assertThat(server.connections()).isZero();
    }
}
