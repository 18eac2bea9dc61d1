package dev.mcpflux.host.config;

import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormKey;
import dev.mcpflux.host.config.form.KeyMeaning;
import dev.mcpflux.host.variable.VariableStyle;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns the entry of a server in the form of any client into one with our keys, so that one reader reads all of them. Places stay
 * those of the file. What means nothing here, and what became something else, is noted.
 */
final class FormEntry {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Claude Code takes a shorter limit of a call for a mistake. */
    private static final BigDecimal LEAST_MILLIS = BigDecimal.valueOf(1000);

    private final ConfigText text;
    private final ConfigForm form;
    private final String name;
    private final String pointer;
    private final MadeEntry made;
    private final ObjectNode result;

    private @Nullable McpConfigurationException problem;

    FormEntry(ConfigText text, ConfigForm form, String name, String pointer) {
        this.text = text;
        this.form = form;
        this.name = name;
        this.pointer = pointer;
        this.made = new MadeEntry(text, name, pointer);
        this.result = made.result();
    }

    /**
     * The entry with our keys; what is no object is handed back.
     *
     * @param type the transport where it names none; null for the usual one
     * @param shared what it gets from elsewhere in the file
     */
    JsonNode read(JsonNode entry, @Nullable String type, List<FileRules.Shared> shared) {
        if (entry.isString() && type != null && !type.equals("stdio")) {
            // OpenHands: an address alone
            result.set("url", entry);
            made.alias(ConfigText.member(pointer, "url"), pointer);
        } else if (!entry.isObject()) {
            return entry;
        }
        // what is read is not changed by what is added to it
        members(entry.deepCopy(), pointer);
        shared.forEach(this::share);
        if (type != null && !result.has("type") && !result.has("transport")) {
            result.put("type", type);
        }
        return result;
    }

    /** The first mistake, or null. */
    @Nullable
    McpConfigurationException problem() {
        return problem;
    }

    /** How variables are written in the text at a place. */
    VariableStyle style(String place) {
        return made.isOurs(place) ? VariableStyle.MCPFLUX : form.variables();
    }

    private void share(FileRules.Shared shared) {
        boolean sandbox = shared.key().equals("sandbox");
        if (sandbox ? !result.path("sandbox").asBoolean(false) : result.has(shared.key())) {
            return;
        }
        JsonNode value = shared.value().deepCopy();
        if (sandbox) {
            ((ObjectNode) value).put("enabled", true);
        }
        result.set(shared.key(), value);
        text.alias(ConfigText.member(pointer, shared.key()), shared.place());
    }

    private void members(JsonNode entry, String place) {
        entry.forEachEntry((key, value) -> {
            try {
                member(key, value, ConfigText.member(place, key), entry);
            } catch (McpConfigurationException e) {
                if (problem == null) {
                    problem = e;
                }
            }
        });
    }

    private void member(String key, JsonNode value, String place, JsonNode entry) {
        FormKey row = ConfigForms.key(form, key);
        if (row == null) {
            made.keep(key, value, place);
            return;
        }
        if (value.isNull()) {
            return;
        }
        switch (row.meaning()) {
            case COMMAND, COMMAND_LINE -> command(key, value, place);
            case ARGUMENTS -> arguments(key, value, place);
            case ENVIRONMENT -> environment(key, value, place, entry);
            case ENVIRONMENT_NAMES -> inherited(value, place);
            case ENVIRONMENT_SECRETS -> secrets(value, place);
            case TRANSPORT -> transport(key, value, place);
            case HEADERS -> headers(key, value, place);
            case REQUEST_OPTIONS -> requestOptions(value, place);
            case HEADER_VARIABLES -> headerVariables(value, place);
            case BEARER_VARIABLE -> header("Authorization", "Bearer ${" + made.word(value, place) + "}", place, true);
            case BEARER -> header("Authorization", "Bearer " + made.word(value, place), place, false);
            case API_KEY_VARIABLE -> apiKey(value, place, entry);
            case API_KEY_DETAIL -> made.word(value, place);
            case OAUTH -> oauth(key, value, place);
            case OAUTH_DETAIL ->
                made.put(made.object("oauth", place), "oauth", String.valueOf(row.detail()), value, place);
            case REQUEST_TIMEOUT, START_TIMEOUT -> time(row, key, value, place);
            case INCLUDED_TOOLS -> tools().included(row, value, place);
            case EXCLUDED_TOOLS -> tools().excluded(value, place);
            case TOOL_CHANGES -> tools().toolChanges(value, place);
            case APPROVED_TOOLS -> tools().approved(key, value, place);
            case TRUST -> tools().trust(value, place);
            case APPROVAL -> tools().approval(value, place);
            case TOOL_APPROVALS -> tools().toolApprovals(value, place);
            case SANDBOX_SWITCH -> sandboxSwitch(value, place);
            case SANDBOX -> sandbox(value, place, entry);
            case AUTHORIZATION -> authorization(row, key, value, place);
            case OURS -> ours(key, value, place);
            case NOT_APPLICABLE -> {
                if (row.detail() != null) {
                    text.note(place, ConfigText.quoted(key) + " is not applicable: " + row.detail());
                }
            }
            default -> same(row.meaning(), key, value, place);
        }
    }

