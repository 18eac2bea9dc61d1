package dev.mcpflux.host.config.document;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A configuration file of any syntax as one tree, with the place of every value. Immutable, but for the tree: do not change
 * that.
 *
 * <p>Dates of TOML are strings. What YAML 1.1 took for a boolean or a date, such as {@code yes}, is a string. Aliases and
 * merge keys of YAML are resolved. A key given twice is a warning where the syntax allows it. A parser is loaded when the
 * first document of its syntax is read.
 */
public final class ConfigDocument {

    /** The largest file, in bytes. */
    public static final int MAX_BYTES = 16 << 20;

    /** How deep objects and arrays are nested at most. */
    public static final int MAX_DEPTH = 100;

    /** The most values of a document, those behind aliases counted as often as they are used. */
    public static final int MAX_VALUES = 500_000;

    private final String text;
    private final ConfigSyntax syntax;
    private final JsonNode root;
    private final DocumentTree tree;

    private ConfigDocument(String text, ConfigSyntax syntax, JsonNode root, DocumentTree tree) {
        this.text = text;
        this.syntax = syntax;
        this.root = root;
        this.tree = tree;
    }

    /**
     * Reads a file; its name decides which syntax it has, or where that says nothing, its first line. Blocks while it reads.
     *
     * @throws DocumentException if it cannot be read, is too large, is not UTF-8, or is not of its syntax
     */
    public static ConfigDocument read(Path file) {
        return read(file, null);
    }

    /** Like {@link #read(Path)}, in a given syntax; null for that of the file. */
    public static ConfigDocument read(Path file, @Nullable ConfigSyntax syntax) {
        try {
            String text = FileText.of(file).text();
            ConfigSyntax ofName = syntax == null ? ConfigSyntax.of(file) : syntax;
            return parse(text, ofName == null ? ConfigSyntax.ofText(text) : ofName);
        } catch (DocumentException e) {
            throw e.in(file);
        }
    }

    /**
     * Parses the text of a file; it may begin with a byte-order mark.
     *
     * @throws DocumentException if the text is not of the syntax, too deep or too large
     */
    public static ConfigDocument parse(String text, ConfigSyntax syntax) {
        // a byte-order mark is what some editors write
        int mark = text.startsWith("\uFEFF") ? 1 : 0;
        String content = text.substring(mark);
        DocumentTree tree = new DocumentTree(new LineIndex(content), mark);
        JsonNode root = switch (syntax) {
            case JSON, JSON5 -> new JsonReader(syntax).read(content, tree);
            case TOML -> new TomlReader().read(content, tree);
            case YAML -> new YamlReader().read(content, tree);
        };
        return new ConfigDocument(text, syntax, root, tree);
    }

    /** The text, with its byte-order mark if it has one. */
    public String text() {
        return text;
    }

    public ConfigSyntax syntax() {
        return syntax;
    }

    /** The value of the document; a missing node if it is empty. */
    public JsonNode root() {
        return root;
    }

    /** Whether there is nothing but blanks and comments. */
    public boolean isEmpty() {
        return root.isMissingNode();
    }

    /** Where a value is, by its JSON pointer; without line and offsets where there is no such value. */
    public DocumentPlace place(String pointer) {
        return tree.places.getOrDefault(pointer, DocumentPlace.UNKNOWN);
    }

    /** A number or a boolean as it stands in the text, as {@code 1.10} may be a version; null for other values. */
    public @Nullable String literal(String pointer) {
        return tree.literals.get(pointer);
    }

    /** What is odd, in the order of the text. */
    public List<DocumentWarning> warnings() {
        return List.copyOf(tree.warnings);
    }

    /** The JSON pointer (RFC 6901) of a member of the object at a pointer. */
    public static String member(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** Names the syntax and the length; the text may hold secrets. */
    @Override
    public String toString() {
        return "ConfigDocument[" + syntax.title() + ", " + text.length() + " characters]";
    }
}
