package dev.mcpflux.host.filter;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import org.jspecify.annotations.Nullable;

/** A {@link ToolPolicy} refused a call, or nobody approved it. The server has received nothing. */
public final class McpCallDeniedException extends McpException {

    private static final long serialVersionUID = 1L;

    private final String subject;
    private final String reason;

    McpCallDeniedException(HostCall call, String subject, String reason, @Nullable Throwable cause) {
        super(call.server(), call.method() + " of '" + subject + "' was denied: " + reason, Diagnostics.NONE, cause);
        this.subject = subject;
        this.reason = reason;
    }

    /** What the call was about under its name in the host, such as {@code server__tool} or a URI, with configured secrets masked. */
    public String subject() {
        return subject;
    }

    /** The rule that denied the call, or what came of asking a person. */
    public String reason() {
        return reason;
    }

    /** False: the policy has to change, or another person has to be asked. */
    @Override
    public boolean isTransient() {
        return false;
    }

    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }
}
