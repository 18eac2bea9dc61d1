package dev.mcpflux.host.approval;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a person decided about the servers of projects, in a directory of the user outside of all projects, with one
 * file for each configuration file. Only the owner can read and write it; no secret of an entry is in it. A file that is
 * damaged, or that others can write, approves nothing. Several processes may use one directory. {@link ProjectApproval} works
 * with it.
 */
public final class ApprovalStore {

    /** Beyond, the ones that were changed longest ago are forgotten. */
    private static final int MOST_FILES = 1000;

    private final Path directory;

    private ApprovalStore(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /** A store in this directory, which need not exist. */
    public static ApprovalStore in(Path directory) {
        return new ApprovalStore(directory);
    }

    /**
     * The store of the user: {@code mcpflux/approvals} in {@code $XDG_STATE_HOME} or {@code ~/.local/state}, on macOS in
     * {@code ~/Library/Application Support}, on Windows in {@code %LOCALAPPDATA%}.
     */
    public static ApprovalStore ofUser() {
        return new ApprovalStore(ofUser(
                System.getProperty("os.name", ""), Path.of(System.getProperty("user.home", ".")), System::getenv));
    }

    static Path ofUser(String system, Path home, UnaryOperator<@Nullable String> environment) {
        String name = system.toLowerCase(Locale.ROOT);
        Path state;
        if (name.contains("win") && !name.contains("darwin")) {
            state = absolute(
                    environment.apply("LOCALAPPDATA"), home.resolve("AppData").resolve("Local"));
        } else if (name.contains("mac") || name.contains("darwin")) {
            state = home.resolve("Library").resolve("Application Support");
        } else {
            state = absolute(
                    environment.apply("XDG_STATE_HOME"), home.resolve(".local").resolve("state"));
        }
        return state.resolve("mcpflux").resolve("approvals");
    }

    /** A relative path would depend on where this process was started, which may be a project. */
    private static Path absolute(@Nullable String named, Path otherwise) {
        return named != null && !named.isBlank() && Path.of(named).isAbsolute() ? Path.of(named) : otherwise;
    }

    /** Where approvals are kept. */
    public Path directory() {
        return directory;
    }

    ApprovalFile of(ProjectFolder project) {
        String name = MaskedText.hash(project.file().toString().getBytes(StandardCharsets.UTF_8));
        return new ApprovalFile(directory.resolve(name.substring(0, 40) + ".json"), project.file());
    }

    /** Whether the project could write its own approvals; the home directory of a user may be a repository. */
    boolean isInside(ProjectFolder project) {
        Path home = ProjectFolder.real(Path.of(System.getProperty("user.home", ".")));
        return project.contains(directory) && !home.startsWith(project.root());
    }

    /** Forgets the oldest files where there are too many; blocks. */
    void prune() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.toString().endsWith(".json")).toList();
        }
        if (files.size() > MOST_FILES) {
            for (Path file : files.stream()
                    .sorted(Comparator.comparing(ApprovalStore::changed))
                    .limit(files.size() - (long) MOST_FILES)
                    .toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static FileTime changed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ApprovalStore that && directory.equals(that.directory);
    }

    @Override
    public int hashCode() {
        return directory.hashCode();
    }

    /** Shows the directory. */
    @Override
    public String toString() {
        return "ApprovalStore[" + directory + "]";
    }
}
