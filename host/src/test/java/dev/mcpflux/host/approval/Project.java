package dev.mcpflux.host.approval;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.config.ServerDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** A project in a directory, with a configuration file and a script, and a store beside it. */
final class Project {

    static final Duration LIMIT = Duration.ofSeconds(20);

    final Path root;
    final Path file;
    final ApprovalStore store;

    Project(Path directory) {
        root = directory.resolve("project");
        file = root.resolve("mcp.json");
        store = ApprovalStore.in(directory.resolve("state"));
        write("server.sh", "echo one");
    }

    Path write(String name, String text) {
        try {
            Path target = root.resolve(name);
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            return Files.writeString(target, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only server of a configuration file, whose name is {@code a}. */
    ServerDefinition entry(String json) {
        return read("{\"mcpServers\": {\"a\": " + json + "}}");
    }

    ServerDefinition read(String text) {
        write("mcp.json", text);
        return HostConfig.load(file).servers().get(0);
    }

    ProjectApproval approval() {
        return ProjectApproval.of(file, store);
    }

    EntryReview review(ServerDefinition server) {
        return Objects.requireNonNull(approval().review(server).block(LIMIT));
    }

    EntryReview review(String json) {
        return review(entry(json));
    }

    void approve(String json) {
        approval().approve(review(json)).block(LIMIT);
    }
}
