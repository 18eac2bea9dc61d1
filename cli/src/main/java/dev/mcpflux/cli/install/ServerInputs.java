package dev.mcpflux.cli.install;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * The inputs of a {@code server.json}: arguments, environment variables, headers, and the variables in their values. What is
 * fixed becomes text, what is not becomes a question.
 */
final class ServerInputs {

    /** A variable in a value. Some publishers write a dollar before the brace. */
    private static final Pattern VARIABLE = Pattern.compile("\\$?\\{([^{}]+)}");

    private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final Draft draft;

    ServerInputs(Draft draft) {
        this.draft = draft;
    }

    /**
     * Adds arguments, each as a group of words that is left out if it has no value.
     *
     * @param skipped words that are there already
     * @return what they are, for a person
     */
    String arguments(List<SourceNode> arguments, Set<String> skipped) {
        List<String> shown = new ArrayList<>();
        for (SourceNode argument : arguments) {
            // in the form of earlier documents, an argument with a name is a named one
            String type = argument.text("type", argument.has("name") ? "named" : "positional");
            String name = type.equals("named") ? argument.requiredText("name") : null;
            if (!type.equals("named") && !type.equals("positional")) {
                throw argument.at("type").problem("expected \"positional\" or \"named\"");
            }
            String value = argumentValue(argument, name);
            if (name == null && value != null && skipped.contains(value)) {
                continue;
            }
            if (name != null && skipped.contains(name) && (value == null || value.isEmpty())) {
                continue;
            }
            ArrayNode group = draft.args().addArray();
            if (name != null) {
                group.add(Draft.literal(name));
                shown.add(name);
            }
            if (value != null && !(name != null && value.isEmpty())) {
                group.add(value);
                shown.add(value.replaceAll("\\$\\{input:([^}]*)}", "<$1>"));
            }
        }
        return String.join(" ", shown);
    }

    private @Nullable String argumentValue(SourceNode argument, @Nullable String name) {
        String hint = argument.text("valueHint");
        if (argument.has("value")) {
            return template(argument);
        }
        boolean bare = name != null
                && !argument.has("default")
                && !argument.has("description")
                && !argument.has("choices")
                && !argument.has("format")
                && !argument.has("placeholder")
                && hint == null
                && !argument.flag("isRequired");
        if (bare) {
            return null;
        }
        String id = name != null ? name.replaceAll("^-+", "") : hint == null ? "argument" : hint;
        return draft.ask(question(argument, id, argument.flag("isRequired"), argument.flag("isRepeated")));
    }

    /** Adds environment variables or headers to a member of the entry. */
    List<String> values(List<SourceNode> inputs, String member) {
        List<String> names = new ArrayList<>();
        for (SourceNode input : inputs) {
            String name = input.requiredText("name");
            boolean header = member.equals("headers");
            if (!(header ? HEADER_NAME : ENVIRONMENT_NAME).matcher(name).matches()) {
                throw input.at("name")
                        .problem("expected the name of " + (header ? "a header" : "an environment variable"));
            }
            draft.member(member)
                    .put(
                            name,
                            input.has("value")
                                    ? template(input)
                                    : draft.ask(question(input, name, input.flag("isRequired"), false)));
            names.add(name);
        }
        return names;
    }

    /** The URL of a remote server; variables that nobody declared are asked for as well. */
    String url(SourceNode remote) {
        String text = remote.requiredText("url");
        return template(remote, text, remote.members("variables"), true);
    }

    private String template(SourceNode input) {
        return template(input, input.text("value", ""), input.members("variables"), false);
    }

    private String template(SourceNode input, String text, Map<String, SourceNode> variables, boolean all) {
        StringBuilder template = new StringBuilder();
        Map<String, String> asked = new HashMap<>();
        Matcher matcher = VARIABLE.matcher(text);
        int at = 0;
        while (matcher.find()) {
            String name = matcher.group(1);
            SourceNode variable = variables.get(name);
            if (variable == null && !all) {
                continue;
            }
            String before = text.substring(at, matcher.start());
            if (before.endsWith("$")) {
                throw input.problem("expected no $ before a variable in braces");
            }
            template.append(Draft.literal(before));
            template.append(asked.computeIfAbsent(name, key -> variable(variable, key, input)));
            at = matcher.end();
        }
        return template.append(Draft.literal(text.substring(at))).toString();
    }

    private String variable(@Nullable SourceNode variable, String name, SourceNode input) {
        if (variable == null) {
            return draft.ask(Question.text(name, "a part of the URL", true, EntrySource.looksSecret(name)));
        }
        String fixed = variable.text("value");
        return fixed != null
                ? Draft.literal(fixed)
                : draft.ask(question(
                        variable,
                        name,
                        variable.flag("isRequired") || input.flag("isRequired"),
                        input.flag("isRepeated")));
    }

    private static Question question(SourceNode input, String id, boolean required, boolean multiple) {
        String placeholder = input.prose("placeholder");
        String description = input.prose("description");
        String otherwise = input.text("default");
        return new Question(
                id,
                input.prose("title"),
                description
                        + (placeholder.isEmpty()
                                ? ""
                                : (description.isEmpty() ? "" : " ") + "(such as " + placeholder + ")"),
                type(input),
                required,
                input.flag("isSecret") || EntrySource.looksSecret(id),
                multiple,
                otherwise == null || otherwise.isEmpty() ? null : otherwise,
                input.texts("choices"),
                null,
                null,
                List.of());
    }

    private static Question.Type type(SourceNode input) {
        return switch (input.text("format", "string")) {
            case "number" -> Question.Type.NUMBER;
            case "boolean" -> Question.Type.BOOLEAN;
            case "filepath", "file_path" -> Question.Type.FILE;
            default -> Question.Type.STRING;
        };
    }
}
