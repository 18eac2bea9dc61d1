package dev.mcpflux.cli;

import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.host.McpNameNotFoundException;
import dev.mcpflux.host.config.McpConfigurationException;

/** What the command returns to the shell. 130 is what the JVM itself returns after an interrupt. */
final class ExitCode {

    static final int OK = 0;
    /** The tool, or its server, reported an error. */
    static final int TOOL_ERROR = 1;
    /** The command line or the configuration is wrong. */
    static final int USAGE = 2;
    /** A server failed, or is not available. */
    static final int SERVER = 3;

    static final int TIMEOUT = 4;
    /** What was asked for is done, but could not be printed. */
    static final int OUTPUT = 5;
    /** The reader of standard output has gone: what a shell sees of a program that SIGPIPE ends. */
    static final int CLOSED_PIPE = 141;

    private ExitCode() {}

    /** As {@link #of}, where a server does not do what every server does: an error that it answers is then its failure. */
    static int ofServer(Throwable error) {
        int code = of(error);
        return code == TOOL_ERROR ? SERVER : code;
    }

    static int of(Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof OutputException) {
                return OUTPUT;
            }
            if (e instanceof McpTimeoutException) {
                return TIMEOUT;
            }
            if (e instanceof PeerErrorException) {
                return TOOL_ERROR;
            }
            if (e instanceof McpConfigurationException
                    || e instanceof McpNameNotFoundException
                    || e instanceof UsageException) {
                return USAGE;
            }
        }
        return SERVER;
    }
}
