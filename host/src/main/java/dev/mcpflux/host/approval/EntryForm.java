package dev.mcpflux.host.approval;

import dev.mcpflux.host.config.CallPolicy;
import dev.mcpflux.host.config.ServerAuthorization;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.config.ToolSelection;
import dev.mcpflux.host.variable.VariableReference;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import dev.mcpflux.transport.stdio.StdioOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it would be started, as fields: two entries with the same form do the same, as far as the file decides it. Where
 * something stands in the file, the order of variables and headers, limits and times are no part of it. Nor are the values of
 * variables; which variables are used, and where they go, is.
 */
final class EntryForm {

    /** Approvals of another version are asked for again. */
    private static final String VERSION = "1";

    /** Settings of OAuth that are secrets. */
    private static final List<OAuthSetting> SECRETS = List.of(OAuthSetting.CLIENT_SECRET, OAuthSetting.PRIVATE_KEY);

    /**
     * One field.
     *
     * @param kept what is remembered of it, without secrets
     * @param shown what a person sees, without secrets
     * @param raw all of it; it may be a secret
     */
    record Field(String kept, String shown, String raw) {}

    private final Map<String, Field> fields = new LinkedHashMap<>();

    private EntryForm() {}

    /** The form of an entry now; null where it is wrong or comes from no file. Blocks while it looks at files. */
    static @Nullable EntryForm of(ServerDefinition server, ProjectFolder project, ProgramFiles programs) {
        EntryForm form = new EntryForm();
        if (server instanceof ServerDefinition.Stdio stdio) {
            form.process(stdio, project, programs.of(stdio));
        } else if (server instanceof ServerDefinition.Http http) {
            form.remote(http, programs);
        } else {
            return null;
        }
        form.tools(server.options());
        return form;
    }

    /** What is offered to a model, and what it may call without a question. */
    private void tools(ServerOptions options) {
        ToolSelection tools = options.tools();
        if (!tools.include().isEmpty()) {
            plain("tools included", String.join(", ", tools.include()));
        }
        if (!tools.exclude().isEmpty()) {
            plain("tools excluded", String.join(", ", tools.exclude()));
        }
        new TreeMap<>(tools.names()).forEach((tool, name) -> plain("tool " + tool, "renamed to " + name));
        // the first pattern that matches decides, so their order counts
        int rank = 0;
        for (Map.Entry<String, CallPolicy.Action> rule :
                options.policy().tools().entrySet()) {
            rank++;
            plain("calls " + rank, rule.getKey() + ": " + rule.getValue().word());
        }
        if (options.policy().otherwise() != CallPolicy.defaults().otherwise()) {
            plain("other calls", options.policy().otherwise().word());
        }
    }

    Map<String, Field> fields() {
        return fields;
    }

    /** What is remembered, in the order of its keys. */
    Map<String, String> kept() {
        Map<String, String> kept = new TreeMap<>(Map.of("form", VERSION));
        fields.forEach((key, field) -> kept.put(key, field.kept));
        return kept;
    }

    String hash() {
        return MaskedText.hash(McpJson.mapper().writeValueAsString(kept()));
    }

    private void process(ServerDefinition.Stdio server, ProjectFolder project, ProgramFiles.Found found) {
        plain("command", server.command().text());
        notation(server.command());
        Path program = found.program();
        if (program == null) {
            plain("program", "not found");
        } else if (server.command().hasVariables() && !project.contains(program)) {
            // the value of a variable is not written down
            String path = program.toString();
            fields.put("program", new Field(MaskedText.hash(path), path, path));
        } else {
            plain("program", project.shown(program));
        }
        words("argument", server.arguments());
        new TreeMap<>(server.environment())
                .forEach((variable, value) ->
                        text("variable " + variable, value, MaskedText.isSecretName(variable), true));
        Template values = server.environmentFile();
        if (values != null) {
            plain("variables from", values.text());
            notation(values);
        }
        Template directory = server.workingDirectory();
        if (directory != null) {
            Path base = server.baseDirectory();
            plain(
                    "directory",
                    directory.text() + (base == null ? "" : ", from " + project.shown(ProjectFolder.real(base))));
        }
        surroundings(server.stdio());
        found.contents().forEach((file, hash) -> fields.put("file " + file, new Field(hash, brief(hash), "")));
    }

