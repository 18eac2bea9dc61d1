package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.TolerantReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The hand-written deserializer yields the same as the default one. */
class ToolCallReaderTest {

    private static RoundResult.ToolCall read(String json) {
        return McpJson.mapper().readValue(json, RoundResult.ToolCall.class);
    }

    private static List<Content> content(String blocks) {
        return read("{\"content\":[" + blocks + "]}").content();
    }

    @Test
    void membersAreBoundInAnyOrder() {
        RoundResult.ToolCall call = read(
                "{\"pollIntervalMs\":5,\"ttlMs\":4,\"lastUpdatedAt\":\"u\",\"createdAt\":\"c\","
                        + "\"statusMessage\":\"m\",\"status\":\"working\",\"taskId\":\"t\",\"requestState\":\"s\","
                        + "\"inputRequests\":{\"a\":{\"method\":\"roots/list\"}},\"resultType\":\"task\",\"_meta\":{\"k\":1},"
                        + "\"isError\":true,\"structuredContent\":{\"x\":[1]},\"unknown\":{\"y\":[{}]},\"content\":[]}");
        assertThat(call.pollIntervalMs()).isEqualTo(5);
        assertThat(call.ttlMs()).isEqualTo(4);
        assertThat(call.lastUpdatedAt()).isEqualTo("u");
        assertThat(call.createdAt()).isEqualTo("c");
        assertThat(call.statusMessage()).isEqualTo("m");
        assertThat(call.status()).isEqualTo("working");
        assertThat(call.taskId()).isEqualTo("t");
        assertThat(call.requestState()).isEqualTo("s");
        assertThat(call.inputRequests()).containsOnlyKeys("a");
        assertThat(call.resultType()).isEqualTo("task");
        assertThat(String.valueOf(call.meta())).isEqualTo("{\"k\":1}");
        assertThat(call.isError()).isTrue();
        assertThat(String.valueOf(call.structuredContent())).isEqualTo("{\"x\":[1]}");
        assertThat(call.content()).isEmpty();
        assertThat(call.asTask()).isNotNull();
    }

    @Test
    void nullIsOnlyKeptInStructuredContent() {
        RoundResult.ToolCall call =
                read("{\"content\":null,\"structuredContent\":null,\"isError\":null,\"resultType\":null,"
                        + "\"inputRequests\":null,\"requestState\":null,\"task\":null,\"taskId\":null,\"ttlMs\":null}");
        assertThat(call.value().content()).isEmpty();
        assertThat(String.valueOf(call.structuredContent())).isEqualTo("null");
        assertThat(call.isError()).isNull();
        assertThat(call.inputRequests()).isNull();
        assertThat(call.ttlMs()).isNull();
        assertThat(call.complete()).isTrue();
    }

    @Test
    void taskOf2025IsMember() {
        assertThat(read("{\"task\":{\"taskId\":\"t\",\"status\":\"working\"}}").asTask())
                .isNotNull();
    }

    @Test
    void blocksKeepTheirOrder() {
        assertThat(content("{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\",\"data\":\"aGk=\"},"
                        + "{\"type\":\"text\",\"text\":\"b\"}"))
                .containsExactly(
                        new Content.Text("a"), new Content.Image("aGk=", null, null, null), new Content.Text("b"));
    }

    @Test
    void textOfResultJoinsTextBlocks() {
        assertThat(read("{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"audio\",\"data\":\"\"},"
                                + "{\"type\":\"text\",\"text\":\"b\"}]}")
                        .value()
                        .text())
                .isEqualTo("a\nb");
        assertThat(read("{}").value().text()).isEmpty();
        assertThat(new CallToolResult(List.of(new Content.Audio("", null, null, null)), null, null, null).text())
                .isEmpty();
    }

    @Test
    void blockTypeMayBeLastOrUnknown() {
        assertThat(content("{\"data\":\"aGk=\",\"_meta\":{\"k\":[1]},\"type\":\"image\"}"))
                .singleElement()
                .isInstanceOf(Content.Image.class);
        assertThat(content("{\"text\":\"a\",\"type\":\"hologram\"}"))
                .singleElement()
                .isInstanceOfSatisfying(Content.Other.class, other -> {
                    assertThat(other.type()).isEqualTo("hologram");
                    assertThat(other.members()).containsOnlyKeys("text");
                });
        assertThat(content("{\"type\":\"hologram\",\"depth\":3}"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Content.Other.class,
                        other -> assertThat(other.members()).containsOnlyKeys("depth"));
        assertThat(content("{}")).containsExactly(new Content.Other("", Map.of()));
        assertThat(content("{\"text\":\"a\"}")).singleElement().isInstanceOf(Content.Other.class);
        assertThat(content("{\"type\":null,\"text\":\"a\"}")).singleElement().isInstanceOf(Content.Other.class);
        assertThat(content("{\"type\":5}"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Content.Other.class, other -> assertThat(other.type()).isEqualTo("5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "audio", "resource_link", "resource", "tool_use", "tool_result", "text"})
    void blockMayOnlyHaveItsType(String type) {
        JsonNode result = McpJson.mapper().readTree("{\"content\":[{\"type\":\"" + type + "\"}]}");
        assertThat(TolerantReader.bind(result, RoundResult.ToolCall.class, new DroppedParts())
                        .content())
                .singleElement()
                .satisfies(block -> assertThat(block.type()).isEqualTo(type));
    }

    @Test
    void numbersAreReadAsText() {
        assertThat(content("{\"type\":\"text\",\"text\":12}")).containsExactly(new Content.Text("12"));
    }

    @Test
    void singleBlockIsReadTheSame() {
        assertThat(McpJson.mapper().readValue("{\"type\":\"text\",\"text\":\"a\"}", Content.class))
                .isEqualTo(new Content.Text("a"));
        assertThat(McpJson.mapper().readValue("{\"type\":\"text\",\"text\":\"a\"}", Content.Text.class))
                .isEqualTo(new Content.Text("a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"content\":[null]}; /content/0",
                "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},5]}; /content/1",
                "{\"content\":{}}; /content",
                "{\"content\":[{\"type\":\"text\",\"text\":{}}]}; /content/0/text",
                "{\"content\":[{\"type\":\"image\",\"data\":[]}]}; /content/0/data",
                "{\"isError\":{}}; /isError",
                "{\"ttlMs\":\"soon\"}; /ttlMs",
                "{\"inputRequests\":5}; /inputRequests",
            })
    void problemsAreNamedByPointer(String json, String place) {
        assertThatThrownBy(() -> read(json)).isInstanceOfSatisfying(JacksonException.class, e -> {
            StringBuilder path = new StringBuilder();
            e.getPath()
                    .forEach(step -> path.append('/')
                            .append(
                                    step.getPropertyName() != null
                                            ? step.getPropertyName()
                                            : Integer.toString(step.getIndex())));
            assertThat(path).hasToString(place);
        });
    }

    @Test
    void nonObjectResultIsRejected() {
        assertThatThrownBy(() -> read("[]")).isInstanceOf(JacksonException.class);
    }
}
