package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/** Members of every result of a server (specification 2026-07-28: basic, result responses). */
public interface ServerResult {

    String COMPLETE = "complete";
    String INPUT_REQUIRED = "input_required";
    String TASK = "task";

    /** The type of the result; absent means {@link #COMPLETE}, as from all servers of the legacy era. */
    @Nullable
    String resultType();

    /** Whether this is the final result. */
    default boolean complete() {
        String type = resultType();
        return type == null || type.equals(COMPLETE);
    }
}
