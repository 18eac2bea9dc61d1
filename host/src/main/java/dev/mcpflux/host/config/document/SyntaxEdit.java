package dev.mcpflux.host.config.document;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The single changes of a text in one syntax. Each returns the new text, or throws a {@link DocumentException} where the
 * syntax cannot express it. None of them has to be sure: the editor reads the new text and compares.
 *
 * <p>A path has the index of an item where its parent is an array.
 */
interface SyntaxEdit {

    /** Adds a member to the object at a path, or an item to the array there. */
    String add(ConfigDocument document, List<String> parent, @Nullable String name, JsonNode value);

    /** Replaces a value that is there. */
    String replace(ConfigDocument document, List<String> path, JsonNode value);

    /** Removes a member or an item that is there, with the comments directly above it and on its line. */
    String remove(ConfigDocument document, List<String> path);

    /** Writes the first value into a text without any. */
    String start(ConfigDocument document, JsonNode root);

    /** An object as text, to be pasted by a person. */
    String paste(JsonNode object);

    static SyntaxEdit of(ConfigSyntax syntax) {
        return switch (syntax) {
            case JSON, JSON5 -> new JsonEdit();
            case TOML -> new TomlEdit();
            case YAML -> new YamlEdit();
        };
    }
}
