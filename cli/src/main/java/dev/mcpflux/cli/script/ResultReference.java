package dev.mcpflux.cli.script;

import dev.mcpflux.cli.argument.References;
import dev.mcpflux.cli.output.JsonText;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A reference to the result of an earlier line: <code>${1.text}</code> is its text, <code>${1/structuredContent/n}</code> a
 * part of the result by JSON pointer, and <code>${1.text/n}</code> a part of its text, which is JSON then. <code>$${</code>
 * is the text <code>${</code>.
 *
 * @param line the number of the line
 * @param ofText whether it refers to the text
 * @param pointer the part; empty for all
 */
record ResultReference(int line, boolean ofText, JsonPointer pointer) {

    private static final Pattern ANY = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)\\}?");
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,6})(\\.text)?(/.*)?");

    /**
     * All references in a text.
     *
     * @throws UsageException if one is not written as it must be
     */
    static List<ResultReference> in(String text) {
        List<ResultReference> found = new ArrayList<>();
        Matcher matcher = ANY.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                found.add(of(matcher.group()));
            }
        }
        return found;
    }

    private static ResultReference of(String text) {
        Matcher form = FORM.matcher(text.endsWith("}") ? text.substring(2, text.length() - 1) : "");
        if (form.matches() && (form.group(2) != null || form.group(3) != null)) {
            try {
                JsonPointer pointer = JsonPointer.compile(form.group(3) == null ? "" : form.group(3));
                return new ResultReference(Integer.parseInt(form.group(1)), form.group(2) != null, pointer);
            } catch (IllegalArgumentException e) {
                // reported like any other mistake
            }
        }
        throw new UsageException("'" + text + "' is no reference; write ${1.text} or ${1/structuredContent/name},"
                + " and $${ for the text itself");
    }

    /**
     * Inserts values of results.
     *
     * @param results the result of each line that is referred to
     */
    static References from(Function<Integer, CallToolResult> results) {
        return new References() {
            @Override
            public String text(String text) {
                return ANY.matcher(text)
                        .replaceAll(match -> Matcher.quoteReplacement(
                                match.group(1) == null
                                        ? "${"
                                        : plain(of(match.group()).value(results))));
            }

            @Override
            public @Nullable JsonNode value(String text) {
                Matcher matcher = ANY.matcher(text);
                return matcher.matches() && matcher.group(1) != null ? of(text).value(results) : null;
            }
        };
    }

    private static String plain(JsonNode value) {
        return value.isString() ? value.stringValue() : value.toString();
    }

    private JsonNode value(Function<Integer, CallToolResult> results) {
        CallToolResult result = results.apply(line);
        if (ofText && pointer.matches()) {
            return JsonNodeFactory.instance.stringNode(result.text());
        }
        JsonNode whole =
                ofText ? JsonText.tryRead(result.text()) : McpJson.mapper().valueToTree(result);
        if (whole == null) {
            throw new UsageException("the text of line " + line + " is not JSON, so it has no " + pointer);
        }
        JsonNode value = whole.at(pointer);
        if (value.isMissingNode()) {
            throw new UsageException((ofText ? "the text" : "the result") + " of line " + line + " has no " + pointer);
        }
        return value;
    }
}
