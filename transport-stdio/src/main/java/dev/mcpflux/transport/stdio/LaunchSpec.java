package dev.mcpflux.transport.stdio;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.stdio.launch.BatchCommand;
import dev.mcpflux.transport.stdio.launch.ChildEnvironment;
import dev.mcpflux.transport.stdio.launch.CommandLookup;
import dev.mcpflux.transport.stdio.launch.NearestCommand;
import dev.mcpflux.transport.stdio.sandbox.Sandbox;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is needed to start a server. {@code toString} shows neither arguments nor environment. */
record LaunchSpec(
        String name,
        String command,
        List<String> arguments,
        Map<String, String> environment,
        Map<String, String> masked,
        @Nullable Path workingDirectory,
        @Nullable Path baseDirectory,
        List<Path> protectedFiles,
        StdioOptions options) {

    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    LaunchSpec(
            String name,
            String command,
            List<String> arguments,
            Map<String, String> environment,
            Map<String, String> masked,
            @Nullable Path workingDirectory) {
        this(name, command, arguments, environment, masked, workingDirectory, null, List.of(), StdioOptions.defaults());
    }

    /**
     * A started process.
     *
     * @param events what a user should know about it
     */
    record Started(Process process, List<ConnectionEvent> events) {}

    /** Whether the process is that of a sandbox, which the server runs in. */
    boolean sandboxed() {
        return options.sandbox().enabled();
    }

    /**
     * Starts the process. Blocks while the operating system creates it, for a millisecond or two.
     *
     * @param pipes created for this launch; the process owns them once it has started
     * @param launchId marks the process and its descendants in their environment
     * @throws IOException with a message for a person that names what is missing and where it was searched
     */
    Started start(String launchId, ChildPipes pipes) throws IOException {
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
        ChildEnvironment child = childEnvironment(System.getenv());
        List<ConnectionEvent> events = new ArrayList<>();
        for (String variable : child.withheld()) {
            events.add(new ConnectionEvent.VariableWithheld(
                    variable,
                    "its value holds credentials; set it by \"env\" or name it in \"inheritEnv\" to pass it on"));
        }
        List<String> line = line(child.variables());
        Path program = Path.of(line.get(0));
        Path file = directory == null ? program : directory.resolve(program);
        String foreseen = WINDOWS ? null : LaunchFailure.foresee(file);
        if (foreseen != null) {
            throw new IOException("it could not be started: " + foreseen);
        }
        Map<String, String> variables = child.variables();
        if (sandboxed()) {
            Sandbox sandbox = sandbox(line, variables);
            line = sandbox.command();
            variables = sandbox.environment();
            events.add(new ConnectionEvent.Sandboxed(sandbox.limits(), sandbox.notEnforced()));
        }
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.environment().put(ProcessTree.MARK, launchId);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        pipes.redirect(builder);
        try {
            Process process = builder.start();
            pipes.started(process);
            return new Started(process, events);
        } catch (IOException | UnsupportedOperationException e) {
            // the exception of ProcessBuilder repeats the command, but not the arguments
            String reason = reason(e);
            throw new IOException(
                    "it could not be started: " + (WINDOWS ? reason : LaunchFailure.explain(file, reason)), e);
        } catch (IllegalArgumentException e) {
            // the message and the cause quote an argument
            throw new IOException(
                    "it could not be started: this JVM does not pass on arguments with quotes; see its system"
                            + " property jdk.lang.Process.allowAmbiguousCommands");
        }
    }

    private Sandbox sandbox(List<String> line, Map<String, String> variables) throws IOException {
        Path here = workingDirectory == null ? Path.of("").toAbsolutePath() : workingDirectory.toAbsolutePath();
        List<String> absolute = new ArrayList<>(line);
        absolute.set(0, Path.of(line.get(0)).toAbsolutePath().toString());
        return Sandbox.of(
                options.sandbox(),
                new Sandbox.Launch(
                        absolute, here, baseDirectory == null ? here : baseDirectory, variables, protectedFiles));
    }

    /** The environment of the server; without the mark of the launch. */
    ChildEnvironment childEnvironment(Map<String, String> parent) {
        return ChildEnvironment.of(
                parent,
                environment,
                new ChildEnvironment.Rules(options.inheritEnv(), options.minimalEnv(), sandboxed(), WINDOWS));
    }

    /** Everything that must not be shown, by its name. */
    Map<String, String> secrets() {
        if (options.inheritEnv().isEmpty()) {
            return masked;
        }
        Map<String, String> all =
                new HashMap<>(childEnvironment(System.getenv()).secrets());
        all.putAll(masked);
        return all;
    }

    /** The program and its arguments. */
    private List<String> line(Map<String, String> child) throws IOException {
        List<String> line = new ArrayList<>();
        if (!WINDOWS) {
            line.add(resolve(child));
            line.addAll(arguments);
            return line;
        }
        CommandLookup.Program program = onWindows(child);
        if (program.batch()) {
            return BatchCommand.line(variable(System.getenv(), "SYSTEMROOT", "C:\\Windows"), program.file(), arguments);
        }
        line.add(program.file());
        line.addAll(arguments);
        return line;
    }

    private CommandLookup.Program onWindows(Map<String, String> child) throws IOException {
        if (command.isBlank()) {
            throw new IOException("its command is empty");
        }
        return CommandLookup.onWindows(
                command,
                variable(child, "PATH", ""),
                variable(child, "PATHEXT", ".COM;.EXE;.BAT;.CMD"),
                workingDirectory == null
                        ? null
                        : workingDirectory.toAbsolutePath().toString(),
                file -> new File(file).isFile());
    }

    /** A variable of Windows, whose names differ in case: {@code Path}. */
    private static String variable(Map<String, String> variables, String name, String otherwise) {
        return variables.entrySet().stream()
                .filter(variable -> variable.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    }

    /** The file that {@link #start} would start now. */
    Path program() throws IOException {
        Map<String, String> child = childEnvironment(System.getenv()).variables();
        Path program = Path.of(WINDOWS ? onWindows(child).file() : resolve(child));
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
                Path folder = path.toAbsolutePath().normalize().getParent();
                String near = folder == null
                        ? null
                        : NearestCommand.on(folder.toString(), String.valueOf(path.getFileName()));
                throw new IOException("command not found: " + command
                        + (path.isAbsolute() && path.toString().equals(command)
                                ? ""
                                : " (looked for " + path.toAbsolutePath().normalize() + ")")
                        + (near == null ? "" : "; did you mean '" + SafeText.line(near) + "'?"));
            }
            if (Files.isDirectory(path) || !Files.isExecutable(path)) {
                throw new IOException("command is not an executable file: " + command);
            }
            return path.toString();
        }
        String searched = child.getOrDefault("PATH", "");
        for (String directory : searched.split(File.pathSeparator)) {
            File candidate = new File(directory, command);
            if (!directory.isEmpty() && candidate.isFile() && candidate.canExecute()) {
                return candidate.getPath();
            }
        }
        String near = NearestCommand.on(searched, command);
        throw new IOException("command not found: " + command + " (looked for on PATH: " + searched + ")"
                + (near == null ? "" : "; did you mean '" + SafeText.line(near) + "'?"));
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
