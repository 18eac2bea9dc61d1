package dev.mcpflux.host.config;

import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.sandbox.Sandbox;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a process may see and do, by its entry in a file: {@code inheritEnv}, {@code sandbox}, and {@code sandboxEnabled} as VS
 * Code has it. An entry with {@code sandbox} has one unless it says otherwise.
 */
final class SandboxEntry {

    private final ConfigText text;
    private final String name;
    private final JsonNode entry;
    private final String pointer;
    private final EntryValues values;

    SandboxEntry(ConfigText text, String name, JsonNode entry, String pointer, EntryValues values) {
        this.text = text;
        this.name = name;
        this.entry = entry;
        this.pointer = pointer;
        this.values = values;
    }

    StdioOptions read() {
        JsonNode inherited = node("inheritEnv");
        SandboxOptions sandbox = sandbox();
        if (inherited == null && sandbox == null) {
            return StdioOptions.defaults();
        }
        StdioOptions.Builder options = StdioOptions.builder();
        if (inherited != null) {
            inherit(inherited, options);
        }
        return sandbox == null ? options.build() : options.sandbox(sandbox).build();
    }

    /** For a server that is reached by a URL, and so runs elsewhere. */
    void warnIfGiven() {
        for (String key : List.of("sandbox", "sandboxEnabled", "inheritEnv")) {
            if (node(key) != null) {
                values.warn(
                        ConfigText.member(pointer, values.usual(key)),
                        ConfigText.quoted(values.usual(key)) + " is ignored: server '" + name
                                + "' is reached by a URL, and not started here");
            }
        }
    }

    private @Nullable JsonNode node(String key) {
        JsonNode node = entry.path(values.usual(key));
        return node.isMissingNode() || node.isNull() ? null : node;
    }

    private void inherit(JsonNode node, StdioOptions.Builder options) {
        String key = values.usual("inheritEnv");
        String place = ConfigText.member(pointer, key);
        if (node.isBoolean() && node.booleanValue()) {
            values.warn(
                    place,
                    "server '" + name
                            + "' inherits every variable of this process, with the secrets among them; name those"
                            + " that it needs instead");
            options.inheritEnv(List.of("*"));
        } else if (node.isBoolean() || (node.isString() && node.stringValue().equals("none"))) {
            options.minimalEnv(true);
        } else if (node.isArray()) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < node.size(); i++) {
                String variable = values.resolved(node.get(i), place + "/" + i);
                if (variable.isBlank() || variable.indexOf('=') >= 0) {
                    throw text.problem(name, place + "/" + i, "expected the name of a variable, such as \"AWS_*\"");
                }
                names.add(variable);
            }
            options.inheritEnv(names);
        } else {
            throw values.problem(
                    key,
                    "expected an array of names such as [\"AWS_*\"], true for all variables or false for none, found "
                            + ConfigText.kind(node));
        }
    }

    private @Nullable SandboxOptions sandbox() {
        JsonNode enabled = node("sandboxEnabled");
        JsonNode node = node("sandbox");
        if (enabled == null && node == null) {
            return null;
        }
        SandboxOptions.Builder sandbox = SandboxOptions.builder();
        String key = values.usual("sandbox");
        String place = ConfigText.member(pointer, key);
        sandbox.enabled(enabled != null ? values.flag(values.usual("sandboxEnabled")) : node != null && on(node, key));
        if (node != null && node.isObject()) {
            section(place)
                    .flag("enabled", on -> sandbox.enabled(on && sandbox.build().enabled()))
                    .value("filesystem", files -> files(place, files, sandbox))
                    .value("network", network -> network(place, network, sandbox))
                    .size("memory", sandbox::memory)
                    .integer("processes", sandbox::processes)
                    .time("cpuTime", sandbox::cpuTime)
                    .read(node);
        }
        SandboxOptions options = sandbox.build();
        String problem = options.enabled() ? Sandbox.unenforceable(options) : null;
        if (problem != null) {
            throw text.problem(name, ConfigText.member(ConfigText.member(place, "network"), "allowedDomains"), problem);
        }
        return options;
    }

    private boolean on(JsonNode node, String key) {
        if (!node.isBoolean() && !node.isObject()) {
            throw values.problem(
                    key,
                    "expected true, false or an object like {\"filesystem\": {\"allowWrite\": [\"data\"]}}, found "
                            + ConfigText.kind(node));
        }
        return node.isObject() || node.booleanValue();
    }

    private void files(String sandbox, JsonNode node, SandboxOptions.Builder options) {
        String place = object(sandbox, "filesystem", node, "{\"allowWrite\": [\"data\"]}");
        section(place)
                .texts("allowRead", options::allowRead)
                .texts("denyRead", options::denyRead)
                .texts("allowWrite", options::allowWrite)
                .texts("denyWrite", options::denyWrite)
                .read(node);
    }

    private void network(String sandbox, JsonNode node, SandboxOptions.Builder options) {
        if (node.isBoolean()) {
            options.network(node.booleanValue());
            return;
        }
        String place = object(sandbox, "network", node, "{\"allow\": true}, or true or false");
        section(place)
                .flag("allow", options::network)
                .texts("allowedDomains", options::allowedDomains)
                .texts("deniedDomains", options::deniedDomains)
                .read(node);
        SandboxOptions read = options.build();
        boolean everything = read.allowedDomains().equals(List.of("*"))
                && read.deniedDomains().isEmpty();
        if (everything && !node.has("allow")) {
            options.network(true).allowedDomains(List.of());
        }
    }

    private String object(String sandbox, String member, JsonNode node, String example) {
        String place = ConfigText.member(sandbox, member);
        if (!node.isObject()) {
            throw text.problem(name, place, "expected an object like " + example + ", found " + ConfigText.kind(node));
        }
        return place;
    }

    private EntrySection section(String place) {
        return new EntrySection(text, name, values, place);
    }
}
