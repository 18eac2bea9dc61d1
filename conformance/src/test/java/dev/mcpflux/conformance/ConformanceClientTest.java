package dev.mcpflux.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConformanceClientTest {

    private static final String[] URL = {"http://localhost:1"};

    @ParameterizedTest
    @ValueSource(strings = {"", "auth/one-of-next-year", "one-of-next-year"})
    void unknownScenarioExitsWithTwo(String scenario) {
        assertThat(ConformanceClient.run(URL, Map.of("MCP_CONFORMANCE_SCENARIO", scenario)))
                .isEqualTo(2);
    }

    @Test
    void missingUrlExitsWithTwo() {
        assertThat(ConformanceClient.run(new String[0], Map.of("MCP_CONFORMANCE_SCENARIO", "initialize")))
                .isEqualTo(2);
    }

    @Test
    void unreachableServerExitsWithOne() {
        assertThat(ConformanceClient.run(URL, Map.of("MCP_CONFORMANCE_SCENARIO", "initialize")))
                .isEqualTo(1);
    }

    @Test
    void missingContextExitsWithOne() {
        assertThat(ConformanceClient.run(URL, Map.of("MCP_CONFORMANCE_SCENARIO", "http-custom-headers")))
                .isEqualTo(1);
    }

    @Test
    void unexpectedResultIsAnError() {
        Call call = Call.call("sum").expecting("8");

        assertThat(call.verify(result("It is 8", false)).text()).isEqualTo("It is 8");
        assertThatThrownBy(() -> call.verify(result("It is 9", false))).hasMessageContaining("It is 9");
        assertThatThrownBy(() -> call.verify(result("8 is too much", true))).hasMessageContaining("an error");
    }

    @Test
    void callsAreReadFromTheContext() {
        List<Call> calls = Call.ofContext("""
                {"name": "s", "toolCalls": [{"name": "a", "arguments": {"x": null}}, {"name": "b", "arguments": {}}]}
                """);

        assertThat(calls).extracting(Call::tool).containsExactly("a", "b");
        assertThat(calls).extracting(call -> call.arguments().toString()).containsExactly("{\"x\":null}", "{}");
    }

    private static CallToolResult result(String text, boolean error) {
        return new CallToolResult(List.of(new Content.Text(text, null, null)), null, error, null);
    }
}
