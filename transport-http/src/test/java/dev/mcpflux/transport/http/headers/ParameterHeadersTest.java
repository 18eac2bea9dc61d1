package dev.mcpflux.transport.http.headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.McpJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.util.RawValue;

class ParameterHeadersTest {

    private static final String SCHEMA = "{'type':'object','properties':{"
            + "'region':{'type':'string','x-mcp-header':'Region'},"
            + "'n':{'type':'integer','x-mcp-header':'N'},"
            + "'dry':{'type':'boolean','x-mcp-header':'Dry'},"
            + "'query':{'type':'string'},"
            + "'opts':{'type':'object','properties':{'zone':{'type':'string','x-mcp-header':'Zone'}}}}}";

    private record Options(String zone) {}

    private record Arguments(String region, int n, boolean dry, String query, Options opts) {}

    private enum Area {
        WEST
    }

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text.replace('\'', '"'));
    }

    private static ParameterHeaders headers() {
        try {
            return ParameterHeaders.of(json(SCHEMA));
        } catch (InvalidAnnotation e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> written(@Nullable Object arguments) {
        Map<String, String> written = new LinkedHashMap<>();
        headers()
                .write(
                        arguments,
                        (name, value) -> assertThat(written.put(name, value))
                                .as("%s is written once", name)
                                .isNull());
        return written;
    }

    private static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Mcp-Param-Region", "us-west1");
        all.put("Mcp-Param-N", "42");
        all.put("Mcp-Param-Dry", "true");
        all.put("Mcp-Param-Zone", "b");
        return all;
    }

    @Test
    void withoutAnnotationsThereIsNothingToWrite() throws InvalidAnnotation {
        assertThat(ParameterHeaders.of(null).isEmpty()).isTrue();
        assertThat(ParameterHeaders.of(json("true")).isEmpty()).isTrue();
        ParameterHeaders none = ParameterHeaders.of(json("{'properties':{'a':{'type':'string'}}}"));
        assertThat(none.isEmpty()).isTrue();
        // not even what cannot be written as JSON is looked at
        none.write(new Object(), (name, value) -> {
            throw new AssertionError(name);
        });
        assertThat(headers().isEmpty()).isFalse();
    }

    @Test
    void anInvalidAnnotationIsToldOf() {
        assertThatThrownBy(() -> ParameterHeaders.of(json("{'x-mcp-header':'A'}")))
                .isInstanceOf(InvalidAnnotation.class);
    }

    @Test
    void mapsRecordsAndTreesAreWrittenAlike() {
        Map<String, Object> map =
                Map.of("region", "us-west1", "n", 42, "dry", true, "query", "secret", "opts", Map.of("zone", "b"));
        assertThat(written(map)).isEqualTo(all());
        assertThat(written(new Arguments("us-west1", 42, true, "secret", new Options("b"))))
                .isEqualTo(all());
        assertThat(written(McpJson.mapper().valueToTree(map))).isEqualTo(all());
        assertThat(written(Map.of("opts", new Options("b")))).isEqualTo(Map.of("Mcp-Param-Zone", "b"));
    }

    @Test
    void absentAndNullArgumentsHaveNoHeader() {
        assertThat(written(null)).isEmpty();
        assertThat(written(Map.of())).isEmpty();
        assertThat(written(Map.of("query", "x", "Region", "x"))).isEmpty();
        assertThat(written(Collections.singletonMap("region", null))).isEmpty();
        assertThat(written(json("{'region':null,'opts':null}"))).isEmpty();
        assertThat(written(Map.of("opts", Map.of()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'text'",
                "[{'region':'x'}]",
                "null",
                "{'region':{'a':'x'}}",
                "{'region':['x']}",
                "{'opts':'x'}",
                "{'opts':[{'zone':'x'}]}",
                "{'opts':{'zone':{}}}"
            })
    void arraysAndObjectsHaveNoHeader(String arguments) {
        assertThat(written(json(arguments))).isEmpty();
    }

    @Test
    void textIsEncodedWhereAHeaderCannotHoldIt() {
        assertThat(written(Map.of("region", "日本語", "opts", Map.of("zone", ""))))
                .containsEntry("Mcp-Param-Region", "=?base64?5pel5pys6Kqe?=")
                .containsEntry("Mcp-Param-Zone", "=?base64??=");
    }

    @Test
    void textHeaderMatchesTheBody() {
        assertThat(written(Map.of("region", Area.WEST))).containsEntry("Mcp-Param-Region", "WEST");
        assertThat(written(Map.of("region", "ab".getBytes(StandardCharsets.US_ASCII))))
                .containsEntry("Mcp-Param-Region", "YWI=");
        assertThat(written(McpJson.mapper().createObjectNode().put("region", "ab".getBytes(StandardCharsets.US_ASCII))))
                .containsEntry("Mcp-Param-Region", "YWI=");
        assertThat(written(new RawValue("{\"n\":42}"))).containsEntry("Mcp-Param-N", "42");
        assertThat(written(Map.of("opts", new RawValue("{\"zone\":\"b\"}")))).containsEntry("Mcp-Param-Zone", "b");
        // a value that does not fit its schema is for the server to refuse, by body and header alike
        assertThat(written(Map.of("region", 7, "n", "seven", "dry", "no")))
                .containsEntry("Mcp-Param-Region", "7")
                .containsEntry("Mcp-Param-N", "seven")
                .containsEntry("Mcp-Param-Dry", "no");
    }

    @Test
    void booleansAreLowerCase() {
        assertThat(written(Map.of("dry", true))).containsEntry("Mcp-Param-Dry", "true");
        assertThat(written(Map.of("dry", false))).containsEntry("Mcp-Param-Dry", "false");
    }

    @ParameterizedTest
    @CsvSource({
        "42, 42",
        "-7, -7",
        "0, 0",
        "42.0, 42",
        "-0.0, 0",
        "0e99, 0",
        "0e-999999999, 0",
        "4.2e1, 42",
        "1e3, 1000",
        "100, 100",
        "9007199254740991, 9007199254740991",
        "-9007199254740991, -9007199254740991",
        "9007199254740991.0, 9007199254740991"
    })
    void integersAreDecimal(String number, String header) {
        assertThat(written(Map.of("n", new BigDecimal(number)))).containsEntry("Mcp-Param-N", header);
        assertThat(written(json("{'n':" + number + "}"))).containsEntry("Mcp-Param-N", header);
    }

    @Test
    void everyKindOfNumberIsOne() {
        for (Object number : List.of((byte) 42, (short) 42, 42, 42L, 42f, 42d, BigInteger.valueOf(42), "42")) {
            assertThat(written(Map.of("n", number))).containsEntry("Mcp-Param-N", "42");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9007199254740992",
                "-9007199254740992",
                "9007199254740991.5",
                "123456789012345678901234567890",
                "1e300",
                "1e999999999",
                "-1e999999999"
            })
    void integersThatNotEveryServerCanHoldAreRefused(String number) {
        refused(Map.of("n", new BigDecimal(number)), "'/n'", "2^53 - 1", number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "-0.1", "3.14159", "1e-999999999", "42.0000001"})
    void fractionsAreRefused(String number) {
        refused(Map.of("n", new BigDecimal(number)), "'/n'", "whole", number);
    }

    @Test
    void numberThatIsNotFiniteIsRefused() {
        for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            refused(Map.of("n", number), "'/n'", "2^53 - 1", String.valueOf(number));
            refused(Map.of("n", (float) number), "'/n'", "2^53 - 1", String.valueOf(number));
        }
    }

    @Test
    void refusalNamesTheParameterAndNotItsValue() {
        refused(Map.of("opts", Map.of("zone", "secret\uD83D")), "'/opts/zone'", "surrogate", "secret");
    }

    private static void refused(Object arguments, String place, String reason, String value) {
        assertThatThrownBy(() -> written(arguments))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(place)
                .hasMessageContaining(reason)
                .hasMessageNotContaining(value);
    }
}
