package dev.mcpflux.cli.script;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.protocol.CallToolResult;
import org.jspecify.annotations.Nullable;

/** How a call of a script ended. */
public sealed interface CallOutcome {

    /** The call. */
    ScriptCall call();

    /** Its part of the exit code. */
    int code();

    /** Whether it has no result that others can use. */
    default boolean failed() {
        return code() != ExitCode.OK;
    }

    /** The tool answered, perhaps with an error of its own. */
    record Answered(ScriptCall call, CallToolResult result) implements CallOutcome {
        @Override
        public int code() {
            return result.isError() ? ExitCode.TOOL_ERROR : ExitCode.OK;
        }
    }

    /** The call failed, or was not sent because its arguments are wrong. */
    record Failed(ScriptCall call, Throwable error) implements CallOutcome {
        @Override
        public int code() {
            return ExitCode.of(error);
        }
    }

    /**
     * The call was not made, because one that it refers to has no result.
     *
     * @param cause the line that failed
     */
    record Omitted(ScriptCall call, int cause, int code) implements CallOutcome {}

    /** The result; null without one. */
    default @Nullable CallToolResult usable() {
        return this instanceof Answered answered && !failed() ? answered.result() : null;
    }
}
