package dev.mcpflux.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RecordsTest {

    private final JsonMapper mapper = McpJson.mapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"text\",\"text\":\"hi\",\"annotations\":{\"audience\":[\"user\"],\"priority\":0.5,"
                        + "\"lastModified\":\"2025-01-12T15:00:58Z\"},\"_meta\":{\"a\":1}}",
                "{\"type\":\"image\",\"data\":\"aGk=\",\"mimeType\":\"image/png\"}",
                "{\"type\":\"audio\",\"data\":\"aGk=\",\"mimeType\":\"audio/wav\"}",
                "{\"type\":\"resource_link\",\"uri\":\"file:///a\",\"name\":\"a\",\"size\":5}",
                "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///a\",\"mimeType\":\"text/plain\",\"text\":\"x\"}}",
                "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///a\",\"blob\":\"aGk=\"}}",
                "{\"type\":\"hologram\",\"depth\":3,\"parts\":[{}]}",
            })
    void contentIsWrittenAsItWasRead(String block) {
        String result = "{\"content\":[" + block + "]}";
        CallToolResult read = mapper.readValue(result, CallToolResult.class);
        assertThat(mapper.readTree(mapper.writeValueAsString(read))).isEqualTo(mapper.readTree(result));
    }

    @Test
    void theTypeMayStandAnywhereInABlock() {
        CallToolResult read =
                mapper.readValue("{\"content\":[{\"text\":\"hi\",\"type\":\"text\"}]}", CallToolResult.class);
        assertThat(read.content()).containsExactly(new Content.Text("hi"));
    }

    @Test
    void aResultWithoutContentIsEmptyAndNoError() {
        CallToolResult read = mapper.readValue("{\"structuredContent\":{\"a\":1}}", CallToolResult.class);
        assertThat(read.content()).isEmpty();
        assertThat(read.failed()).isFalse();
        assertThat(String.valueOf(read.structuredContent())).isEqualTo("{\"a\":1}");
    }

    @Test
    void toolsKeepTheirSchemasAndHints() {
        String json = "{\"name\":\"t\",\"title\":\"T\",\"inputSchema\":{\"type\":\"object\",\"x-any\":[1]},"
                + "\"outputSchema\":{\"type\":\"object\"},\"annotations\":{\"readOnlyHint\":true},"
                + "\"icons\":[{\"src\":\"data:,\"}],\"execution\":{\"taskSupport\":\"optional\"},\"_meta\":{\"k\":0}}";
        Tool tool = mapper.readValue(json, Tool.class);
        assertThat(mapper.readTree(mapper.writeValueAsString(tool))).isEqualTo(mapper.readTree(json));
    }

    @Test
    void capabilitiesThatAreNotKnownAreKept() {
        ServerCapabilities read = mapper.readValue(
                "{\"tools\":{},\"logging\":{},\"prompts\":{\"listChanged\":true},\"future\":{\"a\":1}}",
                ServerCapabilities.class);
        assertThat(read.tools()).isNotNull();
        assertThat(read.prompts()).isEqualTo(new ServerCapabilities.ListCapability(true));
        assertThat(read.resources()).isNull();
        assertThat(read.others()).containsOnlyKeys("future");
    }

    @Test
    void argumentsOfACallAreNotShown() {
        assertThat(new CallToolParams("t", "secret", null).toString()).doesNotContain("secret");
    }
}
