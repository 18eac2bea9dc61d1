package dev.mcpflux.host.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.filter.HostSignal;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.stdio.StdioTransport;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.io.File;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

class CallObserverTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final Map<String, String> propagated = new HashMap<>();
    private final RecordedObservations observed = new RecordedObservations(propagated);
    private final InMemoryServer server = InMemoryServer.named("s")
            .tool("t", arguments -> "done")
            .prompt("p", arguments -> "text")
            .resource("mem://r/1", "content")
            .handle("fails", call -> Mono.just(InMemoryServer.failure("no")))
            .handle("rejected", call -> Mono.error(InMemoryServer.rpcError(-32050, "no")))
            .handle("hangs", call -> Mono.never());

    private HostConfig config(UnaryOperator<McpObservation.Builder> change) {
        return change.apply(McpObservation.builder(observed.registry()))
                .build()
                .observe(HostConfig.builder().shutdownHook(false).server(server.transport()))
                .build();
    }

    private <T> T used(Function<McpHost, Mono<T>> body) {
        return McpHost.useOne(config(UnaryOperator.identity()), body).block(LIMIT);
    }

    private Observation.Context ended(String name) {
        assertThat(observed.running()).isEmpty();
        return observed.ended(name);
    }

    @Test
    void attributesOfACallAreThoseOfOpenTelemetry() {
        used(host -> host.callTool("s__t", Map.of("token", "of the caller")));
        Observation.Context call = ended("tools/call t");
        assertThat(call.getName()).isEqualTo("mcp.client.operation.duration");
        assertThat(RecordedObservations.map(call.getLowCardinalityKeyValues()))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("mcp.method.name", "tools/call"),
                        Map.entry("mcpflux.server.name", "s"),
                        Map.entry("gen_ai.tool.name", "t"),
                        Map.entry("gen_ai.prompt.name", "none"),
                        Map.entry("gen_ai.operation.name", "execute_tool"),
                        Map.entry("mcp.protocol.version", "2026-07-28"),
                        Map.entry("network.transport", "none"),
                        Map.entry("network.protocol.name", "none"),
                        Map.entry("rpc.response.status_code", "none"),
                        Map.entry("error.type", "none"),
                        Map.entry("mcpflux.outcome", "success")));
        Map<String, String> all = RecordedObservations.map(call.getAllKeyValues());
        assertThat(all).doesNotContainValue("none").containsKey("jsonrpc.request.id");
        assertThat(all.toString()).doesNotContain("of the caller");
    }

    @Test
    void requestIdIsThatOnTheWire() {
        used(host -> host.callTool("s__t", Map.of()));
        JsonNode sent = server.received().stream()
                .filter(message -> message.path("method").asString().equals("tools/call"))
                .findFirst()
                .orElseThrow();
        assertThat(RecordedObservations.map(ended("tools/call t").getHighCardinalityKeyValues()))
                .containsEntry("jsonrpc.request.id", sent.path("id").toString());
    }

    @Test
    void promptsAreNamed() {
        used(host -> host.getPrompt("s__p", Map.of()));
        assertThat(RecordedObservations.map(ended("prompts/get p").getAllKeyValues()))
                .containsEntry("gen_ai.prompt.name", "p")
                .doesNotContainKeys("gen_ai.tool.name", "gen_ai.operation.name");
    }

    @Test
    void uriIsOfHighCardinality() {
        used(host -> host.readResource("mem://r/1"));
        Observation.Context read = ended("resources/read");
        assertThat(RecordedObservations.map(read.getHighCardinalityKeyValues()))
                .containsEntry("mcp.resource.uri", "mem://r/1");
        assertThat(RecordedObservations.map(read.getLowCardinalityKeyValues()))
                .doesNotContainKey("mcp.resource.uri")
                .doesNotContainValue("mem://r/1");
    }

    @Test
    void listsOfAllServersHaveNoServer() {
        used(host -> host.tools().collectList());
        assertThat(RecordedObservations.map(ended("tools/list").getAllKeyValues()))
                .containsEntry("mcp.method.name", "tools/list")
                .doesNotContainKeys("mcpflux.server.name", "jsonrpc.request.id", "mcp.protocol.version");
    }

    @Test
    void toolErrorIsAResultAndAnError() {
        CallToolResult result = used(host -> host.callTool("s__fails", Map.of()));
        assertThat(result.isError()).isTrue();
        Observation.Context call = ended("tools/call fails");
        assertThat(call.getError()).hasMessageNotContaining("no");
        assertThat(RecordedObservations.map(call.getAllKeyValues()))
                .containsEntry("error.type", "tool_error")
                .containsEntry("mcpflux.outcome", "tool_error")
                .doesNotContainKey("rpc.response.status_code");
    }

    @Test
    void errorOfTheProtocolIsItsCode() {
        assertThatThrownBy(() -> used(host -> host.callTool("s__rejected", Map.of())))
                .hasMessageContaining("-32050");
        assertThat(RecordedObservations.map(ended("tools/call rejected").getAllKeyValues()))
                .containsEntry("error.type", "-32050")
                .containsEntry("rpc.response.status_code", "-32050")
                .containsEntry("mcpflux.outcome", "error");
    }

    @Test
    void timeoutHasItsWellKnownName() {
        RequestOptions soon = RequestOptions.within(Duration.ofMillis(1));
        assertThatThrownBy(() -> used(host -> host.callTool("s__hangs", Map.of(), soon)))
                .isInstanceOf(McpTimeoutException.class);
        assertThat(RecordedObservations.map(ended("tools/call hangs").getAllKeyValues()))
                .containsEntry("error.type", "timeout");
    }

    @Test
    void otherErrorsAreTheirTypes() {
        HostConfig config = McpObservation.builder(observed.registry())
                .build()
                .observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(ScriptedPeer.named("s").close().transport()))
                .build();
        assertThatThrownBy(() -> McpHost.useOne(config, host -> host.getPrompt("s__p", Map.of()))
                        .block(LIMIT))
                .isInstanceOf(McpServerUnavailableException.class);
        assertThat(RecordedObservations.map(ended("prompts/get p").getAllKeyValues()))
                .containsEntry("error.type", McpServerUnavailableException.class.getName());
    }

    @Test
    void cancelledCallIsStoppedAndMarked() {
        McpHost host = McpHost.open(config(UnaryOperator.identity())).block(LIMIT);
        host.callTool("s__hangs", Map.of()).subscribe().dispose();
        assertThat(observed.stopped()).containsOnlyOnce("tools/call hangs");
        Observation.Context call = observed.ended("tools/call hangs");
        assertThat(call.getError()).isNull();
        assertThat(RecordedObservations.map(call.getAllKeyValues()))
                .containsEntry("mcpflux.outcome", "cancelled")
                .doesNotContainKey("error.type");
        host.close().block(LIMIT);
        assertThat(observed.running()).isEmpty();
    }

    /** As an operator may do that wants no more. */
    @Test
    void cancellationAfterTheEndChangesNothing() {
        HostFilter.Next next = new HostFilter.Next() {
            @Override
            public Flux<HostSignal> proceed(HostCall call) {
                return Flux.empty();
            }

            @Override
            public Mono<CatalogueTool> tool(HostCall.CallTool call) {
                return Mono.empty();
            }

            @Override
            public @Nullable ServerStatus status(String server) {
                return null;
            }

            @Override
            public String mask(String server, String text) {
                return text;
            }

            @Override
            public void report(HostEvent event) {}
        };
        AtomicReference<Subscription> subscription = new AtomicReference<>();
        new CallObserver(observed.registry(), null)
                .filter(new HostCall.CallTool("s", "t", null, null, false), next)
                .doOnSubscribe(subscription::set)
                .subscribe();
        subscription.get().cancel();
        assertThat(observed.stopped()).containsExactly("tools/call t");
        assertThat(RecordedObservations.map(ended("tools/call t").getAllKeyValues()))
                .containsEntry("mcpflux.outcome", "success");
    }

    @Test
    void serverThatACallStartsIsKnownAtItsEnd() {
        HostConfig config = McpObservation.builder(observed.registry())
                .build()
                .observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(ServerDefinition.of(server.transport())
                                .with(options -> options.lifetime(lifetime -> lifetime.lazy(true)))))
                .build();
        McpHost.useOne(config, host -> host.getPrompt("s__p", Map.of())).block(LIMIT);
        assertThat(RecordedObservations.map(ended("prompts/get p").getAllKeyValues()))
                .containsEntry("mcp.protocol.version", "2026-07-28");
    }

    @Test
    void eachSubscriptionIsObservedOnce() {
        used(host -> {
            Mono<CallToolResult> call = host.callTool("s__t", Map.of());
            assertThat(observed.running()).containsExactly("session s");
            return call.then(call);
        });
        assertThat(observed.stopped()).filteredOn("tools/call t"::equals).hasSize(2);
        assertThat(observed.running()).isEmpty();
    }

    @Test
    void streamsAreObservedToTheirEnd() {
        used(host -> host.streamTool("s__fails", Map.of()).then(Mono.just(true)));
        assertThat(RecordedObservations.map(ended("tools/call fails").getAllKeyValues()))
                .containsEntry("error.type", "tool_error");
    }

    // -- parents and traces

    @Test
    void observationOfTheThreadIsTheParent() {
        Observation caller = Observation.start("caller", observed.registry());
        McpHost host = McpHost.open(config(UnaryOperator.identity())).block(LIMIT);
        caller.scoped(() -> host.callTool("s__hangs", Map.of()).subscribe().dispose());
        host.close().block(LIMIT);
        assertThat(observed.ended("tools/call hangs").getParentObservation()).isSameAs(caller);
        assertThat(observed.ended("session s").getParentObservation()).isNull();
    }

    @Test
    void callIsTheParentOfWhatIsSubscribedForIt() {
        AtomicReference<Object> seen = new AtomicReference<>();
        HostConfig config = config(UnaryOperator.identity())
                .mutate()
                .filter((call, next) -> next.proceed(call).contextWrite(context -> {
                    seen.set(context.get("micrometer.observation"));
                    return context;
                }))
                .build();
        McpHost.useOne(config, host -> host.callTool("s__t", Map.of())).block(LIMIT);
        assertThat(seen.get())
                .isInstanceOfSatisfying(
                        Observation.class,
                        observation -> assertThat(observation.getContext()).isSameAs(ended("tools/call t")));
    }

    private JsonNode sentMeta(Map<String, String> ofTheCaller) {
        used(host -> host.callTool("s__t", Map.of()).contextWrite(context -> context.putAllMap(ofTheCaller)));
        return server.received().stream()
                .filter(message -> message.path("method").asString().equals("tools/call"))
                .findFirst()
                .orElseThrow()
                .path("params")
                .path("_meta");
    }

    @Test
    void stateOfAnotherTraceIsNotSent() {
        propagated.put(CallContext.TRACEPARENT, TRACE);
        JsonNode meta = sentMeta(Map.of(
                CallContext.TRACEPARENT, TRACE.replace('4', '5'),
                CallContext.TRACESTATE, "vendor=old",
                CallContext.BAGGAGE, "kept=yes"));
        assertThat(meta.path("traceparent").asString()).isEqualTo(TRACE);
        assertThat(meta.has("tracestate")).isFalse();
        assertThat(meta.path("baggage").asString()).isEqualTo("kept=yes");
    }

    @Test
    void wholeTraceOfTheTracerIsSent() {
        propagated.putAll(Map.of(
                CallContext.TRACEPARENT, TRACE,
                CallContext.TRACESTATE, "vendor=new",
                CallContext.BAGGAGE, "user=new"));
        JsonNode meta = sentMeta(Map.of(CallContext.BAGGAGE, "user=old"));
        assertThat(meta.path("tracestate").asString()).isEqualTo("vendor=new");
        assertThat(meta.path("baggage").asString()).isEqualTo("user=new");
    }

    @Test
    void traceOfTheCallerIsSentWithoutATracer() {
        JsonNode meta = sentMeta(Map.of(CallContext.TRACEPARENT, TRACE, CallContext.TRACESTATE, "vendor=old"));
        assertThat(meta.path("traceparent").asString()).isEqualTo(TRACE);
        assertThat(meta.path("tracestate").asString()).isEqualTo("vendor=old");
    }

    @Test
    void unwantedCallsAreMadeWithoutObservation() {
        Observation caller = Observation.start("caller", observed.registry());
        observed.registry().observationConfig().observationPredicate((name, context) -> false);
        AtomicReference<Object> seen = new AtomicReference<>();
        HostConfig config = config(UnaryOperator.identity())
                .mutate()
                .filter((call, next) -> next.proceed(call).contextWrite(context -> {
                    seen.set(context.get("micrometer.observation"));
                    return context;
                }))
                .build();
        assertThat(McpHost.useOne(config, host -> host.callTool("s__t", Map.of()))
                        .contextWrite(context -> context.put("micrometer.observation", caller))
                        .block(LIMIT)
                        .text())
                .isEqualTo("done");
        assertThat(seen.get()).isSameAs(caller);
        assertThat(observed.stopped()).isEmpty();
    }

    @Test
    void registryThatDoesNothingIsNotAsked() {
        HostConfig config = McpObservation.builder(ObservationRegistry.NOOP)
                .calls(new DefaultMcpCallConvention() {
                    @Override
                    public String getName() {
                        throw new AssertionError("asked");
                    }
                })
                .build()
                .observe(HostConfig.builder().shutdownHook(false).server(server.transport()))
                .build();
        assertThat(McpHost.useOne(config, host -> host.callTool("s__t", Map.of()))
                        .block(LIMIT)
                        .text())
                .isEqualTo("done");
    }

    // -- conventions and texts

    @Test
    void conventionCanBeReplaced() {
        HostConfig config = config(builder -> builder.calls(new DefaultMcpCallConvention() {
            @Override
            public String getName() {
                return "mine";
            }

            @Override
            public KeyValues getHighCardinalityKeyValues(McpCallContext context) {
                HostCall.CallTool call = (HostCall.CallTool) context.call();
                return super.getHighCardinalityKeyValues(context).and("arguments", String.valueOf(call.arguments()));
            }
        }));
        McpHost.useOne(config, host -> host.callTool("s__t", Map.of("a", 1))).block(LIMIT);
        Observation.Context call = ended("tools/call t");
        assertThat(call.getName()).isEqualTo("mine");
        assertThat(RecordedObservations.map(call.getAllKeyValues())).containsEntry("arguments", "{a=1}");
    }

    @Test
    void namesAreMaskedAndSafeToShow() {
        HostCall.CallTool call =
                new HostCall.CallTool("s", "read_\u001b[31mhunter2\n" + "x".repeat(300), null, null, false);
        McpCallContext context = new McpCallContext(call, text -> text.replace("hunter2", "***"));
        String name = new DefaultMcpCallConvention().getContextualName(context);
        assertThat(name).startsWith("tools/call read_\\u001b[31m*** xxx").hasSizeLessThanOrEqualTo(211);
        McpCallContext read = new McpCallContext(
                new HostCall.ReadResource("s", "mem://hunter2", null), text -> text.replace("hunter2", "***"));
        assertThat(read.resource()).isEqualTo("mem://***");
        McpCallContext prompt = new McpCallContext(
                new HostCall.GetPrompt("s", "hunter2", Map.of(), null), text -> text.replace("hunter2", "***"));
        assertThat(prompt.prompt()).isEqualTo("***");
    }

    /** The tool is listed under a name that holds the configured token of its server. */
    @Test
    void configuredSecretsAreInNoAttribute() {
        assumeThat(File.separatorChar).isEqualTo('/');
        String script = """
                while IFS= read -r line; do
                    id=${line#*'"id":'}; id=${id%%[,\\}]*}
                    case $line in
                        *'"initialize"'*) printf '%s\\n' '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
                        *'"tools/list"'*) printf '%s\\n' '{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"look_'$TOKEN'","inputSchema":{"type":"object"}}]}}' ;;
                        *'"id"'*) printf '%s\\n' '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"no '$TOKEN'"}}' ;;
                    esac
                done
                """;
        HostConfig config = McpObservation.builder(observed.registry())
                .build()
                .observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(StdioTransport.builder("s", "sh")
                                .arguments("-c", script)
                                .environment(Map.of("TOKEN", "s3cr3t-value-1"))
                                .build()))
                .build();
        assertThatThrownBy(() -> McpHost.useOne(config, host -> host.callTool("s__look_s3cr3t-value-1", Map.of()))
                        .block(Duration.ofSeconds(30)))
                .hasMessageContaining("-32601");
        Observation.Context call = observed.ended("tools/call look_${TOKEN}");
        assertThat(call.getAllKeyValues().toString()).contains("look_${TOKEN}").doesNotContain("s3cr3t");
        assertThat(call.getError()).hasMessageNotContaining("s3cr3t");
    }

    @Test
    void filtersBeforeItAreNotObserved() {
        HostConfig config = McpObservation.builder(observed.registry())
                .build()
                .observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(server.transport())
                        .filter((call, next) -> call instanceof HostCall.CallTool
                                ? Flux.error(new IllegalStateException("refused"))
                                : next.proceed(call)))
                .build();
        assertThatThrownBy(() -> McpHost.useOne(config, host -> host.callTool("s__t", Map.of()))
                        .block(LIMIT))
                .hasMessage("refused");
        assertThat(observed.stopped()).isEqualTo(List.of("start s", "session s"));
    }
}
