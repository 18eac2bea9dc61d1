package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

/** The operations of a host and of a session have the same overloads, and {@code null} makes none of them ambiguous. */
class OverloadsTest {

    private static Set<String> overloads(Class<?> type, String name) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(name))
                .map(Method::getParameterTypes)
                .map(Arrays::toString)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"callTool", "callToolAs", "getPrompt", "readResource"})
    void hostHasTheOverloadsOfASession(String operation) {
        assertThat(overloads(HostOperations.class, operation))
                .hasSizeGreaterThan(1)
                .isEqualTo(overloads(McpSession.class, operation));
    }

    /** That this compiles is the point. */
    @Test
    void nullIsNotAmbiguous() {
        HostOperations host = McpHost.create(HostConfig.builder().build());
        TypeReference<List<String>> texts = new TypeReference<>() {};
        assertThat(List.of(
                        host.callTool("t", null),
                        host.callTool("t", null, null),
                        host.callToolAs("t", null, String.class),
                        host.callToolAs("t", null, String.class, null),
                        host.callToolAs("t", null, texts),
                        host.callToolAs("t", null, texts, null),
                        host.streamTool("t", null),
                        host.streamTool("t", null, null),
                        host.resumeTask("s", "id"),
                        host.resumeTask("s", "id", null),
                        host.getPrompt("p", Map.of()),
                        host.getPrompt("p", Map.of(), null),
                        host.readResource("uri"),
                        host.readResource("uri", null)))
                .doesNotContainNull();
    }
}
