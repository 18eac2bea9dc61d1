package dev.mcpflux.host.config;

import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormKey;
import dev.mcpflux.host.config.form.FormRoot;
import dev.mcpflux.host.config.form.KeyMeaning;
import dev.mcpflux.host.variable.InputDefinition;
import dev.mcpflux.host.variable.VariableReference;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.transport.http.HttpKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes servers in the form of a client: the inverse of {@link FormEntry}. What a form cannot say is named, and left out, unless our
 * own keys are wanted, which other clients ignore.
 */
public final class FormWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final String BEARER = "Bearer ";

    /** Begins what stands for a text that the form has no notation for, until it is known where it is written. */
    private static final String MARK = "\0";

    /**
     * A server in a form.
     *
     * @param entry what stands under its name, or in its list
     * @param lost what the form cannot say, for a person; quotes no value. Empty if reading the entry gives the same definition
     */
    public record Written(ObjectNode entry, List<String> lost) {
        public Written {
            lost = List.copyOf(lost);
        }
    }

    private final ConfigForm form;
    private final boolean own;
    private final List<String> lost = new ArrayList<>();
    private final ObjectNode entry = NODES.objectNode();
    private final List<Template> untranslated = new ArrayList<>();

    /** Names of variables that the process gets under the same name, which the form has a key for. */
    private final List<String> passed = new ArrayList<>();

    /** Headers by the variables that hold their values, which the form has a key for. */
    private final Map<String, String> byVariable = new LinkedHashMap<>();

    private FormWriter(ConfigForm form, boolean own) {
        this.form = form;
        this.own = own;
    }

    /** Where a form writes new servers of this kind. */
    public static FormRoot root(ConfigForm form, ServerDefinition server) {
        if (form.roots().size() > 1 && server instanceof ServerDefinition.Http http) {
            String type = http.kind() == HttpKind.SSE ? "sse" : "streamable-http";
            for (FormRoot root : form.roots()) {
                if (type.equals(root.type())) {
                    return root;
                }
            }
        }
        return form.roots().get(0);
    }

    /**
     * Writes a server.
     *
     * @param own whether what the form cannot say is written under the key {@code mcpflux}
     * @throws IllegalArgumentException if no file can describe the server
     */
    public static Written write(ServerDefinition server, ConfigForm form, boolean own) {
        return new FormWriter(form, own).write(server);
    }

    /** What stands under {@code inputs} for these, in our form and in that of VS Code and Visual Studio. */
    public static ArrayNode inputs(List<InputDefinition> inputs) {
        ArrayNode array = NODES.arrayNode();
        for (InputDefinition input : inputs) {
            ObjectNode object =
                    array.addObject().put("type", input.kind().word()).put("id", input.id());
            if (input.description() != null) {
                object.put("description", input.description());
            }
            if (input.preset() != null) {
                object.put("default", input.preset());
            }
            if (input.password()) {
                object.put("password", true);
            }
            if (!input.options().isEmpty()) {
                input.options().forEach(object.putArray("options")::add);
            }
            if (!input.command().isEmpty()) {
                input.command().forEach(object.putArray("command")::add);
            }
        }
        return array;
    }

    private Written write(ServerDefinition server) {
        boolean ownForm = form.id().equals(ConfigForms.MCPFLUX.id());
        ServerDefinition rest = ownForm ? server : withoutPassed(server);
        ObjectNode ours = DefinitionJson.of(rest, this::text, lost);
        if (ownForm) {
            return new Written((ObjectNode) unmarked(ours), lost);
        }
        FormRoot root = root(form, server);
        if (root.layout() == FormRoot.Layout.LIST
                && (root.type() == null || root.type().equals("stdio"))) {
            entry.put(form.nameKey(), server.name());
        }
        reach(server, ours, root);
        ObjectNode asOurs = DefinitionJson.of(rest, FormWriter::ours, new ArrayList<>());
        ObjectNode more = NODES.objectNode();
        ours.forEachEntry((key, value) -> {
            if (!member(key, value)) {
                more.set(key, asOurs.path(key));
            }
        });
        unmarked(entry);
        form.always().forEach((key, value) -> {
            if (!entry.has(key)) {
                entry.set(
                        key,
                        value.equals("true")
                                ? NODES.booleanNode(true)
                                : value.equals("[*]")
                                        ? NODES.arrayNode().add("*")
                                        : NODES.stringNode(value.equals("{name}") ? server.name() : value));
            }
        });
        if (!passed.isEmpty()) {
            ArrayNode names = entry.putArray(
                    Objects.requireNonNull(row(KeyMeaning.ENVIRONMENT_SECRETS)).key());
            passed.forEach(names::add);
        }
        if (!byVariable.isEmpty()) {
            ObjectNode names = entry.putObject(
                    Objects.requireNonNull(row(KeyMeaning.HEADER_VARIABLES)).key());
            byVariable.forEach(names::put);
        }
        if (own && !more.isEmpty()) {
            entry.set("mcpflux", more);
        } else {
            more.propertyNames().forEach(key -> lost.add("\"" + key + "\""));
        }
        return new Written(entry, lost);
    }

    /** The text in the notation of the form; a mark where that has none. */
    private String text(Template template) {
        String translated = template.style().translate(template.text(), form.variables());
        if (translated != null) {
            return translated;
        }
        untranslated.add(template);
        return MARK + (untranslated.size() - 1);
    }

    /** The text as we write it. */
    private static String ours(Template template) {
        String translated = template.style().translate(template.text(), VariableStyle.MCPFLUX);
        return translated == null ? template.text() : translated;
    }

    /** Names the texts that have no notation, and leaves them as they are. */
    private JsonNode unmarked(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(member -> member.setValue(unmarked(member.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, unmarked(array.get(i)));
            }
        } else if (node.isString() && node.stringValue().contains(MARK)) {
            String text = node.stringValue();
            int mark = text.indexOf(MARK);
            Template template = untranslated.get(Integer.parseInt(text.substring(mark + MARK.length())));
            lost.add("the variables of " + describe(template));
            return NODES.stringNode(text.substring(0, mark) + template.text());
        }
        return node;
    }

    private static String describe(Template template) {
        List<String> names =
                template.variables().stream().map(VariableReference::name).toList();
        return names.isEmpty() ? "a text that looks like a variable" : "a text with " + String.join(", ", names);
    }

    // -- variables that the form has keys for

    private ServerDefinition withoutPassed(ServerDefinition server) {
        if (server instanceof ServerDefinition.Stdio stdio && has(KeyMeaning.ENVIRONMENT_SECRETS)) {
            Map<String, Template> kept = new LinkedHashMap<>();
            stdio.environment().forEach((variable, value) -> {
                if (value.style() == VariableStyle.MCPFLUX
                        && value.text().equals("${" + variable + ":-${secret:" + variable + "}}")) {
                    passed.add(variable);
                } else {
                    kept.put(variable, value);
                }
            });
            return stdio.withEnvironment(kept);
        }
        if (server instanceof ServerDefinition.Http http) {
            return withoutVariableHeaders(http);
        }
        return server;
    }

    private ServerDefinition withoutVariableHeaders(ServerDefinition.Http http) {
        Map<String, Template> kept = new LinkedHashMap<>();
        http.headers().forEach((header, value) -> {
            String variable = value.style() == VariableStyle.MCPFLUX ? only(value, "") : null;
            String bearer = value.style() == VariableStyle.MCPFLUX && header.equals("Authorization")
                    ? only(value, BEARER)
                    : null;
            FormKey bearerKey = bearer == null ? null : bearerKey();
            if (bearer != null
                    && bearerKey != null
                    && !entry.has(bearerKey.key())
                    && form.variables() == VariableStyle.NONE) {
                entry.put(bearerKey.key(), bearer);
            } else if (variable != null && has(KeyMeaning.HEADER_VARIABLES)) {
                byVariable.put(header, variable);
            } else if (variable != null && has(KeyMeaning.API_KEY_DETAIL) && !entry.has(apiKey())) {
                entry.put(apiKey(), variable);
                entry.put("api_key_header", header);
                entry.put("api_key_format", "{token}");
            } else {
                kept.put(header, value);
            }
        });
        return http.withHeaders(kept);
    }

    private @Nullable FormKey bearerKey() {
        FormKey key = row(KeyMeaning.BEARER_VARIABLE);
        return key != null ? key : row(KeyMeaning.API_KEY_VARIABLE);
    }

    private String apiKey() {
        return Objects.requireNonNull(row(KeyMeaning.API_KEY_VARIABLE)).key();
    }

    /** The variable that is all there is to a text behind a prefix, or null. */
    private static @Nullable String only(Template value, String prefix) {
        List<VariableReference> variables = value.variables();
        if (variables.size() != 1
                || !value.text().equals(prefix + "${" + variables.get(0).name() + "}")) {
            return null;
        }
        return variables.get(0).kind() == VariableReference.Kind.ENVIRONMENT
                ? variables.get(0).name()
                : null;
    }

    // -- how it is reached

    private void reach(ServerDefinition server, ObjectNode ours, FormRoot root) {
        if (server instanceof ServerDefinition.Http http) {
            remote(http, ours, root);
        } else {
            process(ours, root);
        }
    }

    private void process(ObjectNode ours, FormRoot root) {
        if (form.processType() != null && root.type() == null) {
            entry.put(typeKey(), form.processType());
        }
        JsonNode command = ours.remove("command");
        if (form.known().contains("command")) {
            entry.set("command", command);
            return;
        }
        FormKey word = row(KeyMeaning.COMMAND);
        if (word != null) {
            entry.set(word.key(), command);
            return;
        }
        ArrayNode line = NODES.arrayNode().add(command);
        JsonNode arguments = ours.remove("args");
        if (arguments != null) {
            arguments.forEach(line::add);
        }
        entry.set(Objects.requireNonNull(row(KeyMeaning.COMMAND_LINE)).key(), line);
    }

    private void remote(ServerDefinition.Http http, ObjectNode ours, FormRoot root) {
        JsonNode url = ours.remove("url");
        ours.remove("type");
        String type = form.remoteTypes().get(http.kind());
        FormKey streamable = row(KeyMeaning.URL_STREAMABLE);
        FormKey other = row(KeyMeaning.URL);
        boolean reachable = true;
        if (type == null) {
            lost.add(form.remoteTypes().isEmpty() ? "that it is reached by a URL" : "that it is reached by HTTP+SSE");
            reachable = false;
            type = form.remoteTypes().getOrDefault(HttpKind.STREAMABLE, "");
        }
        boolean byKey = streamable != null && http.kind() != HttpKind.SSE;
        if (!type.isEmpty() && root.type() == null) {
            entry.put(typeKey(), type);
        }
        entry.set(
                byKey && streamable != null
                        ? streamable.key()
                        : other != null && !form.known().contains("url") ? other.key() : "url",
                url);
        HttpKind back = byKey ? HttpKind.STREAMABLE : type.isEmpty() ? readBack(root) : ServerEntry.kindOf(type);
        if (back != http.kind() && reachable) {
            lost.add("that its transport is "
                    + (http.kind() == HttpKind.AUTO
                            ? "Streamable HTTP, or HTTP+SSE if that is all it has"
                            : http.kind() == HttpKind.SSE ? "HTTP+SSE" : "Streamable HTTP and no other"));
        }
    }

    private String typeKey() {
        FormKey transport = form.key("transport");
        return transport != null
                        && transport.meaning() == KeyMeaning.TRANSPORT
                        && form.id().equals("vibe")
                ? "transport"
                : "type";
    }

    private @Nullable HttpKind readBack(FormRoot root) {
        return root.type() == null ? form.urlAlone() : ServerEntry.kindOf(root.type());
    }

    // -- everything else

    /** Writes a key of ours in the form; false if that has none for it. */
    private boolean member(String key, JsonNode value) {
        switch (key) {
            case "disabled":
                return disabled(value);
            case "timeout":
                return time(KeyMeaning.REQUEST_TIMEOUT, value);
            case "startTimeout":
                return time(KeyMeaning.START_TIMEOUT, value);
            case "headers":
                return headers(value);
            case "tools":
                return tools(value);
            case "policy":
                return policy(value);
            case "sandbox":
                return sandbox(value);
            case "inheritEnv":
                return value.isArray() && as(KeyMeaning.ENVIRONMENT_NAMES, value);
            case "env":
                return known(key, value) || as(KeyMeaning.ENVIRONMENT, value);
            case "cwd":
                return known(key, value) || as(KeyMeaning.DIRECTORY, value);
            case "required":
                return known(key, value) || as(KeyMeaning.REQUIRED, value);
            case "oauth":
                return oauth(value);
            case "auth":
                return known(key, value) || authorization(value);
            case "headersHelper":
                return form.known().contains(key) && helper(value);
            default:
                return known(key, value);
        }
    }

    private boolean known(String key, JsonNode value) {
        if (!form.known().contains(key)) {
            return false;
        }
        entry.set(key, value);
        return true;
    }

    private boolean as(KeyMeaning meaning, JsonNode value) {
        FormKey key = row(meaning);
        if (key == null) {
            return false;
        }
        entry.set(key.key(), value);
        return true;
    }

    private boolean disabled(JsonNode value) {
        if (form.known().contains("enabled")) {
            entry.put("enabled", !value.booleanValue());
            return true;
        }
        return known("disabled", value);
    }

    private boolean time(KeyMeaning meaning, JsonNode value) {
        Duration time = Durations.parse(value.stringValue());
        for (FormKey key : form.keys()) {
            if (key.meaning() != meaning || key.unit() == null) {
                continue;
            }
            boolean millis = key.unit() == TimeUnit.MILLISECONDS;
            if (millis
                    && meaning == KeyMeaning.REQUEST_TIMEOUT
                    && time.toMillis() < 1000
                    && form.id().equals("claude-code")) {
                return false;
            }
            BigDecimal amount = BigDecimal.valueOf(time.toMillis())
                    .movePointLeft(millis ? 0 : 3)
                    .stripTrailingZeros();
            entry.set(
                    key.key(),
                    amount.scale() <= 0 ? NODES.numberNode(amount.longValueExact()) : NODES.numberNode(amount));
            return true;
        }
        return false;
    }

    private boolean headers(JsonNode value) {
        if (known("headers", value) || as(KeyMeaning.HEADERS, value)) {
            return true;
        }
        String authorization = value.path("Authorization").asString("");
        if (value.size() == 1 && authorization.startsWith(BEARER) && row(KeyMeaning.BEARER) != null) {
            return as(KeyMeaning.BEARER, NODES.stringNode(authorization.substring(BEARER.length())));
        }
        FormKey options = row(KeyMeaning.REQUEST_OPTIONS);
        if (options == null) {
            return false;
        }
        entry.set(options.key(), NODES.objectNode().set("headers", value));
        return true;
    }

    /** All details, beside it, within it, or, for a form without that key, within another one; or none. */
    private boolean oauth(JsonNode value) {
        FormKey client = row(KeyMeaning.AUTHORIZATION);
        boolean within = client != null && FormKey.CLIENT.equals(client.detail());
        ObjectNode beside = NODES.objectNode();
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, JsonNode> setting : value.properties()) {
            FormKey key = detail(setting.getKey());
            String name = oauthName(setting.getKey());
            if (key != null) {
                boolean words = AuthorizationEntry.isSame(setting.getKey(), "scopes");
                beside.set(key.key(), detail(setting, words));
            } else if (name == null || !(within || form.known().contains("oauth"))) {
                return false;
            } else {
                boolean words = name.endsWith("[]");
                object.set(words ? name.substring(0, name.length() - 2) : name, detail(setting, words));
            }
        }
        entry.setAll(beside);
        if (!object.isEmpty()) {
            entry.set(within && client != null ? client.key() : "oauth", object);
        }
        return true;
    }

    private static JsonNode detail(Map.Entry<String, JsonNode> setting, boolean words) {
        String text = setting.getValue().stringValue();
        if (words) {
            ArrayNode array = NODES.arrayNode();
            for (String word : text.strip().split("\\s+")) {
                array.add(word);
            }
            return array;
        }
        boolean port = AuthorizationEntry.isSame(setting.getKey(), "redirectPort") && text.matches("\\d{1,5}");
        return port ? NODES.numberNode(Integer.parseInt(text)) : setting.getValue();
    }

    private @Nullable String oauthName(String setting) {
        if (form.oauth().isEmpty()) {
            return setting;
        }
        return form.oauth().entrySet().stream()
                .filter(name -> name.getKey().key().equals(setting))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private boolean authorization(JsonNode value) {
        FormKey oauth = row(KeyMeaning.OAUTH);
        FormKey other = row(KeyMeaning.AUTHORIZATION);
        if (oauth != null
                && FormKey.FALSE_IS_NONE.equals(oauth.detail())
                && value.stringValue().equals("none")) {
            entry.put(oauth.key(), false);
            return true;
        }
        if (other != null
                && FormKey.BEARER.equals(other.detail())
                && value.stringValue().equals("oauth")) {
            entry.set(other.key(), value);
            return true;
        }
        return false;
    }

    /** Others have one text, which they split at blanks or give to a shell. */
    private boolean helper(JsonNode value) {
        List<String> words = new ArrayList<>();
        value.forEach(word -> words.add(word.stringValue()));
        if (!words.stream().allMatch(word -> word.matches("[^\\s\"'\\\\`$&|;<>()*?\\[\\]#~]+"))) {
            return false;
        }
        entry.put("headersHelper", String.join(" ", words));
        return true;
    }

    private @Nullable FormKey detail(String setting) {
        return form.keys().stream()
                .filter(key -> key.meaning() == KeyMeaning.OAUTH_DETAIL
                        && AuthorizationEntry.isSame(setting, String.valueOf(key.detail())))
                .findFirst()
                .orElse(null);
    }

    private boolean tools(JsonNode value) {
        FormKey include = row(KeyMeaning.INCLUDED_TOOLS);
        FormKey exclude = row(KeyMeaning.EXCLUDED_TOOLS);
        FormKey changes = row(KeyMeaning.TOOL_CHANGES);
        if (include != null
                && FormKey.EMPTY_IS_NONE.equals(include.detail())
                && value.equals(
                        NODES.objectNode().set("exclude", NODES.arrayNode().add("*")))) {
            entry.putArray(include.key());
            return true;
        }
        // names in the forms of others are no patterns
        boolean patterns =
                value.toString().indexOf('*') >= 0 || value.toString().indexOf('?') >= 0;
        boolean writable = !patterns
                && (!value.has("include") || include != null)
                && (!value.has("exclude") || exclude != null || changes != null)
                && (!value.has("rename") || changes != null)
                && !(include != null && include.equals(exclude));
        if (!writable) {
            return false;
        }
        if (value.has("include") && include != null) {
            entry.set(include.key(), value.path("include"));
        }
        if (value.has("exclude") && exclude != null) {
            entry.set(exclude.key(), value.path("exclude"));
        }
        if (changes != null) {
            ObjectNode each = NODES.objectNode();
            value.path("rename")
                    .forEachEntry(
                            (tool, name) -> each.withObject("/" + pointer(tool)).set("name", name));
            if (exclude == null) {
                value.path("exclude")
                        .forEach(tool -> each.withObject("/" + pointer(tool.stringValue()))
                                .put("enabled", false));
            }
            if (!each.isEmpty()) {
                entry.set(changes.key(), each);
            }
        }
        return true;
    }

    private static String pointer(String member) {
        return member.replace("~", "~0").replace("/", "~1");
    }

    private boolean policy(JsonNode value) {
        String otherwise =
                value.isString() ? value.stringValue() : value.path("otherwise").asString("allow");
        JsonNode tools = value.path("tools");
        boolean allowing = true;
        for (JsonNode action : tools) {
            allowing &= action.asString("").equals("allow");
        }
        boolean patterns =
                tools.propertyNames().stream().anyMatch(tool -> tool.indexOf('*') >= 0 || tool.indexOf('?') >= 0);
        FormKey approved = row(KeyMeaning.APPROVED_TOOLS);
        FormKey mode = row(KeyMeaning.APPROVAL);
        FormKey trust = row(KeyMeaning.TRUST);
        if (approved != null && allowing && !patterns && otherwise.equals("ask-if-possible")) {
            ArrayNode names = entry.putArray(approved.key());
            tools.propertyNames().forEach(names::add);
            return true;
        }
        if (trust != null && tools.isEmpty() && otherwise.equals("ask-if-possible")) {
            entry.put(trust.key(), false);
            return true;
        }
        FormKey single = row(KeyMeaning.TOOL_APPROVALS);
        if (mode == null || single == null || patterns || mode(otherwise) == null) {
            return false;
        }
        for (JsonNode action : tools) {
            if (mode(action.asString("")) == null) {
                return false;
            }
        }
        entry.put(mode.key(), mode(otherwise));
        if (!tools.isEmpty()) {
            ObjectNode each = entry.putObject(single.key());
            tools.forEachEntry((tool, action) ->
                    each.set(tool, NODES.objectNode().put("approval_mode", mode(action.asString("")))));
        }
        return true;
    }

    private static @Nullable String mode(String action) {
        return switch (action) {
            case "allow" -> "approve";
            case "ask" -> "prompt";
            case "ask-if-possible" -> "auto";
            default -> null;
        };
    }

    private boolean sandbox(JsonNode value) {
        FormKey toggle = row(KeyMeaning.SANDBOX_SWITCH);
        FormKey details = row(KeyMeaning.SANDBOX);
        if (toggle == null || details == null) {
            return false;
        }
        boolean on =
                value.isBoolean() ? value.booleanValue() : value.path("enabled").asBoolean(true);
        for (String member : value.propertyNames()) {
            if (!List.of("enabled", "filesystem", "network").contains(member)) {
                return false;
            }
        }
        entry.put(toggle.key(), on);
        if (value.isObject() && value.size() > (value.has("enabled") ? 1 : 0)) {
            ObjectNode limits = ((ObjectNode) value).deepCopy();
            limits.remove("enabled");
            entry.set(details.key(), limits);
        }
        return true;
    }

    private boolean has(KeyMeaning meaning) {
        return row(meaning) != null;
    }

    /** The key of the form with a meaning, or null; our own do not count. */
    private @Nullable FormKey row(KeyMeaning meaning) {
        return form.keys().stream()
                .filter(key -> key.meaning() == meaning)
                .findFirst()
                .orElse(null);
    }
}
