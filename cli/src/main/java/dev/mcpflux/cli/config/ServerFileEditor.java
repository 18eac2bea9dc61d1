package dev.mcpflux.cli.config;

import dev.mcpflux.host.config.ConfigFile;
import dev.mcpflux.host.config.FormWriter;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.ConfigFileWriter;
import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.config.document.DocumentEditor;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormRecognition;
import dev.mcpflux.host.config.form.FormRoot;
import dev.mcpflux.transport.http.HttpKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes the servers of one file in the form that the file has. Nothing is written before {@link #write}; comments and keys of
 * others stay. What cannot be changed without a loss fails with {@link
 * dev.mcpflux.host.config.document.DocumentEditException}, which has the text to paste. Blocks.
 */
final class ServerFileEditor {

    private static final Set<String> WITH_INPUTS = Set.of("mcpflux", "vscode", "visual-studio");

    private final Path path;
    private final Surroundings here;
    /** Null for a text that no file is to have. */
    private final @Nullable ConfigFileWriter writer;

    private final ConfigForm form;
    private DocumentEditor editor;

    private ServerFileEditor(
            Path path, Surroundings here, @Nullable ConfigFileWriter writer, ConfigForm form, DocumentEditor editor) {
        this.path = path;
        this.here = here;
        this.writer = writer;
        this.form = form;
        this.editor = editor;
    }

    /**
     * Reads a file that may be missing.
     *
     * @param form the form that it has or gets; null to recognise it
     */
    static ServerFileEditor open(Path path, @Nullable ConfigForm form, Surroundings here) {
        ConfigSyntax syntax = ConfigSyntax.of(path);
        ConfigFileWriter writer = ConfigFileWriter.open(path, syntax);
        DocumentEditor editor = writer.editor();
        ConfigForm known = form != null ? form : formOf(path, editor.document());
        return new ServerFileEditor(path, here, writer, known, editor);
    }

    /** An empty text in this form, which is not written. */
    static ServerFileEditor scratch(ConfigForm form, ConfigSyntax syntax, Surroundings here) {
        return new ServerFileEditor(
                here.directory().resolve("servers." + syntax.name().toLowerCase(Locale.ROOT)),
                here,
                null,
                form,
                DocumentEditor.of("", syntax));
    }

    private static ConfigForm formOf(Path path, ConfigDocument document) {
        JsonNode root = document.root();
        ConfigForm recognised = root.isObject() ? FormRecognition.of(path, root) : null;
        if (recognised != null) {
            return recognised;
        }
        ConfigForm byPlace = byPlace(path);
        if (byPlace != null) {
            return byPlace;
        }
        if (document.isEmpty() || root.isNull() || (root.isObject() && root.isEmpty())) {
            return ConfigForms.MCPFLUX;
        }
        throw new McpConfigurationException(
                null, path + ": it has no servers, so its form is not known; --format says which it gets");
    }

    /** The form whose file this is by its place, or null. */
    private static @Nullable ConfigForm byPlace(Path path) {
        Path normal = path.toAbsolutePath().normalize();
        ConfigForm best = null;
        int length = 0;
        for (ConfigForm form : ConfigForms.all().values()) {
            for (String place : form.files()) {
                Path end = Path.of(place.replaceFirst("^(~|\\{config})/", ""));
                if (end.getNameCount() > length && normal.endsWith(end)) {
                    best = form;
                    length = end.getNameCount();
                }
            }
        }
        return best;
    }

    Path path() {
        return path;
    }

    ConfigForm form() {
        return form;
    }

    /** The entries as they are now, by their names. */
    Map<String, EntryPlace> places() {
        return EntryPlace.all(editor.document(), form, here.directory().toAbsolutePath());
    }

    /** What the file says now. */
    ConfigFile.Content content() {
        return new ConfigFile(path, here.variables())
                .document(editor.document())
                .form(form)
                .workspace(here.directory().toAbsolutePath())
                .read();
    }

    @Nullable
    ServerDefinition server(String name) {
        if (!places().containsKey(name)) {
            return null;
        }
        return content().servers().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * A server as an entry of ours would make it in this file.
     *
     * @param warnings gets what the entry says that is not understood
     * @throws McpConfigurationException if the entry is wrong
     */
    ServerDefinition define(String name, ObjectNode ours, List<String> warnings) {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        file.putObject("mcpServers").set(name, ours);
        ConfigFile.Content content = new ConfigFile(path, here.variables())
                .document(ConfigDocument.parse(file.toString(), ConfigSyntax.JSON))
                .form(ConfigForms.MCPFLUX)
                .read();
        content.warnings().forEach(warning -> warnings.add(warning.replaceFirst("^.*?/mcpServers/[^:]*: ", "")));
        if (content.servers().isEmpty()) {
            throw new McpConfigurationException(name, "it makes no server: " + String.join("; ", warnings));
        }
        ServerDefinition server = content.servers().get(0);
        if (server instanceof ServerDefinition.Invalid invalid) {
            throw new McpConfigurationException(name, invalid.problem());
        }
        return server;
    }

    /** The entry of a server in the form of this file, and what that cannot say. */
    FormWriter.Written written(ServerDefinition server, ObjectNode ours, boolean ownKeys) {
        if (form.id().equals(ConfigForms.MCPFLUX.id())) {
            return new FormWriter.Written(ours, List.of());
        }
        FormWriter.Written written = FormWriter.write(server, form, ownKeys);
        if (written.lost().isEmpty()
                || !(server instanceof ServerDefinition.Http http)
                || http.kind() != HttpKind.AUTO) {
            return written;
        }
        // many clients have no word for "whichever it speaks", and nearly all servers speak this one
        FormWriter.Written streamable = FormWriter.write(http.withKind(HttpKind.STREAMABLE), form, ownKeys);
        return streamable.lost().size() < written.lost().size() ? streamable : written;
    }

    /** Adds a server, or replaces the one of its name. */
    void put(ServerDefinition server, ObjectNode entry) {
        EntryPlace place = places().get(server.name());
        FormRoot root = root(server);
        if (place != null) {
            editor = editor.put(place.path(), entry);
        } else if (root.layout() == FormRoot.Layout.MAP) {
            editor = editor.put(EntryPlace.join(root.path(), server.name()), entry);
        } else if (entry.has(form.nameKey())) {
            editor = editor.putInList(root.path(), form.nameKey(), server.name(), entry);
        } else {
            throw new McpConfigurationException(
                    server.name(),
                    path + ": " + form.title()
                            + " has no names for servers of this kind, so it is to be added by hand to "
                            + root.shown());
        }
        if (!(server instanceof ServerDefinition.Invalid)
                && server(server.name()) instanceof ServerDefinition.Invalid invalid) {
            throw new McpConfigurationException(server.name(), invalid.problem());
        }
    }

    /** Where servers of this kind stand in this file, or else where the form has them. */
    private FormRoot root(ServerDefinition server) {
        FormRoot usual = FormWriter.root(form, server);
        if (usual.type() != null || FormRecognition.at(editor.document().root(), usual) != null) {
            return usual;
        }
        return form.roots().stream()
                .filter(root -> !root.path().isEmpty()
                        && root.layout() == usual.layout()
                        && FormRecognition.at(editor.document().root(), root) != null)
                .findFirst()
                .orElseGet(() -> bare() ? form.roots().get(form.roots().size() - 1) : usual);
    }

    /** Whether the servers of this file are the file itself. */
    private boolean bare() {
        FormRoot last = form.roots().get(form.roots().size() - 1);
        return last.path().isEmpty()
                && !places().isEmpty()
                && places().values().stream().allMatch(place -> place.path().size() == 1);
    }

    /** Whether the form can declare what is asked for when a server starts. */
    boolean hasInputs() {
        return WITH_INPUTS.contains(form.id());
    }

    /** Declares what is asked for when a server starts. */
    void input(ObjectNode input) {
        editor = editor.putInList(List.of("inputs"), "id", input.path("id").asString(""), input);
    }

    /** The ids of what is declared. */
    Set<String> inputs() {
        Set<String> ids = new TreeSet<>();
        editor.document()
                .root()
                .path("inputs")
                .forEach(input -> ids.add(input.path("id").asString("")));
        return ids;
    }

    /** Removes a server; nothing happens where there is none. */
    void remove(String name) {
        EntryPlace place = places().get(name);
        if (place != null) {
            editor = editor.remove(place.path());
        }
    }

    /** The text as it is now. */
    String text() {
        return editor.text();
    }

    DocumentEditor editor() {
        return editor;
    }

    void editor(DocumentEditor changed) {
        editor = changed;
    }

    /** Writes the file; returns whether anything had to be written. */
    boolean write() {
        return writer != null && writer.write(editor.text());
    }

    /** The server of a name, which must be there. */
    EntryPlace place(String name) {
        EntryPlace place = places().get(name);
        if (place == null) {
            throw new McpConfigurationException(null, "no server is called '" + name + "' in " + path);
        }
        return place;
    }

    /** The names in this file, in its order. */
    List<String> names() {
        return new ArrayList<>(places().keySet());
    }
}
