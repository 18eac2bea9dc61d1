package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.OutputException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.McpNameNotFoundException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.document.DocumentException;
import dev.mcpflux.host.filter.McpCallDeniedException;

/** The exit codes of the command. The JVM itself returns 130 after an interrupt. */
public final class ExitCode {

    public static final int OK = 0;
    /** The tool, or its server, reported an error; or a check found a problem or a difference. */
    public static final int TOOL_ERROR = 1;
    /** The command line or the configuration is wrong, or does not allow the call. */
    public static final int USAGE = 2;
    /** A server failed or is not available. */
    public static final int SERVER = 3;

    public static final int TIMEOUT = 4;
    /** The operation succeeded, but its output could not be written. */
    public static final int OUTPUT = 5;
    /** The reader of standard output has closed it; a shell sees the same code for a program that SIGPIPE ends. */
    public static final int CLOSED_PIPE = 141;

    private ExitCode() {}

    /**
     * Like {@link #of}, for an operation that every server supports: an error response is then a failure of the server.
     */
    public static int ofServer(Throwable error) {
        int code = of(error);
        return code == TOOL_ERROR ? SERVER : code;
    }

    public static int of(Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof OutputException) {
                return OUTPUT;
            }
            if (e instanceof McpTimeoutException) {
                return TIMEOUT;
            }
            if (e instanceof McpPeerErrorException) {
                return TOOL_ERROR;
            }
            if (e instanceof McpConfigurationException
                    || e instanceof DocumentException
                    || e instanceof McpNameNotFoundException
                    || e instanceof McpCallDeniedException
                    || e instanceof UsageException) {
                return USAGE;
            }
        }
        return SERVER;
    }
}
