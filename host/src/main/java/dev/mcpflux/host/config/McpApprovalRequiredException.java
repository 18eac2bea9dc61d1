package dev.mcpflux.host.config;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import java.nio.file.Path;

/** A server of a file that came with a project is not started, because no person has approved its entry as it is now. */
public final class McpApprovalRequiredException extends McpException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final boolean denied;

    /**
     * A server that is not approved.
     *
     * @param denied whether a person has said no
     * @param problem why, without any secret
     */
    public McpApprovalRequiredException(String server, Path file, boolean denied, String problem) {
        super(server, problem, Diagnostics.NONE, null);
        this.file = file;
        this.denied = denied;
    }

    /** The file that the server stands in. */
    public Path file() {
        return file;
    }

    /** Whether a person was asked and said no; otherwise nobody has said anything about the entry as it is now. */
    public boolean isDenied() {
        return denied;
    }

    /** Nothing was started, so nothing was sent. */
    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }

    /** False: a person has to approve the server first. */
    @Override
    public boolean isTransient() {
        return false;
    }
}
