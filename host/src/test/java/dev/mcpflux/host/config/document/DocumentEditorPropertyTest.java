package dev.mcpflux.host.config.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Random edits of random documents: what the edit does not name stays as it is, byte for byte. */
class DocumentEditorPropertyTest {

    private static final int DOCUMENTS = 1_500;

    private static final Pattern COMMENT = Pattern.compile(" <\\d+> ");

    /** So many edits in a hundred may be refused. */
    private static final int MOST_REFUSED = 4;

    @ParameterizedTest
    @EnumSource
    void editsChangeNothingElse(ConfigSyntax syntax) {
        int refused = 0;
        for (int seed = 0; seed < DOCUMENTS; seed++) {
            Random random = new Random(seed);
            String text = new RandomDocument(random, syntax).write();
            ConfigDocument document;
            try {
                document = ConfigDocument.parse(text, syntax);
            } catch (DocumentException e) {
                throw new AssertionError(seed + ": " + e.getMessage() + "\n" + text, e);
            }
            List<String> path = path(random, document.root());
            try {
                if (random.nextBoolean()) {
                    put(random, document, path, syntax + " " + seed);
                } else {
                    remove(document, path, syntax + " " + seed);
                }
            } catch (DocumentEditException e) {
                refused++;
            }
        }
        assertThat(refused).isLessThan(DOCUMENTS * MOST_REFUSED / 100);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAddedIsRemovedWithoutATrace(ConfigSyntax syntax) {
        int others = 0;
        int refused = 0;
        for (int seed = 0; seed < DOCUMENTS; seed++) {
            Random random = new Random(seed);
            ConfigDocument document = ConfigDocument.parse(new RandomDocument(random, syntax).write(), syntax);
            List<String> path = path(random, document.root());
            path.set(path.size() - 1, "new");
            JsonNode parent = ExpectedTree.at(document.root(), path.subList(0, path.size() - 1));
            JsonNode value = RandomDocument.Trees.node(RandomDocument.value(random, 1));
            if (parent == null || parent.isEmpty()) {
                continue;
            }
            try {
                String again = DocumentEditor.of(document)
                        .put(path, value)
                        .remove(path)
                        .text();
                others += again.equals(document.text()) ? 0 : 1;
            } catch (DocumentEditException e) {
                refused++;
            }
        }
        // where the closing bracket stands behind a comment in the line of the last entry, or a blank line is added
        assertThat(others).isLessThan(3);
        assertThat(refused).isLessThan(DOCUMENTS * MOST_REFUSED / 100);
    }

    /** A path of members, most of which exist. */
    private static List<String> path(Random random, JsonNode root) {
        List<String> path = new ArrayList<>();
        JsonNode node = root;
        do {
            List<String> names = new ArrayList<>(node.propertyNames());
            String name = names.isEmpty() || random.nextInt(4) == 0
                    ? RandomDocument.name(random)
                    : names.get(random.nextInt(names.size()));
            path.add(name);
            node = node.path(name);
        } while (node.isObject() && random.nextInt(3) > 0);
        return path;
    }

    private static void put(Random random, ConfigDocument document, List<String> path, String seed) {
        JsonNode value = RandomDocument.Trees.node(RandomDocument.value(random, 1));
        ObjectNode expected = document.isEmpty()
                ? JsonNodeFactory.instance.objectNode()
                : (ObjectNode) document.root().deepCopy();
        ObjectNode parent = expected;
        for (String name : path.subList(0, path.size() - 1)) {
            parent = (ObjectNode) parent.path(name);
        }
        String last = path.get(path.size() - 1);
        boolean added = !parent.has(last);
        // an empty collection in brackets becomes a block of YAML
        boolean anew = document.syntax() == ConfigSyntax.YAML;
        JsonNode old = parent.get(last);
        parent.set(last, value);

        String changed = DocumentEditor.of(document).put(path, value).text();

        String context = seed + " put " + path + " " + value + "\n" + document.text() + "\n-----\n" + changed + "<<<\n";
        ConfigDocument reread = ConfigDocument.parse(changed, document.syntax());
        assertThat(ExpectedTree.same(reread.root(), expected)).as(context).isTrue();
        if (added) {
            assertThat(anew || isSubsequence(document.text(), changed))
                    .as(context)
                    .isTrue();
            assertThat(reread.warnings()).as(context).isEmpty();
        } else if (old != null && !(old.isContainer() || value.isContainer())) {
            DocumentPlace place = document.place(pointer(path));
            assertThat(changed).as(context).startsWith(document.text().substring(0, place.start()));
            String after = document.text().substring(place.end());
            assertThat(changed.stripTrailing()).as(context).endsWith(after.stripTrailing());
        }
        // a comment goes with a value that is replaced as a whole, or with a member that is removed
        List<String> gone = comments(document.text());
        gone.removeAll(comments(changed));
        if (added || (old != null && !old.isContainer())) {
            assertThat(gone).as(context).isEmpty();
        }
    }

    private static void remove(ConfigDocument document, List<String> path, String seed) {
        JsonNode node = ExpectedTree.at(document.root(), path);
        DocumentEditor editor = DocumentEditor.of(document);
        if (node == null) {
            assertThat(editor.remove(path)).isSameAs(editor);
            return;
        }
        ObjectNode expected = (ObjectNode) document.root().deepCopy();
        ObjectNode parent = expected;
        for (String name : path.subList(0, path.size() - 1)) {
            parent = (ObjectNode) parent.path(name);
        }
        parent.remove(path.get(path.size() - 1));

        String changed = editor.remove(path).text();

        String context = seed + " remove " + path + "\n" + document.text() + "\n-----\n" + changed + "<<<\n";
        ConfigDocument reread = ConfigDocument.parse(changed, document.syntax());
        boolean pruned = document.syntax() == ConfigSyntax.TOML && parent.isEmpty();
        assertThat(pruned || ExpectedTree.same(reread.root(), expected) || (expected.isEmpty() && reread.isEmpty()))
                .as(context)
                .isTrue();
        if (document.syntax() != ConfigSyntax.YAML || !parent.isEmpty()) {
            boolean sub = isSubsequence(changed, document.text());
            // a flow collection of YAML is written anew
            assertThat(sub || document.syntax() == ConfigSyntax.YAML)
                    .as(context)
                    .isTrue();
        }
        // comments of others stay: all that are apart from the entry by a line
        if (document.syntax() != ConfigSyntax.TOML) {
            DocumentPlace place = document.place(pointer(path));
            List<String> gone = comments(document.text());
            gone.removeAll(comments(changed));
            for (String comment : gone) {
                int at = document.text().indexOf(comment);
                boolean behind = at > TextLines.end(document.text(), tail(document, place.end()));
                int line = line(document.text(), place.line());
                boolean above = at < line
                        && document.text().substring(at, line).replace("\r", "").matches("(?s).*\n[ \\t]*\n.*");
                assertThat(behind || above).as(comment + " of " + context).isFalse();
            }
        }
    }

    /** The comma of JSON may be in another line. */
    private static int tail(ConfigDocument document, int end) {
        return document.syntax().isJson()
                ? Math.min(
                        new Brackets(document.text(), JsonEdit.DIALECT).skipGap(end),
                        document.text().length())
                : end;
    }

    private static int line(String text, int line) {
        int at = 0;
        for (int i = 1; i < line; i++) {
            at = TextLines.next(text, at);
        }
        return at;
    }

    private static List<String> comments(String text) {
        return new ArrayList<>(
                COMMENT.matcher(text).results().map(MatchResult::group).toList());
    }

    private static String pointer(List<String> path) {
        String pointer = "";
        for (String name : path) {
            pointer = ConfigDocument.member(pointer, name);
        }
        return pointer;
    }

    private static boolean isSubsequence(String part, String whole) {
        int at = 0;
        for (int i = 0; i < whole.length() && at < part.length(); i++) {
            if (part.charAt(at) == whole.charAt(i)) {
                at++;
            }
        }
        return at == part.length();
    }
}
