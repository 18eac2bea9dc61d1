package dev.mcpflux.error;

import dev.mcpflux.protocol.CallToolResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments, a tool's result or a person's answer does not fit the JSON Schema that was declared for it. */
public final class McpValidationException extends McpException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;
    private final transient @Nullable CallToolResult result;

    /**
     * What does not fit.
     *
     * @param subject what was checked
     * @param problems each with its place, without values
     * @param result the tool's result where it is that which does not fit, else null
     */
    public McpValidationException(
            @Nullable String server, String subject, List<String> problems, @Nullable CallToolResult result) {
        super(server, subject + ": " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
        this.result = result;
    }

    /** What is wrong, each with its place. */
    public List<String> problems() {
        return problems;
    }

    /** The result as it came, where it is that which does not fit, else null. */
    public @Nullable CallToolResult result() {
        return result;
    }

    /** Arguments that do not fit are not sent. */
    @Override
    public CallOutcome outcome() {
        return result == null ? CallOutcome.NOT_SENT : CallOutcome.UNKNOWN;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
