package dev.mcpflux.cli.config;

import dev.mcpflux.host.config.form.ConfigForm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which files servers are read from: the one that was named, or else the file of the project and that of the user. An
 * entry of the project stands above the user's entry of the same name, as a whole.
 */
public final class ConfigSources {

    /** What a project may have, in this order; the directory may belong to somebody else. */
    private static final List<String> PROJECT = List.of("mcp.json", ".mcp.json");

    private final Surroundings here;
    private final @Nullable Path named;
    private final @Nullable ConfigForm form;

    /**
     * The sources of one command line.
     *
     * @param named the file that was named, or null
     * @param form the form of that file; null to recognise it
     */
    public ConfigSources(Surroundings here, @Nullable Path named, @Nullable ConfigForm form) {
        this.here = here;
        this.named = named;
        this.form = form;
    }

    /** The files, read, in the order in which they count; none where there is none. Blocks. */
    public List<ServerFile> read() {
        if (named != null) {
            return List.of(ServerFile.read(named, Scope.FILE, form, here));
        }
        List<ServerFile> files = new ArrayList<>();
        Path project = projectFile();
        if (project != null) {
            files.add(ServerFile.read(project, Scope.PROJECT, null, here));
        }
        Path own = userFile();
        if (Files.isRegularFile(own)) {
            files.add(ServerFile.read(own, Scope.USER, null, here));
        }
        return files;
    }

    /** The file of the project; null where there is none. */
    @Nullable
    Path projectFile() {
        Path own = userFile().toAbsolutePath().normalize();
        for (String name : PROJECT) {
            Path file = here.directory().resolve(name);
            if (Files.isRegularFile(file)) {
                return file.toAbsolutePath().normalize().equals(own) ? null : file;
            }
        }
        return null;
    }

    /** The file of the user, which need not be there. */
    public Path userFile() {
        return here.files().own();
    }

    /** Whether it counts in a command that names no scope. */
    boolean isNamed() {
        return named != null;
    }

    /** The file for a scope, which need not be there; for none the file that was named, or else the usual one. */
    Path target(@Nullable Scope scope) {
        if (named != null) {
            return named;
        }
        Path project = projectFile();
        if (scope == Scope.USER || (scope == null && project == null)) {
            return userFile();
        }
        return project == null ? here.directory().resolve(PROJECT.get(0)) : project;
    }

    Scope scopeOf(Path file) {
        return named != null ? Scope.FILE : file.equals(userFile()) ? Scope.USER : Scope.PROJECT;
    }

    @Nullable
    ConfigForm form() {
        return form;
    }

    Surroundings here() {
        return here;
    }

    /** Where was looked, for a person. */
    public String searched() {
        return "there is no " + String.join(" or ", PROJECT) + " here, and no " + userFile();
    }
}
