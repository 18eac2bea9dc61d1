package dev.mcpflux.host.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioTransport;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The spans of callers, calls and servers, with a real OpenTelemetry at both ends. */
class TracedCallsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Tracing tracing = new Tracing();

    @AfterEach
    void close() {
        tracing.close();
    }

    /** A server that starts a span for a call, and answers with it. */
    private enum Peer {
        MODERN_IN_MEMORY(EraPolicy.MODERN, "2026-07-28", null),
        LEGACY_IN_MEMORY(EraPolicy.LEGACY, "2025-11-25", null),
        MODERN_PROCESS(EraPolicy.MODERN, "2026-07-28", "pipe"),
        LEGACY_PROCESS(EraPolicy.AUTO, "2025-11-25", "pipe"),
        MODERN_HTTP(EraPolicy.AUTO, "2026-07-28", "tcp"),
        LEGACY_HTTP(EraPolicy.AUTO, "2025-11-25", "tcp");

        private final EraPolicy policy;
        private final String revision;
        private final String transport;

        Peer(EraPolicy policy, String revision, String transport) {
            this.policy = policy;
            this.revision = revision;
            this.transport = transport;
        }
    }

    private HttpHandler handler() {
        return (request, reply) -> {
            if (request.is("tools/list")) {
                reply.result(TracedServer.TOOLS);
            } else {
                reply.result(TracedServer.result(
                        tracing.served("serve", request.message().path("params"))));
            }
        };
    }

    private Transport inMemory() {
        return InMemoryServer.named("s")
                .handle(
                        "t",
                        call -> Mono.fromSupplier(() -> {
                            SpanData span = tracing.served("serve", call.params());
                            return InMemoryServer.text(
                                    span.getTraceId() + " " + span.getParentSpanId() + " " + span.getKind());
                        }))
                .transport();
    }

    private static Transport process(String era) {
        List<String> command = TracedServer.command(era);
        return StdioTransport.builder("s", command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
    }

    private HostConfig observed(Transport transport, EraPolicy policy) {
        return McpObservation.builder(tracing.registry())
                .build()
                .observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(ServerDefinition.of(transport).with(options -> options.era(policy))))
                .build();
    }

    private String called(HostConfig config, Observation caller) {
        return McpHost.useOne(config, host -> host.callTool("s__t", Map.of("secret", "of the call")))
                .map(CallToolResult::text)
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, caller))
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void callersSpanIsTheParentOfTheServers(Peer peer) {
        Observation caller = Observation.start("caller", tracing.registry());
        String served;
        try (ScriptedHttpServer http = peer == Peer.MODERN_HTTP
                ? ScriptedHttpServer.modern(handler())
                : ScriptedHttpServer.legacy(handler())) {
            Transport transport = switch (peer) {
                case MODERN_IN_MEMORY, LEGACY_IN_MEMORY -> inMemory();
                case MODERN_PROCESS -> process("modern");
                case LEGACY_PROCESS -> process("legacy");
                case MODERN_HTTP, LEGACY_HTTP ->
                    HttpTransport.builder("s", http.url()).build();
            };
            served = called(observed(transport, peer.policy), caller);
        }
        caller.stop();

        SpanData parent = tracing.span("caller");
        SpanData client = tracing.span("tools/call t");
        assertThat(client.getTraceId()).isEqualTo(parent.getTraceId());
        assertThat(client.getParentSpanId()).isEqualTo(parent.getSpanId());
        assertThat(client.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(client.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(served).isEqualTo(client.getTraceId() + " " + client.getSpanId() + " SERVER");

        assertThat(attribute(client, "mcp.protocol.version")).isEqualTo(peer.revision);
        assertThat(attribute(client, "network.transport")).isEqualTo(peer.transport);
        assertThat(attribute(client, "error.type")).isNull();
        assertThat(client.getAttributes().asMap().values()).doesNotContain("none", "of the call");

        SpanData session = tracing.span("session s");
        assertThat(session.getParentSpanId()).isEqualTo(SpanId.getInvalid());
        assertThat(session.getTraceId()).isNotEqualTo(parent.getTraceId());
        assertThat(attribute(session, "network.transport")).isEqualTo(peer.transport);
        assertThat(tracing.span("start s").getParentSpanId()).isEqualTo(SpanId.getInvalid());
    }

    private static String attribute(SpanData span, String key) {
        return span.getAttributes().get(AttributeKey.stringKey(key));
    }

    /** The second caller subscribes while the thread is in the scope of the first, and is answered first. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interleavedCallersDoNotMixTraces(boolean automatic) {
        if (automatic) {
            Hooks.enableAutomaticContextPropagation();
        }
        try {
            interleave();
        } finally {
            Hooks.disableAutomaticContextPropagation();
        }
    }

    private void interleave() {
        Map<String, Sinks.One<String>> answers = Map.of("a", Sinks.one(), "b", Sinks.one());
        Transport transport = InMemoryServer.named("s")
                .handle("t", call -> {
                    String who = call.arguments().path("who").asString();
                    SpanData span = tracing.served("serve " + who, call.params());
                    return answers.get(who)
                            .asMono()
                            .map(answer -> InMemoryServer.text(span.getTraceId() + " " + span.getParentSpanId()));
                })
                .transport();
        McpHost host = McpHost.open(observed(transport, EraPolicy.AUTO)).block(LIMIT);
        Observation a = Observation.start("a", tracing.registry());
        Observation b = Observation.start("b", tracing.registry());
        Sinks.One<String> first = Sinks.one();
        Sinks.One<String> second = Sinks.one();
        try {
            Observation.Scope scope = a.openScope();
            try {
                // a by the thread, b by the Reactor context
                host.callTool("s__t", Map.of("who", "a"))
                        .map(CallToolResult::text)
                        .subscribe(first::tryEmitValue, first::tryEmitError);
                host.callTool("s__t", Map.of("who", "b"))
                        .map(CallToolResult::text)
                        .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, b))
                        .subscribe(second::tryEmitValue, second::tryEmitError);
            } finally {
                scope.close();
            }
            answers.get("b").tryEmitValue("b");
            assertThat(second.asMono().block(LIMIT)).startsWith(endedTrace(b));
            answers.get("a").tryEmitValue("a");
            assertThat(first.asMono().block(LIMIT)).startsWith(endedTrace(a));
            assertThat(tracing.registry().getCurrentObservation()).isNull();
        } finally {
            host.close().block(LIMIT);
        }
        SpanData firstClient = tracing.span("serve a");
        SpanData secondClient = tracing.span("serve b");
        assertThat(firstClient.getTraceId()).isEqualTo(tracing.span("a").getTraceId());
        assertThat(secondClient.getTraceId()).isEqualTo(tracing.span("b").getTraceId());
        assertThat(firstClient.getTraceId()).isNotEqualTo(secondClient.getTraceId());
    }

    private String endedTrace(Observation caller) {
        caller.stop();
        return tracing.span(caller.getContext().getName()).getTraceId();
    }

    @Test
    void serverThatACallStartsIsNoPartOfItsTrace() {
        HostConfig config = McpObservation.builder(tracing.registry())
                .build()
                .observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(ServerDefinition.of(inMemory())
                                .with(options -> options.lifetime(lifetime -> lifetime.lazy(true)))))
                .build();
        McpHost host = McpHost.open(config).block(LIMIT);
        Observation caller = Observation.start("caller", tracing.registry());
        // on this thread, which is in the scope of the caller
        caller.scoped(() -> host.callTool("s__t", Map.of()).subscribe());
        caller.stop();
        host.close().block(LIMIT);
        assertThat(tracing.span("tools/call t").getParentSpanId())
                .isEqualTo(tracing.span("caller").getSpanId());
        assertThat(tracing.span("start s").getParentSpanId()).isEqualTo(SpanId.getInvalid());
        assertThat(tracing.span("session s").getParentSpanId()).isEqualTo(SpanId.getInvalid());
    }

    @Test
    void failedCallsHaveSpansWithErrors() {
        Transport transport = InMemoryServer.named("s")
                .handle("t", call -> Mono.just(InMemoryServer.failure("what the tool says")))
                .handle("getU", call -> Mono.error(InMemoryServer.rpcError(-32050, "what the server says")))
                .transport();
        McpHost.useOne(
                        observed(transport, EraPolicy.AUTO),
                        host -> host.callTool("s__t", Map.of())
                                .then(host.callTool("s__getU", Map.of()).onErrorComplete()))
                .block(LIMIT);
        SpanData tool = tracing.span("tools/call t");
        assertThat(tool.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(tool, "error.type")).isEqualTo("tool_error");
        assertThat(tool.toString()).doesNotContain("what the tool says");
        SpanData rpc = tracing.span("tools/call getU");
        assertThat(rpc.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(rpc.getStatus().getDescription()).contains("what the server says");
        assertThat(attribute(rpc, "error.type")).isEqualTo("-32050");
        assertThat(attribute(rpc, "rpc.response.status_code")).isEqualTo("-32050");
    }

    @Test
    void tracerReplacesTheTraceOfTheCallersContext() {
        String served = McpHost.useOne(observed(inMemory(), EraPolicy.AUTO), host -> host.callTool("s__t", Map.of()))
                .map(CallToolResult::text)
                .contextWrite(context ->
                        context.put(CallContext.TRACEPARENT, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
                .block(LIMIT);
        SpanData client = tracing.span("tools/call t");
        assertThat(served).isEqualTo(client.getTraceId() + " " + client.getSpanId() + " SERVER");
    }
}
