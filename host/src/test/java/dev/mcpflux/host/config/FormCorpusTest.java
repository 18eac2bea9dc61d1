package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.config.document.DocumentEditor;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormRecognition;
import dev.mcpflux.host.config.form.FormRoot;
import dev.mcpflux.host.variable.InputDefinition;
import dev.mcpflux.host.variable.VariableSources;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.spi.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractObjectAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Files as people have them, at least three of each form: recognised, read, compared with what they mean, started with a fake
 * server, written in their own form and read again. {@code -Dgolden.update=true} writes what they mean anew; look at the
 * difference before it is committed. Warnings are never written anew.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "paths and scripts")
class FormCorpusTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @TempDir
    private Path directory;

    static List<CorpusFile> files() {
        return CorpusFile.all();
    }

    /** Variables that look as if they held something are set. */
    private static @Nullable String variable(String name) {
        return name.matches(".*(KEY|TOKEN|SECRET|_ID|_USER)") ? "<" + name + ">" : null;
    }

    private static ConfigFile.Content read(Path file, @Nullable ConfigForm form) {
        return new ConfigFile(file, FormCorpusTest::variable).form(form).read();
    }

    /** The proposed standard looks like our own form, and has no place of its own. */
    private static @Nullable ConfigForm forced(CorpusFile file) {
        return file.form().files().isEmpty() ? file.form() : null;
    }

    private static TransportFactory factory(List<InputDefinition> inputs) {
        return new TransportFactory(sources(inputs), null, null);
    }

    private static VariableSources sources(List<InputDefinition> inputs) {
        return VariableSources.builder()
                .environment(FormCorpusTest::variable)
                .inputs(inputs)
                .asker((input, server) -> Mono.just(
                        input.options().isEmpty()
                                ? "answer-" + input.id()
                                : input.options().get(0)))
                .secrets(name -> Mono.just("<secret " + name + ">"))
                .build();
    }

    @Test
    void everyFormHasThreeFiles() {
        Map<String, Long> counts = files().stream()
                .collect(Collectors.groupingBy(file -> file.form().id(), Collectors.counting()));

        assertThat(counts.keySet()).isEqualTo(ConfigForms.all().keySet());
        assertThat(counts.values()).allMatch(count -> count >= 3);
    }

    // -- what they mean

    @ParameterizedTest
    @MethodSource("files")
    void meansWhatIsExpected(CorpusFile file) throws IOException {
        ConfigFile.Content content = read(file.file(), forced(file));

        assertThat(content.form()).isEqualTo(file.form());
        assertThat(content.warnings()).map(file::neutral).isEqualTo(file.expectedWarnings());
        String meaning = file.neutral(PRETTY.writeValueAsString(meaning(file, content))) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file.golden(), meaning);
        }
        assertThat(meaning).isEqualTo(Files.readString(file.golden()));
    }

    private static ObjectNode meaning(CorpusFile file, ConfigFile.Content content) {
        ObjectNode meaning = NODES.objectNode();
        ConfigForm shape = FormRecognition.of(
                Path.of("/somewhere/else.txt"),
                ConfigDocument.parse(file.text(), file.syntax()).root());
        meaning.put("formByShape", shape == null ? null : shape.id());
        content.notes().forEach(meaning.withArray("/notes")::add);
        content.inputs().forEach(input -> meaning.withArray("/inputs").add(input.toString()));
        ObjectNode servers = meaning.putObject("servers");
        TransportFactory factory = factory(content.inputs());
        for (ServerDefinition server : content.servers()) {
            ObjectNode each = servers.putObject(server.name());
            if (server instanceof ServerDefinition.Invalid invalid) {
                each.put("problem", invalid.place() + ": " + invalid.problem());
                continue;
            }
            List<String> lost = new ArrayList<>();
            each.set("definition", CorpusFile.definition(server, lost));
            assertThat(lost).isEmpty();
            each.set("transport", transport(factory, server));
            FormWriter.Written written = FormWriter.write(server, file.form(), false);
            each.set("written", written.entry());
            written.lost().forEach(each.withArray("/lost")::add);
        }
        return meaning;
    }

    private static ObjectNode transport(TransportFactory factory, ServerDefinition server) {
        ObjectNode shown = NODES.objectNode();
        Transport transport;
        try {
            transport = Objects.requireNonNull(factory.transport(server).block());
        } catch (McpConfigurationException e) {
            return shown.put("problem", e.getMessage());
        }
        AbstractObjectAssert<?, ?> parts = assertThat(transport);
        if (server instanceof ServerDefinition.Stdio) {
            parts.extracting("launch.command").satisfies(command -> shown.put("command", (String) command));
            parts.extracting("launch.arguments")
                    .satisfies(all -> ((List<?>) all)
                            .forEach(each -> shown.withArray("/arguments").add((String) each)));
            parts.extracting("launch.environment").satisfies(all -> object(shown, "environment", all));
            parts.extracting("launch.workingDirectory").satisfies(path -> {
                if (path != null) {
                    shown.put("directory", path.toString());
                }
            });
        } else {
            parts.extracting("recipe.url").satisfies(url -> shown.put("url", ((URI) url).toString()));
            parts.extracting("recipe.kind").satisfies(kind -> shown.put("kind", ((HttpKind) kind).name()));
            parts.extracting("recipe.headers").satisfies(all -> object(shown, "headers", all));
        }
        return shown;
    }

    private static void object(ObjectNode shown, String key, Object all) {
        if (!((Map<?, ?>) all).isEmpty()) {
            ObjectNode object = shown.putObject(key);
            new TreeMap<>((Map<?, ?>) all).forEach((name, value) -> object.put((String) name, (String) value));
        }
    }

    // -- written and read again

    @ParameterizedTest
    @MethodSource("files")
    void comesBackFromItsOwnForm(CorpusFile file) throws IOException {
        for (ServerDefinition each : read(file.file(), forced(file)).servers()) {
            if (each instanceof ServerDefinition.Invalid) {
                continue;
            }
            // it is alone in its new file
            ServerDefinition server = each.with(options -> options.dependsOn(Set.of()));
            FormWriter.Written written = FormWriter.write(server, file.form(), false);
            ServerDefinition back = only(file, server, written);
            if (written.lost().isEmpty()) {
                assertThat(CorpusFile.canonical(back)).as("%s", written).isEqualTo(CorpusFile.canonical(server));
            } else {
                assertThat(CorpusFile.canonical(back))
                        .as("nothing is lost, whatever it says: %s", written)
                        .isNotEqualTo(CorpusFile.canonical(server));
            }
        }
    }

    /** Written into an empty file. */
    private ServerDefinition only(CorpusFile file, ServerDefinition server, FormWriter.Written written)
            throws IOException {
        FormRoot root = FormWriter.root(file.form(), server);
        Path copy = write(
                CorpusFile.add(DocumentEditor.of("", file.syntax()), root, file.form(), server.name(), written.entry())
                        .text(),
                file.syntax());
        ConfigFile.Content content = read(copy, file.form());
        assertThat(content.warnings()).isEmpty();
        assertThat(content.servers()).hasSize(1);
        return content.servers().get(0);
    }

    @ParameterizedTest
    @MethodSource("files")
    void oneMoreServerChangesNoOther(CorpusFile file) throws IOException {
        ConfigFile.Content before = read(file.file(), file.form());
        ServerDefinition more = ServerDefinition.stdio("one-more", "more-server", "a b", "1.10", "#x: y");
        ConfigDocument document = ConfigDocument.parse(file.text(), file.syntax());
        FormRoot root = FormRecognition.places(file.form(), document.root()).stream()
                .filter(place -> place.layout() == FormRoot.Layout.MAP || !"sse".equals(place.type()))
                .filter(place -> !"streamable-http".equals(place.type()))
                .findFirst()
                .orElse(FormWriter.root(file.form(), more));
        FormWriter.Written written = FormWriter.write(more, file.form(), false);
        String text = CorpusFile.add(DocumentEditor.of(document), root, file.form(), more.name(), written.entry())
                .text();
        ConfigFile.Content after = read(write(text, file.syntax()), file.form());

        assertThat(comments(text)).containsAll(comments(file.text()));
        Map<String, JsonNode> expected = new LinkedHashMap<>();
        before.servers().forEach(server -> expected.put(server.name(), said(server)));
        if (file.form().shared().contains("tools") && document.root().has("tools")) {
            // the new one is not among the tools of the agent
            expected.put("one-more", said(after.servers().get(after.servers().size() - 1)));
        } else if (onList(document, file.form())) {
            expected.put("one-more", said(more.with(options -> options.disabled("a list"))));
        } else {
            expected.put("one-more", said(more));
        }
        Map<String, JsonNode> found = new LinkedHashMap<>();
        after.servers().forEach(server -> found.put(server.name(), said(server)));
        assertThat(found).containsExactlyInAnyOrderEntriesOf(expected);
    }

    private static boolean onList(ConfigDocument document, ConfigForm form) {
        return form.onLists().stream()
                .anyMatch(list -> !document.root().at("/" + list).isEmpty());
    }

    private static List<String> comments(String text) {
        return text.lines().filter(line -> line.matches("\\s*(//|#|/\\*).*")).toList();
    }

    private static JsonNode said(ServerDefinition server) {
        return server instanceof ServerDefinition.Invalid ? NODES.stringNode("invalid") : CorpusFile.canonical(server);
    }

    private Path write(String text, ConfigSyntax syntax) throws IOException {
        Path copy = directory.resolve("copy." + syntax.name().toLowerCase(java.util.Locale.ROOT));
        Files.writeString(copy, text);
        return copy;
    }

    // -- started

    @ParameterizedTest
    @MethodSource("files")
    void startsAFakeServer(CorpusFile file) throws IOException {
        ConfigFile.Content content = read(file.file(), forced(file));
        TransportFactory factory = factory(content.inputs());
        Map<ServerDefinition.Stdio, Path> started = new LinkedHashMap<>();
        HostConfig.Builder config = HostConfig.builder()
                .variables(sources -> sources(content.inputs()).mutate());
        for (ServerDefinition server : content.servers()) {
            if (server instanceof ServerDefinition.Stdio stdio
                    && !transport(factory, server).has("problem")) {
                Path place = Files.createDirectories(directory.resolve("server" + started.size()));
                config.server(fake(stdio, place));
                started.put(stdio, place);
            }
        }
        McpHost.useOne(config.build(), host -> Mono.just(host)).block(Duration.ofSeconds(60));

        for (Map.Entry<ServerDefinition.Stdio, Path> each : started.entrySet()) {
            ObjectNode expected = transport(factory, each.getKey());
            assertThat(texts(each.getValue().resolve("args"))).isEqualTo(strings(expected.path("arguments")));
            List<String> environment = texts(each.getValue().resolve("env"));
            expected.path("environment")
                    .forEachEntry((name, value) -> assertThat(environment).contains(name + "=" + value.stringValue()));
            assertThat(Files.readString(each.getValue().resolve("cwd")).strip())
                    .isEqualTo((expected.has("directory") ? each.getValue() : Path.of(""))
                            .toRealPath()
                            .toString());
        }
    }

    /** The same server with another program, and with a directory that exists. */
    private static ServerDefinition fake(ServerDefinition.Stdio server, Path place) throws IOException {
        Path script = place.resolve("server.sh");
        try (InputStream in = Objects.requireNonNull(FormCorpusTest.class.getResourceAsStream("/fake-server.sh"))) {
            Files.copy(in, script);
        }
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return new ServerDefinition.Stdio(
                server.name(),
                Template.literal(script.toString()),
                server.arguments(),
                server.environment(),
                server.environmentFile(),
                server.workingDirectory() == null ? null : Template.literal(place.toString()),
                server.baseDirectory(),
                server.stdio()
                        .mutate()
                        .sandbox(dev.mcpflux.transport.stdio.sandbox.SandboxOptions.defaults())
                        .build(),
                ServerOptions.builder().required(true).build());
    }

    private static List<String> texts(Path file) {
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            List<String> texts = new ArrayList<>(List.of(text.split("\0", -1)));
            texts.remove(texts.size() - 1);
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(each -> strings.add(each.stringValue()));
        return strings;
    }
}
