package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.config.document.DocumentEditor;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormKey;
import dev.mcpflux.host.config.form.FormRoot;
import dev.mcpflux.host.config.form.KeyMeaning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Each key of each form, misspelt and with a value of a wrong type: the place is named, and no other server is affected. */
class FormMistakesTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final Set<KeyMeaning> FREE = Set.of(KeyMeaning.NOT_APPLICABLE, KeyMeaning.OURS);

    @TempDir
    private Path directory;

    private int files;

    static Stream<Arguments> keys() {
        List<Arguments> keys = new ArrayList<>();
        for (ConfigForm form : ConfigForms.all().values()) {
            Set<String> names = new TreeSet<>(form.known());
            form.keys().stream()
                    .filter(key -> !FREE.contains(key.meaning()))
                    .map(FormKey::key)
                    .forEach(names::add);
            names.forEach(name -> keys.add(Arguments.of(form, name)));
        }
        return keys.stream();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aMisspeltKeyIsAWarning(ConfigForm form, String key) {
        String misspelt = key + "zz";
        ConfigFile.Content content = read(form, stdio(form).put(misspelt, "x"));

        assertThat(content.warnings()).singleElement().asString().contains("line ", "column ", "/" + misspelt + ": ");
        assertThat(content.warnings().get(0)).contains("unknown key \"" + misspelt + "\" is ignored");
        assertThat(content.servers()).hasSize(2).noneMatch(ServerDefinition.Invalid.class::isInstance);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aWrongTypeIsAMistakeWithItsPlace(ConfigForm form, String key) {
        JsonNode wrong = NODES.arrayNode().add(NODES.objectNode().put("odd", 1.5));
        List<ServerDefinition> found = new ArrayList<>();
        for (ObjectNode entry : List.of(stdio(form), http(form))) {
            entry.set(key, wrong);
            ConfigFile.Content content = read(form, entry);
            assertThat(content.servers()).hasSize(2);
            assertThat(content.servers().get(0)).isNotInstanceOf(ServerDefinition.Invalid.class);
            found.add(content.servers().get(1));
        }

        assertThat(found)
                .filteredOn(ServerDefinition.Invalid.class::isInstance)
                .isNotEmpty()
                .map(server -> Objects.requireNonNull(((ServerDefinition.Invalid) server).place()))
                .anySatisfy(place -> {
                    assertThat(place.line()).isPositive();
                    assertThat(place.column()).isPositive();
                    assertThat(place.toString()).contains("/" + key);
                });
    }

    /** Whatever a value is, the file is read, and the other servers are. */
    @ParameterizedTest
    @MethodSource("keys")
    void noValueTakesOtherServersDown(ConfigForm form, String key) {
        List<JsonNode> odd = List.of(
                NODES.stringNode(""),
                NODES.stringNode("${odd:-${}"),
                NODES.booleanNode(true),
                NODES.numberNode(0),
                NODES.numberNode(-7),
                NODES.numberNode(0.0001),
                NODES.numberNode(new BigInteger("9".repeat(18))),
                NODES.numberNode(Double.MAX_VALUE),
                NODES.objectNode(),
                NODES.objectNode().put("name", 1).put("", true),
                NODES.objectNode().set("odd", NODES.objectNode().set("name", NODES.arrayNode())),
                NODES.arrayNode(),
                NODES.arrayNode().add("").add(1).add(true),
                NODES.arrayNode().add(NODES.arrayNode()));
        for (JsonNode value : odd) {
            for (ObjectNode entry : List.of(stdio(form), http(form))) {
                entry.set(key, value);
                ConfigFile.Content content = read(form, entry);
                assertThat(content.servers()).as("%s", value).hasSize(2);
                assertThat(content.servers().get(0)).isNotInstanceOf(ServerDefinition.Invalid.class);
            }
        }
    }

    private static ObjectNode stdio(ConfigForm form) {
        return FormWriter.write(ServerDefinition.stdio("bad", "server", "-v"), form, false)
                .entry();
    }

    private static ObjectNode http(ConfigForm form) {
        return FormWriter.write(ServerDefinition.http("bad", "https://example.org/mcp"), form, false)
                .entry();
    }

    private ConfigFile.Content read(ConfigForm form, ObjectNode bad) {
        ServerDefinition good = ServerDefinition.stdio("good", "server");
        FormRoot root = form.roots().get(0);
        ConfigSyntax syntax = syntax(form);
        bad.remove(form.nameKey().equals("name") && root.layout() == FormRoot.Layout.MAP ? "" : form.nameKey());
        if (root.layout() == FormRoot.Layout.LIST) {
            bad.put(form.nameKey(), "bad");
        }
        DocumentEditor editor = CorpusFile.add(
                DocumentEditor.of("", syntax),
                root,
                form,
                "good",
                FormWriter.write(good, form, false).entry());
        // a new file each time, since some file systems wait for the disk when one is written over
        Path file = directory.resolve("file" + files++ + "." + syntax.name().toLowerCase(Locale.ROOT));
        try {
            Files.writeString(
                    file, CorpusFile.add(editor, root, form, "bad", bad).text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ConfigFile(file, variable -> null).form(form).read();
    }

    static ConfigSyntax syntax(ConfigForm form) {
        ConfigSyntax syntax = form.files().isEmpty()
                ? null
                : ConfigSyntax.of(Path.of(form.files().get(0).replace("{config}", "c")));
        return syntax == null ? ConfigSyntax.JSON : syntax;
    }
}
