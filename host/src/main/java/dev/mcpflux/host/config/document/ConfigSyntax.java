package dev.mcpflux.host.config.document;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** In which syntax a configuration file is written. */
public enum ConfigSyntax {
    /** JSON; comments and trailing commas are read as well, as in JSONC. */
    JSON("JSON"),
    /** JSON5, without its hexadecimal numbers and its continued lines. */
    JSON5("JSON5"),
    /** TOML 1.1. */
    TOML("TOML"),
    /** One document of YAML 1.2 with its core schema, and merge keys. */
    YAML("YAML");

    private final String title;

    ConfigSyntax(String title) {
        this.title = title;
    }

    /** The syntax for a person, such as {@code JSON5}. */
    String title() {
        return title;
    }

    /** The syntax that a file's name says: {@code .json .jsonc .json5 .toml .yaml .yml}; null where it says none. */
    public static @Nullable ConfigSyntax of(Path file) {
        Path name = file.getFileName();
        String text = name == null ? "" : name.toString();
        return named(text.substring(text.lastIndexOf('.') + 1));
    }

    /** The syntax of a name like {@code jsonc} or {@code yaml}, in any case; null where there is none of that name. */
    public static @Nullable ConfigSyntax named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "json", "jsonc" -> JSON;
            case "json5" -> JSON5;
            case "toml" -> TOML;
            case "yaml", "yml" -> YAML;
            default -> null;
        };
    }

    /** The syntax that a text looks like: judged by its first line that is neither blank nor a comment. */
    public static ConfigSyntax ofText(String text) {
        return SyntaxGuess.of(text);
    }

    boolean isJson() {
        return this == JSON || this == JSON5;
    }
}
