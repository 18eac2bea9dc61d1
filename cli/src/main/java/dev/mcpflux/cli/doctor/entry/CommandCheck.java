package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Whether the program, the directory and the file of variables are there. Blocks while it looks at files. */
public final class CommandCheck implements Check<ConfiguredServer> {

    /** What provides the programs that start most servers. */
    private static final Map<String, String> PROVIDERS = Map.ofEntries(
            Map.entry("npx", "Node.js"),
            Map.entry("node", "Node.js"),
            Map.entry("npm", "Node.js"),
            Map.entry("pnpm", "pnpm"),
            Map.entry("bunx", "Bun"),
            Map.entry("bun", "Bun"),
            Map.entry("deno", "Deno"),
            Map.entry("uvx", "uv"),
            Map.entry("uv", "uv"),
            Map.entry("pipx", "pipx"),
            Map.entry("python", "Python"),
            Map.entry("python3", "Python"),
            Map.entry("docker", "Docker"),
            Map.entry("podman", "Podman"),
            Map.entry("java", "a Java runtime"));

    private final Machine machine;

    public CommandCheck(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(
                Rule.COMMAND_FOUND, Rule.COMMAND_NOT_FOUND, Rule.WORKING_DIRECTORY_MISSING, Rule.ENV_FILE_MISSING);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        ServerDefinition.Stdio process = server.process();
        return process == null
                ? Flux.empty()
                : Flux.concat(directory(process), environmentFile(process), command(process));
    }

    private Flux<Finding> directory(ServerDefinition.Stdio process) {
        Path directory = path(process, process.workingDirectory());
        return directory == null || machine.files().isDirectory(directory)
                ? Flux.empty()
                : Flux.just(Finding.of(
                                Rule.WORKING_DIRECTORY_MISSING,
                                process.name(),
                                directory + " is no directory, so the server cannot be started in it.")
                        .at("cwd")
                        .fix("Create it, or correct \"cwd\"."));
    }

    private Flux<Finding> environmentFile(ServerDefinition.Stdio process) {
        Path file = path(process, process.environmentFile());
        return file == null || machine.files().isFile(file)
                ? Flux.empty()
                : Flux.just(Finding.of(Rule.ENV_FILE_MISSING, process.name(), file + " is no file.")
                        .at("envFile")
                        .fix("Create it, or correct \"envFile\"."));
    }

    private Flux<Finding> command(ServerDefinition.Stdio process) {
        String command = PlacedText.resolved(process.command(), machine.variables());
        if (command == null) {
            return Flux.empty();
        }
        Map<String, String> environment = new HashMap<>();
        process.environment().forEach((name, template) -> {
            String value = PlacedText.resolved(template, machine.variables());
            if (value != null) {
                environment.put(name, value);
            }
        });
        Optional<Path> program = machine.programs()
                .program(StdioTransport.builder(process.name(), command)
                        .environment(environment)
                        .workingDirectory(path(process, process.workingDirectory()))
                        .baseDirectory(process.baseDirectory())
                        .options(process.stdio())
                        .build());
        return Flux.just(
                program.isPresent()
                        ? Finding.of(Rule.COMMAND_FOUND, process.name(), "The command is " + program.get() + ".")
                        : missing(process, command, environment.get("PATH")));
    }

    private Finding missing(ServerDefinition.Stdio process, String command, @Nullable String ownPath) {
        boolean named = command.indexOf('/') < 0 && command.indexOf('\\') < 0;
        String shown = process.command().hasVariables() ? process.command().plain() : command;
        Finding finding = Finding.of(
                        Rule.COMMAND_NOT_FOUND,
                        process.name(),
                        named
                                ? "The command '" + shown + "' is not on the PATH that the server will have"
                                        + (ownPath == null ? "." : ", which \"env\" sets.")
                                : "There is no executable file '" + shown + "'"
                                        + (process.workingDirectory() == null
                                                ? "; a relative path begins at the directory that the server starts in."
                                                : "; a relative path begins at \"cwd\"."))
                .at("command");
        String path = ownPath != null ? ownPath : machine.variables().apply("PATH");
        String near = named && path != null ? machine.programs().nearest(path, command) : null;
        String provider = PROVIDERS.get(command);
        if (provider != null) {
            return finding.fix("Install " + provider + ", or write the whole path of the command.");
        }
        return finding.fix(
                near == null ? "Install it, or write the whole path of the command." : "Did you mean '" + near + "'?");
    }

    private @Nullable Path path(ServerDefinition.Stdio process, @Nullable Template template) {
        String text = template == null ? null : PlacedText.resolved(template, machine.variables());
        if (text == null) {
            return null;
        }
        try {
            Path base = process.baseDirectory();
            return base == null ? Path.of(text) : base.resolve(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
