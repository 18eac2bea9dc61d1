package dev.mcpflux.host;

import java.util.List;

/** No tool has this name, or several have it. */
public final class McpToolNotFoundException extends McpNameNotFoundException {

    private static final long serialVersionUID = 1L;

    McpToolNotFoundException(String tool, List<String> candidates, boolean ambiguous, String problem) {
        super(tool, candidates, ambiguous, problem);
    }

    /** The name that was asked for. */
    public String tool() {
        return name();
    }
}
