package dev.mcpflux.host.config;

import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormRecognition;
import dev.mcpflux.host.config.form.FormRoot;
import dev.mcpflux.host.variable.InputDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the servers of a configuration file in the form of any client that {@link ConfigForms} lists. A mistake in an entry costs
 * that server only. What decides of which kind a server is, and how long it is waited for, is read with its variables; command,
 * arguments, environment, directory, URL, headers and proxy stay templates until the server starts.
 */
public final class ConfigFile {

    /**
     * What a file says.
     *
     * @param servers in their order
     * @param warnings what was read but not understood, for a person
     * @param inputs what the user is asked for when a server needs it
     * @param notes what means something else here than where it comes from, or nothing; no mistakes
     * @param form the form that it has
     */
    public record Content(
            List<ServerDefinition> servers,
            List<InputDefinition> inputs,
            List<String> warnings,
            List<String> notes,
            ConfigForm form) {

        public Content {
            servers = List.copyOf(servers);
            inputs = List.copyOf(inputs);
            warnings = List.copyOf(warnings);
            notes = List.copyOf(notes);
        }
    }

    static final String ROOT = "mcpServers";

    private final Path file;
    private final ConfigText text;
    private final UnaryOperator<@Nullable String> variables;

    private final List<ServerDefinition> definitions = new ArrayList<>();
    private final Map<String, String> pointers = new java.util.HashMap<>();

    private @Nullable ConfigForm form;
    private @Nullable Path workspace;
    private @Nullable FileRules rules;

    /**
     * A file that is not read yet.
     *
     * @param variables the value of a variable by its name, or null where it is not set
     */
    public ConfigFile(Path file, UnaryOperator<@Nullable String> variables) {
        this.file = file;
        this.text = new ConfigText(file);
        this.variables = variables;
    }

    /** Reads the file as one of this form; null to recognise it, which is the default. */
    public ConfigFile form(@Nullable ConfigForm value) {
        form = value;
        return this;
    }

    /** What the file says, or will say when it has been written; null to read it, which is the default. */
    public ConfigFile document(@Nullable ConfigDocument value) {
        text.document(value);
        return this;
    }

    /** The directory of the project, for files of a user that hold servers by project; null for none. */
    public ConfigFile workspace(@Nullable Path value) {
        workspace = value;
        return this;
    }

    /**
     * Reads the file, once. Blocks while it reads.
     *
     * @throws McpConfigurationException if the file cannot be read or is of no known form as a whole
     */
    public Content read() {
        JsonNode root = text.read();
        if (!root.isObject()) {
            throw text.problem(null, "", "expected an object with \"" + ROOT + "\", found " + ConfigText.kind(root));
        }
        ConfigForm known = form != null ? form : FormRecognition.of(file, root);
        if (known == null) {
            throw text.problem(null, "", unknownForm(root));
        }
        rules = new FileRules(text, file, root, known);
        project(root, known);
        List<FormRoot> found = FormRecognition.places(known, root);
        for (FormRoot place : found) {
            servers(FormRecognition.at(root, place), place, known);
        }
        // a file of a user may have servers of projects and none for all
        if (found.isEmpty() && !FormRecognition.hasProjects(known, root)) {
            throw text.problem(null, "", "expected " + places(known) + ", as " + known.title() + " has it");
        }
        // VS Code also has servers within its settings
        boolean settings = known.settings()
                || found.stream().allMatch(place -> place.path().size() > 1);
        if (!settings) {
            warnOfKeys(root, known);
        }
        return new Content(
                DependencyCheck.checked(
                        definitions,
                        name -> text.at(ConfigText.member(String.valueOf(pointers.get(name)), "dependsOn"))),
                root.hasNonNull("inputs") ? new InputsEntry(text, file).read(root.path("inputs")) : List.of(),
                text.warnings(),
                text.notes(),
                known);
    }

    private static String places(ConfigForm form) {
        List<String> places = new ArrayList<>();
        form.roots()
                .forEach(root ->
                        places.add(root.path().isEmpty() ? "servers by their names" : "\"" + root.shown() + "\""));
        return String.join(" or ", places);
    }

    private void warnOfKeys(JsonNode root, ConfigForm known) {
        Set<String> used = new HashSet<>(Set.of("inputs", "$schema"));
        used.addAll(known.shared());
        for (FormRoot place : known.roots()) {
            if (!place.path().isEmpty()) {
                used.add(place.path().get(0));
            } else if (FormRecognition.at(root, known.roots().get(0)) == null
                    || known.roots().size() == 1) {
                return;
            }
        }
        for (String key : root.propertyNames()) {
            if (!used.contains(key)) {
                text.warn(ConfigText.member("", key), "unknown key " + ConfigText.quoted(key) + " is ignored");
            }
        }
    }

