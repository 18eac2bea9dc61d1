package dev.mcpflux.host;

import dev.mcpflux.error.McpException;
import java.util.List;

/** No tool has this name, or several have it. */
public final class McpToolNotFoundException extends McpException {

    private static final long serialVersionUID = 1L;

    private final String tool;
    private final transient List<String> candidates;
    private final boolean ambiguous;

    private McpToolNotFoundException(String tool, List<String> candidates, boolean ambiguous, String problem) {
        super(null, problem);
        this.tool = tool;
        this.candidates = List.copyOf(candidates);
        this.ambiguous = ambiguous;
    }

    static McpToolNotFoundException ambiguous(String tool, List<String> candidates) {
        return new McpToolNotFoundException(
                tool,
                candidates,
                true,
                "several servers offer a tool '" + tool + "': say which, " + String.join(" or ", candidates));
    }

    static McpToolNotFoundException unknown(String tool, List<String> near) {
        return new McpToolNotFoundException(
                tool,
                near,
                false,
                "no tool is called '" + tool + "'"
                        + (near.isEmpty() ? "; no server offers any" : "; there is " + String.join(", ", near)));
    }

    /** The name that was asked for. */
    public String tool() {
        return tool;
    }

    /** The qualified names that were meant or may have been meant, best first. */
    public List<String> candidates() {
        return candidates == null ? List.of() : candidates;
    }

    /** Whether several tools have the name. */
    public boolean isAmbiguous() {
        return ambiguous;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
