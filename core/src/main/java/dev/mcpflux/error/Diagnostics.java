package dev.mcpflux.error;

import dev.mcpflux.text.SafeText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a peer beside the protocol, for the one who has to find out why it failed.
 *
 * @param exitCode the exit code of its process, null while it runs or where it is no process of ours; as the platform
 *     reports it, so a process that a signal ended has 128 plus the signal's number on Unix
 * @param stderr the first and the last lines it wrote to its error stream, oldest first, with configured secrets masked; where
 *     lines between them were left out, one line says how many
 * @param meanwhile what it did while something was waited for in vain, in clauses such as "it sent nothing"; empty where
 *     nothing was waited for or nothing is known. Masked and safe to show
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

    /** One clause for an error message, starting with a separator; empty where nothing is known. */
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
