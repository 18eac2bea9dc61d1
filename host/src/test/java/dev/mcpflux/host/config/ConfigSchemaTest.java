package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.ConfigKey;
import dev.mcpflux.host.config.form.ConfigKeys;
import dev.mcpflux.host.config.form.ConfigSchema;
import dev.mcpflux.schema.JsonSchemaValidator;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table of our keys says what the reader reads, and the schema made of it accepts what the documents show.
 * {@code -Dgolden.update=true} writes the schema anew.
 */
class ConfigSchemaTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final String RESOURCE = "dev/mcpflux/host/config/mcp.schema.json";

    private static final Pattern FENCE = Pattern.compile("(?ms)^```json[c5]?\\n(.*?)^```");

    private final JsonSchemaValidator validator = JsonSchemaValidator.create();

    @TempDir
    private Path directory;

    private List<String> problems(JsonNode file) {
        return Objects.requireNonNull(
                validator.validate(ConfigSchema.schema(), file).block());
    }

    private ConfigFile.Content read(String text) {
        try {
            Path file = directory.resolve("mcp.json");
            Files.writeString(file, text);
            return new ConfigFile(file, variable -> null)
                    .form(ConfigForms.MCPFLUX)
                    .read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode file(ObjectNode entry) {
        ObjectNode file = NODES.objectNode();
        file.putObject("mcpServers").set("a", entry);
        return file;
    }

    @Test
    void isShippedAsItIsMade() throws IOException {
        String made = JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(ConfigSchema.schema())
                + "\n";
        Path shipped = Path.of("src/main/resources").resolve(RESOURCE);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(shipped, made);
        }
        assertThat(Files.readString(shipped)).isEqualTo(made);
    }

    // -- the table and the reader

    @Test
    void theTableHasTheKeysOfAnEntry() {
        List<ConfigKey> keys = ConfigKeys.ALL.stream()
                .filter(key -> !key.name().equals("mcpflux"))
                .toList();

        assertThat(keys)
                .extracting(ConfigKey::name)
                .containsExactlyInAnyOrderElementsOf(EntryKeys.all().keySet());
        assertThat(keys)
                .allSatisfy(key -> assertThat(key.others())
                        .as(key.name())
                        .containsExactlyInAnyOrderElementsOf(EntryKeys.all().get(key.name())));
    }

    static Stream<Arguments> objects() {
        List<Arguments> objects = new ArrayList<>();
        collect(ConfigKeys.ALL, List.of(), objects);
        return objects.stream();
    }

    private static void collect(List<ConfigKey> keys, List<String> path, List<Arguments> objects) {
        for (ConfigKey key : keys) {
            List<String> own = new ArrayList<>(path);
            own.add(key.name());
            if (!key.members().isEmpty()) {
                objects.add(Arguments.of(own, key.members()));
                collect(key.members(), own, objects);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("objects")
    void theTableHasTheMembersOfObjects(List<String> path, List<ConfigKey> members) {
        Set<String> names = new TreeSet<>(members.stream().map(ConfigKey::name).toList());
        if (path.get(0).equals("oauth") || path.get(0).equals("auth")) {
            assertThat(names)
                    .isEqualTo(new TreeSet<>(Arrays.stream(OAuthSetting.values())
                            .map(OAuthSetting::key)
                            .toList()));
            return;
        }
        ObjectNode entry = NODES.objectNode().put("command", "x");
        entry.withObject("/" + String.join("/", path)).put("qqqqqqqqqq", 1);

        String warning = read(file(entry).toString()).warnings().get(0);

        assertThat(warning).contains("/" + String.join("/", path) + "/qqqqqqqqqq", "there are ");
        assertThat(new TreeSet<>(
                        List.of(warning.replaceFirst(".*there are ", "").split(", "))))
                .isEqualTo(names);
    }

    // -- what it refuses

    static Stream<ConfigKey> keys() {
        return ConfigKeys.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void refusesWrongTypes(ConfigKey key) {
        ObjectNode entry = NODES.objectNode().put("url", "https://example.org");
        entry.set(key.name(), NODES.arrayNode().add(NODES.objectNode().put("odd", 1)));

        assertThat(problems(file(entry)))
                .isNotEmpty()
                .allMatch(problem -> problem.contains("/mcpServers/a/" + key.name()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'mcpServers': {'a__b': {'command': 'x'}}}",
                "{'mcpServers': {'a': {}}}",
                "{'mcpServers': {'a': {'command': 'x', 'arg': []}}}",
                "{'mcpServers': {'a': {'command': 'x', 'timeout': 'soon'}}}",
                "{'mcpServers': {'a': {'command': 'x', 'lazy': 'maybe'}}}",
                "{'mcpServers': {'a': {'command': 'x', 'era': 'stone'}}}",
                "{'mcpServers': {'a': {'command': 'x', 'restart': {'maxRestart': 3}}}}",
                "{'mcpServers': {'a': {'command': 'x', 'policy': {'tools': {'x': 'perhaps'}}}}}",
                "{'mcpServers': {'a': {'command': 'x', 'tools': {'include': []}}}}",
                "{'mcpServers': {'a': {'command': 'x', 'mcpflux': {'lazzy': true}}}}",
                "{'mcpServers': {'a': {'command': 'x', 'sandbox': {'memory': 'much'}}}}",
                "{'mcpServers': {}, 'servers': {}}",
                "{'mcpServers': {}, 'inputs': [{'type': 'promptString'}]}"
            })
    void refusesWhatTheReaderRefusesOrWarnsOf(String text) {
        String json = text.replace('\'', '"');
        assertThat(problems(ConfigDocument.parse(json, ConfigSyntax.JSON).root()))
                .isNotEmpty();

        boolean odd;
        try {
            ConfigFile.Content content = read(json);
            odd = !content.warnings().isEmpty()
                    || content.servers().stream().anyMatch(ServerDefinition.Invalid.class::isInstance);
        } catch (McpConfigurationException e) {
            odd = true;
        }
        assertThat(odd).as("the reader has something to say").isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'mcpServers': {'a': {'command': 'x', 'lazy': '${LAZY:-true}', 'timeout': '${T:-1m}', 'era': '${E:-auto}'}}}",
                "{'mcpServers': {'a': {'command': 'x', 'timeout': 1.5, 'startTimeout': '1m30s', 'idleTimeout': 'PT1M'}}}",
                "{'mcpServers': {'a': {'command': 'x', 'args': [1, true, 'x'], 'env': {'A': 1.10}}}}",
                "{'$schema': 'x', 'mcpServers': {'a b/c': {'httpUrl': 'https://h', 'autoApprove': ['x'], 'helper': 'x y'}}}",
                "{'mcpServers': {'a': {'command': 'x', 'title': 'A', 'description': 'b', 'sandbox': {'network': true}}}}",
                "{'mcpServers': {'a': {'url': 'https://h', 'oauth': {'clientId': 'x', 'scope': 'a b', 'callbackPort': 1}}}}"
            })
    void acceptsWhatTheReaderAccepts(String text) {
        String json = text.replace('\'', '"');

        assertThat(problems(ConfigDocument.parse(json, ConfigSyntax.JSON).root()))
                .isEmpty();
        assertThat(read(json).warnings()).isEmpty();
        assertThat(read(json).servers()).noneMatch(ServerDefinition.Invalid.class::isInstance);
    }

    // -- the documents

    static List<Arguments> examples() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(Path.of("../README.md")));
        try (Stream<Path> files = Files.list(Path.of("../docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
        }
        List<Arguments> examples = new ArrayList<>();
        for (Path document : documents) {
            Matcher fence = FENCE.matcher(Files.readString(document));
            while (fence.find()) {
                if (fence.group(1).contains("mcpServers")) {
                    examples.add(Arguments.of(document.getFileName() + "@" + fence.start(), fence.group(1)));
                }
            }
        }
        return examples;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void everyExampleOfTheDocumentsIsRight(String place, String text) {
        ConfigFile.Content content = read(text);

        assertThat(problems(ConfigDocument.parse(text, ConfigSyntax.JSON).root()))
                .isEmpty();
        assertThat(content.warnings()).isEmpty();
        assertThat(content.servers()).isNotEmpty().noneMatch(ServerDefinition.Invalid.class::isInstance);
    }

    @Test
    void theFilesOfTheCorpusAreRight() {
        for (CorpusFile file : CorpusFile.all()) {
            if (file.form().equals(ConfigForms.MCPFLUX)) {
                assertThat(problems(
                                ConfigDocument.parse(file.text(), file.syntax()).root()))
                        .as("%s", file)
                        .isEmpty();
            }
        }
    }
}
