package dev.mcpflux.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Discovery;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.InitializeParams;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Logging;
import dev.mcpflux.protocol.PageParams;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.RequestParams;
import dev.mcpflux.protocol.RequestSubject;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.RoundParams;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Tasks;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Scannable;
import reactor.util.context.Context;

class RequestSpecTest {

    private static final RequestId ID = RequestId.of(7);
    private static final Map<String, Object> SECRET = Map.of("token", "s3cr3t");

    private static RequestSpec spec(RequestParams params) {
        return RequestSpec.of("x", RequestEffect.MAY_ACT, params, EmptyResult.class);
    }

    @Test
    void idAndContextReachMeta() {
        RequestSpec spec = spec(new CallToolParams("t", SECRET, null))
                .withMeta((id, context) ->
                        new RequestMeta(id, null, null, null, null, context.get("trace"), null, null, Map.of()));

        JsonRpcMessage.Request request = spec.request(ID, Context.of("trace", "00-1"));

        assertThat(request.id()).isEqualTo(ID);
        assertThat(request.params()).isInstanceOfSatisfying(CallToolParams.class, params -> {
            assertThat(params.arguments()).isSameAs(SECRET);
            assertThat(params.meta()).isNotNull();
            assertThat(params.meta().progressToken()).isEqualTo(ID);
            assertThat(params.meta().traceparent()).isEqualTo("00-1");
        });
        assertThat(((CallToolParams) spec.params()).meta()).isNull();
    }

    @Test
    void paramsWithoutMetaAreSentUnchanged() {
        CallToolParams params = new CallToolParams("t", SECRET, null);
        assertThat(spec(params).request(ID, Context.empty()).params()).isSameAs(params);
    }

    @Test
    void metaIsSentWithoutParams() {
        RequestMeta meta = new RequestMeta(ID);
        RequestSpec ping = RequestSpec.of("ping", RequestEffect.READS, null, EmptyResult.class);
        assertThat(ping.request(ID, Context.empty()).params()).isNull();
        assertThat(ping.withMeta((id, context) -> meta)
                        .request(ID, Context.empty())
                        .params())
                .isEqualTo(new Discovery.DiscoverParams(meta));
    }

    private static Stream<RequestParams> params() {
        return Stream.of(
                new CallToolParams("t", SECRET, SECRET, "s", new Tasks.TaskMetadata(1L), null),
                new Completions.CompleteParams(null, new Completions.CompletionArgument("a", "b"), null, null),
                new Discovery.DiscoverParams(null),
                new InitializeParams("2025-11-25", null, null),
                new Logging.SetLevelParams(LogLevel.INFO, null),
                new PageParams("c", null),
                new Prompts.GetPromptParams("p", Map.of("a", "b"), SECRET, "s", null),
                new Resources.ReadResourceParams("u", SECRET, "s", null),
                new Resources.ResourceUriParams("u", null),
                new Subscriptions.ListenParams(null, null),
                new Tasks.TaskParams("t", null),
                new Tasks.UpdateTaskParams("t", SECRET, null));
    }

    @ParameterizedTest
    @MethodSource("params")
    void paramsKeepAllMembersExceptMeta(RequestParams params) throws Exception {
        RequestMeta meta = new RequestMeta(ID);
        RequestParams stamped = params.withMeta(meta);
        assertThat(stamped).hasSameClassAs(params);
        for (var component : params.getClass().getRecordComponents()) {
            Object expected = component.getName().equals("meta")
                    ? meta
                    : component.getAccessor().invoke(params);
            assertThat(component.getAccessor().invoke(stamped)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("params")
    void nextRoundChangesOnlyInput(RequestParams params) throws Exception {
        if (!(params instanceof RoundParams round)) {
            return;
        }
        Map<String, Object> answers = Map.of("q", "a");
        RoundParams next = round.withInput(answers, "state");
        for (var component : params.getClass().getRecordComponents()) {
            Object expected = switch (component.getName()) {
                case "inputResponses" -> answers;
                case "requestState" -> "state";
                default -> component.getAccessor().invoke(params);
            };
            assertThat(component.getAccessor().invoke(next)).isEqualTo(expected);
        }
    }

    @Test
    void decoratorsReadSubjectOfRequest() {
        assertThat(spec(new CallToolParams("t", null, null)).subject()).isEqualTo(new RequestSubject.OfTool("t", null));
        assertThat(spec(new Resources.ReadResourceParams("u", null, null, null)).subject())
                .isEqualTo(new RequestSubject.OfResource("u"));
        assertThat(spec(new Prompts.GetPromptParams("p", null, null, null, null))
                        .subject())
                .isEqualTo(new RequestSubject.OfPrompt("p"));
        assertThat(spec(new Tasks.TaskParams("t", null)).subject()).isEqualTo(new RequestSubject.OfTask("t"));
        assertThat(spec(new PageParams(null, null)).subject()).isSameAs(RequestSubject.NONE);
    }

    @Test
    void toStringOmitsArguments() {
        RequestSpec call = RequestSpec.of(
                "tools/call", RequestEffect.MAY_ACT, new CallToolParams("t", SECRET, null), CallToolResult.class);
        assertThat(call).hasToString("RequestSpec[tools/call, tool t, MAY_ACT]");
    }

    @Test
    void operatorsAreNamedAfterServerAndSubject() {
        assertThat(spec(new CallToolParams("echo", null, null)).nameAt("c")).isEqualTo("x c__echo");
        assertThat(spec(new Resources.ReadResourceParams("file:///a", null, null, null))
                        .nameAt("c"))
                .isEqualTo("x c file:///a");
        assertThat(spec(new PageParams(null, null)).nameAt("c")).isEqualTo("x c");
        Connection connection = Multiplexer.over("c", events -> new TestStream());
        assertThat(Scannable.from(connection.exchange(spec(new CallToolParams("echo", null, null))))
                        .name())
                .isEqualTo("x c__echo");
    }
}
