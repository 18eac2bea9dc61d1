package dev.mcpflux.cli.script;

import dev.mcpflux.cli.argument.ArgumentWords;
import dev.mcpflux.cli.argument.References;
import dev.mcpflux.cli.argument.ToolArguments;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Tool;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call of a script.
 *
 * @param line the number of its line, from 1
 * @param tool the name of the tool, as it is written
 * @param words the arguments as words; null for a line that is JSON
 * @param object the arguments of a line that is JSON
 * @param refersTo the lines whose results it needs, all earlier ones
 */
public record ScriptCall(
        int line,
        String tool,
        @Nullable ArgumentWords words,
        @Nullable ObjectNode object,
        Set<Integer> refersTo) {

    /** The arguments, which must not refer to any result. */
    public ToolArguments arguments(Tool found) {
        return arguments(found, References.NONE);
    }

    /** The arguments with the values of earlier results. */
    public ToolArguments arguments(Tool found, Function<Integer, CallToolResult> results) {
        return arguments(found, ResultReference.from(results));
    }

    private ToolArguments arguments(Tool found, References references) {
        ArgumentWords given = words;
        if (given != null) {
            return ToolArguments.of(found, given, references);
        }
        return ToolArguments.of(found, object == null ? JsonNodeFactory.instance.objectNode() : object, references);
    }
}