    private static String unknownForm(JsonNode root) {
        for (String key : root.propertyNames()) {
            if (key.equalsIgnoreCase(ROOT)) {
                return "expected \"" + ROOT + "\", found " + ConfigText.quoted(key);
            }
        }
        if (root.has("command") || root.has("url")) {
            return "expected \"" + ROOT + "\" at the top level, found the entry of a server; write {\"" + ROOT
                    + "\": {\"name\": {…}}} around it";
        }
        if (root.has("packages") || root.has("remotes")) {
            return "expected \"" + ROOT + "\" at the top level, found the description of a server for a registry; "
                    + "\"mcpflux add FILE\" adds it";
        }
        return "expected \"" + ROOT + "\" at the top level, or the servers of another client in its form";
    }

    /** The servers that a file of a user holds for one project; they come before those for all. */
    private void project(JsonNode root, ConfigForm known) {
        Path directory = workspace;
        if (directory == null || !FormRecognition.hasProjects(known, root)) {
            return;
        }
        String key = directory.toAbsolutePath().normalize().toString();
        JsonNode project = root.path("projects").path(key);
        JsonNode servers = project.path(ROOT);
        String pointer = ConfigText.member(ConfigText.member("", "projects"), key);
        rules().withProject(project, pointer);
        if (servers.isObject()) {
            FormRoot place = known.roots().get(0);
            servers.forEachEntry((name, entry) ->
                    server(name, entry, ConfigText.member(ConfigText.member(pointer, ROOT), name), place, known));
        }
    }

    private FileRules rules() {
        return Objects.requireNonNull(rules);
    }

    private void servers(@Nullable JsonNode servers, FormRoot place, ConfigForm known) {
        if (servers == null) {
            return;
        }
        String pointer = "";
        for (String member : place.path()) {
            pointer = ConfigText.member(pointer, member);
        }
        boolean list = place.layout() == FormRoot.Layout.LIST;
        if (list ? !servers.isArray() : !servers.isObject()) {
            throw text.problem(
                    null,
                    pointer,
                    "expected " + (list ? "an array of servers" : "an object of servers by name") + ", found "
                            + ConfigText.kind(servers));
        }
        if (servers.isEmpty()) {
            text.warn(pointer, "it names no server");
        }
        String at = pointer;
        if (list) {
            for (int i = 0; i < servers.size(); i++) {
                listed(servers.get(i), at + "/" + i, i, place, known);
            }
        } else {
            servers.forEachEntry((name, entry) -> server(name, entry, ConfigText.member(at, name), place, known));
        }
    }

    private void listed(JsonNode entry, String pointer, int index, FormRoot place, ConfigForm known) {
        if (known.isElsewhere(entry)) {
            text.note(pointer, "a server is left out: it is kept by " + known.title());
            return;
        }
        String name = entry.path(known.nameKey()).asString("");
        if (name.isEmpty() && place.type() != null && !place.type().equals("stdio")) {
            // a list of addresses has no names
            name = place.type() + "-" + (index + 1);
        }
        if (name.isEmpty()) {
            text.warn(pointer, "a server is left out: it has no \"" + known.nameKey() + "\"");
            return;
        }
        server(name, entry, pointer, place, known);
    }

    private void server(String name, JsonNode entry, String pointer, FormRoot place, ConfigForm known) {
        if (known.isElsewhere(entry)) {
            text.note(pointer, "server '" + name + "' is left out: it is a part of " + known.title());
            return;
        }
        String wrongName = ServerNames.problem(name);
        if (wrongName != null) {
            // there is no server of that name to fail, so it is left out with a warning
            text.warn(pointer, "server '" + name + "' is left out: its name " + wrongName);
            return;
        }
        String other = pointers.putIfAbsent(name, pointer);
        if (other != null && other.startsWith("/projects/") && !pointer.startsWith("/projects/")) {
            text.note(pointer, "server '" + name + "' is left out: that of the project counts");
            return;
        }
        if (other != null) {
            text.warn(
                    pointer,
                    "server '" + name + "' is left out: there is another one of that name in " + text.place(other));
            return;
        }
        definitions.add(new ServerEntry(text, name, entry, pointer, variables, known, place.type(), rules()).read());
    }
}