    private FormTools tools() {
        return new FormTools(text, pointer, made);
    }

    // -- keys that mean what a key of ours means

    private void same(KeyMeaning meaning, String key, JsonNode value, String place) {
        String ours = meaning == KeyMeaning.ENABLED ? "enabled" : meaning.key();
        if (meaning == KeyMeaning.URL_STREAMABLE && !result.has("type")) {
            result.put("type", "streamable-http");
        }
        if (ours == null || EntryKeys.means(key, ours)) {
            made.keep(key, value, place);
            return;
        }
        made.take(ours, value, key, place);
    }

    // -- how it is started

    private void command(String key, JsonNode value, String place) {
        if (value.isObject()) {
            value.forEachEntry((member, part) -> {
                String at = ConfigText.member(place, member);
                if (member.equals("path")) {
                    made.take("command", part, key, at);
                } else {
                    member(member, part, at, value);
                }
            });
        } else if (value.isArray() && !value.isEmpty()) {
            made.take("command", value.get(0), key, place + "/0");
            List<JsonNode> rest = new ArrayList<>();
            for (int i = 1; i < value.size(); i++) {
                rest.add(value.get(i));
            }
            append(rest, place, 1, true);
        } else {
            same(KeyMeaning.COMMAND, key, value, place);
        }
    }

    private void arguments(String key, JsonNode value, String place) {
        if (value.isArray() && result.path("args").isArray()) {
            List<JsonNode> all = new ArrayList<>();
            value.forEach(all::add);
            append(all, place, 0, false);
        } else {
            same(KeyMeaning.ARGUMENTS, key, value, place);
        }
    }

    /** Adds arguments behind those that are there, or before them. */
    private void append(List<JsonNode> more, String place, int first, boolean before) {
        if (more.isEmpty()) {
            return;
        }
        ArrayNode there = result.get("args") instanceof ArrayNode array ? array : NODES.arrayNode();
        ArrayNode all = NODES.arrayNode();
        String args = ConfigText.member(pointer, "args");
        List<String> places = new ArrayList<>();
        for (int i = 0; i < there.size(); i++) {
            places.add(text.original(args + "/" + i));
        }
        for (int i = 0; i < more.size(); i++) {
            places.add(before ? i : places.size(), place + "/" + (i + first));
        }
        if (before) {
            more.forEach(all::add);
        }
        there.forEach(all::add);
        if (!before) {
            more.forEach(all::add);
        }
        result.set("args", all);
        for (int i = 0; i < all.size(); i++) {
            text.alias(args + "/" + i, places.get(i));
        }
    }

    private void inherited(JsonNode value, String place) {
        ArrayNode names = result.get("inheritEnv") instanceof ArrayNode array ? array : NODES.arrayNode();
        for (JsonNode each : made.array(value, place)) {
            // Codex also has {name, source}, where the source is the environment of this machine or of another
            String variable = each.isObject() ? each.path("name").asString("") : each.asString("");
            if (variable.isEmpty()) {
                throw text.problem(name, place, "expected names of variables, found " + ConfigText.kind(each));
            }
            if (each.path("source").asString("local").equals("remote")) {
                text.warn(place, "a variable of a remote environment is not known here, and is left out");
            } else {
                names.add(variable);
            }
        }
        result.set("inheritEnv", names);
        made.alias(ConfigText.member(pointer, "inheritEnv"), place);
    }

