package dev.mcpflux.transport.stdio;

import dev.mcpflux.text.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Explains why an existing program cannot be started. The system reports "no such file" also when the interpreter of a
 * script or the loader of a program is missing.
 */
final class LaunchFailure {

    /** The number of bytes of the first line that Linux reads. */
    private static final int HEAD = 256;

    private LaunchFailure() {}

    /**
     * Detects a start that succeeds for the system and still fails: {@code env} looks for a program whose name ends in
     * a carriage return.
     */
    static @Nullable String foresee(Path program) {
        String line = firstLine(program);
        return line != null && line.endsWith("\r") && interpreter(line).endsWith("/env") ? carriageReturn(line) : null;
    }

    /**
     * Explains why the program was not started.
     *
     * @param reason the system's message
     */
    static String explain(Path program, String reason) {
        if (isError(reason, 7, "Argument list too long")) {
            return reason + ": its arguments and its environment are longer than the system allows";
        }
        if (isError(reason, 13, "Permission denied") && Files.isExecutable(program)) {
            String interpreter = firstLine(program) == null ? null : missing(program);
            return reason + ": "
                    + (interpreter != null
                            ? interpreter
                            : "its file system may be mounted without permission to execute");
        }
        if (isError(reason, 8, "Exec format error")) {
            return reason
                    + ": it is a program for another system or processor, or a script without a first line '#!...'";
        }
        if (isError(reason, 2, "No such file") && Files.exists(program)) {
            String interpreter = missing(program);
            return interpreter != null ? interpreter : reason;
        }
        return reason;
    }

    private static boolean isError(String reason, int number, String text) {
        return reason.contains(text)
                || reason.contains("error=" + number + ",")
                || reason.contains("error: " + number + " ");
    }

    private static @Nullable String missing(Path program) {
        String line = firstLine(program);
        if (line == null) {
            return head(program).startsWith("\u007fELF")
                    ? "the program is there, but its dynamic loader is not: it was built for another system"
                    : null;
        }
        if (line.endsWith("\r")) {
            return carriageReturn(line);
        }
        String interpreter = interpreter(line);
        if (interpreter.isEmpty()) {
            return "the script is there, but its first line '#!' names no interpreter";
        }
        Path path = Path.of(interpreter);
        if (!Files.exists(path)) {
            return "the script is there, but its interpreter is not: " + interpreter;
        }
        return Files.isDirectory(path) || !Files.isExecutable(path)
                ? "the interpreter of the script is not an executable file: " + interpreter
                : null;
    }

    private static String carriageReturn(String line) {
        return "the first line of the script ends in a carriage return, which makes it part of the name of the interpreter"
                + " or of its argument (" + line.strip() + "): it needs line ends of Unix";
    }

    private static String interpreter(String line) {
        return line.substring(2).strip().split("[ \t]", 2)[0];
    }

    /** The first line, with its carriage return if it has one; null for a file that is not a script. */
    private static @Nullable String firstLine(Path program) {
        String head = head(program);
        if (!head.startsWith("#!")) {
            return null;
        }
        int end = head.indexOf('\n');
        String line = end < 0 ? head : head.substring(0, end);
        // text in a message must not control a terminal
        String safe = SafeText.text(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        return line.endsWith("\r") ? safe + "\r" : safe;
    }

    private static String head(Path program) {
        if (!Files.isRegularFile(program)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(program)) {
            return new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
