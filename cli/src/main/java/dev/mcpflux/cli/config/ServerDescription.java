package dev.mcpflux.cli.config;

import dev.mcpflux.cli.output.Document;
import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.host.config.ConfigFile;
import dev.mcpflux.host.config.FormWriter;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.variable.VariableStyle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Everything that is written down about one server. */
public final class ServerDescription {

    private record Key(String key, String value, int line) {}

    private static final Listing<Key> KEYS = Listing.<Key>builder()
            .column("KEY", Key::key)
            .column("VALUE", Key::value)
            .optional("LINE", key -> key.line == 0 ? null : key.line)
            .name(Key::key)
            .build();

    private ServerDescription() {}

    /**
     * The description; its document is the entry in our form.
     *
     * @param row the server
     * @param all all servers, for what other files have of this name
     * @param reveal whether secrets are shown
     */
    public static Document of(ServerRow row, List<ServerRow> all, boolean reveal) {
        ServerFile file = row.file();
        ConfigFile.Content content = file.content();
        EntryPlace place = file.places().get(row.name());
        Document.Builder document = Document.builder(row.name())
                .field("Name", row.name())
                .field("Scope", row.file().scope().word() + (row.shadowed() ? ", shadowed by another file" : ""))
                .field("File", file.path() + (place == null || place.line() == 0 ? "" : ", line " + place.line()))
                .field("Form", content.form().title() + " (" + content.form().id() + ")")
                .field("Transport", row.transport())
                .field("Starts", LaunchDescription.describe(row.server()));
        String off = row.server().options().disabled();
        document.field("Enabled", off == null ? "yes" : "no, by " + off);
        if (row.approvalWord() != null) {
            document.field("Approval", row.approvalWord());
        }
        if (row.problem() != null) {
            document.field("Problem", row.problem(), Style.BAD);
        }
        for (ServerRow other : all) {
            if (other != row && other.name().equals(row.name())) {
                document.field(
                        "Also in",
                        other.file().path() + " (" + other.file().scope().word()
                                + (other.shadowed() ? ", which does not count)" : ", which counts)"));
            }
        }
        row.notes().forEach(note -> document.field("Note", note));
        if (place != null) {
            VariableStyle style = content.form().variables();
            List<Key> keys = new ArrayList<>();
            collect(
                    keys,
                    file,
                    place.pointer(),
                    "",
                    reveal ? place.entry() : EntrySecrets.masked(place.entry(), style));
            document.heading("ENTRY").table(KEYS, keys);
        }
        return document.json(entry(row, reveal)).build();
    }

    /** The entry in our form, in which secrets are masked unless they are to be shown. */
    public static JsonNode entry(ServerRow row, boolean reveal) {
        EntryPlace place = row.file().places().get(row.name());
        JsonNode ours = ours(row.server(), place == null ? null : place.entry());
        return reveal ? ours : EntrySecrets.masked(ours, VariableStyle.MCPFLUX);
    }

    /** The entry in our form; as it is written where that makes no sense. */
    private static JsonNode ours(ServerDefinition server, @Nullable JsonNode written) {
        if (written != null && server instanceof ServerDefinition.Invalid) {
            return written;
        }
        ObjectNode entry = FormWriter.write(server, ConfigForms.MCPFLUX, false).entry();
        return entry;
    }

    private static void collect(List<Key> keys, ServerFile file, String pointer, String name, JsonNode node) {
        boolean nested = node.isObject() && !node.isEmpty();
        if (nested) {
            node.forEachEntry((key, value) -> collect(
                    keys,
                    file,
                    dev.mcpflux.host.config.document.ConfigDocument.member(pointer, key),
                    name.isEmpty() ? key : name + "." + key,
                    value));
            return;
        }
        keys.add(new Key(
                name,
                node.isString() ? node.stringValue() : node.toString(),
                file.document().place(pointer).line()));
    }
}
