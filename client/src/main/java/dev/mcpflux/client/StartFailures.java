package dev.mcpflux.client;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import java.util.List;
import java.util.Objects;

/** Chooses the error for a server that failed to start twice, the second time without a probe. */
final class StartFailures {

    private StartFailures() {}

    /**
     * One error for both failures, with the other one suppressed in it. If the server ended the first time, that error
     * is the most informative one, and a second run that ends the same way or times out adds nothing. An error response
     * of the second run counts more, because no probe preceded it.
     */
    static McpException ofBoth(String server, McpException first, McpException second) {
        if (!(first instanceof McpConnectionException)) {
            return second instanceof McpStartException ? beneath(first, second) : beneath(second, first);
        }
        if (second instanceof McpTimeoutException) {
            return start(server, "it ended before it was ready, and did not answer after a restart", first, second);
        }
        if (second instanceof McpConnectionException) {
            return start(server, "it ended before it was ready, " + endedAgain(first, second), first, second);
        }
        return beneath(second, first);
    }

    private static String endedAgain(McpException first, McpException second) {
        Diagnostics again = second.diagnostics();
        List<String> said = again.stderr();
        if (again.exitCode() == null || Objects.equals(again, first.diagnostics())) {
            return "also after a restart";
        }
        return "after a restart with exit code " + again.exitCode()
                + (said.isEmpty() ? "" : " (\"" + said.get(said.size() - 1) + "\")") + ", the first time";
    }

    private static McpException start(String server, String problem, McpException first, McpException second) {
        return beneath(new McpStartException(server, problem, first.diagnostics(), first), second);
    }

    // an exception must not be suppressed in itself
    @SuppressWarnings("ReferenceEquality")
    private static McpException beneath(McpException error, McpException other) {
        if (error != other) {
            error.addSuppressed(other);
        }
        return error;
    }
}
