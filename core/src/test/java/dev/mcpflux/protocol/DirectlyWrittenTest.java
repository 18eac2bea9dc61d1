package dev.mcpflux.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.jsonrpc.RequestId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written directly has the bytes that Jackson would write. */
class DirectlyWrittenTest {

    private static final ClientCapabilities CAPABILITIES = new ClientCapabilities(
            new ClientCapabilities.RootsCapability(true),
            new ClientCapabilities.SamplingCapability(ClientCapabilities.EmptyCapability.YES, null),
            new ClientCapabilities.ElicitationCapability(
                    ClientCapabilities.EmptyCapability.YES, ClientCapabilities.EmptyCapability.YES),
            Map.of("x", McpJson.mapper().readTree("{\"a\": [1, 2.50, null]}")),
            Map.of());

    private static final Implementation CLIENT = new Implementation(
            "c", "1", "C", null, List.of(new Icon("data:x", "image/png", List.of("any"), null)), "https://example.org");

    private static final RequestMeta META = new RequestMeta(
            RequestId.of(7), "2026-07-28", CLIENT, CAPABILITIES, LogLevel.WARNING, "00-a", "b", "c=d", others());

    private static Map<String, Object> others() {
        Map<String, Object> others = new LinkedHashMap<>();
        others.put("example.org/x", Arrays.asList(1, null, "é \" \\ \n"));
        others.put("example.org/y", new Implementation("other", "2"));
        return others;
    }

    private enum Colour {
        RED
    }

    private record Point(int x, String y) {}

    static Stream<Object> values() {
        Map<String, Object> odd = new LinkedHashMap<>();
        odd.put("null", null);
        odd.put("double", 0.1);
        odd.put("float", 1.5f);
        odd.put("nan", Double.NaN);
        odd.put("long", Long.MIN_VALUE);
        odd.put("big", new BigInteger("123456789012345678901234567890"));
        odd.put("decimal", new BigDecimal("1.00"));
        odd.put("char", 'x');
        odd.put("bytes", new byte[] {1, 2, 3});
        odd.put("array", new int[] {1, 2});
        odd.put("enum", Colour.RED);
        odd.put("record", new Point(1, null));
        odd.put("numbers", new TreeMap<>(Map.of(1, "a", 2, "b")));
        odd.put("list", new ArrayList<>(List.of(new Point(2, "z"), Map.of("k", List.of()))));
        odd.put("set", Collections.singleton(true));
        odd.put(
                "tree",
                McpJson.mapper().readTree("{\"a\": {\"b\": [1e5, 0.10, true, null, \"\\u2028\", 99999999999]}}"));
        return Stream.of(
                META,
                new RequestMeta(RequestId.of("token")),
                new Discovery.DiscoverParams(META),
                new InitializeParams("2025-11-25", CAPABILITIES, CLIENT),
                new InitializeParams("2025-11-25", ClientCapabilities.NONE, CLIENT, META),
                new PageParams("cursor", META),
                new PageParams(null, null),
                new CancelledParams(RequestId.of(new BigInteger("99999999999999999999")), "because"),
                new Subscriptions.ListenParams(Subscriptions.SubscriptionFilter.lists(), META),
                new Subscriptions.ListenParams(Subscriptions.SubscriptionFilter.resources("a", "b"), null),
                new CallToolParams("t", odd, Map.of("q", new Point(3, "w")), "state", new Tasks.TaskMetadata(5L), META),
                new CallToolParams("t", new Point(1, "y"), null),
                odd);
    }

    @ParameterizedTest
    @MethodSource("values")
    void parametersHaveTheBytesOfJackson(Object params) {
        String expected = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":"
                + McpJson.mapper().writeValueAsString(params) + "}";

        assertThat(encoded(new JsonRpcMessage.Notification("m", params))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("values")
    void dataOfErrorsHasTheBytesOfJackson(Object data) {
        JsonRpcError error = new JsonRpcError(-32000, "é", McpJson.mapper().valueToTree(data));
        String expected =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":" + McpJson.mapper().writeValueAsString(error) + "}";

        assertThat(encoded(new JsonRpcMessage.Failure(RequestId.of(1), error))).isEqualTo(expected);
    }

    private static String encoded(JsonRpcMessage message) {
        OutgoingBuffer out = new OutgoingBuffer();
        JsonRpcCodec.shared().encode(message, out);
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }
}
