package dev.mcpflux.transport.http;

import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.initialized;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * A server that writes the token of a request, without the scheme, into every place there is. Each place is masked, and not
 * just absent: that is seen by the name which stands for the value.
 */
class HttpSecretsTest {

    private static final String TOKEN = "s3cr3t-value-1";

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private @Nullable Level level;

    @BeforeEach
    void watchLogs() {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        level = ((Logger) LoggerFactory.getLogger("dev.mcpflux")).getLevel();
        ((Logger) LoggerFactory.getLogger("dev.mcpflux")).setLevel(Level.TRACE);
        logger.addAppender(lines);
    }

    @AfterEach
    void stopWatching() {
        logger.detachAppender(lines);
        ((Logger) LoggerFactory.getLogger("dev.mcpflux")).setLevel(level);
    }

    /** Where the token stands in what answers a call. */
    private enum Place {
        ERROR("{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'bad TOKEN','data':{'TOKEN':['TOKEN']}}}"),
        ERROR_DATA("{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'bad','data':'TOKEN'}}"),
        ERROR_OF_NO_ID("{'jsonrpc':'2.0','id':'TOKEN','error':{'code':-1,'message':'bad TOKEN'}}"),
        OTHER_ID("{'jsonrpc':'2.0','id':'TOKEN','result':{}}"),
        NO_JSON("TOKEN"),
        HALF_JSON("{'TOKEN': "),
        MISFIT("{'jsonrpc':'2.0','id':ID,'result':{'content':'TOKEN','isError':'TOKEN'}}"),
        RESULT_TYPE("{'jsonrpc':'2.0','id':ID,'result':{'resultType':'TOKEN','content':[]}}"),
        NO_RESULT("{'jsonrpc':'2.0','id':ID,'result':'TOKEN'}"),
        NOTIFICATION("{'jsonrpc':'2.0','method':'notifications/TOKEN','params':{'a':'TOKEN'}}"),
        LOG("{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'TOKEN','data':{'TOKEN':'TOKEN'}}}"),
        QUESTION("{'jsonrpc':'2.0','id':1,'method':'TOKEN','params':{'TOKEN':'TOKEN'}}"),
        STATUS_TEXT("HTTP/1.1 400 TOKEN\r\nContent-Type: text/plain\r\nContent-Length: 22\r\n\r\nTOKEN 1234567"),
        REASON("HTTP/1.1 500 no TOKEN here\r\nContent-Length: 0\r\n\r\n"),
        UNAUTHORIZED("HTTP/1.1 401 TOKEN\r\nWWW-Authenticate: Bearer realm=\"TOKEN\"\r\nContent-Length: 0\r\n\r\n"),
        SESSION_GONE("HTTP/1.1 404 TOKEN\r\nContent-Length: 0\r\n\r\n"),
        STATUS_WITH_ERROR("HTTP/1.1 400 TOKEN\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                + "{'jsonrpc':'2.0','id':null,'error':{'code':-7,'message':'TOKEN','data':{'a':'TOKEN'}}}"),
        MEDIA_TYPE("HTTP/1.1 200 OK\r\nContent-Type: text/TOKEN; x=TOKEN\r\nContent-Length: 2\r\n\r\n{}"),
        REDIRECT_HOST("HTTP/1.1 307 X\r\nLocation: http://TOKEN.example.com/TOKEN\r\nContent-Length: 0\r\n\r\n"),
        REDIRECT_USER("HTTP/1.1 307 X\r\nLocation: http://TOKEN@example.com:81/\r\nContent-Length: 0\r\n\r\n"),
        REDIRECT_SCHEME("HTTP/1.1 307 X\r\nLocation: TOKEN:x\r\nContent-Length: 0\r\n\r\n"),
        NO_HTTP("TOKEN TOKEN TOKEN\r\n\r\n"),
        VERSION("TOKEN/1.1 200 OK\r\n\r\n"),
        HEADER("HTTP/1.1 200 OK\r\nTOKEN\u0001: TOKEN\r\nContent-Length: TOKEN\r\n\r\n"),
        ENCODING("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 14\r\n\r\nTOKEN"),
        EVENT("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                + "event: TOKEN\nid: TOKEN\nretry: TOKEN\nTOKEN: TOKEN\ndata: TOKEN\n\n"
                + "data: {'jsonrpc':'2.0','method':'notifications/TOKEN','params':{}}\n\n"),
        PROGRESS("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                + "data: {'jsonrpc':'2.0','method':'notifications/progress',"
                + "'params':{'progressToken':PROGRESS,'progress':1,'message':'TOKEN'}}\n\n"
                + "data: {'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'bad'}}\n\n"),
        SILENCE("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                + "data: {'jsonrpc':'2.0','id':'TOKEN','result':{}}\n\n"),
        /** What is answered to the stream of the server, to the end of the session, and to the probe. */
        REFUSED_STREAM(""),
        END_OF_SESSION(""),
        PROBE("");

        private static final String WELL = "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'bad'}}";

        private final String answer;

        Place(String answer) {
            this.answer = (answer.isEmpty() ? WELL : answer).replace('\'', '"').replace("TOKEN", TOKEN);
        }

        /** What stands for the token at one place, and for nothing at the others. */
        String at(Place place) {
            return this == place ? TOKEN : "no";
        }

        boolean isNeverQuoted() {
            return this == NO_RESULT || this == QUESTION || this == REDIRECT_USER || this == ENCODING || this == PROBE;
        }

        void write(RecordedRequest request, HttpReply reply) throws IOException {
            String text = answer.replace("ID", request.message().path("id").toString())
                    .replace(
                            "PROGRESS",
                            request.message()
                                    .path("params")
                                    .path("_meta")
                                    .path("progressToken")
                                    .toString());
            if (this == SILENCE) {
                reply.raw(text);
            } else if (text.contains("\r\n\r\n")) {
                reply.raw(text).thenClose();
            } else {
                reply.json(text);
            }
        }
    }

    private static HttpHandler server(Place place) {
        return (request, reply) -> {
            if (request.is("initialize")) {
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: 1");
            } else if (request.is("tools/call")) {
                place.write(request, reply);
            } else if (request.httpMethod().equals("GET") && request.header("last-event-id") == null) {
                reply.raw("HTTP/1.1 405 " + place.at(Place.REFUSED_STREAM) + "\r\nContent-Length: 0\r\n\r\n");
            } else if (request.httpMethod().equals("DELETE")) {
                reply.raw("HTTP/1.1 200 " + place.at(Place.END_OF_SESSION) + "\r\nContent-Length: 0\r\n\r\n");
            } else if (request.method().startsWith("notifications/")) {
                reply.accepted();
            } else {
                reply.raw("HTTP/1.1 400 " + place.at(Place.PROBE) + "\r\nContent-Length: 0\r\n\r\n");
            }
        };
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private void shownNowhere(Place place, Map<String, String> configured, Context context) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(server(place))) {
            McpSession session = McpSession.create(
                    transport(server).headers(configured).build(),
                    SessionOptions.builder().startTimeout(LIMIT).build());
            List<Object> events = new CopyOnWriteArrayList<>();
            Mono<Void> ended = session.events().doOnNext(events::add).then().cache();
            ended.subscribe();
            session.open().contextWrite(context).block(LIMIT);

            Throwable failure = session.streamTool(
                            "t",
                            null,
                            RequestOptions.within(
                                    place == Place.SILENCE ? Duration.ofMillis(500) : Duration.ofSeconds(10)))
                    .contextWrite(context)
                    // the result is for the caller, as it came
                    .filter(signal -> !(signal instanceof ToolSignal.Result))
                    .doOnNext(events::add)
                    .then(Mono.<Throwable>empty())
                    .onErrorResume(Mono::just)
                    .block(LIMIT);

            closed(session, server);
            ended.block(LIMIT);
            String shown = shown(events, failure);
            assertThat(shown).doesNotContainIgnoringCase("s3cr3t");
            // else a place that is never shown would pass whatever is masked
            assertThat(shown.contains("${Authorization}"))
                    .as("it is quoted: %s", shown)
                    .isEqualTo(!place.isNeverQuoted());
        }
    }

    /** Everything that leaves the project: errors with all that they hold, events, signals, lines of the log. */
    private String shown(List<?> events, @Nullable Throwable failure) {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event).append('\n'));
        if (failure != null) {
            text.append(trace(failure)).append('\n');
        }
        if (failure instanceof McpPeerErrorException error) {
            text.append(error.error()).append('\n');
        }
        if (failure instanceof McpTimeoutException late) {
            text.append(late.diagnostics().meanwhile()).append('\n');
        }
        for (ILoggingEvent line : lines.list) {
            assertThat(line.getFormattedMessage()).doesNotContain("\n", "\r", "\u0001");
            text.append(line.getFormattedMessage()).append('\n');
            for (IThrowableProxy e = line.getThrowableProxy(); e != null; e = e.getCause()) {
                text.append(e.getMessage()).append('\n');
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource
    void configuredTokenIsMasked(Place place) {
        shownNowhere(place, Map.of("Authorization", "Bearer " + TOKEN), Context.empty());
    }

    @ParameterizedTest
    @EnumSource
    void tokenOfTheCallerIsMasked(Place place) {
        shownNowhere(place, Map.of(), Context.of(HttpTransport.HEADERS, Map.of("Authorization", "Bearer " + TOKEN)));
    }
}
