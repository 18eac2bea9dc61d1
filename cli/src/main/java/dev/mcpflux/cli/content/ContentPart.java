package dev.mcpflux.cli.content;

import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.text.SafeText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;

/**
 * One piece of a result as bytes.
 *
 * @param label identifies it within the result: its number from 1, or {@code structured}
 * @param kind {@code text}, {@code image}, {@code audio}, {@code resource}, {@code link}, {@code structured} or {@code other}
 * @param media whether it is no text
 * @param extension the ending of a file name
 */
record ContentPart(
        String label, String kind, @Nullable String mimeType, boolean media, String extension, byte[] bytes) {

    /** More than a message may hold. */
    static final int MAX_BYTES = 64 << 20;

    private static final String BINARY = "bin";
    private static final String JSON = "json";

    /**
     * All pieces of a result.
     *
     * @param server the name of the server, for errors
     * @throws McpProtocolException if Base64 cannot be decoded; it names the number of the content
     */
    static List<ContentPart> of(CallToolResult result, String server) {
        List<ContentPart> parts = new ArrayList<>();
        for (int i = 0; i < result.content().size(); i++) {
            parts.add(of(result.content().get(i), i + 1, server));
        }
        if (result.structuredContent() != null) {
            parts.add(json("structured", "structured", result.structuredContent()));
        }
        return parts;
    }

    private static ContentPart of(Content content, int number, String server) {
        String label = Integer.toString(number);
        if (content instanceof Content.Text text) {
            return text(label, "text", null, "txt", text.text());
        }
        if (content instanceof Content.Image image) {
            return media(number, "image", image.mimeType(), image.data(), server);
        }
        if (content instanceof Content.Audio audio) {
            return media(number, "audio", audio.mimeType(), audio.data(), server);
        }
        if (content instanceof Content.EmbeddedResource embedded) {
            Content.ResourceContents resource = embedded.resource();
            return resource.blob() == null
                    ? text(
                            label,
                            "resource",
                            resource.mimeType(),
                            MediaTypes.extension(resource.mimeType(), "txt"),
                            resource.text() == null ? "" : resource.text())
                    : media(number, "resource", resource.mimeType(), resource.blob(), server);
        }
        return json(label, content instanceof Content.ResourceLink ? "link" : "other", content);
    }

    private static ContentPart text(
            String label, String kind, @Nullable String mimeType, String extension, String text) {
        return new ContentPart(label, kind, mimeType, false, extension, text.getBytes(StandardCharsets.UTF_8));
    }

    private static ContentPart json(String label, String kind, Object value) {
        String text = McpJson.mapper()
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(value);
        return text(label, kind, null, JSON, text + "\n");
    }

    private static ContentPart media(
            int number, String kind, @Nullable String mimeType, @Nullable String data, String server) {
        byte[] bytes = decoded(number, kind, data == null ? "" : data, server);
        return new ContentPart(
                Integer.toString(number), kind, mimeType, true, MediaTypes.extension(mimeType, BINARY), bytes);
    }

    private static byte[] decoded(int number, String kind, String data, String server) {
        if (data.length() / 4 * 3L > MAX_BYTES) {
            throw new McpProtocolException(
                    server, "content " + number + " (" + kind + ") holds more than " + MAX_BYTES + " bytes");
        }
        try {
            return Base64.getDecoder().decode(data.indexOf('\n') < 0 ? data : data.replaceAll("[\r\n]", ""));
        } catch (IllegalArgumentException e) {
            throw new McpProtocolException(server, "content " + number + " (" + kind + ") is not Base64");
        }
    }

    /** {@code image image/png}; safe for a terminal. */
    String description() {
        return mimeType == null ? kind : kind + " " + SafeText.line(mimeType, 100);
    }
}
