package dev.mcpflux.transport.stdio.launch;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a script for {@code cmd.exe}. Windows starts such a script by itself too, but then its arguments are read
 * by the rules of {@code cmd.exe} after they were quoted by those for programs, so that an argument can become a command
 * (CVE-2024-24576). Here each argument stands in double quotes, within which {@code & | < > ^ ( )} mean nothing; delayed
 * expansion ({@code !}) and the AutoRun commands of the registry are off. What even quotes do not hold back is refused.
 */
public final class BatchCommand {

    /** The longest line that {@code cmd.exe} reads is 8191 characters. */
    private static final int MOST = 8000;

    private BatchCommand() {}

    /**
     * The command line.
     *
     * @param systemRoot the directory of Windows: {@code cmd.exe} is neither searched nor taken from a variable that a
     *     configuration may set
     * @param script the path of the script
     * @throws IOException if an argument, which is named by its number, cannot be passed safely
     */
    public static List<String> line(String systemRoot, String script, List<String> arguments) throws IOException {
        String wrong = unsafe(script);
        if (wrong != null) {
            throw new IOException(
                    "the path of its script holds " + wrong + ", which cmd.exe would interpret: " + script);
        }
        StringBuilder line = new StringBuilder("\"\"").append(script).append('"');
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            wrong = unsafe(argument);
            if (wrong != null) {
                throw new IOException("its argument " + (i + 1) + " holds " + wrong
                        + ", which cannot be passed safely to a .cmd or .bat file: name the program that the script starts as"
                        + " the command (for npx, node with the path of npx-cli.js), or pass the value by \"env\"");
            }
            line.append(" \"").append(argument);
            // the program behind the script takes a backslash before a quote as an escape
            for (int at = argument.length() - 1; at >= 0 && argument.charAt(at) == '\\'; at--) {
                line.append('\\');
            }
            line.append('"');
        }
        line.append('"');
        if (line.length() > MOST) {
            throw new IOException("its command line is longer than cmd.exe reads, 8191 characters");
        }
        return List.of(systemRoot + "\\System32\\cmd.exe", "/d", "/e:on", "/v:off", "/s", "/c", line.toString());
    }

    private static @Nullable String unsafe(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return "a double quote";
            }
            if (c == '%') {
                return "a percent sign";
            }
            if (c == '\n' || c == '\r') {
                return "a line break";
            }
            if (c < ' ' && c != '\t') {
                return "a control character";
            }
        }
        return null;
    }
}
