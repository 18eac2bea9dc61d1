package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpUnsupportedVersionException;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.spi.Transport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Servers by HTTP that nobody here wrote, or that use libraries nobody here wrote. */
@Tag("real")
class HttpServersTest extends ThingsContract {

    static Stream<Way> ways() {
        return Stream.of(ByHttp.values());
    }

    private static Transport transport(String name, String url) {
        return HttpTransport.builder(name, url).build();
    }

    /** Each of the three in a host of its own, all at once. */
    @Test
    void theReferenceServerSaysTheSameByEveryTransport() {
        List<Transport> transports = List.of(
                NodeServers.everything("everything"),
                transport(
                        "everything",
                        closing(NodeServers.listeningEverything("streamableHttp"))
                                .url("/mcp")),
                transport(
                        "everything",
                        closing(NodeServers.listeningEverything("sse")).url("/sse")));
        List<List<String>> transcripts = Flux.fromIterable(transports)
                .flatMapSequential(transport ->
                        Mono.fromCallable(() -> transcript(transport)).subscribeOn(Schedulers.boundedElastic()))
                .collectList()
                .blockOptional(LIMIT.multipliedBy(3))
                .orElseThrow();
        assertThat(transcripts.get(0)).contains("pending: 0").hasSizeGreaterThan(30);
        assertThat(transcripts.get(1)).containsExactlyElementsOf(transcripts.get(0));
        assertThat(transcripts.get(2)).containsExactlyElementsOf(transcripts.get(0));
    }

    private List<String> transcript(Transport transport) {
        EverythingScript script = new EverythingScript();
        return script.transcript(
                open(transport, options -> options.handlers(script.handlers()).logLevel(LogLevel.INFO)));
    }

    /** Refused at first, since the list that tells of the headers was not read; then it is, and the call made again. */
    @Test
    void headersOfAToolAreSentAlsoWithoutItsList() {
        ServerProcess server = closing(NodeServers.listening("modern"));
        McpHost host = open(transport("things", server.url("/mcp")), options -> options);
        McpSession session = Servers.session(host, "things");
        for (String text : List.of("plain", "wörds, 世界", " blanks ", "line\r\nline", "=?base64?AAAA?=", "")) {
            assertThat(value(session.callTool("echo", Map.of("text", text))).text())
                    .isEqualTo("echo: " + text);
        }
    }

    @Test
    void aStreamThatIsCutIsTakenUpAgain() {
        ServerProcess server = closing(NodeServers.listening("resumable"));
        McpHost host = open(transport("things", server.url("/mcp")), options -> options.era(EraPolicy.LEGACY));
        assertThat(call(host, "cut", Map.of())).isEqualTo("after the cut");
    }

    @Test
    void aSessionIsEndedAtTheServerWhenTheHostIsClosed() {
        ServerProcess server = closing(NodeServers.listening("sessions"));
        McpHost host = open(transport("things", server.url("/mcp")), options -> options.era(EraPolicy.LEGACY));
        assertThat(call(host, "echo", Map.of("text", "hi"))).isEqualTo("echo: hi");
        host.close().block(LIMIT);
        assertThat(server.awaitLine("a session was ended"::equals)).isNotNull();
    }

    /** Each request stands alone: what can be had without being asked or told anything is there. */
    @Test
    void aLegacyServerWithoutSessionsCanBeCalled() {
        ServerProcess server = closing(NodeServers.listening("dual"));
        McpHost host = open(
                transport("things", server.url("/mcp")),
                options -> options.era(EraPolicy.LEGACY).handlers(ThingsScript.handlers()));
        assertThat(Objects.requireNonNull(Servers.session(host, "things").peer())
                        .revision())
                .isEqualTo(ProtocolRevision.V2025_11_25);
        assertThat(value(host.tools().count())).isEqualTo(10);
        assertThat(call(host, "echo", Map.of("text", "hi"))).isEqualTo("echo: hi");
        assertThat(value(host.streamTool("slow", Map.of("steps", 3, "delayMs", 1))
                        .collectList()))
                .hasSize(4)
                .startsWith(new ToolSignal.Progress(1, 3.0, "step 1"));
        assertThat(value(host.readResource("memo://page/2")).text()).isEqualTo("page 2");
        Servers.session(host, "things").ping().block(LIMIT);
    }

    @Test
    void anEraThatAServerDoesNotSpeakIsSaid() {
        ServerProcess modern = closing(NodeServers.listening("modern"));
        ServerProcess everything = closing(NodeServers.listeningEverything("streamableHttp"));
        ServerProcess older = closing(NodeServers.listeningEverything("sse"));
        ServerProcess java = closing(JavaServers.listening("streamable"));
        assertThatThrownBy(() -> session(modern.url("/mcp"), HttpKind.AUTO, EraPolicy.LEGACY))
                .isInstanceOfSatisfying(
                        McpUnsupportedVersionException.class,
                        e -> assertThat(e.supported()).contains("2026-07-28"))
                .hasMessageContaining("server 'it'");
        for (ServerProcess server : List.of(everything, java)) {
            assertThatThrownBy(() -> session(server.url("/mcp"), HttpKind.AUTO, EraPolicy.MODERN))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("does not speak the modern era");
        }
        // what refused is told of, and not that another transport was not there either
        assertThatThrownBy(() -> session(older.url("/sse"), HttpKind.STREAMABLE, EraPolicy.AUTO))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("initialize failed")
                .hasMessageContaining("404");
        assertThatThrownBy(() -> session(everything.url("/nothing"), HttpKind.AUTO, EraPolicy.AUTO))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("initialize failed")
                .hasMessageContaining("404");
    }

    private static void session(String url, HttpKind kind, EraPolicy era) {
        McpSession.use(
                        HttpTransport.builder("it", url).kind(kind).build(),
                        SessionOptions.builder().era(era).build(),
                        McpSession::listTools)
                .blockLast(LIMIT);
    }
}
