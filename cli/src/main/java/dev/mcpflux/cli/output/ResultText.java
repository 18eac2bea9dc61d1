package dev.mcpflux.cli.output;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.text.SafeText;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;

/** Formats results for a person. */
public final class ResultText {

    /** The field that revision 2024-10-07 had in place of the content. */
    private static final String TOOL_RESULT = "toolResult";

    private ResultText() {}

    public static String text(CallToolResult result) {
        if (result.content().isEmpty() && result.structuredContent() != null) {
            return indented(result.structuredContent());
        }
        JsonNode legacy = result.others().get(TOOL_RESULT);
        if (result.content().isEmpty() && legacy != null) {
            return indented(legacy);
        }
        return result.content().stream().map(ResultText::text).collect(Collectors.joining("\n"));
    }

    private static String indented(JsonNode value) {
        return McpJson.mapper()
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(value);
    }

    public static String text(Content content) {
        if (content instanceof Content.Text text) {
            return text.text();
        }
        if (content instanceof Content.Image image) {
            return media("image", image.mimeType(), image.data());
        }
        if (content instanceof Content.Audio audio) {
            return media("audio", audio.mimeType(), audio.data());
        }
        if (content instanceof Content.ResourceLink link) {
            return "[link " + SafeText.line(link.uri() + " " + link.name()) + "]";
        }
        if (content instanceof Content.EmbeddedResource embedded) {
            Content.ResourceContents resource = embedded.resource();
            return "[resource " + SafeText.line(String.valueOf(resource.uri())) + "]"
                    + (resource.text() == null ? "" : "\n" + resource.text());
        }
        return SafeText.json(McpJson.mapper().writeValueAsString(content));
    }

    private static String media(String kind, @Nullable String type, @Nullable String data) {
        int bytes = data == null ? 0 : data.length() / 4 * 3;
        return "[" + kind + (type == null ? "" : " " + SafeText.line(type)) + ", about " + bytes
                + " bytes; --json prints it]";
    }

    /** {@code task ID: status message}. */
    public static String text(Tasks.Task task) {
        String message = task.statusMessage() == null ? "" : " " + task.statusMessage();
        return SafeText.line("task " + task.taskId() + ": " + task.statusText() + message);
    }
}
