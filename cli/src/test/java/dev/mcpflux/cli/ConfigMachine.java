package dev.mcpflux.cli;

import dev.mcpflux.cli.config.Surroundings;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import dev.mcpflux.host.approval.ApprovalStore;
import dev.mcpflux.host.config.form.FormFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A machine with a home directory, a project and nothing else, on which commands that read and change files are run. */
final class ConfigMachine {

    record Run(String out, String err, int code) {}

    final Path root;
    final Path home;
    final Path project;
    final Map<String, String> variables = new HashMap<>();

    ConfigMachine(Path root) throws IOException {
        this.root = root;
        home = Files.createDirectories(root.resolve("home"));
        project = Files.createDirectories(root.resolve("project"));
    }

    Surroundings surroundings() {
        return new Surroundings(
                project,
                () -> new FormFiles(home, home.resolve(".config")),
                variables::get,
                () -> ApprovalStore.in(root.resolve("approvals")),
                () -> root.resolve("data"));
    }

    Path own() {
        return home.resolve(".config/mcpflux/mcp.json");
    }

    Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    Path write(String file, String text) throws IOException {
        return write(root.resolve(file), text);
    }

    String read(Path file) throws IOException {
        return Files.readString(file);
    }

    Run run(String... words) {
        return run(Terminal.Target.OTHER, words);
    }

    Run run(Terminal.Target target, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                new Mcpflux(new WatchedStream(out), target).in(surroundings()).execute(words, err);
        return new Run(
                out.toString(StandardCharsets.UTF_8).replace("\r", ""),
                err.toString(StandardCharsets.UTF_8).replace("\r", ""),
                code);
    }
}
