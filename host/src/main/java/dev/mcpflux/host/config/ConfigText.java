package dev.mcpflux.host.config;

import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.config.document.DocumentException;
import dev.mcpflux.host.config.document.DocumentPlace;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.variable.Folders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A configuration file of any syntax. Knows the place of every value, so that a mistake is reported with it, and collects what
 * was found that is no mistake but odd.
 */
final class ConfigText {

    private final Path file;
    private final @Nullable ConfigSyntax syntax;
    private final List<String> warnings = new ArrayList<>();
    private @Nullable ConfigDocument given;
    private @Nullable ConfigDocument document;
    private final List<String> notes = new ArrayList<>();

    /** Where what is read at a place stands in the file, if it is elsewhere. */
    private final Map<String, String> aliases = new HashMap<>();

    ConfigText(Path file) {
        this(file, null);
    }

    /** A file of a given syntax; null for the one that its name or its text says. */
    ConfigText(Path file, @Nullable ConfigSyntax syntax) {
        this.file = file;
        this.syntax = syntax;
    }

    /** What is read in place of the file. */
    void document(@Nullable ConfigDocument value) {
        given = value;
    }

    /** Reads the file; fails with {@link McpConfigurationException} if it cannot be read or is not of its syntax. */
    JsonNode read() {
        ConfigDocument read;
        try {
            read = given == null ? ConfigDocument.read(file, syntax) : given;
        } catch (DocumentException e) {
            throw new McpConfigurationException(null, file, e.line(), e.column(), null, e.reason(), e.getCause());
        }
        document = read;
        if (read.isEmpty()) {
            throw problem(null, "", "it is empty; expected an object with \"" + ConfigFile.ROOT + "\"");
        }
        read.warnings().forEach(warning -> warn(warning.pointer(), warning.warning()));
        return read.root();
    }

    /** From now on, what is read at one place, and in it, stands at another one. */
    void alias(String pointer, String original) {
        String stands = original(original);
        if (!stands.equals(pointer)) {
            aliases.put(pointer, stands);
        }
    }

    /** Where what is read at a place stands in the file. */
    String original(String pointer) {
        for (String at = pointer; !aliases.isEmpty() && !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            String original = aliases.get(at);
            if (original != null) {
                return original + pointer.substring(at.length());
            }
        }
        return pointer;
    }

    /** A number or a boolean as it stands in the file: 1.10 is a version, and not 1.1. */
    String literal(JsonNode node, String pointer) {
        String literal = document == null ? null : document.literal(original(pointer));
        return literal == null ? node.asString() : literal;
    }

    /** The place of a member, as a JSON pointer (RFC 6901). */
    static String member(String pointer, String name) {
        return ConfigDocument.member(pointer, name);
    }

    /** A place for a person, such as {@code mcp.json, line 3, column 5, /mcpServers/a}. */
    String place(String pointer) {
        return at(pointer).toString();
    }

    void warn(String pointer, String warning) {
        warnings.add(place(pointer) + ": " + warning);
    }

    List<String> warnings() {
        return warnings;
    }

    /** Something that is no mistake, and that a person may want to know. */
    void note(String pointer, String note) {
        notes.add(place(pointer) + ": " + note);
    }

    List<String> notes() {
        return notes;
    }

    McpConfigurationException problem(@Nullable String server, String pointer, String problem) {
        return McpConfigurationException.at(at(pointer), server, problem);
    }

    /**
     * What relative paths are relative to: for a file of ours, where it is; for one of another client in a folder like {@code
     * .vscode}, the project that has this folder.
     */
    @Nullable
    Path base(ConfigForm form) {
        Path project = form.id().equals(ConfigForms.MCPFLUX.id()) ? null : Folders.project(file);
        return project != null ? project : file.toAbsolutePath().getParent();
    }

    ConfigPlace at(String pointer) {
        String stands = original(pointer);
        DocumentPlace place = document == null ? null : document.place(stands);
        return place == null
                ? new ConfigPlace(file, 0, 0, shown(stands))
                : new ConfigPlace(file, place.line(), place.column(), shown(stands));
    }

    /**
     * A key for a message. One that no key looks like, such as {@code "Authorization: Bearer …"}, may hold a value, and ends
     * where that may begin.
     */
    static String quoted(String key) {
        return "\"" + shortened(key) + "\"";
    }

    private static String shown(String pointer) {
        StringBuilder shown = new StringBuilder();
        int members = 0;
        for (String part : pointer.split("/", -1)) {
            // the name of a server is not one of those that hold values
            shown.append(members == 0 ? "" : "/").append(members <= 2 ? part : shortened(part));
            members++;
        }
        return shown.toString();
    }

    private static String shortened(String key) {
        int end = 0;
        while (end < key.length() && end < 64 && " \t\r\n=:;,\"'".indexOf(key.charAt(end)) < 0) {
            end++;
        }
        return end == key.length() ? key : key.substring(0, end) + "…";
    }

    /** What a value is, without the value. */
    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            default -> "null";
        };
    }
}