    /** Variables, to which the names of others may be added. */
    private void environment(String key, JsonNode value, String place, JsonNode entry) {
        boolean alone = entry.propertyNames().stream().noneMatch(other -> {
            FormKey row = ConfigForms.key(form, other);
            return row != null && row.meaning() == KeyMeaning.ENVIRONMENT_SECRETS;
        });
        if (alone || !value.isObject()) {
            same(KeyMeaning.ENVIRONMENT, key, value, place);
            return;
        }
        ObjectNode environment = made.object("env", place);
        value.forEachEntry((variable, text) -> {
            // a value counts more than a name
            made.ours(false, "env", variable);
            environment.remove(variable);
            made.put(environment, "env", variable, text, ConfigText.member(place, variable));
        });
    }

    private void secrets(JsonNode value, String place) {
        ObjectNode environment = made.object("env", place);
        for (JsonNode each : made.array(value, place)) {
            String variable = each.asString("");
            if (!environment.has(variable)) {
                made.write(environment, "env", variable, "${" + variable + ":-${secret:" + variable + "}}", place);
            }
        }
    }

    private void transport(String key, JsonNode value, String place) {
        if (value.isObject()) {
            members(value, place);
        } else {
            made.keep(key, value, place);
        }
    }

    // -- what is sent

    private void headers(String key, JsonNode value, String place) {
        if (!value.isArray()) {
            if (value.isObject()
                    && made.origin("headers") == null
                    && result.get("headers") instanceof ObjectNode there) {
                // headers by variables came first
                value.forEachEntry(
                        (header, text) -> made.put(there, "headers", header, text, ConfigText.member(place, header)));
            } else {
                made.take("headers", value, key, place);
            }
            return;
        }
        ObjectNode headers = made.object("headers", place);
        for (int i = 0; i < value.size(); i++) {
            String line = value.get(i).asString("");
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw text.problem(name, place + "/" + i, "expected a text like NAME: VALUE");
            }
            made.put(
                    headers,
                    "headers",
                    line.substring(0, colon).strip(),
                    NODES.stringNode(line.substring(colon + 1).strip()),
                    place + "/" + i);
        }
    }

    private void requestOptions(JsonNode value, String place) {
        if (!value.isObject()) {
            throw text.problem(name, place, "expected an object, found " + ConfigText.kind(value));
        }
        value.forEachEntry((member, part) -> {
            String at = ConfigText.member(place, member);
            if (member.equals("headers")) {
                headers("headers", part, at);
            } else if (member.equals("proxy")) {
                made.take("proxy", part, member, at);
            } else {
                text.note(
                        at,
                        ConfigText.quoted(member) + " is not applicable: it is about the HTTP client of "
                                + form.title());
            }
        });
    }

    private void headerVariables(JsonNode value, String place) {
        if (!value.isObject()) {
            throw text.problem(name, place, "expected an object of headers, found " + ConfigText.kind(value));
        }
        value.forEachEntry((header, variable) -> {
            String at = ConfigText.member(place, header);
            header(header, "${" + made.word(variable, at) + "}", at, true);
        });
    }

    private void header(String header, String value, String place, boolean ours) {
        ObjectNode headers = made.object("headers", place);
        if (headers.has(header)) {
            throw text.problem(name, place, "contradicts the header " + ConfigText.quoted(header) + " of this entry");
        }
        if (ours) {
            made.write(headers, "headers", header, value, place);
        } else {
            made.put(headers, "headers", header, NODES.stringNode(value), place);
        }
    }

    private void apiKey(JsonNode value, String place, JsonNode entry) {
        String variable = made.word(value, place);
        if (variable.isEmpty()) {
            return;
        }
        String header = entry.path("api_key_header").asString("Authorization");
        String format = entry.path("api_key_format").asString("Bearer {token}");
        // the format holds no variables, whatever it looks like
        String fixed = String.valueOf(VariableStyle.MCPFLUX.quote(format));
        header(header, fixed.replace("{token}", "${" + variable + "}"), place, true);
    }

    private void oauth(String key, JsonNode value, String place) {
        if (value.isObject() && result.get("oauth") instanceof ObjectNode there) {
            // details of it stand beside it
            value.forEachEntry(
                    (member, text) -> made.put(there, "oauth", member, text, ConfigText.member(place, member)));
        } else {
            same(KeyMeaning.OAUTH, key, value, place);
        }
    }

    private void authorization(FormKey row, String key, JsonNode value, String place) {
        if (FormKey.BEARER.equals(row.detail())
                && value.isString()
                && !value.stringValue().equals("oauth")) {
            header("Authorization", "Bearer " + value.stringValue(), place, false);
        } else {
            same(row.meaning(), key, value, place);
        }
    }

    // -- times

    /** opencode since version 2: one limit of the start, and one of each request. */
    private void times(FormKey row, JsonNode value, String place) {
        for (String member : value.propertyNames()) {
            if (FormKey.time(member, row) == null) {
                text.warn(ConfigText.member(place, member), "unknown key " + ConfigText.quoted(member) + " is ignored");
            }
        }
        value.forEachEntry((member, time) -> {
            FormKey part = FormKey.time(member, row);
            if (part != null) {
                time(part, member, time, ConfigText.member(place, member));
            }
        });
    }

    private static String unitOf(TimeUnit unit) {
        return unit.name().toLowerCase(Locale.ROOT);
    }

    /** The number as it is written, or as it is meant where it is written as only TOML and YAML do. */
    private BigDecimal amount(JsonNode value, String place) {
        double number = value.doubleValue();
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw text.problem(name, place, Durations.expected() + ", found another number");
        }
        try {
            return new BigDecimal(text.literal(value, place));
        } catch (NumberFormatException e) {
            return value.decimalValue();
        }
    }

    private void time(FormKey row, String key, JsonNode value, String place) {
        if (value.isObject() && row.detail() != null) {
            times(row, value, place);
            return;
        }
        String ours = String.valueOf(row.meaning().key());
        TimeUnit unit = row.unit();
        if (!value.isNumber() || unit == null) {
            made.take(ours, value, key, place);
            return;
        }
        BigDecimal amount = amount(value, place);
        boolean millis = unit == TimeUnit.MILLISECONDS;
        if (millis
                && row.meaning() == KeyMeaning.REQUEST_TIMEOUT
                && amount.compareTo(LEAST_MILLIS) < 0
                && form.id().equals("claude-code")) {
            text.warn(
                    place,
                    ConfigText.quoted(key) + " is ignored, as " + form.title() + " does below 1000 milliseconds");
            return;
        }
        String converted = amount.toPlainString() + (millis ? "ms" : "s");
        Duration time = Durations.read(converted);
        if (time == null) {
            throw text.problem(name, place, Durations.expected() + ", found another number of " + unitOf(unit));
        }
        text.note(
                place,
                ConfigText.quoted(key) + " is in " + unitOf(unit) + ": "
                        + row.meaning().text() + " is " + Durations.text(time));
        String before = made.origin(ours);
        FormKey other = before == null ? null : form.key(before);
        if (other != null && other.unit() != unit) {
            // Codex: the key in seconds replaced the one in milliseconds
            if (millis) {
                return;
            }
            result.remove(ours);
        }
        made.take(ours, NODES.stringNode(converted), key, place);
    }

    // -- sandbox

    private void sandboxSwitch(JsonNode value, String place) {
        if (result.get("sandbox") instanceof ObjectNode there) {
            there.set("enabled", value);
        } else {
            result.set("sandbox", value);
            made.alias(ConfigText.member(pointer, "sandbox"), place);
        }
    }

    private void sandbox(JsonNode value, String place, JsonNode entry) {
        if (value.isObject()) {
            ObjectNode sandbox = ((ObjectNode) value).deepCopy();
            JsonNode enabled = entry.get("sandboxEnabled");
            if (enabled != null) {
                sandbox.set("enabled", enabled);
            } else if (!form.id().equals(ConfigForms.MCPFLUX.id())
                    && form.key("sandbox") != null
                    && !sandbox.has("enabled")) {
                // there, limits alone switch nothing on
                sandbox.put("enabled", false);
            }
            result.set("sandbox", sandbox);
        } else {
            result.set("sandbox", value);
        }
        made.alias(ConfigText.member(pointer, "sandbox"), place);
    }

    // -- ours

    private void ours(String key, JsonNode value, String place) {
        if (!value.isObject()) {
            throw text.problem(name, place, "expected an object of keys of mcpflux, found " + ConfigText.kind(value));
        }
        value.forEachEntry((member, part) -> {
            String at = ConfigText.member(place, member);
            if (result.has(member) && !result.path(member).equals(part)) {
                throw text.problem(
                        name, at, "contradicts " + ConfigText.quoted(member) + " beside " + ConfigText.quoted(key));
            }
            made.keep(member, part, at);
            made.ours(true, member);
        });
    }
}
