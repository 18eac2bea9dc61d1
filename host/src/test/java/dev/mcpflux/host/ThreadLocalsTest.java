package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.transport.stdio.StdioTransport;
import io.micrometer.context.ContextRegistry;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * What an application keeps in thread-locals (a trace, a tenant) is there wherever its code runs, when it has turned on
 * automatic context propagation: the code runs on the thread that reads the server's stdout, which has none of its own.
 */
class ThreadLocalsTest {

    private static final String KEY = ThreadLocalsTest.class.getName();
    private static final ThreadLocal<String> USER = new ThreadLocal<>();

    private final List<String> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void turnOn() {
        assumeThat(File.separatorChar).isEqualTo('/');
        ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
        Hooks.enableAutomaticContextPropagation();
    }

    @AfterEach
    void turnOff() {
        Hooks.disableAutomaticContextPropagation();
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        USER.remove();
    }

    /** A server in eight lines, which asks who is there before it answers a call. */
    private static ServerDefinition server(EraPolicy era) {
        String script = """
                say() { printf '%s\\n' '{"jsonrpc":"2.0",'"$1"'}'; }
                ask='"elicitation/create","params":{"mode":"form","message":"who?","requestedSchema":{"type":"object","properties":{}}}'
                end='"content":[{"type":"text","text":"done"}]'
                while IFS= read -r line; do
                    id=${line#*'"id":'}; id=${id%%[,\\}]*}
                    case $line in
                        *'"server/discover"'*) say '"id":'$id',"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
                        *'"initialize"'*) say '"id":'$id',"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
                        *'"tools/list"'*) say '"id":'$id',"result":{"resultType":"complete","tools":[{"name":"t","inputSchema":{"type":"object"}}]}' ;;
                        *'"inputResponses"'*) say '"id":'$id',"result":{"resultType":"complete",'$end'}' ;;
                        *'"tools/call"'*)
                            token=${line#*'"progressToken":'}
                            [ "$token" = "$line" ] || say '"method":"notifications/progress","params":{"progressToken":'${token%%[,\\}]*}',"progress":1}'
                            case $line in
                                *2026-07-28*) say '"id":'$id',"result":{"resultType":"input_required","inputRequests":{"who":{"method":'"$ask"'}}}' ;;
                                *) call=$id; say '"id":"q","method":'"$ask" ;;
                            esac ;;
                        *'"result"'*) say '"id":'$call',"result":{'$end'}' ;;
                    esac
                done
                """;
        return ServerDefinition.of(StdioTransport.builder("s", "sh")
                        .arguments("-c", script)
                        .build())
                .with(o -> o.era(era));
    }

    private McpHost open(EraPolicy era) {
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> {
                    see("handler");
                    return Mono.fromSupplier(() -> {
                        see("answer");
                        return Elicitation.ElicitResult.accept(Map.of());
                    });
                })
                .build();
        McpHost host = McpHost.open(HostConfig.builder()
                        .server(server(era))
                        .session(SessionOptions.builder().handlers(handlers).build())
                        .build())
                .block(Servers.LIMIT);
        assertThat(host).isNotNull();
        return host;
    }

    private void see(String where) {
        seen.add(where + " " + USER.get());
    }

    private void call(McpHost host, String user) {
        String text = Mono.defer(() -> host.callTool("s__t", Map.of()))
                .doOnNext(result -> see("result"))
                .map(result -> result.text())
                .contextWrite(context -> context.put(KEY, user))
                .block(Servers.LIMIT);
        assertThat(text).isEqualTo("done");
    }

    @Test
    void handlersAndResultsOfTheModernEraSeeTheCallers() {
        McpHost host = open(EraPolicy.MODERN);
        try {
            call(host, "alice");
            call(host, "bob");
            assertThat(seen)
                    .containsExactly(
                            "handler alice", "answer alice", "result alice", "handler bob", "answer bob", "result bob");
        } finally {
            host.close().block(Servers.LIMIT);
        }
    }

    @Test
    void signalsAreHandedOverWithTheSubscribers() {
        McpHost host = open(EraPolicy.MODERN);
        try {
            for (String user : List.of("alice", "bob")) {
                Flux.defer(() -> host.streamTool("s__t", Map.of()))
                        .doOnNext(signal -> see(signal instanceof ToolSignal.Result ? "result" : "progress"))
                        .contextWrite(context -> context.put(KEY, user))
                        .blockLast(Servers.LIMIT);
            }
            assertThat(seen)
                    .containsExactly(
                            "progress alice",
                            "handler alice",
                            "answer alice",
                            "result alice",
                            "progress bob",
                            "handler bob",
                            "answer bob",
                            "result bob");
        } finally {
            host.close().block(Servers.LIMIT);
        }
    }

    @Test
    void legacyHandlersNeverSeeThoseOfAnotherThread() {
        McpHost host = open(EraPolicy.LEGACY);
        try {
            USER.set("somebody on the thread of the test");
            call(host, "alice");
            call(host, "bob");
            // a legacy server does not say which call its question belongs to
            assertThat(seen)
                    .hasSize(6)
                    .allMatch(line -> !line.contains("somebody"))
                    .containsSubsequence("result alice", "result bob");
            assertThat(seen.subList(0, 2)).noneMatch(line -> line.contains("bob"));
            assertThat(seen.subList(3, 5)).noneMatch(line -> line.contains("alice"));
        } finally {
            host.close().block(Servers.LIMIT);
        }
    }
}
