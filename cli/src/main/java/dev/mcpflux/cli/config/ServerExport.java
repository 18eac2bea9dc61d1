package dev.mcpflux.cli.config;

import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.Suggestions;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.config.FormWriter;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.document.ConfigFileWriter;
import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.config.document.DocumentEditException;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.variable.VariableStyle;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes servers in the form of another client. Variables stay variables, and secrets are left out. Blocks. */
public final class ServerExport {

    /** The form that is written where none is named. */
    public static final String DEFAULT = "mcp-json";

    private final Output output;
    private final ConfigForm form;
    private final boolean ownKeys;
    private final boolean secrets;
    private final ServerFileEditor text;

    /**
     * An export.
     *
     * @param file whose name says the syntax; null for that of the form
     * @param ownKeys whether what the form cannot say is written under {@code mcpflux}
     * @param secrets whether secrets that stand in the files are exported
     */
    public ServerExport(
            Surroundings here,
            Output output,
            @Nullable ConfigForm form,
            @Nullable Path file,
            boolean ownKeys,
            boolean secrets) {
        this.output = output;
        this.form = form == null ? Objects.requireNonNull(ConfigForms.find(DEFAULT)) : form;
        this.ownKeys = ownKeys;
        this.secrets = secrets;
        this.text = ServerFileEditor.scratch(this.form, syntax(this.form, file), here);
    }

    private static ConfigSyntax syntax(ConfigForm form, @Nullable Path file) {
        ConfigSyntax named = file == null ? null : ConfigSyntax.of(file);
        ConfigSyntax usual = form.files().isEmpty()
                ? null
                : ConfigSyntax.of(Path.of(form.files().get(0)));
        return named != null ? named : usual != null ? usual : ConfigSyntax.JSON;
    }

    /**
     * Exports servers to a file, or to standard output.
     *
     * @param names which; empty for all that count
     * @param replace whether a file that is there is replaced
     */
    public void export(List<ServerRow> rows, List<String> names, @Nullable Path file, boolean replace) {
        List<String> known = rows.stream().map(ServerRow::name).distinct().toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new UsageException(
                        "no server is called '" + name + "'" + Suggestions.of(name, known),
                        new Hint("mcpflux list", "to see the servers"));
            }
        }
        ConfigFileWriter writer = file == null ? null : ConfigFileWriter.open(file, null);
        if (writer != null && writer.exists() && !replace) {
            throw new UsageException(
                    file + " is there already; --force replaces it, and mcpflux add -c " + file + " adds to it");
        }
        for (ServerRow row : rows) {
            if (!row.shadowed() && (names.isEmpty() || names.contains(row.name()))) {
                add(row);
            }
        }
        if (writer == null) {
            output.payload(text.text() + (text.text().endsWith("\n") ? "" : "\n"));
            return;
        }
        writer.write(text.text());
        output.note("mcpflux: written: " + file + " (" + form.title() + ")");
    }

    private void add(ServerRow row) {
        String name = row.name();
        if (row.server() instanceof ServerDefinition.Invalid) {
            output.note("mcpflux: " + name + " is left out: " + row.problem());
            return;
        }
        ServerDefinition server = Relocation.of(row.server());
        FormWriter.Written written = text.form().id().equals(ConfigForms.MCPFLUX.id())
                ? FormWriter.write(server, ConfigForms.MCPFLUX, false)
                : text.written(server, JsonNodeFactory.instance.objectNode(), ownKeys);
        if (!written.lost().isEmpty()) {
            output.note("mcpflux: " + name + ": lost, because the form cannot say it: "
                    + String.join(", ", written.lost()));
        }
        if (server.options().disabled() != null && written.lost().contains("\"disabled\"")) {
            output.note("mcpflux: " + name + " is left out: it is switched off, which the form cannot say");
            return;
        }
        ObjectNode entry = secrets
                ? written.entry()
                : EntrySecrets.replaced(written.entry(), form.variables(), secret -> placeholder(row, secret));
        try {
            text.put(server, entry);
            declare(row);
        } catch (DocumentEditException e) {
            output.note("mcpflux: " + name + " is left out: " + e.reason());
        } catch (McpConfigurationException e) {
            output.note("mcpflux: " + name + " is left out: " + e.getMessage());
        }
    }

    private String placeholder(ServerRow row, EntrySecrets.Plain secret) {
        String id = (row.name() + "_" + secret.name()).replaceAll("[^A-Za-z0-9_]", "_");
        String variable = secret.name().matches("[A-Z_][A-Z0-9_]*")
                ? secret.name()
                : id.replaceFirst("^([0-9])", "_$1").toUpperCase(Locale.ROOT);
        String input = VariableStyle.MCPFLUX.translate("${input:" + id + "}", form.variables());
        String environment = VariableStyle.MCPFLUX.translate("${" + variable + "}", form.variables());
        boolean asked = input != null && text.hasInputs();
        if (asked && !text.inputs().contains(id)) {
            text.input(JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "promptString")
                    .put("id", id)
                    .put("description", secret.name() + " of " + row.name())
                    .put("password", true));
        }
        if (input == null && environment == null) {
            output.note(
                    "mcpflux: " + row.name() + ": " + secret.shown() + " is a secret, and is left empty, since the form"
                            + " has no variables (--with-secrets exports it)");
            return "";
        }
        String usual = input != null ? input : environment;
        String stands = !asked && environment != null ? environment : String.valueOf(usual);
        output.note("mcpflux: " + row.name() + ": " + secret.shown() + " is a secret, so " + stands
                + " is written in its place (--with-secrets exports it)");
        return stands;
    }

    /** Takes over what the server asks for. */
    private void declare(ServerRow row) {
        JsonNode inputs = row.file().document().root().path("inputs");
        for (String id : Variables.inputs(row.server())) {
            for (JsonNode input : inputs) {
                if (text.hasInputs()
                        && input instanceof ObjectNode object
                        && object.path("id").asString("").equals(id)) {
                    text.input(secrets ? object : withoutSecretDefault(object));
                }
            }
        }
    }

    private static ObjectNode withoutSecretDefault(ObjectNode input) {
        ObjectNode copy = input.deepCopy();
        if (copy.path("password").asBoolean(false)) {
            copy.remove("default");
        }
        return copy;
    }
}
