package dev.mcpflux.cli.config;

import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.ConfigFile;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.form.ConfigForm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One file of servers, as it is when it is read. Its methods block where they read. */
public final class ServerFile {

    private final Path path;
    private final Scope scope;
    private final ConfigFile.Content content;
    private final Path workspace;
    private @Nullable ConfigDocument document;
    private @Nullable Map<String, EntryPlace> places;

    private ServerFile(Path path, Scope scope, ConfigFile.Content content, Path workspace) {
        this.path = path;
        this.scope = scope;
        this.content = content;
        this.workspace = workspace;
    }

    /**
     * Reads a file.
     *
     * @param form the form that it has; null to recognise it
     * @throws dev.mcpflux.host.config.McpConfigurationException if it cannot be read or is of no form as a whole
     */
    public static ServerFile read(Path path, Scope scope, @Nullable ConfigForm form, Surroundings here) {
        Path workspace = here.directory().toAbsolutePath();
        return new ServerFile(
                path,
                scope,
                new ConfigFile(path, here.variables())
                        .form(form)
                        .workspace(workspace)
                        .read(),
                workspace);
    }

    public Path path() {
        return path;
    }

    public Scope scope() {
        return scope;
    }

    /** What it says. */
    public ConfigFile.Content content() {
        return content;
    }

    /** Whether a person has to approve its servers before they are started. */
    public boolean needsApproval() {
        return scope == Scope.PROJECT && ProjectApproval.isNeededFor(path);
    }

    List<String> names() {
        return content.servers().stream().map(ServerDefinition::name).toList();
    }

    @Nullable
    ServerDefinition server(String name) {
        return content.servers().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    ConfigDocument document() {
        ConfigDocument read = document;
        if (read == null) {
            document = read = ConfigDocument.read(path);
        }
        return read;
    }

    /** Where its entries are. */
    Map<String, EntryPlace> places() {
        Map<String, EntryPlace> known = places;
        if (known == null) {
            places = known = EntryPlace.all(document(), content.form(), workspace);
        }
        return known;
    }

    /** What the reader noted about one server. */
    List<String> notes(String server) {
        EntryPlace place = places().get(server);
        if (place == null) {
            return List.of();
        }
        String pointer = ", " + place.pointer();
        return java.util.stream.Stream.concat(content.warnings().stream(), content.notes().stream())
                .filter(note -> note.contains(pointer + ":") || note.contains(pointer + "/"))
                .map(note -> shortened(note, pointer))
                .toList();
    }

    /** Without the file and the pointer, which whoever shows a note knows. */
    private static String shortened(String note, String pointer) {
        int line = note.indexOf(", line ");
        int end = note.indexOf(": ", note.indexOf(pointer));
        return line < 0 || end < line
                ? note
                : note.substring(line + 2).replaceFirst("^(line \\d+).*", "$1") + note.substring(end);
    }
}
