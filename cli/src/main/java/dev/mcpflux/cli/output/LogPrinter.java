package dev.mcpflux.cli.output;

import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.text.SafeText;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Prints log messages of servers on standard error. A message that belongs to a call may arrive twice, from the call
 * and from the server's events; it is then the same object, and is printed once.
 */
public final class LogPrinter {

    /** Number of recent messages kept; a duplicate follows the first one closely. */
    private static final int REMEMBERED = 64;

    private final Deque<LogMessage> printed = new ArrayDeque<>();

    private final Output output;

    public LogPrinter(Output output) {
        this.output = output;
    }

    public void print(String server, LogMessage message) {
        if (first(message)) {
            output.note("[" + server + "] " + text(message));
        }
    }

    // two different messages may have equal content
    @SuppressWarnings("ReferenceEquality")
    private synchronized boolean first(LogMessage message) {
        if (printed.stream().anyMatch(before -> before == message)) {
            return false;
        }
        if (printed.size() == REMEMBERED) {
            printed.removeFirst();
        }
        printed.addLast(message);
        return true;
    }

    /** {@code level logger: text}. */
    public static String text(LogMessage message) {
        String logger = message.logger() == null || message.logger().isBlank() ? "" : " " + message.logger();
        return SafeText.line(message.level() + logger + ": " + data(message.data()));
    }

    private static String data(@Nullable JsonNode data) {
        return data == null || data.isNull() ? "" : data.isString() ? data.stringValue() : data.toString();
    }

    /** Whether a message has at least this level; one with an unknown level is printed rather than lost. */
    public static boolean reaches(LogMessage message, LogLevel least) {
        try {
            return LogLevel.of(String.valueOf(message.level())).compareTo(least) >= 0;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
