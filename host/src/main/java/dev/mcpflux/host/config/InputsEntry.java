package dev.mcpflux.host.config;

import dev.mcpflux.host.variable.InputDefinition;
import dev.mcpflux.host.variable.InputDefinition.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The {@code inputs} of a file: an array of objects with an {@code id}, as VS Code has it, or an object of them by their ids. One
 * that is wrong is left out with a warning; a server that needs it fails then.
 */
final class InputsEntry {

    private static final String PLACE = "/inputs";

    private final ConfigText text;
    private final @Nullable Path file;
    private final List<InputDefinition> inputs = new ArrayList<>();

    InputsEntry(ConfigText text, @Nullable Path file) {
        this.text = text;
        this.file = file;
    }

    List<InputDefinition> read(JsonNode node) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                JsonNode input = node.get(i);
                add(input.path("id").asString(""), input, PLACE + "/" + i);
            }
        } else if (node.isObject()) {
            node.forEachEntry((id, input) -> add(id, input, ConfigText.member(PLACE, id)));
        } else {
            text.warn(PLACE, "expected an array of inputs, found " + ConfigText.kind(node) + "; it is ignored");
        }
        return inputs;
    }

    private void add(String id, JsonNode input, String place) {
        if (inputs.stream().anyMatch(known -> known.id().equals(id))) {
            text.warn(place, "there is another input with this id; the first one counts");
            return;
        }
        try {
            inputs.add(input(id, input));
        } catch (IllegalArgumentException e) {
            text.warn(place, "the input is ignored: " + e.getMessage());
        }
    }

    private InputDefinition input(String id, JsonNode input) {
        String word = input.path("type").asString(Kind.PROMPT_STRING.word());
        Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected \"type\" to be \"promptString\", \"pickString\" or \"command\""));
        List<String> options = new ArrayList<>();
        for (JsonNode option : input.path("options")) {
            // VS Code also has {"label": …, "value": …}
            options.add(option.isObject() ? option.path("value").asString("") : option.asString(""));
        }
        return new InputDefinition(
                id,
                kind,
                input.hasNonNull("description") ? input.path("description").asString("") : null,
                input.hasNonNull("default") ? input.path("default").asString("") : null,
                input.path("password").asBoolean(false),
                options,
                command(kind, input),
                file);
    }

    /** A program and its arguments; what VS Code calls a command is one of the editor. */
    private static List<String> command(Kind kind, JsonNode input) {
        List<String> words = new ArrayList<>();
        if (kind == Kind.COMMAND) {
            JsonNode command = input.path("command");
            if (command.isArray()) {
                command.forEach(word -> words.add(word.asString("")));
            } else {
                words.add(command.asString(""));
                input.path("args").forEach(word -> words.add(word.asString("")));
            }
        }
        return words;
    }
}
