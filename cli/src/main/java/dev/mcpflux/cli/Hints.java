package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.McpNameNotFoundException;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** What a person can do next after an error. Names only commands that there are. */
final class Hints {

    /** The command that lists what another one takes. */
    private static final Map<String, String> LISTS =
            Map.of("call", "tools", "prompt", "prompts", "complete", "prompts", "read", "resources");

    private Hints() {}

    /**
     * The hints for an error.
     *
     * @param command the name of the command that failed
     */
    static List<Hint> of(Mcpflux root, String command, Throwable error) {
        if (error instanceof UsageException usage) {
            return usage.hints();
        }
        if (LoginCommand.hint(root, error) != null) {
            // the message names the login
            return List.of();
        }
        String list = LISTS.get(command);
        if (error instanceof McpNameNotFoundException && list != null) {
            return List.of(new Hint(root.again(list), "to see what there is"));
        }
        String server = error instanceof McpException known ? known.server() : null;
        return server != null && isOfServer(error) ? ofServer(root, command, server) : List.of();
    }

    /** Whether the server is the problem, and not what was asked of it. */
    static boolean isOfServer(Throwable error) {
        if (ExitCode.of(error) == ExitCode.USAGE) {
            // its entry in the configuration is wrong, and the message says where
            return false;
        }
        if (error instanceof McpServerUnavailableException unavailable) {
            return unavailable.state() != ServerState.DISABLED;
        }
        return !(error instanceof McpPeerErrorException)
                && (error instanceof McpStartException
                        || error instanceof McpConnectionException
                        || (error instanceof McpTimeoutException late
                                && (late.phase() == McpTimeoutException.Phase.LAUNCH
                                        || late.phase() == McpTimeoutException.Phase.HANDSHAKE)));
    }

    /** What to do about a server that failed. */
    static List<Hint> ofServer(Mcpflux root, String command, String server) {
        List<Hint> hints = new ArrayList<>();
        add(hints, root, command, "logs", server, "to see what it prints");
        add(hints, root, command, "doctor", server, "to find out what is wrong");
        return hints;
    }

    /** What to do where no server is configured. */
    static Hint[] ofNoServers() {
        List<Hint> hints = new ArrayList<>();
        next(hints, "add", "mcpflux add NAME -- COMMAND ARG...", "to write a server down");
        next(hints, "discover", "mcpflux discover", "to see the servers of other clients on this machine");
        next(hints, "import", "mcpflux import all", "to take them over");
        next(hints, "demo", "mcpflux demo", "to see two built-in servers");
        return hints.toArray(Hint[]::new);
    }

    private static void next(List<Hint> hints, String command, String line, String purpose) {
        if (isCommand(command)) {
            hints.add(new Hint(line, purpose));
        }
    }

    private static void add(
            List<Hint> hints, Mcpflux root, String command, String next, @Nullable String server, String purpose) {
        if (isCommand(next) && !next.equals(command)) {
            hints.add(new Hint(server == null ? root.again(next) : root.again(next, server), purpose));
        }
    }

    /** Whether there is a command of this name. */
    static boolean isCommand(String name) {
        return Mcpflux.COMMANDS.stream()
                .anyMatch(type -> type.getAnnotation(Command.class).name().equals(name));
    }
}
