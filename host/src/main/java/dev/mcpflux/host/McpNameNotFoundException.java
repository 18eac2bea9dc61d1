package dev.mcpflux.host;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.protocol.ListKind;
import java.util.List;

/** Nothing in the catalogue has this name, or several have it. */
public class McpNameNotFoundException extends McpException {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final transient List<String> candidates;
    private final boolean ambiguous;

    McpNameNotFoundException(String name, List<String> candidates, boolean ambiguous, String problem) {
        super(null, problem);
        this.name = name;
        this.candidates = List.copyOf(candidates);
        this.ambiguous = ambiguous;
    }

    /** @param shown the candidates as they may be shown: with configured secrets masked */
    static McpNameNotFoundException ambiguous(ListKind kind, String name, List<String> candidates, List<String> shown) {
        String problem = "several servers offer a " + kind.element() + " '" + name + "': say which, "
                + String.join(" or ", shown);
        return kind == ListKind.TOOLS
                ? new McpToolNotFoundException(name, candidates, true, problem)
                : new McpNameNotFoundException(name, candidates, true, problem);
    }

    /** @param shown the near names as they may be shown: with configured secrets masked */
    static McpNameNotFoundException unknown(ListKind kind, String name, List<String> near, List<String> shown) {
        String problem = "no " + kind.element() + " is called '" + name + "'"
                + (near.isEmpty() ? "; no server offers any" : "; there is " + String.join(", ", shown));
        return kind == ListKind.TOOLS
                ? new McpToolNotFoundException(name, near, false, problem)
                : new McpNameNotFoundException(name, near, false, problem);
    }

    /** The name that was asked for. */
    public String name() {
        return name;
    }

    /** The names that were meant or may have been meant, best first: qualified ones, and servers for a resource. */
    public List<String> candidates() {
        return candidates == null ? List.of() : candidates;
    }

    /** Whether several have the name. */
    public boolean isAmbiguous() {
        return ambiguous;
    }

    @Override
    public boolean isTransient() {
        return false;
    }

    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }
}
