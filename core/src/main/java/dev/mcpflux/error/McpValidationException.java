package dev.mcpflux.error;

import dev.mcpflux.protocol.CallToolResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments, a tool's result or a person's answer violate the JSON Schema that was declared for them. */
public final class McpValidationException extends McpException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;
    private final transient @Nullable CallToolResult result;

    /**
     * A violation.
     *
     * @param subject what was validated
     * @param problems each with its place, without values
     * @param result the tool's result if the result is invalid, otherwise null
     */
    public McpValidationException(
            @Nullable String server, String subject, List<String> problems, @Nullable CallToolResult result) {
        super(server, subject + ": " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
        this.result = result;
    }

    /** The problems, each with its place. */
    public List<String> problems() {
        return problems;
    }

    /** The result as received if the result is invalid, otherwise null. */
    public @Nullable CallToolResult result() {
        return result;
    }

    /** Invalid arguments are not sent. */
    @Override
    public CallOutcome outcome() {
        return result == null ? CallOutcome.NOT_SENT : CallOutcome.UNKNOWN;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
