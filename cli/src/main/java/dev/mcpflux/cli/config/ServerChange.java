package dev.mcpflux.cli.config;

import dev.mcpflux.cli.install.BundleStore;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.Suggestions;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.config.FormWriter;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.document.DocumentEditException;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.jsonrpc.McpJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Removes servers from their files, and switches them on and off. Every edit is made before anything is written. Blocks. */
public final class ServerChange {

    private final ConfigSources sources;
    private final Output output;
    private final @Nullable Scope scope;
    private final List<ServerFile> files;
    private final Map<Path, ServerFileEditor> editors = new LinkedHashMap<>();

    /** @param scope where servers are looked for; null for everywhere */
    public ServerChange(ConfigSources sources, Output output, @Nullable Scope scope) {
        this.sources = sources;
        this.output = output;
        this.scope = scope;
        if (scope != null && sources.isNamed()) {
            throw new UsageException("-c names the file, so --scope has nothing to say");
        }
        this.files = sources.read().stream()
                .filter(file -> scope == null || file.scope() == scope)
                .toList();
    }

    /**
     * Switches servers on or off; those that are so already stay as they are.
     *
     * @param ownKeys whether our own key is used where the form has no switch
     */
    public void enable(List<String> names, boolean on, boolean ownKeys) {
        List<String> lines = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        for (String name : names) {
            ServerFile file = having(name).get(0);
            ServerFileEditor editor = editor(file);
            ServerSwitch toggle = new ServerSwitch(editor, name);
            boolean change = pasted(file.path(), () -> on ? toggle.on() : toggle.off(ownKeys));
            lines.add((change ? "" : "already ") + (on ? "enabled: " : "disabled: ") + name + where(file));
            if (change) {
                changed.add(name);
            }
        }
        editors.values().forEach(ServerFileEditor::write);
        done(on ? "enabled" : "disabled", changed, lines);
    }

    /**
     * Removes servers.
     *
     * @param missing whether it is no mistake that there is no such server
     * @param bundles where bundles are that are removed with their servers; null to leave them
     */
    public void remove(List<String> names, boolean missing, @Nullable BundleStore bundles) {
        List<String> lines = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        List<Path> unpacked = new ArrayList<>();
        Map<Path, List<String>> forgotten = new LinkedHashMap<>();
        for (String name : names) {
            if (missing && files.stream().noneMatch(file -> file.places().containsKey(name))) {
                continue;
            }
            List<ServerFile> having = having(name);
            if (having.size() > 1) {
                throw new UsageException(
                        "server '" + name + "' is in " + having.get(0).path() + " and in "
                                + having.get(1).path() + "; say which by --scope project or --scope user");
            }
            ServerFile file = having.get(0);
            ServerFileEditor editor = editor(file);
            pasted(file.path(), () -> {
                editor.remove(name);
                return true;
            });
            ServerDefinition server = file.server(name);
            if (bundles != null && server instanceof ServerDefinition.Stdio) {
                ObjectNode entry =
                        FormWriter.write(server, ConfigForms.MCPFLUX, false).entry();
                bundles.bundleOf(entry).ifPresent(unpacked::add);
            }
            removed.add(name);
            lines.add("removed: " + name + where(file));
            if (file.scope() == Scope.PROJECT) {
                forgotten
                        .computeIfAbsent(file.path(), path -> new ArrayList<>())
                        .add(name);
            }
        }
        editors.values().forEach(ServerFileEditor::write);
        forgotten.forEach((file, servers) -> OwnApproval.forget(file, servers, sources.here()));
        for (Path bundle : unpacked) {
            if (bundles != null && !isUsed(bundle, bundles)) {
                bundles.remove(bundle).block();
                lines.add("removed: " + bundle);
            }
        }
        if (removed.isEmpty()) {
            lines.add("nothing removed");
        }
        done("removed", removed, lines);
    }

    private boolean isUsed(Path bundle, BundleStore bundles) {
        return sources.read().stream()
                .flatMap(file -> file.content().servers().stream())
                .filter(ServerDefinition.Stdio.class::isInstance)
                .map(server ->
                        FormWriter.write(server, ConfigForms.MCPFLUX, false).entry())
                .anyMatch(
                        entry -> bundles.bundleOf(entry).filter(bundle::equals).isPresent());
    }

    private static String where(ServerFile file) {
        return " (" + file.path() + ")";
    }

    private void done(String what, List<String> names, List<String> lines) {
        if (output.json()) {
            output.document(McpJson.mapper()
                    .createObjectNode()
                    .set(what, McpJson.mapper().valueToTree(names)));
        } else {
            lines.forEach(output::line);
        }
    }

    /** The files that have an entry of this name, the one that counts first. */
    private List<ServerFile> having(String name) {
        List<ServerFile> having =
                files.stream().filter(file -> file.places().containsKey(name)).toList();
        if (having.isEmpty()) {
            List<String> known = files.stream()
                    .flatMap(file -> file.places().keySet().stream())
                    .distinct()
                    .toList();
            String in = scope == null ? "" : " of scope " + scope.word();
            throw new UsageException(
                    "no server" + in + " is called '" + name + "'"
                            + (known.isEmpty() ? "; " + sources.searched() : Suggestions.of(name, known)),
                    new Hint("mcpflux list", "to see the servers"));
        }
        return having;
    }

    private ServerFileEditor editor(ServerFile file) {
        return editors.computeIfAbsent(
                file.path(), path -> ServerFileEditor.open(path, file.content().form(), sources.here()));
    }

    private interface Edit {
        boolean make();
    }

    /** Prints what is to be written by hand, where an edit cannot be made. */
    private boolean pasted(Path file, Edit edit) {
        try {
            return edit.make();
        } catch (DocumentEditException e) {
            throw refused(file, e, output);
        }
    }

    /** The mistake with the text to paste, which is printed on standard error. */
    static UsageException refused(Path file, DocumentEditException e, Output output) {
        String paste = e.textToPaste();
        if (paste != null) {
            output.note("mcpflux: this is to be written into " + file + ":");
            paste.lines().forEach(output::note);
        }
        return new UsageException(file + ": " + e.reason());
    }
}
