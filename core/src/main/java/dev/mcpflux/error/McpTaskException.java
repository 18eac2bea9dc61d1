package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** A task of the server ended without a result: it was cancelled, or the server gave it up. */
public final class McpTaskException extends McpException {

    private static final long serialVersionUID = 1L;

    private final String taskId;

    public McpTaskException(@Nullable String server, String taskId, String problem) {
        super(server, "task " + taskId + " " + problem);
        this.taskId = taskId;
    }

    public String taskId() {
        return taskId;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
