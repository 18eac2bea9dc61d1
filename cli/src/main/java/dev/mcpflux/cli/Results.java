package dev.mcpflux.cli;

import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.text.SafeText;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;

/** What a result looks like to a person. */
final class Results {

    private Results() {}

    static String text(CallToolResult result) {
        if (result.content().isEmpty() && result.structuredContent() != null) {
            return Output.JSON
                    .writer()
                    .with(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(result.structuredContent());
        }
        return result.content().stream().map(Results::text).collect(Collectors.joining("\n"));
    }

    static String text(Content content) {
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
        return SafeText.json(Output.JSON.writeValueAsString(content));
    }

    private static String media(String kind, @Nullable String type, @Nullable String data) {
        int bytes = data == null ? 0 : data.length() / 4 * 3;
        return "[" + kind + (type == null ? "" : " " + SafeText.line(type)) + ", about " + bytes
                + " bytes; --json prints it]";
    }
}
