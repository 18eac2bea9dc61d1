package dev.mcpflux.host.config.document;

import dev.mcpflux.host.config.document.TomlStatements.Kind;
import dev.mcpflux.host.config.document.TomlStatements.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Edits TOML: a new table gets a header of its own where its siblings have one, else it is an inline table as they are. */
final class TomlEdit implements SyntaxEdit {

    @Override
    public String add(ConfigDocument document, List<String> parent, @Nullable String name, JsonNode value) {
        String text = document.text();
        TomlStatements statements = new TomlStatements(text);
        Statement inline = inline(statements, parent);
        if (inline != null) {
            String key = name == null ? "" : TomlText.key(name) + " = ";
            return new BracketEdit(text, brackets(text))
                    .add(find(text, inline, parent), (lines, indent) -> key + TomlText.line(value), false, "  ");
        }
        if (name == null) {
            return addBlock(document, statements, parent, "[[" + header(document, parent) + "]]", value);
        }
        List<String> path = new ArrayList<>(parent);
        path.add(name);
        if (value.isObject() && !siblingsAreInline(statements, parent)) {
            return nested(document, statements, path, value);
        }
        return addPair(document, statements, parent, TomlText.key(name) + " = " + TomlText.line(value));
    }

    /** A table with a header; one that only holds another one needs none. */
    private static String nested(
            ConfigDocument document, TomlStatements statements, List<String> path, JsonNode value) {
        List<String> at = new ArrayList<>(path);
        JsonNode table = value;
        while (table.size() == 1 && table.iterator().next().isObject()) {
            at.add(table.propertyNames().iterator().next());
            table = table.iterator().next();
        }
        List<String> parent = path.subList(0, path.size() - 1);
        List<String> names = at.subList(parent.size(), at.size());
        String outer = header(document, parent);
        String header = (outer.isEmpty() ? "" : outer + ".") + TomlText.key(names);
        JsonNode only = table.size() == 1 ? table.iterator().next() : null;
        if (only != null
                && only.isArray()
                && !only.isEmpty()
                && only.valueStream().allMatch(JsonNode::isObject)) {
            String list = TomlText.key(table.propertyNames().iterator().next());
            String text = document.text();
            for (JsonNode item : only) {
                text = addBlock(
                        ConfigDocument.parse(text, ConfigSyntax.TOML),
                        new TomlStatements(text),
                        parent,
                        "[[" + header + "." + list + "]]",
                        item);
            }
            return text;
        }
        return addBlock(document, statements, parent, "[" + header + "]", table);
    }

    /** The names of a path without the indices of items. */
    private static String header(ConfigDocument document, List<String> path) {
        List<String> names = new ArrayList<>();
        JsonNode node = document.root();
        for (String name : path) {
            if (!node.isArray()) {
                names.add(name);
            }
            JsonNode child = ExpectedTree.child(node, name);
            node = child == null ? JsonNodeFactory.instance.objectNode() : child;
        }
        return TomlText.key(names);
    }

    private static boolean siblingsAreInline(TomlStatements statements, List<String> parent) {
        boolean inline = false;
        for (Statement statement : statements.all()) {
            if (statement.isWithin(parent) && statement.path().size() > parent.size()) {
                if (statement.isHeader()) {
                    return false;
                }
                inline |= statement.path().size() == parent.size() + 1;
            }
        }
        // pairs of the root come before all headers, so a table there would be hard to see
        return inline && !parent.isEmpty() && hasInlineTable(statements, parent);
    }

    private static boolean hasInlineTable(TomlStatements statements, List<String> parent) {
        return statements.all().stream()
                .anyMatch(statement -> statement.kind() == Kind.PAIR
                        && statement.path().size() == parent.size() + 1
                        && statement.isWithin(parent)
                        && statements.isTable(statement));
    }

    /** Adds a header with its pairs behind everything of its parent. */
    private static String addBlock(
            ConfigDocument document, TomlStatements statements, List<String> parent, String header, JsonNode table) {
        String text = document.text();
        String newLine = TextLines.separator(text);
        List<Statement> all = statements.all();
        int last = all.size() - 1;
        while (last >= 0 && !all.get(last).isWithin(parent)) {
            last--;
        }
        while (last >= 0 && last + 1 < all.size() && !all.get(last + 1).isHeader()) {
            last++;
        }
        String indent = last < 0 || parent.isEmpty()
                ? ""
                : TextLines.indent(text, headerOf(all, last).start());
        String block = indent + header + newLine + TomlText.pairs(table, indent, newLine);
        if (last < 0 || last + 1 == all.size()) {
            boolean apart = document.isEmpty() && text.isBlank();
            return TextLines.atEnd(text, (apart || endsBlank(text) ? "" : newLine) + block);
        }
        int at = afterComments(text, TextLines.next(text, all.get(last).end()));
        String before = newLine;
        String after = TextLines.isBlankLine(text, at) ? "" : newLine;
        return new Splices(text).insert(at, before + block + after).apply();
    }

    /** Comments directly below belong to what is above, unless there is something directly below them. */
    private static int afterComments(String text, int line) {
        int at = line;
        while (text.startsWith("#", TextLines.skipBlanks(text, at))) {
            at = TextLines.next(text, at);
        }
        return TextLines.isBlankLine(text, at) ? at : line;
    }

    private static boolean endsBlank(String text) {
        String separator = TextLines.separator(text);
        return text.endsWith(separator + separator);
    }

    private static Statement headerOf(List<Statement> all, int index) {
        int at = index;
        while (at > 0 && !all.get(at).isHeader()) {
            at--;
        }
        return all.get(at);
    }

