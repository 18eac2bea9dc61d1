package dev.mcpflux.transport.http;

import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.initialized;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** A server of HTTP+SSE that writes the token of a request, without the scheme, into every place there is. */
class SseSecretsTest {

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

    /** What the token stands in. */
    private enum By {
        /** The answer to the first GET. */
        OPENING,
        /** The first event. */
        ENDPOINT,
        /** A message on the stream, while a call waits. */
        MESSAGE,
        /** Bytes on the stream, while a call waits. */
        STREAM,
        /** The answer to the POST of a call. */
        POST,
        /** The answer to the POST of the handshake. */
        HANDSHAKE
    }

    private enum Place {
        STATUS(By.OPENING, "HTTP/1.1 400 TOKEN\r\nContent-Type: text/plain\r\nContent-Length: 22\r\n\r\nTOKEN 1234567"),
        NOT_FOUND(By.OPENING, "HTTP/1.1 404 TOKEN\r\nContent-Length: 0\r\n\r\n"),
        STATUS_WITH_ERROR(
                By.OPENING,
                "HTTP/1.1 503 TOKEN\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                        + "{'jsonrpc':'2.0','id':'TOKEN','error':{'code':-7,'message':'TOKEN','data':{'a':'TOKEN'}}}"),
        MEDIA_TYPE(By.OPENING, "HTTP/1.1 200 OK\r\nContent-Type: text/TOKEN; x=TOKEN\r\nContent-Length: 2\r\n\r\n{}"),
        REDIRECT(By.OPENING, "HTTP/1.1 307 X\r\nLocation: http://TOKEN.example.com/TOKEN\r\nContent-Length: 0\r\n\r\n"),
        NO_HTTP(By.OPENING, "TOKEN TOKEN\r\n\r\n"),
        OTHER_ORIGIN(By.ENDPOINT, "http://TOKEN.example.com/TOKEN"),
        OTHER_SCHEME(By.ENDPOINT, "TOKEN:TOKEN"),
        OTHER_USER(By.ENDPOINT, "http://TOKEN:TOKEN@example.com:81/"),
        NO_ADDRESS(By.ENDPOINT, "http://TOKEN TOKEN/{"),
        ERROR(
                By.MESSAGE,
                "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'bad TOKEN','data':{'TOKEN':['TOKEN']}}}"),
        ERROR_DATA(By.MESSAGE, "{'jsonrpc':'2.0','id':ID,'error':{'code':-1,'message':'bad','data':'TOKEN'}}"),
        RESULT_TYPE(
                By.MESSAGE,
                "{'jsonrpc':'2.0','id':ID,'result':{'content':[{'type':'TOKEN','TOKEN':'TOKEN'}],'isError':'TOKEN'}}"),
        OTHER_ID(By.MESSAGE, "{'jsonrpc':'2.0','id':'TOKEN','result':{}}"),
        NO_ID(By.MESSAGE, "{'jsonrpc':'2.0','id':null,'error':{'code':-1,'message':'TOKEN','data':'TOKEN'}}"),
        NO_JSON(By.MESSAGE, "TOKEN"),
        HALF_JSON(By.MESSAGE, "{'TOKEN': "),
        NOTIFICATION(By.MESSAGE, "{'jsonrpc':'2.0','method':'notifications/TOKEN','params':{'a':'TOKEN'}}"),
        LOG(By.MESSAGE, "{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'TOKEN','data':'TOKEN'}}"),
        QUESTION(By.MESSAGE, "{'jsonrpc':'2.0','id':1,'method':'TOKEN','params':{'TOKEN':'TOKEN'}}"),
        QUESTION_ID(By.MESSAGE, "{'jsonrpc':'2.0','id':'TOKEN','method':'roots/list'}"),
        EVENT(By.STREAM, "event: TOKEN\nid: TOKEN\nretry: TOKEN\nTOKEN: TOKEN\ndata: TOKEN\n\n: TOKEN\n\n"),
        POST_STATUS(
                By.POST, "HTTP/1.1 400 TOKEN\r\nContent-Type: text/plain\r\nContent-Length: 22\r\n\r\nTOKEN 1234567"),
        POST_GONE(By.POST, "HTTP/1.1 404 TOKEN\r\nContent-Length: 0\r\n\r\n"),
        POST_WITH_ERROR(
                By.POST,
                "HTTP/1.1 429 TOKEN\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                        + "{'jsonrpc':'2.0','id':'TOKEN','error':{'code':-7,'message':'TOKEN','data':'TOKEN'}}"),
        POST_REDIRECT(By.POST, "HTTP/1.1 307 X\r\nLocation: http://TOKEN@example.com/\r\nContent-Length: 0\r\n\r\n"),
        POST_NO_HTTP(By.POST, "TOKEN TOKEN\r\n\r\n"),
        HANDSHAKE_STATUS(
                By.HANDSHAKE,
                "HTTP/1.1 401 TOKEN\r\nWWW-Authenticate: Bearer realm=\"TOKEN\"\r\nContent-Length: 0\r\n\r\n");

        private final By by;
        private final String text;

        Place(By by, String text) {
            this.by = by;
            this.text = text.replace('\'', '"').replace("TOKEN", TOKEN);
        }
    }

    /** The stream of the one session. */
    private final AtomicReference<@Nullable HttpReply> stream = new AtomicReference<>();

    private void serve(Place place, RecordedRequest request, HttpReply reply) throws Exception {
        if (request.httpMethod().equals("GET")) {
            if (place.by == By.OPENING) {
                reply.raw(place.text).thenClose();
                return;
            }
            stream.set(reply);
            reply.events()
                    .raw("event: endpoint\ndata: " + (place.by == By.ENDPOINT ? place.text : "/message?" + TOKEN)
                            + "\n\n")
                    .awaitDisconnect();
            return;
        }
        HttpReply events = stream.get();
        boolean call = request.is("tools/call");
        if ((call && place.by == By.POST) || (request.is("initialize") && place.by == By.HANDSHAKE)) {
            reply.raw(place.text).thenClose();
            return;
        }
        reply.accepted();
        if (events != null && request.is("initialize")) {
            events.event("{\"jsonrpc\":\"2.0\",\"id\":" + request.message().path("id") + ",\"result\":"
                    + initialized("2024-11-05") + "}");
        } else if (events != null && call) {
            if (place.by == By.STREAM) {
                events.raw(place.text);
            } else {
                events.event(
                        place.text.replace("ID", request.message().path("id").toString()));
            }
            // what has not failed its call by now ends with the stream, in words that follow the token
            events.raw("data: " + TOKEN).reset();
        }
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private void shownNowhere(Place place, Map<String, String> configured, Context context) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> serve(place, request, reply))) {
            McpSession session = McpSession.create(
                    transport(server).kind(HttpKind.SSE).headers(configured).build(),
                    SessionOptions.builder()
                            .era(EraPolicy.LEGACY)
                            .startTimeout(LIMIT)
                            .build());
            List<SessionEvent> events = new CopyOnWriteArrayList<>();
            Mono<Void> ended = session.events().doOnNext(events::add).then().cache();
            ended.subscribe();
            Throwable failure = session.open()
                    .then(session.callTool("t", null, RequestOptions.within(Duration.ofSeconds(10))))
                    .contextWrite(context)
                    .then(Mono.<Throwable>empty())
                    .onErrorResume(Mono::just)
                    .block(LIMIT);

            closed(session, server);
            ended.block(LIMIT);
            // content that does not fit is reduced to what can be used
            if (place != Place.RESULT_TYPE) {
                assertThat(failure).isNotNull();
            }
            if (failure != null) {
                assertThat(trace(failure)).doesNotContain("s3cr3t");
            }
            assertThat(events).allSatisfy(e -> assertThat(e.toString()).doesNotContain("s3cr3t"));
            assertThat(lines.list).allSatisfy(line -> {
                assertThat(line.getFormattedMessage()).doesNotContain("s3cr3t", "\n", "\r");
                if (line.getThrowableProxy() != null) {
                    assertThat(line.getThrowableProxy().getMessage()).doesNotContain("s3cr3t");
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void configuredTokenIsShownNowhere(Place place) {
        shownNowhere(place, Map.of("Authorization", "Bearer " + TOKEN), Context.empty());
    }

    @ParameterizedTest
    @EnumSource
    void tokenOfTheCallerIsShownNowhere(Place place) {
        shownNowhere(place, Map.of(), Context.of(HttpTransport.HEADERS, Map.of("Authorization", "Bearer " + TOKEN)));
    }
}
