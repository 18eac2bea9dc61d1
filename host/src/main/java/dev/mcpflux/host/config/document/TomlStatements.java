package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers and the pairs of a TOML text, which a parser has read before. */
final class TomlStatements {

    /** What a statement is. */
    enum Kind {
        TABLE,
        ITEM,
        PAIR
    }

    /**
     * One statement.
     *
     * @param path from the root on, with the index of each item of an array of tables
     * @param depth how many names of it are those of the header
     * @param valueStart of a pair; the end of a header
     * @param end the offset after it, before its comment
     */
    record Statement(Kind kind, List<String> path, int depth, int start, int valueStart, int end) {

        boolean isHeader() {
            return kind != Kind.PAIR;
        }

        boolean isWithin(List<String> parent) {
            return startsWith(path, parent);
        }
    }

    /** The tokens of TOML. */
    static final Brackets.Dialect DIALECT = new Brackets.Dialect() {

        @Override
        public int commentEnd(String text, int at) {
            return text.charAt(at) == '#' ? TextLines.end(text, at) : at;
        }

        @Override
        public int scalarEnd(String text, int at) {
            return TomlText.scalarEnd(text, at);
        }

        @Override
        public int keyEnd(String text, int at) {
            int end = at;
            while (text.charAt(end) != '=' && text.charAt(end) != ']') {
                char c = text.charAt(end);
                end = c == '"' || c == '\'' ? TomlText.scalarEnd(text, end) : end + 1;
            }
            while (Character.isWhitespace(text.charAt(end - 1))) {
                end--;
            }
            return end;
        }

        @Override
        public List<String> names(String key) {
            return TomlText.names(key);
        }
    };

    private final String text;
    private final List<Statement> statements = new ArrayList<>();

    /** The index of the last item of each array of tables, by its path. */
    private final Map<List<String>, Integer> items = new HashMap<>();

    TomlStatements(String text) {
        this.text = text;
        Brackets brackets = new Brackets(text, DIALECT);
        List<String> header = List.of();
        int at = brackets.skipGap(0);
        while (at < text.length()) {
            Statement statement;
            if (text.charAt(at) == '[') {
                statement = header(at);
                header = statement.path;
            } else {
                int key = DIALECT.keyEnd(text, at);
                int value = brackets.skipGap(brackets.skipGap(key) + 1);
                List<String> path = new ArrayList<>(header);
                path.addAll(DIALECT.names(text.substring(at, key)));
                statement = new Statement(
                        Kind.PAIR,
                        path,
                        header.size(),
                        at,
                        value,
                        brackets.value(value).end());
            }
            statements.add(statement);
            at = brackets.skipGap(statement.end);
        }
    }

    private Statement header(int start) {
        boolean item = text.startsWith("[[", start);
        int key = start + (item ? 2 : 1);
        int close = DIALECT.keyEnd(text, key);
        List<String> names = DIALECT.names(text.substring(key, close));
        int end = text.indexOf(']', close) + (item ? 2 : 1);
        List<String> path = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            path.add(names.get(i));
            boolean last = i == names.size() - 1;
            Integer index = items.get(path);
            if (last && item) {
                index = index == null ? 0 : index + 1;
                items.put(List.copyOf(path), index);
            }
            if (index != null) {
                path.add(String.valueOf(index));
            }
        }
        return new Statement(item ? Kind.ITEM : Kind.TABLE, path, path.size(), start, end, end);
    }

    List<Statement> all() {
        return statements;
    }

    /** The last pair with a dotted key that makes a table; null where none does. */
    @Nullable
    Statement lastDotted(List<String> table) {
        Statement last = null;
        for (Statement statement : statements) {
            if (statement.depth < table.size() && statement.path.size() > table.size() && statement.isWithin(table)) {
                last = statement;
            }
        }
        return last;
    }

    /** Whether a pair is an inline table. */
    boolean isTable(Statement pair) {
        return text.charAt(pair.valueStart) == '{';
    }

    /** The line after the statement before; 0 for the first one. */
    int bound(Statement statement) {
        int index = statements.indexOf(statement);
        return index == 0 ? 0 : TextLines.next(text, statements.get(index - 1).end);
    }

    static boolean startsWith(List<String> path, List<String> parent) {
        return path.size() >= parent.size() && path.subList(0, parent.size()).equals(parent);
    }
}
