package dev.mcpflux.cli.content;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.ResultText;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prints the results of tools. Text is printed as it is; an image is shown on a terminal that can show it; other content is
 * written into a file, and the name of the file is printed. Used by one thread at a time.
 */
public final class ResultDisplay {

    private final Output output;
    private final ImageProtocol images;
    private final boolean media;
    private final ContentFiles files;
    private final boolean all;

    /**
     * A display.
     *
     * @param directory where all content is written to, instead of printing it; null to print it
     * @param media whether content that is no text is shown or saved; else it is only mentioned
     * @param images how the terminal shows images
     */
    public ResultDisplay(Output output, @Nullable Path directory, boolean media, ImageProtocol images) {
        this.output = output;
        this.images = output.terminal() ? images : ImageProtocol.NONE;
        this.media = media;
        this.files = new ContentFiles(directory);
        this.all = directory != null;
    }

    /**
     * Prints a result as the one document of a command, or for a person.
     *
     * @param name begins the names of files
     * @return the exit code
     * @throws dev.mcpflux.error.McpProtocolException if content is not Base64; then nothing is printed or saved
     */
    public int print(String server, String name, CallToolResult result) {
        if (!output.json()) {
            return show(server, name, result, "");
        }
        List<ContentPart> parts = all ? ContentPart.of(result, server) : List.of();
        output.document(result);
        saved(server, name, parts);
        return code(result);
    }

    /**
     * Decodes what will be shown or saved, and forgets it.
     *
     * @throws dev.mcpflux.error.McpProtocolException if content is not Base64
     */
    public void check(String server, CallToolResult result) {
        if (decodes(result)) {
            List<ContentPart> ignored = ContentPart.of(result, server);
        }
    }

    private boolean decodes(CallToolResult result) {
        return all || (media && !result.isError() && result.content().stream().anyMatch(ResultDisplay::isMedia));
    }

    /** Saves what is to be saved, for a result that is printed by somebody else. */
    public void save(String server, String name, CallToolResult result) {
        if (all) {
            saved(server, name, ContentPart.of(result, server));
        }
    }

    private void saved(String server, String name, List<ContentPart> parts) {
        parts.forEach(part -> output.note("mcpflux: saved " + files.save(name, part)));
    }

    /**
     * Prints a result for a person.
     *
     * @param prefix stands before the error of a tool
     * @return the exit code
     */
    public int show(String server, String name, CallToolResult result, String prefix) {
        List<ContentPart> parts = decodes(result) ? ContentPart.of(result, server) : List.of();
        if (result.isError()) {
            output.note("mcpflux: " + prefix + "the tool reported an error: " + ResultText.text(result));
        }
        if (all) {
            parts.forEach(part -> output.line(files.save(name, part).toString()));
        } else if (!parts.isEmpty()) {
            for (int i = 0; i < result.content().size(); i++) {
                print(name, result.content().get(i), parts.get(i));
            }
        } else if (!result.isError()) {
            output.payload(ResultText.text(result) + System.lineSeparator());
        }
        return code(result);
    }

    private void print(String name, Content content, ContentPart part) {
        if (!part.media()) {
            output.payload(ResultText.text(content) + System.lineSeparator());
        } else if (images != ImageProtocol.NONE && PngImage.isShowable(part.bytes())) {
            output.bytes(images.png(part.bytes()));
        } else {
            output.line("[" + part.description() + ", " + TableText.size((long) part.bytes().length) + ", saved as "
                    + files.save(name, part) + "]");
        }
    }

    private static boolean isMedia(Content content) {
        return content instanceof Content.Image
                || content instanceof Content.Audio
                || (content instanceof Content.EmbeddedResource embedded
                        && embedded.resource().blob() != null);
    }

    private static int code(CallToolResult result) {
        return result.isError() ? ExitCode.TOOL_ERROR : ExitCode.OK;
    }
}
