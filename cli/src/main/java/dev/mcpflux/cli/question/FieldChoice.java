package dev.mcpflux.cli.question;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One of the allowed values of a property.
 *
 * @param value the value that is sent
 * @param label the text that a person chooses
 */
record FieldChoice(String value, String label) {

    /**
     * The values that a schema allows, empty if it allows any: {@code enum}, with the {@code enumNames} of older
     * servers, or {@code oneOf} and {@code anyOf} with a {@code const} and a {@code title} each (specification:
     * client/elicitation, enum schemas).
     */
    static List<FieldChoice> of(JsonNode schema) {
        List<FieldChoice> choices = new ArrayList<>();
        JsonNode names = schema.path("enumNames");
        JsonNode plain = schema.path("enum");
        for (int i = 0; i < plain.size(); i++) {
            choices.add(choice(plain.get(i), names.get(i)));
        }
        for (String key : List.of("oneOf", "anyOf")) {
            schema.path(key).forEach(option -> {
                if (option.has("const")) {
                    choices.add(choice(option.get("const"), option.get("title")));
                }
            });
        }
        return choices;
    }

    private static FieldChoice choice(JsonNode value, @Nullable JsonNode label) {
        String text = value.asString("");
        return new FieldChoice(text, label == null || !label.isString() ? text : label.stringValue());
    }

    /**
     * Finds the choice for a typed text: its number in the list, its value, or its label in any case; null if none
     * matches.
     */
    static @Nullable FieldChoice find(List<FieldChoice> choices, String typed) {
        for (FieldChoice choice : choices) {
            if (choice.value.equals(typed)) {
                return choice;
            }
        }
        if (numbered(choices) && typed.matches("\\d{1,6}")) {
            int number = Integer.parseInt(typed);
            return number >= 1 && number <= choices.size() ? choices.get(number - 1) : null;
        }
        return choices.stream()
                .filter(choice -> choice.label.equalsIgnoreCase(typed) || choice.value.equalsIgnoreCase(typed))
                .findFirst()
                .orElse(null);
    }

    /**
     * Whether the list is numbered. It is not if the values are numbers themselves, because a typed number would be
     * ambiguous.
     */
    static boolean numbered(List<FieldChoice> choices) {
        return choices.stream().noneMatch(choice -> choice.value.matches("\\d+"));
    }
}