    /** Which variables of this process the server gets, and what a sandbox keeps from it. */
    private void surroundings(StdioOptions options) {
        if (!options.inheritEnv().isEmpty()) {
            plain("inherits", String.join(", ", options.inheritEnv()));
        }
        if (options.minimalEnv()) {
            plain("inherits", "as little as possible");
        }
        if (options.sandbox().enabled()) {
            plain("sandbox", options.sandbox().toString().replaceFirst("^SandboxOptions\\[enabled=true, (.*)]$", "$1"));
        }
    }

    private static String brief(String hash) {
        return hash.startsWith("sha256:") ? hash.substring(0, 19) + "…" : hash;
    }

    private void remote(ServerDefinition.Http server, ProgramFiles programs) {
        String text = server.url().text();
        StringBuilder shown = new StringBuilder(server.origin());
        server.url().variables().stream()
                .filter(variable -> shown.indexOf(variable.name()) < 0)
                .forEach(variable -> shown.append(shown.indexOf(" with ") < 0 ? " with " : ", ")
                        .append(variableText(variable)));
        notation(server.url());
        fields.put("url", new Field(shown + " " + MaskedText.hash(text), shown.toString(), text));
        plain("transport", server.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        new TreeMap<>(server.headers()).forEach((header, value) -> text("header " + header, value, true, true));
        if (server.proxy() != null) {
            text("proxy", server.proxy(), MaskedText.looksSecret(server.proxy().text()), true);
        }
        authorization(server.authorization());
        if (server.authorization() instanceof ServerAuthorization.Helper helper) {
            programs.of(server.name(), helper)
                    .contents()
                    .forEach((file, hash) -> fields.put("file " + file, new Field(hash, brief(hash), "")));
        }
    }

    private void authorization(ServerAuthorization authorization) {
        if (authorization instanceof ServerAuthorization.Helper helper) {
            words("helper", helper.command());
        } else if (authorization instanceof ServerAuthorization.OAuth oauth) {
            plain("auth", "oauth");
            oauth.settings()
                    .forEach((setting, value) ->
                            text("oauth " + setting.key(), value, SECRETS.contains(setting), false));
        } else {
            plain(
                    "auth",
                    authorization instanceof ServerAuthorization.HeadersOnly ? "headers only" : "as the server asks");
        }
    }

    /** Words of a command line; what looks like a secret among them is masked. */
    private void words(String kind, List<Template> words) {
        boolean secret = false;
        int digits = String.valueOf(words.size()).length();
        for (int i = 0; i < words.size(); i++) {
            String text = words.get(i).text();
            String key = kind + " " + String.format(Locale.ROOT, "%0" + digits + "d", i + 1);
            int end = MaskedText.endOfSecretName(text);
            boolean option = text.startsWith("-");
            if (end > 0) {
                String masked = text.substring(0, end) + MaskedText.of(text.substring(end));
                fields.put(key, new Field(masked + " " + MaskedText.hash(text), masked, text));
            } else {
                text(key, words.get(i), (secret && !option) || MaskedText.looksSecret(text), false);
            }
            secret = end < 0 && MaskedText.isSecretOption(text);
        }
    }

    private static String variableText(VariableReference variable) {
        return switch (variable.kind()) {
            case ENVIRONMENT -> "${" + variable.name() + "}";
            case INPUT -> "${input:" + variable.name() + "}";
            case SECRET -> "${secret:" + variable.name() + "}";
            case FILE -> "${file:" + variable.name() + "}";
            case FOLDER -> variable.name();
        };
    }

    /** The same text holds other variables in another notation, which the rest of the file decides. */
    private void notation(Template template) {
        if (template.hasVariables() && template.style() != VariableStyle.MCPFLUX) {
            plain("notation", template.style().name().toLowerCase(Locale.ROOT));
        }
    }

    private void plain(String key, String text) {
        fields.put(key, new Field(text, text, text));
    }

    /**
     * A text that may hold variables.
     *
     * @param secret whether a person sees its variables only
     * @param hashed whether what is remembered of it are its variables and a hash
     */
    private void text(String key, Template value, boolean secret, boolean hashed) {
        String text = value.text();
        boolean hidden = secret || MaskedText.looksSecret(text);
        notation(value);
        StringBuilder shown = new StringBuilder(MaskedText.of(text));
        value.variables().stream()
                .filter(variable -> shown.indexOf(variable.name()) < 0)
                .forEach(variable -> shown.append(" with ").append(variableText(variable)));
        String masked = shown.toString();
        String kept = hidden || hashed ? masked + " " + MaskedText.hash(text) : text;
        fields.put(key, new Field(kept, hidden ? masked : value.plain(), text));
    }
}
