package dev.mcpflux.transport.stdio.launch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the program that a command means. Windows by itself would also look in the current directory, and takes {@code
 * npx} and {@code npx.cmd. } for the same file; here a command without a separator is searched on the PATH alone, and a
 * name that could hide what kind of file it is, is refused. Pure functions: whether a file exists is asked of a predicate.
 */
public final class CommandLookup {

    /** What Windows can start: programs, and scripts of {@code cmd.exe}. */
    private static final List<String> STARTABLE = List.of(".COM", ".EXE", ".BAT", ".CMD");

    private CommandLookup() {}

    /**
     * A program to start.
     *
     * @param file its path
     * @param batch whether it is a script for {@code cmd.exe}; see {@link BatchCommand}
     */
    public record Program(String file, boolean batch) {}

    /**
     * The program that a command means on Windows.
     *
     * @param path the PATH of the server; entries that are not absolute are skipped
     * @param pathExt the extensions to try, in their order; those of files that Windows does not start are skipped
     * @param directory what a relative command with a separator is relative to; null for the directory of this process
     * @param isFile whether there is such a file
     * @throws IOException with a message for a person that says where it was searched
     */
    public static Program onWindows(
            String command, String path, String pathExt, @Nullable String directory, Predicate<String> isFile)
            throws IOException {
        checkName(command);
        List<String> extensions = extensions(pathExt);
        List<String> names = new ArrayList<>();
        if (startable(command) != null) {
            names.add(command);
        }
        extensions.forEach(extension -> names.add(command + extension.toLowerCase(Locale.ROOT)));
        if (hasSeparator(command)) {
            for (String name : names) {
                String file = isAbsolute(name) || directory == null ? name : join(directory, name);
                if (isFile.test(file)) {
                    return program(file);
                }
            }
            throw new IOException("command not found: " + command + " (looked for " + String.join(", ", names)
                    + (isAbsolute(command) || directory == null ? "" : " in " + directory) + ")");
        }
        for (String entry : path.split(";", -1)) {
            String folder = entry.strip().replace("\"", "");
            if (isAbsolute(folder)) {
                for (String name : names) {
                    if (isFile.test(join(folder, name))) {
                        return program(join(folder, name));
                    }
                }
            }
        }
        throw new IOException("command not found: " + command + " (looked for " + String.join(", ", names)
                + " on PATH: " + path + ")");
    }

    private static void checkName(String command) throws IOException {
        String name = command.substring(Math.max(command.lastIndexOf('\\'), command.lastIndexOf('/')) + 1);
        if (name.endsWith(".") || name.endsWith(" ")) {
            // Windows ignores them, so that "x.bat. " would be started as x.bat by rules for programs
            throw new IOException(
                    "its command ends in a dot or a blank, which Windows ignores: write the name of the file");
        }
        int drive = isDrive(command) ? 2 : 0;
        for (int i = drive; i < command.length(); i++) {
            if (command.charAt(i) < ' ' || "\":*?<>|".indexOf(command.charAt(i)) >= 0) {
                throw new IOException("its command holds a character that no name of a file can have on Windows");
            }
        }
        if (drive > 0 && !isAbsolute(command)) {
            throw new IOException("its command is relative to the current directory of a drive: write the whole path");
        }
    }

    private static List<String> extensions(String pathExt) {
        List<String> extensions = new ArrayList<>();
        for (String extension : pathExt.split(";", -1)) {
            String upper = extension.strip().toUpperCase(Locale.ROOT);
            if (STARTABLE.contains(upper)) {
                extensions.add(upper);
            }
        }
        return extensions.isEmpty() ? STARTABLE : extensions;
    }

    private static @Nullable String startable(String file) {
        String upper = file.toUpperCase(Locale.ROOT);
        return STARTABLE.stream().filter(upper::endsWith).findFirst().orElse(null);
    }

    private static Program program(String file) {
        String extension = startable(file);
        return new Program(file, ".BAT".equals(extension) || ".CMD".equals(extension));
    }

    private static boolean hasSeparator(String command) {
        return command.indexOf('\\') >= 0 || command.indexOf('/') >= 0 || isDrive(command);
    }

    private static boolean isDrive(String path) {
        return path.length() >= 2 && path.charAt(1) == ':' && Character.isLetter(path.charAt(0));
    }

    private static boolean isAbsolute(String path) {
        boolean rooted = path.length() >= 3 && isDrive(path) && "\\/".indexOf(path.charAt(2)) >= 0;
        return rooted || path.startsWith("\\\\");
    }

    private static String join(String directory, String name) {
        String relative = name.startsWith(".\\") || name.startsWith("./") ? name.substring(2) : name;
        return directory.endsWith("\\") || directory.endsWith("/") ? directory + relative : directory + "\\" + relative;
    }
}
