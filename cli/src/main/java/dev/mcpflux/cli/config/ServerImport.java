package dev.mcpflux.cli.config;

import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.Suggestions;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.question.Dialog;
import dev.mcpflux.host.config.FormWriter;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.DocumentEditException;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormFiles;
import dev.mcpflux.host.config.form.FormRecognition;
import dev.mcpflux.host.variable.VariableReference;
import dev.mcpflux.jsonrpc.McpJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes the servers of other clients over into a file of ours. Blocks. */
public final class ServerImport {

    /** What happens to a server whose name is taken. */
    public enum OnConflict {
        SKIP,
        RENAME,
        REPLACE
    }

    /** All clients of this machine. */
    private static final String ALL = "all";

    /**
     * One server that was found.
     *
     * @param as what it is called in our file; null where it is left out
     */
    private record Item(
            String name, ServerFile from, @Nullable String as, String outcome, List<String> notes) {}

    private static final Listing<Item> ITEMS = Listing.<Item>builder()
            .column("NAME", Item::name)
            .column("FROM", item -> item.from.content().form().id())
            .column("AS", Item::as)
            .column("OUTCOME", Item::outcome)
            .optional("NOTES", item -> item.notes.isEmpty() ? null : String.join("; ", item.notes))
            .wide("FILE", item -> item.from.path())
            .name(item -> item.as == null ? item.name : item.as)
            .document(ServerImport::json)
            .build();

    private final ConfigSources sources;
    private final Output output;
    private final Scope scope;
    private final OnConflict onConflict;
    private final List<Item> items = new ArrayList<>();

    /** @param scope into which file, and whether those of the project are read besides those of the user */
    public ServerImport(ConfigSources sources, Output output, Scope scope, OnConflict onConflict) {
        this.sources = sources;
        this.output = output;
        this.scope = scope;
        this.onConflict = onConflict;
    }

    /**
     * Imports servers.
     *
     * @param from the id of a client, a file, or {@code all}
     * @param form the form of that file; null to recognise it
     * @param names which; empty for all
     * @param person who is asked whether it is all right; null where nobody has to be asked
     * @return whether something was imported, or would be
     */
    public boolean run(
            String from,
            @Nullable ConfigForm form,
            List<String> names,
            boolean dryRun,
            @Nullable Supplier<@Nullable Dialog> person) {
        Path target = sources.target(scope);
        List<ServerFile> files = files(from, form, target);
        check(names, files);
        ServerFileEditor editor = ServerFileEditor.open(target, null, sources.here());
        for (ServerFile file : files) {
            for (ServerDefinition server : file.content().servers()) {
                if (names.isEmpty() || names.contains(server.name())) {
                    add(editor, file, server);
                }
            }
        }
        List<String> imported =
                items.stream().filter(item -> item.as != null).map(Item::as).toList();
        output.list(ITEMS, items);
        if (imported.isEmpty()) {
            output.note("mcpflux: there is nothing to import");
            return false;
        }
        if (dryRun) {
            output.note("mcpflux: nothing is written, because of --dry-run; it would be " + target);
            return true;
        }
        if (person != null && !agrees(person, imported.size(), target)) {
            output.note("mcpflux: nothing is written");
            return false;
        }
        editor.write();
        output.note("mcpflux: written: " + target);
        if (sources.scopeOf(target) == Scope.PROJECT) {
            OwnApproval.Outcome outcome = OwnApproval.approve(target, imported, sources.here());
            output.note("mcpflux: approved for you, since you have imported them: "
                    + String.join(", ", outcome.approved()));
            outcome.refused().forEach(refusal -> output.note("mcpflux: warning: it will not be started: " + refusal));
        }
        return true;
    }

