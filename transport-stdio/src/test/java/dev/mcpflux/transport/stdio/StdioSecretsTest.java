package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpflux.session.EraPolicy;
import dev.mcpflux.session.McpSession;
import dev.mcpflux.session.RequestOptions;
import dev.mcpflux.session.SessionEvent;
import dev.mcpflux.session.SessionOptions;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
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

/** A server that writes its configured token, without the scheme, into every place there is. */
class StdioSecretsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What a call of a tool is answered with is given by its argument, in which TOKEN stands for the token. */
    private static final String SERVER = """
            token=${AUTH#Bearer }
            while IFS= read -r line; do
              id=${line#*\\"id\\":}; id=${id%%[,\\}]*}
              case $line in
                *\\"method\\":\\"initialize\\"*)
                  echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
                *tools/call*)
                  printf '%s\\n' "$1" | sed -e "s/TOKEN/$token/g" -e "s/ID/$id/g"
                  case $1 in *SILENT*|*'"id":ID'*) ;; *) echo '{"jsonrpc":"2.0","id":'$id',"result":{"content":[]}}' ;; esac ;;
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

    private void nothingOf(List<?> events) {
        assertThat(events).allSatisfy(event -> assertThat(event.toString()).doesNotContain("s3cr3t"));
        assertThat(lines.list).allSatisfy(line -> {
            assertThat(line.getFormattedMessage()).doesNotContain("s3cr3t", "\n", "\u2028", "\u0085", "\u001b");
            if (line.getThrowableProxy() != null) {
                assertThat(line.getThrowableProxy().getMessage()).doesNotContain("s3cr3t");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'bad TOKEN','data':{'TOKEN':['TOKEN']}}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'x','data':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-32022,'message':'x','data':{'supported':['TOKEN']}}}",
                "{'jsonrpc':'2.0','id':ID,'error':{'code':'TOKEN','message':['TOKEN']}}",
                "{'jsonrpc':'2.0','id':ID,'result':{'resultType':'TOKEN','content':[]}}",
                "{'jsonrpc':'2.0','id':ID,'result':{'content':'TOKEN','isError':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':ID,'result':{'isError':true,'content':[{'type':'text','text':'TOKEN'}]}}",
                "{'jsonrpc':'2.0','id':ID,'result':{'content':[],'structuredContent':{'a':'TOKEN'}}}",
                "{'jsonrpc':'2.0','id':ID,'result':'TOKEN'}",
                "{'jsonrpc':'2.0','id':ID,'TOKEN':1}",
                "{'jsonrpc':'TOKEN','id':ID,'result':{}}",
                "TOKEN is no JSON",
                "{'TOKEN': ",
                "{'jsonrpc':'2.0','id':'TOKEN','result':{}}",
                "{'jsonrpc':'2.0','method':'notifications/TOKEN','params':{'TOKEN':'TOKEN'}}",
                "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'TOKEN','logger':'TOKEN','data':{'TOKEN':[1,'TOKEN']}}}",
                "{'jsonrpc':'2.0','method':'notifications/tasks/status','params':{'taskId':'t','status':'TOKEN','statusMessage':'TOKEN'}}",
                "{'jsonrpc':'2.0','method':'notifications/progress','params':{'progressToken':77,'progress':1,'message':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':'TOKEN','method':'TOKEN','params':{'TOKEN':'TOKEN'}}",
                "{'jsonrpc':'2.0','id':1,'method':'elicitation/create','params':{'message':{'TOKEN':'TOKEN'}}}",
                "TOKEN SILENT"
            })
    void tokenInAMessageIsShownNowhere(String reply) {
        McpSession session = McpSession.create(
                server(SERVER, reply.replace('\'', '"')).build(),
                SessionOptions.builder().era(EraPolicy.LEGACY).build());
        List<SessionEvent> events = new CopyOnWriteArrayList<>();
        Mono<Void> ended = session.events().doOnNext(events::add).then().cache();
        ended.subscribe();
        session.open().block(LIMIT);
        RequestOptions limits = RequestOptions.within(reply.contains("SILENT") ? Duration.ofMillis(500) : LIMIT);

        Throwable failure = session.callTool("t", null, limits)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block(LIMIT);
        String diagnostics = String.valueOf(failure);
        Throwable typed = session.callTool("t", null, Integer.class)
                .timeout(reply.contains("SILENT") ? Duration.ofMillis(200) : LIMIT)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block(LIMIT);

        session.close().block(LIMIT);
        ended.block(LIMIT);
        assertThat(diagnostics).doesNotContain("s3cr3t");
        if (failure != null) {
            assertThat(trace(failure)).doesNotContain("s3cr3t");
        }
        assertThat(typed).isNotNull().satisfies(e -> assertThat(trace(e)).doesNotContain("s3cr3t"));
        nothingOf(events);
    }

    @Test
    void tokenOnStderrAndInTheHandshakeIsShownNowhere() {
        for (String answer : List.of(
                "'error':{'code':-1,'message':'TOKEN','data':['TOKEN']}",
                "'result':{'protocolVersion':'TOKEN','capabilities':{},'serverInfo':{'name':'s','version':'1'}}",
                "'result':{'protocolVersion':7,'capabilities':'TOKEN'}",
                "'result':'TOKEN'")) {
            McpSession session = McpSession.create(
                    server(
                                    "token=${AUTH#Bearer }; read -r line; printf 'a %s \\033[31m\\302\\205b\\342\\200\\250c\\r\\n' $token >&2;"
                                            + "id=${line#*\\\"id\\\":}; id=${id%%[,\\}]*};"
                                            + "echo '{\"jsonrpc\":\"2.0\",\"id\":'$id','\"$1\"'}' | sed s/TOKEN/$token/g;"
                                            + "read -r line; read -r line; exit 3",
                                    answer.replace('\'', '"'))
                            .build(),
                    SessionOptions.builder().era(EraPolicy.LEGACY).build());
            List<SessionEvent> events = new CopyOnWriteArrayList<>();
            session.events().subscribe(events::add);

            Throwable failure = session.open()
                    .then(Mono.<Throwable>empty())
                    .onErrorResume(Mono::just)
                    .block(LIMIT);
            session.close().block(LIMIT);

            assertThat(failure).isNotNull().satisfies(e -> assertThat(trace(e)).doesNotContain("s3cr3t"));
            nothingOf(events);
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
