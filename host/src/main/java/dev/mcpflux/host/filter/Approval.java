package dev.mcpflux.host.filter;

import java.util.Objects;

/**
 * The answer to an {@link ApprovalQuestion}.
 *
 * @param approved whether the call is passed on
 * @param scope which later calls of the same caller the answer holds for
 * @param reason who decided or why, for events and messages
 */
public record Approval(boolean approved, Scope scope, String reason) {

    /** Which calls an answer holds for. It is always an answer to one caller only. */
    public enum Scope {
        /** The call that was asked about. */
        ONCE,
        /** Calls of the same tool with the same arguments, for as long as the policy is used. */
        SAME_ARGUMENTS,
        /** All calls of the tool, for as long as the policy is used. */
        TOOL
    }

    public Approval {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(reason, "reason");
    }

    /** Approves the call that was asked about. */
    public static Approval once() {
        return new Approval(true, Scope.ONCE, "approved");
    }

    /** Approves this call and later ones with the same arguments. */
    public static Approval forSameArguments() {
        return new Approval(true, Scope.SAME_ARGUMENTS, "approved for these arguments");
    }

    /** Approves this call and all later ones of the tool. */
    public static Approval forTool() {
        return new Approval(true, Scope.TOOL, "approved for this tool");
    }

    /** Refuses the call that was asked about. */
    public static Approval denied(String reason) {
        return new Approval(false, Scope.ONCE, reason);
    }
}
