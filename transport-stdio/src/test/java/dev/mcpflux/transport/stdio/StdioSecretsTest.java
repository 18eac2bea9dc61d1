package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A server that writes its configured token, without the scheme, wherever it can. The test looks for the name that
 * replaces the value, so a place that merely omits it does not pass.
 */
class StdioSecretsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The tool's argument is the response to the call; TOKEN in it stands for the token. */
    private static final String SERVER = """
            token=${AUTH#Bearer }
            while IFS= read -r line; do
              id=${line#*\\"id\\":}; id=${id%%[,\\}]*}
              case $line in
                *\\"method\\":\\"initialize\\"*)
                  echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
                *'"id":900'*)
                  echo '{"jsonrpc":"2.0","id":'$call',"result":{"content":[]}}' ;;
                *tools/call*)
                  call=$id; progress=${line#*\\"progressToken\\":}; progress=${progress%%[,\\}]*}
                  printf '%s\\n' "$1" | sed -e "s/TOKEN/$token/g" -e "s/ID/$id/g" -e "s/PROGRESS/$progress/g"
                  case $1 in *SILENT*|*'"id":ID'*|*'"id":900'*) ;; *) echo '{"jsonrpc":"2.0","id":'$id',"result":{"content":[]}}' ;; esac ;;
              esac
            done
            """;

    private static final String TOKEN = "s3cr3t-value-1";

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.mcpflux");
    private Level level = Level.INFO;

    @BeforeEach
    void watchLogs() {
        assumeThat(File.separatorChar).isEqualTo('/');
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        level = logger.getLevel();
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @AfterEach
    void stopWatching() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(level);
    }

    private static StdioTransport.Builder server(String script, String reply) {
        return StdioTransport.builder("srv", "sh")
                .arguments("-c", script, "sh", reply)
                .environment(Map.of("AUTH", "Bearer " + TOKEN));
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /**
     * All text that leaves the project while a server runs: errors with everything they hold, events, signals, log
     * lines.
     */
    private String shown(List<?> events, List<Throwable> failures) {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event).append('\n'));
        for (Throwable e : failures) {
            text.append(trace(e)).append('\n');
            if (e instanceof McpPeerErrorException error) {
                text.append(error.error()).append('\n');
            }
            if (e instanceof McpTimeoutException late) {
                text.append(late.diagnostics()).append(late.diagnostics().meanwhile());
            }
        }
        for (ILoggingEvent line : lines.list) {
            assertThat(line.getFormattedMessage()).doesNotContain("\n", "\u2028", "\u0085", "\u001b");
            text.append(line.getFormattedMessage()).append('\n');
            if (line.getThrowableProxy() != null) {
                text.append(line.getThrowableProxy().getMessage()).append('\n');
            }
        }
        return text.toString();
    }

    /** The text that becomes visible when a server responds to a call with this line. */
    private String shown(String reply) {
        boolean silent = reply.contains("SILENT");
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> {
                    throw new IllegalStateException("no answer to " + question.params());
                })
                .build();
        McpSession session = McpSession.create(
                server(SERVER, reply.replace('\'', '"')).build(),
                SessionOptions.builder()
                        .era(EraPolicy.LEGACY)
                        .handlers(handlers)
                        .build());
        List<Object> events = new CopyOnWriteArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        Mono<Void> ended = session.events().doOnNext(events::add).then().cache();
        ended.subscribe();
        session.open().block(LIMIT);

        session.streamTool("t", null, RequestOptions.within(silent ? Duration.ofMillis(500) : LIMIT))
                // the result belongs to the caller and is not masked
                .filter(signal -> !(signal instanceof ToolSignal.Result))
                .doOnNext(events::add)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .blockOptional(LIMIT)
                .ifPresent(failures::add);
        session.callToolAs("t", null, Integer.class)
                .timeout(silent ? Duration.ofMillis(200) : LIMIT)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .blockOptional(LIMIT)
                .ifPresent(failures::add);

        session.close().block(LIMIT);
        ended.block(LIMIT);
        assertThat(failures).isNotEmpty();
        return shown(events, failures);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'bad TOKEN'}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'x','data':{'TOKEN':['y']}}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'x','data':['TOKEN']}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'x','data':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-32022,'message':'x','data':{'supported':['TOKEN']}}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':'TOKEN','message':'x'}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':['TOKEN']}}",
                "{'jsonrpc':'2.0','id':ID,'result':{'resultType':'TOKEN','content':[]}}",
                "{'jsonrpc':'2.0','id':ID,'result':{'content':[],'isError':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':ID,'result':{'isError':true,'content':[{'type':'text','text':'TOKEN'}]}}",
                "{'jsonrpc':'2.0','id':ID,'TOKEN':1}",
                "{'jsonrpc':'TOKEN','id':ID,'result':{}}",
                "TOKEN is no JSON",
                "{'TOKEN': ",
                "{'jsonrpc':'2.0','id':'TOKEN','result':{}}",
                "{'jsonrpc':'2.0','method':'notifications/TOKEN','params':{'a':1}}",
                "{'jsonrpc':'2.0','method':'notifications/other','params':{'TOKEN':1}}",
                "{'jsonrpc':'2.0','method':'notifications/other','params':{'a':['TOKEN']}}",
                "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'TOKEN','data':1}}",
                "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','logger':'TOKEN','data':1}}",
                "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':{'TOKEN':[1]}}}",
                "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':'TOKEN'}}",
                "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':1,'x':'TOKEN'}}",
                "{'jsonrpc':'2.0','method':'notifications/tasks/status','params':{'taskId':'t','status':'TOKEN'}}",
                "{'jsonrpc':'2.0','method':'notifications/progress','params':{'progressToken':PROGRESS,'progress':1,'message':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':900,'method':'elicitation/create','params':{'message':'TOKEN','requestedSchema':{'type':'object','properties':{}}}}",
                "TOKEN SILENT",
                "{'jsonrpc':'2.0','method':'TOKEN','SILENT':1}"
            })
    void tokenInAMessageIsMasked(String reply) {
        // without the second condition a place that is never shown would always pass
        assertThat(shown(reply)).doesNotContainIgnoringCase("s3cr3t").contains("${AUTH}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'jsonrpc':'2.0','id':ID,'result':{'content':[],'structuredContent':{'a':'TOKEN'}}}",
                "{'jsonrpc':'2.0','id':ID,'result':'TOKEN'}",
                "{'jsonrpc':'2.0','id':900,'method':'elicitation/create','params':{'message':['TOKEN'],'mode':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':ID,'result':{'content':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':900,'method':'sampling/createMessage','params':{'TOKEN':'TOKEN','maxTokens':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':'TOKEN','method':'ping','params':{'TOKEN':'TOKEN'}}"
            })
    void usedOrUselessLinesAreNotQuoted(String reply) {
        assertThat(shown(reply)).doesNotContainIgnoringCase("s3cr3t").doesNotContain("${AUTH}");
    }

    @Test
    void tokenOnStderrAndInTheHandshakeIsShownNowhere() {
        for (String answer : List.of(
                "'error':{'code':-1,'message':'TOKEN','data':['TOKEN']}",
                "'result':{'protocolVersion':'TOKEN','capabilities':{},'serverInfo':{'name':'s','version':'1'}}",
                "'result':{'protocolVersion':'2024-TOKEN','capabilities':'TOKEN'}",
                "'result':'TOKEN'")) {
            McpSession session = McpSession.create(
                    server("""
                                    token=${AUTH#Bearer }; read -r line
                                    printf 'a %s \\033[31m\\302\\205b\\342\\200\\250c\\r\\n' $token >&2
                                    id=${line#*\\"id\\":}; id=${id%%[,\\}]*}
                                    echo '{"jsonrpc":"2.0","id":'$id','"$1"'}' | sed s/TOKEN/$token/g
                                    read -r line; read -r line; exit 3
                                    """, answer.replace('\'', '"')).build(),
                    SessionOptions.builder().era(EraPolicy.LEGACY).build());
            List<SessionEvent> events = new CopyOnWriteArrayList<>();
            Mono<Void> ended = session.events().doOnNext(events::add).then().cache();
            ended.subscribe();

            Throwable failure = session.open()
                    .then(Mono.<Throwable>empty())
                    .onErrorResume(Mono::just)
                    .block(LIMIT);
            session.close().block(LIMIT);
            ended.block(LIMIT);

            assertThat(failure).isNotNull();
            assertThat(trace(failure)).contains("${AUTH}");
            assertThat(events).anySatisfy(event -> assertThat(event.toString()).contains("StderrLine", "${AUTH}"));
            assertThat(shown(events, List.of(failure))).doesNotContainIgnoringCase("s3cr3t");
        }
    }

    @Test
    void errorOfMegabytesIsShortAndOnOneLine() {
        McpSession session = McpSession.create(
                server(
                                SERVER,
                                "{\"jsonrpc\":\"2.0\",\"id\":ID,\"error\":{\"code\":-1,\"message\":\"a\\n2026-01-01 ERROR forged\\u2028b\\u0085c\\u001b[2J"
                                        + "x".repeat(60_000) + "\"}}")
                        .build(),
                SessionOptions.builder().era(EraPolicy.LEGACY).build());
        session.open().block(LIMIT);

        Throwable failure = session.callTool("t", null)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block(LIMIT);

        session.close().block(LIMIT);
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage())
                .startsWith("server 'srv': tools/call failed: a 2026-01-01 ERROR forged\\u2028b\\u0085c\\u001b[2Jxxx")
                .endsWith("x…")
                .hasSizeLessThan(4_100);
    }
}