    private static String addPair(
            ConfigDocument document, TomlStatements statements, List<String> parent, String pair) {
        String text = document.text();
        String newLine = TextLines.separator(text);
        List<Statement> all = statements.all();
        Statement after = null;
        boolean within = parent.isEmpty();
        for (Statement statement : all) {
            if (statement.isHeader()) {
                within = statement.path().equals(parent);
                after = within ? statement : after;
            } else if (within) {
                after = statement;
            }
        }
        if (after != null) {
            String indent = TextLines.indent(text, after.start());
            int at = TextLines.end(text, after.end());
            return new Splices(text).insert(at, newLine + indent + pair).apply();
        }
        Statement dotted = statements.lastDotted(parent);
        if (dotted != null) {
            // a table that dotted keys make must not have a header
            List<String> names = dotted.path().subList(dotted.depth(), parent.size());
            String line = TextLines.indent(text, dotted.start()) + TomlText.key(names) + "." + pair;
            return new Splices(text)
                    .insert(TextLines.end(text, dotted.end()), newLine + line)
                    .apply();
        }
        if (!parent.isEmpty()) {
            JsonNode one = ConfigDocument.parse(pair, ConfigSyntax.TOML).root();
            return addBlock(document, statements, parent, "[" + header(document, parent) + "]", one);
        }
        if (all.isEmpty()) {
            return TextLines.atEnd(text, pair + newLine);
        }
        int first = TextLines.attached(text, all.get(0).start(), 0, "#");
        return new Splices(text).insert(first, pair + newLine + newLine).apply();
    }

    @Override
    public String replace(ConfigDocument document, List<String> path, JsonNode value) {
        String text = document.text();
        Statement inline = inline(new TomlStatements(text), path);
        if (inline == null) {
            throw new DocumentException("it is a table with a header");
        }
        Brackets.Value old = find(text, inline, path);
        boolean lines = value.isArray()
                && !value.isEmpty()
                && old.isContainer()
                && text.substring(old.start(), old.end()).indexOf('\n') >= 0;
        String indent = TextLines.indent(text, old.start());
        String written = lines ? TomlText.lines(value, indent, "  ", TextLines.separator(text)) : TomlText.line(value);
        return new Splices(text).replace(old.start(), old.end(), written).apply();
    }

    @Override
    public String remove(ConfigDocument document, List<String> path) {
        String text = document.text();
        TomlStatements statements = new TomlStatements(text);
        Statement inline = inline(statements, path);
        if (inline != null && !inline.path().equals(path)) {
            List<String> parent = path.subList(0, path.size() - 1);
            Brackets.Value container = find(text, inline, parent);
            int index = index(container, path.get(path.size() - 1));
            return new BracketEdit(text, brackets(text)).remove(container, index);
        }
        Splices splices = new Splices(text);
        List<Statement> all = statements.all();
        for (int i = 0; i < all.size(); i++) {
            Statement first = all.get(i);
            if (!first.isWithin(path)) {
                continue;
            }
            Statement last = first;
            while (first.isHeader() && i + 1 < all.size() && !all.get(i + 1).isHeader()) {
                last = all.get(++i);
            }
            int start = TextLines.attached(text, first.start(), statements.bound(first), "#");
            int end = TextLines.next(text, last.end());
            if (first.isHeader()) {
                start = withoutBlankLine(text, start, end);
            } else if (isOnlyPairBeforeHeaders(all, i) && TextLines.isBlankLine(text, end)) {
                end = TextLines.next(text, end);
            }
            splices.delete(start, end);
        }
        return splices.apply();
    }

    private static boolean isOnlyPairBeforeHeaders(List<Statement> all, int index) {
        return index == 0 && all.size() > 1 && all.get(1).isHeader();
    }

    /** A table is apart from others by a blank line, which goes with it unless it is the only one there. */
    private static int withoutBlankLine(String text, int start, int end) {
        if (start == 0 || !(end == text.length() || TextLines.isBlankLine(text, end))) {
            return start;
        }
        int above = TextLines.start(text, start - (text.startsWith("\r\n", start - 2) ? 2 : 1));
        return TextLines.isBlankLine(text, above) ? above : start;
    }

    @Override
    public String start(ConfigDocument document, JsonNode root) {
        ConfigDocument changed = document;
        for (String name : root.propertyNames()) {
            changed = ConfigDocument.parse(add(changed, List.of(), name, root.path(name)), ConfigSyntax.TOML);
        }
        return changed.text();
    }

    @Override
    public String paste(JsonNode object) {
        return start(ConfigDocument.parse("", ConfigSyntax.TOML), object).strip();
    }

    /** The pair whose value is at a path or around it. */
    private static @Nullable Statement inline(TomlStatements statements, List<String> path) {
        return statements.all().stream()
                .filter(statement -> !statement.isHeader() && TomlStatements.startsWith(path, statement.path()))
                .findFirst()
                .orElse(null);
    }

    private static Brackets brackets(String text) {
        return new Brackets(text, TomlStatements.DIALECT);
    }

    private static Brackets.Value find(String text, Statement pair, List<String> path) {
        Brackets.Value value = brackets(text).value(pair.valueStart());
        for (String name : path.subList(pair.path().size(), path.size())) {
            value = value.items().get(index(value, name)).value();
        }
        return value;
    }

    private static int index(Brackets.Value container, String name) {
        for (int i = 0; i < container.items().size(); i++) {
            if (container.items().get(i).names().equals(List.of(name))) {
                return i;
            }
        }
        throw new DocumentException("it is in a table of dotted keys");
    }
}
