package dev.mcpflux.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.TolerantReader;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ResultTextTest {

    @Test
    void textIsPrintedUnchanged() {
        assertThat(text("""
                {"content": [{"type": "text", "text": "  Paris: 18 °C\\n  Oslo: 9 °C\\n"}]}
                """)).isEqualTo("  Paris: 18 °C\n  Oslo: 9 °C\n");
    }

    @Test
    void blocksAreJoinedByLineBreaks() {
        assertThat(text("""
                {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": ""}, {"type": "text", "text": "b"}]}
                """)).isEqualTo("a\n\nb");
    }

    @Test
    void emptyResultHasNoText() {
        assertThat(text("{'content': []}")).isEmpty();
        assertThat(text("{}")).isEmpty();
    }

    @Test
    void picturesAndSoundAreDescribed() {
        assertThat(text("""
                {"content": [
                  {"type": "image", "data": "AAAAAAAAAAAA", "mimeType": "image/png"},
                  {"type": "audio", "data": "AAAA", "mimeType": "audio/wav"}
                ]}
                """)).isEqualTo("""
                [image image/png, about 9 bytes; --json prints it]
                [audio audio/wav, about 3 bytes; --json prints it]""");
    }

    @Test
    void picturesAndSoundMayBeIncomplete() {
        assertThat(text("{'content': [{'type': 'image', 'data': ''}, {'type': 'audio', 'data': ''}]}"))
                .isEqualTo("""
                [image, about 0 bytes; --json prints it]
                [audio, about 0 bytes; --json prints it]""");
        CallToolResult without = TolerantReader.bind(
                json("{'content': [{'type': 'image'}], 'toolResult': 1}"), CallToolResult.class, new DroppedParts());
        assertThat(ResultText.text(without)).isEqualTo("""
                {"type":"image"}""");
    }

    @Test
    void resultOfTheFirstRevisionIsShown() {
        assertThat(text("{'toolResult': {'rows': 4711}}")).contains("4711");
    }

    @Test
    void dataIsNotPrinted() {
        assertThat(text("{'content': [{'type': 'image', 'data': 'c2VjcmV0', 'mimeType': 'image/png'}]}"))
                .doesNotContain("c2VjcmV0");
    }

    @Test
    void linksAreNamed() {
        assertThat(text("""
                {"content": [{"type": "resource_link", "uri": "file:///a.txt", "name": "a.txt"}]}
                """)).isEqualTo("[link file:///a.txt a.txt]");
    }

    @Test
    void resourcesShowTheirText() {
        assertThat(text("""
                {"content": [
                  {"type": "resource", "resource": {"uri": "file:///a.txt", "text": "one\\ntwo"}},
                  {"type": "resource", "resource": {"uri": "file:///b.bin", "blob": "AAAA"}}
                ]}
                """)).isEqualTo("[resource file:///a.txt]\none\ntwo\n[resource file:///b.bin]");
    }

    @Test
    void unknownContentIsPrintedAsJson() {
        String text = text("{'content': [{'type': 'hologram', 'depth': 3}]}");

        assertThat(McpJson.mapper().readTree(text)).isEqualTo(json("{'type': 'hologram', 'depth': 3}"));
    }

    @Test
    void dataIsShownWithoutContent() {
        String text = text("{'content': [], 'structuredContent': {'city': 'Paris', 'days': [1, 2]}}");

        assertThat(text).contains("\n").contains("  \"city\"");
        assertThat(McpJson.mapper().readTree(text)).isEqualTo(json("{'city': 'Paris', 'days': [1, 2]}"));
    }

    @Test
    void contentComesBeforeData() {
        assertThat(text("""
                {"content": [{"type": "text", "text": "18 °C"}], "structuredContent": {"celsius": 18}}
                """)).isEqualTo("18 °C");
    }

    @Test
    void errorsHaveATextToo() {
        assertThat(text("{'content': [{'type': 'text', 'text': 'no such city'}], 'isError': true}"))
                .isEqualTo("no such city");
    }

    private static String text(String json) {
        return ResultText.text(McpJson.mapper().treeToValue(json(json), CallToolResult.class));
    }

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text.replace('\'', '"'));
    }
}
