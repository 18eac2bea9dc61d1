package dev.mcpflux.host.config.document;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Edits JSON and JSON5. */
final class JsonEdit implements SyntaxEdit {

    /** The tokens of JSON and JSON5. */
    static final Brackets.Dialect DIALECT = new Brackets.Dialect() {

        @Override
        public int commentEnd(String text, int at) {
            if (text.startsWith("//", at)) {
                return TextLines.end(text, at);
            }
            if (text.startsWith("/*", at)) {
                return text.indexOf("*/", at + 2) + 2;
            }
            return at;
        }

        @Override
        public int scalarEnd(String text, int at) {
            char quote = text.charAt(at);
            int end = at;
            if (quote == '"' || quote == '\'') {
                end++;
                while (text.charAt(end) != quote) {
                    end += text.charAt(end) == '\\' ? 2 : 1;
                }
                return end + 1;
            }
            while (end < text.length()
                    && " \t\r\n,:]}/".indexOf(text.charAt(end)) < 0
                    && !Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            return end;
        }

        @Override
        public int keyEnd(String text, int at) {
            return scalarEnd(text, at);
        }

        @Override
        public List<String> names(String key) {
            if (!key.startsWith("\"") && !key.startsWith("'")) {
                return List.of(key);
            }
            return List.of(
                    key.indexOf('\\') < 0
                            ? key.substring(1, key.length() - 1)
                            : ConfigDocument.parse(key, ConfigSyntax.JSON5)
                                    .root()
                                    .asString());
        }
    };

    @Override
    public String add(ConfigDocument document, List<String> parent, @Nullable String name, JsonNode value) {
        String text = document.text();
        Brackets brackets = new Brackets(text, DIALECT);
        Brackets.Value root = root(brackets);
        Brackets.Value container = find(root, parent);
        boolean spread =
                parent.isEmpty() || TextLines.isFirst(text, entry(root, parent).start());
        String unit = unit(text, root);
        JsonText render = new JsonText(unit, TextLines.separator(text));
        String key = name == null ? "" : key(text, container, name) + ": ";
        return new BracketEdit(text, brackets)
                .add(
                        container,
                        (lines, indent) -> key + (lines ? render.spread(value, indent) : JsonText.line(value)),
                        spread,
                        unit);
    }

    /** A name is quoted unless the other ones are not. */
    private static String key(String text, Brackets.Value container, String name) {
        List<Brackets.Entry> entries = container.items();
        boolean bare = !entries.isEmpty()
                && "\"'".indexOf(text.charAt(entries.get(entries.size() - 1).start())) < 0;
        return bare && name.matches("[A-Za-z_$][A-Za-z0-9_$]*") ? name : JsonText.string(name);
    }

    @Override
    public String replace(ConfigDocument document, List<String> path, JsonNode value) {
        String text = document.text();
        Brackets.Value root = root(new Brackets(text, DIALECT));
        Brackets.Value old = find(root, path);
        boolean spread = text.substring(old.start(), old.end()).indexOf('\n') >= 0
                || (!old.isContainer()
                        && !path.isEmpty()
                        && TextLines.isFirst(text, entry(root, path).start()));
        JsonText render = new JsonText(unit(text, root), TextLines.separator(text));
        String indent = TextLines.indent(text, old.start());
        String written = !spread
                ? JsonText.line(value)
                : old.isContainer() ? render.allLines(value, indent) : render.spread(value, indent);
        return new Splices(text).replace(old.start(), old.end(), written).apply();
    }

    @Override
    public String remove(ConfigDocument document, List<String> path) {
        String text = document.text();
        Brackets brackets = new Brackets(text, DIALECT);
        Brackets.Value root = root(brackets);
        Brackets.Value container = find(root, path.subList(0, path.size() - 1));
        return new BracketEdit(text, brackets)
                .remove(container, container.items().indexOf(entry(root, path)));
    }

    @Override
    public String start(ConfigDocument document, JsonNode root) {
        String text = document.text();
        String newLine = TextLines.separator(text);
        String written = new JsonText("  ", newLine).spread(root, "") + newLine;
        if (document.isEmpty()) {
            return TextLines.atEnd(text, written);
        }
        // null
        DocumentPlace place = document.place("");
        return new Splices(text)
                .replace(place.start(), place.end(), written.strip())
                .apply();
    }

    @Override
    public String paste(JsonNode object) {
        return new JsonText("  ", "\n").spread(object, "");
    }

    private static Brackets.Value root(Brackets brackets) {
        return brackets.value(brackets.skipGap(0));
    }

    private static Brackets.Value find(Brackets.Value root, List<String> path) {
        return path.isEmpty() ? root : entry(root, path).value();
    }

    private static Brackets.Entry entry(Brackets.Value root, List<String> path) {
        Brackets.Value value = root;
        Brackets.Entry found = null;
        for (String name : path) {
            found = null;
            for (Brackets.Entry entry : value.items()) {
                if (entry.names().get(0).equals(name)) {
                    found = entry;
                }
            }
            if (found == null) {
                throw new DocumentException("its place is not found in the text");
            }
            value = found.value();
        }
        if (found == null) {
            throw new DocumentException("it is the whole document");
        }
        return found;
    }

    /** By how much the first nested line is indented. */
    private static String unit(String text, Brackets.Value value) {
        for (Brackets.Entry entry : value.items()) {
            String outer = TextLines.indent(text, value.start());
            String inner = TextLines.indent(text, entry.start());
            if (TextLines.isFirst(text, entry.start()) && inner.startsWith(outer) && inner.length() > outer.length()) {
                return inner.substring(outer.length());
            }
            String nested = entry.value().isContainer() ? unit(text, entry.value()) : "  ";
            if (!nested.equals("  ")) {
                return nested;
            }
        }
        return "  ";
    }
}
