package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes single values of a configuration file and nothing else: comments, order, indentation, ends of lines and foreign
 * keys stay byte for byte. Immutable: each edit returns an editor of the new text.
 *
 * <p>After each edit the new text is read again. If that is not exactly what the edit should have made, or the syntax cannot
 * express the edit safely (inside an anchor of YAML, in a table that dotted keys of TOML make), it fails with
 * {@link DocumentEditException}, which has the text to write by hand.
 *
 * <p>A path names members from the root on; an item of an array is named by its index. A missing parent is made.
 */
public final class DocumentEditor {

    private final ConfigDocument document;

    private DocumentEditor(ConfigDocument document) {
        this.document = document;
    }

    /** An editor of a document that is read. */
    public static DocumentEditor of(ConfigDocument document) {
        return new DocumentEditor(document);
    }

    /**
     * An editor of a text, which may be empty.
     *
     * @throws DocumentException if the text is not of the syntax
     */
    public static DocumentEditor of(String text, ConfigSyntax syntax) {
        return new DocumentEditor(ConfigDocument.parse(text, syntax));
    }

    /** The text as it is now. */
    public String text() {
        return document.text();
    }

    /** What the text says now. */
    public ConfigDocument document() {
        return document;
    }

    /**
     * Adds a member of an object, or gives it another value. Members of an object that is there already are changed one by
     * one; those that are the same keep their text and their comments.
     *
     * @throws DocumentEditException if the text cannot express it safely
     */
    public DocumentEditor put(List<String> path, JsonNode value) {
        return edit(path, value, expected -> expected.put(path, value), () -> put(document, path, value));
    }

    /** Like {@link #put} for a single scalar, such as {@code "disabled": true}. */
    public DocumentEditor set(List<String> path, JsonNode scalar) {
        if (scalar.isContainer()) {
            throw new IllegalArgumentException("expected a scalar");
        }
        return put(path, scalar);
    }

    /**
     * Removes a member or an item, with the comments directly above it and on its line. Nothing happens if there is none.
     *
     * @throws DocumentEditException if the text cannot express it safely
     */
    public DocumentEditor remove(List<String> path) {
        if (path.isEmpty() || ExpectedTree.at(document.root(), path) == null) {
            return this;
        }
        return edit(path, null, expected -> expected.remove(path), () -> parsed(edits().remove(document, path)));
    }

    /**
     * Adds an object to an array of objects that are named by one of their members, or changes the one of that name.
     *
     * @param path where the array is; it is made if it is missing
     * @param keyMember the member that names an object, such as {@code name}
     * @throws DocumentEditException if the text cannot express it safely
     */
    public DocumentEditor putInList(List<String> path, String keyMember, String key, ObjectNode value) {
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        item.put(keyMember, key);
        item.setAll(value);
        item.put(keyMember, key);
        JsonNode list = ExpectedTree.at(document.root(), path);
        if (list == null || list.isNull()) {
            return put(path, JsonNodeFactory.instance.arrayNode().add(item));
        }
        int index = index(list, keyMember, key);
        if (index >= 0) {
            return put(item(path, index), item);
        }
        if (!list.isArray()) {
            throw refused(path, "expected an array there", item);
        }
        return edit(
                path,
                item,
                expected -> expected.append(path, item),
                () -> parsed(edits().add(document, path, null, item)));
    }

    /** Removes the object of a name from an array of objects. Nothing happens if there is none. */
    public DocumentEditor removeFromList(List<String> path, String keyMember, String key) {
        JsonNode list = ExpectedTree.at(document.root(), path);
        int index = list == null ? -1 : index(list, keyMember, key);
        return index < 0 ? this : remove(item(path, index));
    }

    private static List<String> item(List<String> path, int index) {
        return join(path, String.valueOf(index));
    }

    private static int index(JsonNode list, String keyMember, String key) {
        int index = -1;
        for (int i = 0; list.isArray() && i < list.size(); i++) {
            if (key.equals(list.path(i).path(keyMember).asString(null))) {
                index = i;
            }
        }
        return index;
    }

    private interface Change {
        ConfigDocument make();
    }

    private interface Expectation {
        void apply(ExpectedTree tree);
    }