    private boolean agrees(Supplier<@Nullable Dialog> person, int servers, Path target) {
        Dialog dialog = person.get();
        if (dialog == null) {
            throw new UsageException("there is no terminal to ask at; --yes imports them, --dry-run only shows them");
        }
        try {
            String answer = dialog.ask("Import " + servers + (servers == 1 ? " server" : " servers") + " into " + target
                            + "? [y/N] ")
                    .strip()
                    .toLowerCase(Locale.ROOT);
            return answer.equals("y") || answer.equals("yes");
        } catch (Dialog.Ended e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // -- what is read

    private List<ServerFile> files(String from, @Nullable ConfigForm form, Path target) {
        Surroundings here = sources.here();
        Path project = here.directory().toAbsolutePath();
        ConfigForm client = ConfigForms.find(from);
        if (client == null && !from.equals(ALL)) {
            Path file = here.directory().resolve(from);
            if (!Files.isRegularFile(file)) {
                throw new UsageException("there is no client and no file '" + from + "'"
                        + Suggestions.of(from, ConfigForms.all().keySet()) + "; the clients are "
                        + String.join(", ", ConfigForms.all().keySet()) + ", and " + ALL);
            }
            return List.of(read(file, Scope.FILE, form));
        }
        List<FormFiles.Place> places =
                client == null ? here.files().in(project) : here.files().of(client, project);
        List<ServerFile> files = new ArrayList<>();
        for (FormFiles.Place place : places) {
            // what came with a project is not to become the user's own by the way
            boolean wanted = place.scope() == FormFiles.Scope.USER || scope == Scope.PROJECT;
            boolean own = place.file().toAbsolutePath().equals(target.toAbsolutePath())
                    || (client == null && place.form().id().equals(ConfigForms.MCPFLUX.id()));
            if (wanted && !own && Files.isRegularFile(place.file()) && hasServers(place)) {
                try {
                    files.add(read(place.file(), Scope.FILE, place.form()));
                } catch (McpConfigurationException e) {
                    output.note("mcpflux: " + e.getMessage());
                }
            }
        }
        if (files.isEmpty()) {
            List<String> looked = places.stream()
                    .filter(place -> place.scope() == FormFiles.Scope.USER || scope == Scope.PROJECT)
                    .map(place -> place.file().toString())
                    .toList();
            throw new UsageException(
                    client == null
                            ? "no client on this machine has servers"
                            : client.title() + " has no servers here; looked at " + String.join(", ", looked)
                                    + (scope == Scope.PROJECT
                                            ? ""
                                            : " (-s project reads the files of the project, too)"));
        }
        return files;
    }

    private ServerFile read(Path file, Scope of, @Nullable ConfigForm form) {
        ServerFile read = ServerFile.read(file, of, form, sources.here());
        read.content().warnings().forEach(warning -> output.note("mcpflux: warning: " + warning));
        return read;
    }

    /** Many files hold settings, and no servers. */
    private boolean hasServers(FormFiles.Place place) {
        try {
            JsonNode root = ConfigDocument.read(place.file()).root();
            return root.isObject()
                    && place.form().roots().stream()
                            .filter(root1 -> !root1.path().isEmpty()
                                    || place.form().roots().size() == 1)
                            .anyMatch(servers -> FormRecognition.at(root, servers) != null);
        } catch (dev.mcpflux.host.config.document.DocumentException e) {
            output.note("mcpflux: " + e.getMessage());
            return false;
        }
    }

    private static void check(List<String> names, List<ServerFile> files) {
        List<String> known =
                files.stream().flatMap(file -> file.names().stream()).distinct().toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new UsageException("no server is called '" + name + "' there"
                        + (known.isEmpty() ? "" : "; there is " + String.join(", ", known)));
            }
        }
    }

    // -- what becomes of a server

