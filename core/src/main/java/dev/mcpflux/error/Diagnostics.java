package dev.mcpflux.error;

import dev.mcpflux.text.SafeText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a peer outside of the protocol, to find the cause of a failure.
 *
 * @param exitCode the exit code of its process; null while it runs, or if it is not a process of this side. As the
 *     platform reports it, so on Unix a process ended by a signal has 128 plus the number of the signal
 * @param stderr the first and the last lines of its error stream, oldest first, with configured secrets masked; one
 *     line counts the lines left out between them
 * @param meanwhile what the peer did during a wait that failed, in clauses such as "it sent nothing"; empty if nothing
 *     is known. Masked and safe to show
 */
public record Diagnostics(@Nullable Integer exitCode, List<String> stderr, List<String> meanwhile) {

    /** Nothing is known. */
    public static final Diagnostics NONE = new Diagnostics(null, List.of());

    public Diagnostics {
        stderr = List.copyOf(stderr);
        meanwhile = List.copyOf(meanwhile);
    }

    public Diagnostics(@Nullable Integer exitCode, List<String> stderr) {
        this(exitCode, stderr, List.of());
    }

    /** The same with what the peer did meanwhile. */
    public Diagnostics withMeanwhile(List<String> clauses) {
        return new Diagnostics(exitCode, stderr, clauses);
    }

    /** The facts for an error message, starting with a separator; empty if nothing is known. */
    String describe() {
        StringBuilder text = new StringBuilder();
        if (exitCode != null) {
            text.append(" (exit code ")
                    .append(exitCode)
                    .append(signal(exitCode))
                    .append(')');
        }
        if (!meanwhile.isEmpty()) {
            text.append("; meanwhile ").append(SafeText.line(String.join(", and ", meanwhile)));
        }
        if (!stderr.isEmpty()) {
            text.append("; its stderr:");
            stderr.forEach(line -> text.append("\n    ")
                    .append(SafeText.text(line.replace('\n', ' ')).stripTrailing()));
        }
        return text.toString();
    }

    private static String signal(int exitCode) {
        return switch (exitCode) {
            case 129 -> ", SIGHUP";
            case 130 -> ", SIGINT";
            case 134 -> ", SIGABRT";
            case 137 -> ", SIGKILL";
            case 139 -> ", SIGSEGV";
            case 143 -> ", SIGTERM";
            default -> "";
        };
    }
}
