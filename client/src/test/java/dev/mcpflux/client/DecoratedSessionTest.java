package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Resources;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session other than {@link DefaultMcpSession}: each overload ends in one abstract method. */
class DecoratedSessionTest {

    private static final RequestOptions OPTIONS = RequestOptions.within(Duration.ofSeconds(7));

    /** The calls of abstract methods, with their last argument. */
    private final List<String> calls = new ArrayList<>();

    private String result = "{'content': [], 'structuredContent': {'n': 3}}";

    private final McpSession session = (McpSession) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {McpSession.class}, (proxy, method, arguments) -> {
                if (method.isDefault()) {
                    return InvocationHandler.invokeDefault(proxy, method, arguments);
                }
                if (arguments != null && arguments[arguments.length - 1] instanceof RequestOptions options) {
                    calls.add(method.getName() + " "
                            + (OPTIONS.equals(options) ? "with the session's options" : options));
                }
                return switch (method.getName()) {
                    case "name" -> "s";
                    case "mask" -> arguments == null ? "" : arguments[0];
                    case "requestOptions" -> OPTIONS;
                    case "callTool" ->
                        Mono.fromCallable(
                                () -> McpJson.mapper().readValue(result.replace('\'', '"'), CallToolResult.class));
                    case "readResource" ->
                        Mono.just(new Resources.ReadResourceResult(List.of(), null, null, null, Map.of()));
                    default -> method.getReturnType() == Mono.class ? Mono.empty() : Flux.empty();
                };
            });

    record Number(int n) {}

    @Test
    void overloadsUseOptionsOfSession() {
        session.callTool("t", Map.of()).block();
        session.streamTool("t", Map.of()).blockLast();
        session.listTools().blockLast();
        session.listToolsPage(null).block();
        session.listPrompts().blockLast();
        session.getPrompt("p", Map.of()).block();
        session.listResources().blockLast();
        session.listResourceTemplates().blockLast();
        session.readResource("a:b").block();
        session.resumeTask("1").blockLast();

        assertThat(calls).hasSize(10).allMatch(call -> call.endsWith("with the session's options"));
    }

    @Test
    void overloadBindsStructuredContent() {
        assertThat(session.callToolAs("t", null, Number.class).block()).isEqualTo(new Number(3));

        result = "{'content': [{'type': 'text', 'text': 'no'}], 'isError': true}";
        assertThatThrownBy(() -> session.callToolAs("t", null, Number.class).block())
                .isInstanceOf(McpToolErrorException.class)
                .hasMessageContaining("reported an error: no");
    }
}