    private void add(ServerFileEditor editor, ServerFile from, ServerDefinition found) {
        List<String> notes = new ArrayList<>(from.notes(found.name()));
        if (found instanceof ServerDefinition.Invalid invalid) {
            notes.add(invalid.problem());
            items.add(new Item(found.name(), from, null, "left out: wrong", notes));
            return;
        }
        ServerDefinition server = Relocation.of(found);
        FormWriter.Written ours = FormWriter.write(server, ConfigForms.MCPFLUX, false);
        FormWriter.Written written = editor.written(server, ours.entry(), true);
        String name = found.name();
        EntryPlace there = editor.places().get(name);
        String outcome = "imported";
        if (there != null) {
            if (isThere(name, editor, written.entry())) {
                items.add(new Item(name, from, null, "already there", notes));
                return;
            }
            switch (onConflict) {
                case SKIP -> {
                    items.add(new Item(name, from, null, "left out: name taken", notes));
                    return;
                }
                case REPLACE -> outcome = "replaces one";
                case RENAME -> {
                    name = free(name, editor);
                    outcome = "renamed";
                    server = Relocation.named(server, name);
                }
            }
        }
        ours.lost().forEach(lost -> notes.add("lost: " + lost));
        if (editor.form() != ConfigForms.MCPFLUX) {
            written.lost().forEach(lost -> notes.add("lost: " + lost));
        }
        EntrySecrets.plain(written.entry(), editor.form().variables())
                .forEach(secret -> notes.add(secret.shown() + " is a secret in plain text"));
        if (namesFolders(found)) {
            notes.add("its folders are those of the new file");
        }
        try {
            editor.put(server, renamed(written.entry(), editor, name));
            declare(editor, from, found, notes);
        } catch (DocumentEditException e) {
            throw ServerChange.refused(editor.path(), e, output);
        }
        items.add(new Item(found.name(), from, name, outcome, notes));
    }

    /** Whether the same server is in the file, also under the name that it got when its own was taken. */
    private static boolean isThere(String name, ServerFileEditor editor, ObjectNode entry) {
        return editor.places().entrySet().stream()
                .filter(place -> place.getKey().equals(name)
                        || (place.getKey().startsWith(name + "-")
                                && place.getKey().substring(name.length() + 1).matches("[0-9]{1,4}")))
                .anyMatch(place -> place.getValue().entry().equals(renamed(entry, editor, place.getKey())));
    }

    private static ObjectNode renamed(ObjectNode entry, ServerFileEditor editor, String name) {
        String key = editor.form().nameKey();
        return entry.path(key).isString() && editor.form() != ConfigForms.MCPFLUX
                ? entry.deepCopy().put(key, name)
                : entry;
    }

    private static boolean namesFolders(ServerDefinition server) {
        return Variables.templates(server).stream()
                .anyMatch(template ->
                        Variables.names(template, VariableReference.Kind.FOLDER).contains("workspaceFolder"));
    }

    private static String free(String name, ServerFileEditor editor) {
        int number = 2;
        while (editor.places().containsKey(name + "-" + number)) {
            number++;
        }
        return name + "-" + number;
    }

    private static void declare(ServerFileEditor editor, ServerFile from, ServerDefinition server, List<String> notes) {
        JsonNode inputs = from.document().root().path("inputs");
        for (String id : Variables.inputs(server)) {
            for (JsonNode input : inputs) {
                if (!(input instanceof ObjectNode object)
                        || !object.path("id").asString("").equals(id)) {
                    continue;
                }
                if (editor.hasInputs() && !editor.inputs().contains(id)) {
                    editor.input(object);
                } else if (!editor.hasInputs()) {
                    notes.add("the description of the input " + id + " is lost");
                }
            }
        }
    }

    private static ArrayNode json(List<Item> items) {
        ArrayNode array = McpJson.mapper().createArrayNode();
        for (Item item : items) {
            ObjectNode node = array.addObject()
                    .put("name", item.name)
                    .put("form", item.from.content().form().id())
                    .put("file", item.from.path().toString())
                    .put("as", item.as)
                    .put("outcome", item.outcome);
            node.set("notes", McpJson.mapper().valueToTree(item.notes));
        }
        return array;
    }
}