    private DocumentEditor edit(List<String> path, @Nullable JsonNode value, Expectation expectation, Change change) {
        ConfigDocument changed;
        ExpectedTree expected = new ExpectedTree(document);
        try {
            checkPath(path);
            changed = change.make();
            expectation.apply(expected);
        } catch (DocumentException e) {
            throw refused(path, e.reason(), value);
        } catch (IndexOutOfBoundsException | NumberFormatException | ClassCastException e) {
            // the reader of the text and its parser see different things
            throw refused(path, "its place is not found in the text", value);
        }
        boolean pruned = document.syntax() == ConfigSyntax.TOML && value == null;
        if (!expected.matches(changed) && !(pruned && matchesPruned(expected, path, changed))) {
            throw refused(path, "something else would change", value);
        }
        return new DocumentEditor(changed);
    }

    private static boolean matchesPruned(ExpectedTree expected, List<String> path, ConfigDocument changed) {
        // what a removal leaves empty
        for (int depth = path.size() - 1; depth > 0; depth--) {
            if (!expected.prune(path.subList(0, depth))) {
                return false;
            }
            if (expected.matches(changed)) {
                return true;
            }
        }
        return false;
    }

    private void checkPath(List<String> path) {
        if (path.isEmpty()) {
            throw new DocumentException("it is the whole document");
        }
        JsonNode root = document.root();
        if (!root.isObject() && !root.isMissingNode() && !root.isNull()) {
            throw new DocumentException("expected an object as the document");
        }
        String pointer = pointer(path);
        for (DocumentWarning warning : document.warnings()) {
            if ((pointer + "/").startsWith(warning.pointer() + "/")
                    || (warning.pointer() + "/").startsWith(pointer + "/")) {
                throw new DocumentException("a key is given twice");
            }
        }
    }

    private static String pointer(List<String> path) {
        String pointer = "";
        for (String name : path) {
            pointer = ConfigDocument.member(pointer, name);
        }
        return pointer;
    }

    private DocumentEditException refused(List<String> path, String reason, @Nullable JsonNode value) {
        String paste = null;
        if (value != null && !path.isEmpty()) {
            try {
                paste = edits().paste(ExpectedTree.wrap(path, value));
            } catch (DocumentException e) {
                // there is no such text in this syntax
            }
        }
        return new DocumentEditException(pointer(path), reason, paste);
    }

    private SyntaxEdit edits() {
        return SyntaxEdit.of(document.syntax());
    }

    private ConfigDocument parsed(String text) {
        try {
            return ConfigDocument.parse(text, document.syntax());
        } catch (DocumentException e) {
            // its place is one in a text that nobody sees
            throw new DocumentException("the text would not be valid");
        }
    }

    private ConfigDocument put(ConfigDocument old, List<String> path, JsonNode value) {
        JsonNode node = old.root();
        if (node.isMissingNode() || node.isNull()) {
            return parsed(edits().start(old, ExpectedTree.wrap(path, value)));
        }
        for (int i = 0; i < path.size(); i++) {
            List<String> rest = path.subList(i + 1, path.size());
            if (!node.isContainer()) {
                throw new DocumentException("expected an object at " + pointer(path.subList(0, i)));
            }
            JsonNode child = ExpectedTree.child(node, path.get(i));
            if (child == null) {
                if (node.isArray()) {
                    throw new DocumentException("there is no such item");
                }
                return parsed(edits().add(old, path.subList(0, i), path.get(i), ExpectedTree.wrap(rest, value)));
            }
            if (child.isNull() && !rest.isEmpty()) {
                return parsed(edits().replace(old, path.subList(0, i + 1), ExpectedTree.wrap(rest, value)));
            }
            node = child;
        }
        return merge(old, path, node, value);
    }

    private ConfigDocument merge(ConfigDocument old, List<String> path, JsonNode node, JsonNode value) {
        if (ExpectedTree.same(node, value)) {
            return old;
        }
        if (!node.isObject() || !value.isObject()) {
            return parsed(edits().replace(old, path, value));
        }
        ConfigDocument changed = old;
        for (String name : value.propertyNames()) {
            JsonNode member = value.path(name);
            JsonNode present = node.get(name);
            changed = present == null
                    ? parsed(edits().add(changed, path, name, member))
                    : merge(changed, join(path, name), present, member);
        }
        for (String name : node.propertyNames()) {
            if (!value.has(name)) {
                changed = parsed(edits().remove(changed, join(path, name)));
            }
        }
        return changed;
    }

    private static List<String> join(List<String> path, String name) {
        List<String> joined = new ArrayList<>(path);
        joined.add(name);
        return joined;
    }
}
