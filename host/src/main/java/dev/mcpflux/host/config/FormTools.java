package dev.mcpflux.host.config;

import dev.mcpflux.host.config.form.FormKey;
import dev.mcpflux.host.config.form.KeyMeaning;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns lists of tools and approvals of a client into {@code tools} and {@code policy}. */
final class FormTools {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ConfigText text;
    private final String pointer;
    private final MadeEntry made;

    FormTools(ConfigText text, String pointer, MadeEntry made) {
        this.text = text;
        this.pointer = pointer;
        this.made = made;
    }

    void excluded(JsonNode value, String place) {
        made.addAll(made.object("tools", place), "tools", "exclude", names(value, place), place);
    }

    void approval(JsonNode value, String place) {
        policy("otherwise", action(value, place), place);
    }

    private List<String> names(JsonNode value, String place) {
        List<String> names = new ArrayList<>();
        if (value.isString()) {
            names.add(value.stringValue());
            return names;
        }
        for (JsonNode each : made.array(value, place)) {
            if (!each.isString()) {
                throw made.problem(place, "expected names of tools, found " + ConfigText.kind(each));
            }
            names.add(each.stringValue());
        }
        return names;
    }

    void included(FormKey row, JsonNode value, String place) {
        List<String> names = names(value, place);
        if (names.contains("*")) {
            return;
        }
        ObjectNode tools = made.object("tools", place);
        if (!names.isEmpty()) {
            made.addAll(tools, "tools", "include", names, place);
        } else if (FormKey.EMPTY_IS_NONE.equals(row.detail())) {
            made.addAll(tools, "tools", "exclude", List.of("*"), place);
        }
    }

    void toolChanges(JsonNode value, String place) {
        if (!value.isObject()) {
            included(noRow(), value, place);
            return;
        }
        ObjectNode tools = made.object("tools", place);
        value.forEachEntry((tool, change) -> {
            String at = ConfigText.member(place, tool);
            change.forEachEntry((member, part) -> {
                if (member.equals("name") && part.isString()) {
                    ObjectNode rename = tools.get("rename") instanceof ObjectNode there ? there : NODES.objectNode();
                    tools.set("rename", rename.put(tool, part.stringValue()));
                    made.alias(ConfigText.member(ConfigText.member(pointer, "tools"), "rename"), at);
                } else if (member.equals("enabled") && part.isBoolean()) {
                    if (!part.booleanValue()) {
                        made.addAll(tools, "tools", "exclude", List.of(tool), at);
                    }
                } else {
                    text.warn(
                            ConfigText.member(at, member),
                            ConfigText.quoted(member) + " is ignored: the tool is offered as its server describes it");
                }
            });
        });
    }

    private static FormKey noRow() {
        return new FormKey("tools", KeyMeaning.INCLUDED_TOOLS, null, null);
    }

    void approved(String key, JsonNode value, String place) {
        if (value.isBoolean()) {
            trust(value, place);
            return;
        }
        List<String> names = names(value, place);
        if (names.contains("*")) {
            policy("otherwise", "allow", place);
        } else {
            policy("otherwise", "ask-if-possible", place);
            names.forEach(tool -> tool(tool, "allow", place));
        }
        text.note(
                place,
                ConfigText.quoted(key) + " becomes a policy: "
                        + (names.contains("*")
                                ? "every tool is allowed"
                                : (names.isEmpty() ? "" : String.join(", ", names) + " allowed, ")
                                        + "others are asked about where there is somebody to ask"));
    }

    void trust(JsonNode value, String place) {
        if (!value.isBoolean()) {
            throw made.problem(place, "expected true or false, found " + ConfigText.kind(value));
        }
        policy("otherwise", value.booleanValue() ? "allow" : "ask-if-possible", place);
        text.note(
                place,
                "it becomes a policy: "
                        + (value.booleanValue()
                                ? "every tool is allowed"
                                : "tools are asked about where there is somebody to ask"));
    }

    private void policy(String member, String action, String place) {
        ObjectNode policy = made.object("policy", place);
        if (!policy.has(member)) {
            policy.put(member, action);
            made.alias(ConfigText.member(ConfigText.member(pointer, "policy"), member), place);
        }
    }

    private void tool(String tool, String action, String place) {
        ObjectNode policy = made.object("policy", place);
        ObjectNode tools = policy.get("tools") instanceof ObjectNode there ? there : NODES.objectNode();
        policy.set("tools", tools);
        if (!tools.has(tool)) {
            tools.put(tool, action);
            made.alias(
                    ConfigText.member(ConfigText.member(ConfigText.member(pointer, "policy"), "tools"), tool), place);
        }
    }

    private String action(JsonNode value, String place) {
        return switch (value.asString("")) {
            case "approve" -> "allow";
            case "prompt" -> "ask";
            case "auto" -> "ask-if-possible";
            default ->
                throw made.problem(
                        place, "expected \"auto\", \"prompt\" or \"approve\", found " + ConfigText.kind(value));
        };
    }

    void toolApprovals(JsonNode value, String place) {
        if (!value.isObject()) {
            included(noRow(), value, place);
            return;
        }
        value.forEachEntry((tool, settings) -> {
            String at = ConfigText.member(ConfigText.member(place, tool), "approval_mode");
            if (settings.has("approval_mode")) {
                tool(tool, action(settings.path("approval_mode"), at), at);
            }
        });
    }
}
