package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.ConfigKey;
import dev.mcpflux.host.config.form.ConfigKeys;
import dev.mcpflux.host.config.form.FormKey;
import dev.mcpflux.host.config.form.FormRoot;
import dev.mcpflux.host.config.form.KeyMeaning;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.host.variable.VariableTables;
import dev.mcpflux.transport.http.HttpKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tables of docs/configuration.md and docs/forms.md are made from the tables of the code, between markers.
 * {@code -Dgolden.update=true} writes them anew.
 */
class ConfigurationDocumentTest {

    private static final Path DOCS = Path.of("../docs");

    private static final Pattern PART = Pattern.compile("(?s)<!-- made from the code: (\\w+) -->\\n.*?<!-- end -->");

    private static final Map<String, Supplier<String>> PARTS = Map.of(
            "keys", ConfigurationDocumentTest::keys,
            "members", ConfigurationDocumentTest::members,
            "variables", ConfigurationDocumentTest::variables,
            "forms", ConfigurationDocumentTest::forms,
            "always", ConfigurationDocumentTest::always,
            "details", ConfigurationDocumentTest::details);

    @ParameterizedTest
    @ValueSource(strings = {"configuration.md", "forms.md"})
    void tablesAreThoseOfTheCode(String name) throws IOException {
        Path document = DOCS.resolve(name);
        String text = Files.readString(document);
        String made = PART.matcher(text)
                .replaceAll(part -> Matcher.quoteReplacement("<!-- made from the code: " + part.group(1) + " -->\n"
                        + PARTS.get(part.group(1)).get() + "<!-- end -->"));
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(document, made);
        }
        assertThat(Files.readString(document)).isEqualTo(made);
    }

    @Test
    void allTablesAreInTheDocuments() throws IOException {
        String both = Files.readString(DOCS.resolve("configuration.md")) + Files.readString(DOCS.resolve("forms.md"));

        assertThat(PART.matcher(both).results().map(part -> part.group(1)))
                .containsExactlyInAnyOrderElementsOf(PARTS.keySet());
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        Pattern link = Pattern.compile("\\]\\((?:([a-z-]+\\.md))?(?:#([a-z0-9-]+))?\\)");
        for (String name : List.of("configuration.md", "forms.md")) {
            Matcher found = link.matcher(Files.readString(DOCS.resolve(name)));
            while (found.find()) {
                Path target = DOCS.resolve(found.group(1) == null ? name : found.group(1));
                assertThat(target).exists();
                if (found.group(2) != null) {
                    assertThat(anchors(Files.readString(target)))
                            .as("%s in %s", found.group(), name)
                            .contains(found.group(2));
                }
            }
        }
    }

    private static List<String> anchors(String text) {
        return text.lines()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String codes(List<String> texts) {
        return texts.stream().map(ConfigurationDocumentTest::code).collect(Collectors.joining(", "));
    }

    // -- our keys

    private static String keys() {
        StringBuilder table = new StringBuilder("| key | value | default | meaning |\n|---|---|---|---|\n");
        ConfigKeys.ALL.forEach(key -> row(table, "", key));
        return table.toString();
    }

    private static String members() {
        StringBuilder table = new StringBuilder("| key | value | default | meaning |\n|---|---|---|---|\n");
        ConfigKeys.ALL.stream().filter(key -> !key.name().equals("auth")).forEach(key -> members(table, "", key));
        return table.toString();
    }

    private static void members(StringBuilder table, String prefix, ConfigKey key) {
        String path = prefix + key.name() + ".";
        key.members().forEach(member -> {
            row(table, path, member);
            members(table, path, member);
        });
    }

    private static void row(StringBuilder table, String prefix, ConfigKey key) {
        String others = key.others().isEmpty() ? "" : "; also " + codes(key.others());
        table.append("| ")
                .append(code(prefix + key.name()))
                .append(" | ")
                .append(type(key))
                .append(" | ")
                .append(key.usual())
                .append(" | ")
                .append(key.text())
                .append(others)
                .append(" |\n");
    }

    private static String type(ConfigKey key) {
        String words = key.words().stream().map(ConfigurationDocumentTest::code).collect(Collectors.joining(", "));
        return switch (key.type()) {
            case TEXT, SCALAR -> "text";
            case TEXTS, PATTERNS -> "array of texts";
            case TEXT_OR_TEXTS -> "text, or array of texts";
            case TEXT_MAP -> "object of texts";
            case FLAG -> "`true` or `false`";
            case TIME -> "time";
            case TIME_MAP -> "object of times";
            case WHOLE -> "whole number";
            case NUMBER -> "number";
            case SIZE -> "size";
            case WORD -> words;
            case WORD_MAP -> "object of these words";
            case OBJECT -> "object";
            case WORD_OR_OBJECT -> words + ", or object";
            case FLAG_OR_OBJECT -> "`true`, `false`, or object";
            case PATTERNS_OR_OBJECT -> "array of texts, or object";
            case FLAG_OR_TEXTS -> "`true`, `false`, or array of texts";
        };
    }

    // -- variables

    private static String variables() {
        StringBuilder table =
                new StringBuilder("| files of | notations | a variable that is not set |\n|---|---|---|\n");
        for (VariableStyle style : VariableStyle.values()) {
            List<String> forms = ConfigForms.all().values().stream()
                    .filter(form -> form.variables() == style)
                    .map(ConfigForm::title)
                    .toList();
            String whose = style == VariableStyle.BUNDLE
                    ? "bundles (`.mcpb`)"
                    : style == VariableStyle.REGISTRY ? "a registry (`server.json`)" : String.join(", ", forms);
            table.append("| ")
                    .append(whose)
                    .append(" | ")
                    .append(VariableTables.notations(style))
                    .append(" | ")
                    .append(VariableTables.unset(style))
                    .append(" |\n");
        }
        return table.toString();
    }

    // -- forms of clients

    private static String forms() {
        StringBuilder table = new StringBuilder("| client | `--format` | files | servers |\n|---|---|---|---|\n");
        for (ConfigForm form : ConfigForms.all().values()) {
            table.append("| ")
                    .append(form.title())
                    .append(" | ")
                    .append(code(form.id()))
                    .append(" | ")
                    .append(form.files().isEmpty() ? "any, with `--format` only" : codes(form.files()))
                    .append(" | ")
                    .append(form.roots().stream()
                            .map(ConfigurationDocumentTest::root)
                            .collect(Collectors.joining(", or ")))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String root(FormRoot root) {
        String place = root.path().isEmpty()
                ? "the file itself"
                : root.path().stream().map(ConfigurationDocumentTest::code).collect(Collectors.joining(" → "));
        return place + (root.layout() == FormRoot.Layout.LIST ? " (a list)" : "");
    }

    private static String always() {
        return table(ConfigForms.MCPFLUX.keys());
    }

    private static String details() {
        StringBuilder text = new StringBuilder();
        for (ConfigForm form : ConfigForms.all().values()) {
            List<String> facts = facts(form);
            if (form == ConfigForms.MCPFLUX || (form.keys().isEmpty() && facts.isEmpty())) {
                continue;
            }
            text.append("\n### ").append(form.title()).append("\n\n");
            facts.forEach(fact -> text.append(fact).append('\n'));
            if (!form.keys().isEmpty()) {
                text.append(facts.isEmpty() ? "" : "\n").append(table(form.keys()));
            }
        }
        return text.append('\n').toString();
    }

    private static List<String> facts(ConfigForm form) {
        List<String> facts = new ArrayList<>();
        if (form.urlAlone() == null) {
            facts.add("A server with a URL needs a `type`.");
        } else if (form.urlAlone() == HttpKind.SSE) {
            facts.add("A URL without a type is reached by HTTP+SSE.");
        }
        if (!form.offLists().isEmpty()) {
            facts.add("Servers are switched off by " + dotted(form.offLists())
                    + (form.onLists().isEmpty() ? "" : ", and all others by " + dotted(form.onLists())) + ".");
        }
        if (!form.shared().isEmpty()) {
            facts.add("Beside the servers, " + codes(form.shared())
                    + (form.shared().size() == 1 ? " is read as well." : " are read as well."));
        }
        return facts.isEmpty() ? facts : List.of(String.join(" ", facts));
    }

    private static String dotted(List<String> lists) {
        return codes(lists.stream().map(list -> list.replace('/', '.')).toList());
    }

    private static String table(List<FormKey> keys) {
        StringBuilder table = new StringBuilder("| key | becomes | meaning |\n|---|---|---|\n");
        Map<KeyMeaning, List<FormKey>> grouped =
                keys.stream().collect(Collectors.groupingBy(FormKey::meaning, LinkedHashMap::new, Collectors.toList()));
        grouped.values().stream().flatMap(ConfigurationDocumentTest::rows).forEach(table::append);
        return table.toString();
    }

    /** Keys that mean the same share a row. */
    private static Stream<String> rows(List<FormKey> keys) {
        Map<String, List<FormKey>> same = keys.stream()
                .collect(Collectors.groupingBy(
                        key -> becomes(key) + " | " + meaning(key), LinkedHashMap::new, Collectors.toList()));
        return same.entrySet().stream()
                .map(row -> "| "
                        + codes(row.getValue().stream().map(FormKey::key).toList()) + " | " + row.getKey() + " |\n");
    }

    private static String becomes(FormKey key) {
        String ours = key.meaning().key();
        return ours == null
                ? "–"
                : key.meaning() == KeyMeaning.OAUTH_DETAIL ? code(ours + "." + key.detail()) : code(ours);
    }

    private static String meaning(FormKey key) {
        String unit = key.unit() == null ? "" : ", in " + key.unit().name().toLowerCase(Locale.ROOT);
        return switch (key.meaning()) {
            case NOT_APPLICABLE -> key.detail() == null ? "for people; not used" : "not applicable: " + key.detail();
            case OAUTH_DETAIL -> "a detail of OAuth";
            case ENABLED -> "the opposite of `disabled`";
            default -> key.meaning().text() + unit + (key.detail() == null ? "" : "; " + key.detail());
        };
    }
}
