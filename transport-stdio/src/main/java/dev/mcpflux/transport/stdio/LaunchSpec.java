package dev.mcpflux.transport.stdio;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that is needed to start a server. {@code toString} shows neither arguments nor environment. */
record LaunchSpec(
        String name,
        String command,
        List<String> arguments,
        Map<String, String> environment,
        Map<String, String> masked,
        @Nullable Path workingDirectory) {

    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    /** The variables that a program needs to run at all. Every other variable of the parent may hold a secret. */
    private static final Set<String> INHERITED = WINDOWS
            ? Set.of(
                    "APPDATA",
                    "COMSPEC",
                    "HOMEDRIVE",
                    "HOMEPATH",
                    "LOCALAPPDATA",
                    "PATH",
                    "PATHEXT",
                    "PROCESSOR_ARCHITECTURE",
                    "PROGRAMDATA",
                    "PROGRAMFILES",
                    "SYSTEMDRIVE",
                    "SYSTEMROOT",
                    "TEMP",
                    "TMP",
                    "USERNAME",
                    "USERPROFILE",
                    "WINDIR")
            : Set.of("HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER");

    /**
     * Starts the process. Blocks while the operating system creates it, for a millisecond or two.
     *
     * @param pipes created for this launch; the process owns them once it has started
     * @param launchId marks the process and its descendants in their environment
     * @throws IOException with a message for a person that names what is missing and where it was searched
     */
    Process start(String launchId, ChildPipes pipes) throws IOException {
        Path directory = workingDirectory;
        if (directory != null && !Files.isDirectory(directory)) {
            throw new IOException(
                    Files.exists(directory)
                            ? "its working directory is not a directory: " + directory
                            : "its working directory does not exist: " + directory);
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            // checked here because the exception of ProcessBuilder would quote the value
            if (variable.getKey().isEmpty()
                    || variable.getKey().indexOf('=') >= 0
                    || (variable.getKey() + variable.getValue()).indexOf('\0') >= 0) {
                throw new IOException("its environment variable '"
                        + variable.getKey().replace('\0', '?') + "' has a name or a value that no environment takes");
            }
        }
        Map<String, String> child = childEnvironment(System.getenv());
        List<String> line = new ArrayList<>();
        String program = resolve(child);
        Path file = directory == null ? Path.of(program) : directory.resolve(program);
        String foreseen = WINDOWS ? null : LaunchFailure.foresee(file);
        if (foreseen != null) {
            throw new IOException("it could not be started: " + foreseen);
        }
        line.add(program);
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().putAll(child);
        builder.environment().put(ProcessTree.MARK, launchId);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        pipes.redirect(builder);
        try {
            Process process = builder.start();
            pipes.started(process);
            return process;
        } catch (IOException | UnsupportedOperationException e) {
            // the exception of ProcessBuilder repeats the command, but not the arguments
            String reason = reason(e);
            throw new IOException(
                    "it could not be started: " + (WINDOWS ? reason : LaunchFailure.explain(file, reason)), e);
        }
    }

    Map<String, String> childEnvironment(Map<String, String> parent) {
        Map<String, String> child = new HashMap<>();
        parent.forEach((key, value) -> {
            String name = WINDOWS ? key.toUpperCase(Locale.ROOT) : key;
            // an exported shell function is code, not a setting
            if ((INHERITED.contains(name) || name.startsWith("LC_")) && !value.startsWith("()")) {
                child.put(key, value);
            }
        });
        child.putAll(environment);
        return child;
    }

    /** The file that {@link #start} would start now. */
    Path program() throws IOException {
        Path program = Path.of(resolve(childEnvironment(System.getenv())));
        return workingDirectory == null ? program : workingDirectory.resolve(program);
    }

    /** Searches the command on the PATH that the server will have; ProcessBuilder would search that of this JVM. */
    private String resolve(Map<String, String> child) throws IOException {
        if (command.isBlank()) {
            throw new IOException("its command is empty");
        }
        if (command.indexOf('/') >= 0 || command.indexOf(File.separatorChar) >= 0) {
            Path path = workingDirectory == null ? Path.of(command) : workingDirectory.resolve(command);
            if (!Files.exists(path)) {
                throw new IOException("command not found: " + command);
            }
            if (Files.isDirectory(path) || !Files.isExecutable(path)) {
                throw new IOException("command is not an executable file: " + command);
            }
            return path.toString();
        }
        String searched = child.getOrDefault("PATH", child.getOrDefault("Path", ""));
        for (String directory : searched.split(File.pathSeparator)) {
            if (directory.isEmpty()) {
                continue;
            }
            for (String suffix : suffixes(child)) {
                File candidate = new File(directory, command + suffix);
                if (candidate.isFile() && candidate.canExecute()) {
                    return candidate.getPath();
                }
            }
        }
        throw new IOException("command not found: " + command + " (looked for on PATH: " + searched + ")");
    }

    private static List<String> suffixes(Map<String, String> child) {
        // on Windows npx and similar commands are .cmd files
        return WINDOWS
                ? List.of(child.getOrDefault("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";"))
                : List.of("");
    }

    private static String reason(Exception e) {
        Throwable cause = e.getCause();
        return String.valueOf((cause != null ? cause : e).getMessage());
    }

    @Override
    public String toString() {
        return "LaunchSpec[" + name + ": " + command + "]";
    }
}
