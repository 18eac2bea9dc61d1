package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.argument.References;
import dev.mcpflux.cli.output.JsonText;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * References to the result of the latest call: <code>$_</code> is its text, <code>${_/structuredContent/n}</code> a part of it
 * by JSON pointer, and <code>${_.text/n}</code> a part of its text, which is JSON then. <code>$$_</code> and
 * <code>$${_</code> are the texts themselves.
 */
public final class LastResult implements References {

    private static final Pattern ANY =
            Pattern.compile("\\$\\$(?=_|\\{_)|\\$_(?![A-Za-z0-9_])|\\$\\{_(\\.text)?(/[^}]*)?\\}");

    private final ShellState state;

    public LastResult(ShellState state) {
        this.state = state;
    }

    @Override
    public String text(String text) {
        return ANY.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group().equals("$$")
                                ? "$"
                                : plain(value(match.group(), match.group(1), match.group(2)))));
    }

    @Override
    public @Nullable JsonNode value(String text) {
        Matcher matcher = ANY.matcher(text);
        return matcher.matches() && !text.equals("$$") ? value(text, matcher.group(1), matcher.group(2)) : null;
    }

    private static String plain(JsonNode value) {
        return value.isString() ? value.stringValue() : value.toString();
    }

    private JsonNode value(String reference, @Nullable String ofText, @Nullable String pointer) {
        ShellState.Result last = state.last();
        if (last == null) {
            throw new UsageException("'" + reference + "' is the result of the latest call, and there is none yet");
        }
        CallToolResult result = last.result();
        if (pointer == null) {
            return ofText == null && !reference.equals("$_")
                    ? McpJson.mapper().valueToTree(result)
                    : JsonNodeFactory.instance.stringNode(result.text());
        }
        JsonNode whole = ofText == null ? McpJson.mapper().valueToTree(result) : JsonText.tryRead(result.text());
        JsonNode found = whole == null ? null : whole.at(JsonPointer.compile(pointer));
        if (found == null || found.isMissingNode()) {
            throw new UsageException(
                    whole == null
                            ? "the text of the latest result is not JSON, so it has no " + pointer
                            : "the latest result has no " + pointer + " (':last --json' shows it)");
        }
        return found;
    }
}
