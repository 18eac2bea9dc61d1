package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.config.document.DocumentEditor;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.ConfigSchema;
import dev.mcpflux.host.config.form.FormRecognition;
import dev.mcpflux.host.config.form.FormRoot;
import dev.mcpflux.host.variable.InputDefinition;
import dev.mcpflux.schema.JsonSchemaValidator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Any server, written in the form of any client and read again, is the same server, or what is lost is named. */
class FormRoundTripTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @TempDir
    private Path directory;

    private final Random random = new Random(4711);

    private int files;
    private Path file = Path.of("none");

    /** Whether the next server has only what most clients know. */
    private boolean plain;

    static Stream<ConfigForm> forms() {
        return ConfigForms.all().values().stream();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void comesBackOrSaysWhatIsLost(ConfigForm form) {
        int whole = 0;
        for (int i = 0; i < 60; i++) {
            ServerDefinition server = random(i);
            FormWriter.Written written = FormWriter.write(server, form, false);
            ServerDefinition back = read(form, server, written);
            assertThat(back).as("%s%n%s", canonical(server), written).isNotInstanceOf(ServerDefinition.Invalid.class);
            if (written.lost().isEmpty()) {
                whole++;
                assertThat(canonical(back)).as("%s", written).isEqualTo(canonical(server));
            }
        }
        assertThat(whole).as("servers that the form can express").isPositive();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void ourOwnKeysKeepWhatTheFormCannotSay(ConfigForm form) {
        for (int i = 0; i < 60; i++) {
            ServerDefinition server = random(i);
            FormWriter.Written written = FormWriter.write(server, form, true);
            assertThat(written.lost())
                    .allMatch(lost -> lost.startsWith("the variables of") || lost.startsWith("that "));
            if (written.lost().isEmpty()) {
                assertThat(canonical(read(form, server, written)))
                        .as("%s", written)
                        .isEqualTo(canonical(server));
            }
        }
    }

    /** In the syntax of the client, in a file of its own. */
    private ServerDefinition read(ConfigForm form, ServerDefinition server, FormWriter.Written written) {
        ConfigSyntax syntax = FormMistakesTest.syntax(form);
        String text = CorpusFile.add(
                        DocumentEditor.of("", syntax),
                        FormWriter.root(form, server),
                        form,
                        server.name(),
                        written.entry())
                .text();
        ConfigFile.Content content = content(text, form, syntax);
        assertThat(content.warnings())
                .as("%s", written)
                .filteredOn(warning -> !warning.contains("it is taken literally"))
                .isEmpty();
        assertThat(content.servers()).as("%s", written).hasSize(1);
        return content.servers().get(0);
    }

    /** Beside others, with comments around. */
    @ParameterizedTest
    @MethodSource("dev.mcpflux.host.config.FormCorpusTest#files")
    void comesBackFromAFileOfSomebody(CorpusFile file) {
        ConfigDocument document = ConfigDocument.parse(file.text(), file.syntax());
        for (int i = 0; i < 6; i++) {
            ServerDefinition server = random(i);
            FormWriter.Written written = FormWriter.write(server, file.form(), true);
            FormRoot root = FormRecognition.places(file.form(), document.root()).stream()
                    .filter(place -> Objects.equals(
                            place.type(), FormWriter.root(file.form(), server).type()))
                    .findFirst()
                    .orElse(FormWriter.root(file.form(), server));
            String text = CorpusFile.add(DocumentEditor.of(document), root, file.form(), server.name(), written.entry())
                    .text();
            List<ServerDefinition> all =
                    content(text, file.form(), file.syntax()).servers();
            boolean alone = file.form().shared().stream().noneMatch(document.root()::has)
                    && file.form().onLists().stream()
                            .allMatch(list -> document.root().at("/" + list).isEmpty());
            if (written.lost().isEmpty() && alone) {
                // OpenHands has no names for remote servers
                boolean named = root.type() == null || root.type().equals("stdio");
                assertThat(all)
                        .filteredOn(each -> !named || each.name().equals(server.name()))
                        .filteredOn(each -> !(each instanceof ServerDefinition.Invalid))
                        .as("%s", text)
                        .map(FormRoundTripTest::canonical)
                        .contains(canonical(server));
            }
        }
    }

    @Test
    void theSchemaAcceptsAnyServer() {
        JsonSchemaValidator validator = JsonSchemaValidator.create();
        ObjectNode schema = ConfigSchema.schema();
        for (int i = 0; i < 200; i++) {
            ObjectNode file = NODES.objectNode();
            file.putObject("mcpServers").set("a", canonical(random(i)));

            assertThat(validator.validate(schema, file).block()).as("%s", file).isEmpty();
        }
    }

    @Test
    void inputsComeBack() {
        for (int i = 0; i < 60; i++) {
            Path next = directory.resolve("servers" + files + ".json");
            List<InputDefinition> inputs = new ArrayList<>();
            for (int n = random.nextInt(4); n >= 0; n--) {
                inputs.add(input("id" + n, next));
            }
            ObjectNode root = NODES.objectNode();
            root.set("inputs", FormWriter.inputs(inputs));
            root.putObject("mcpServers").putObject("a").put("command", "b");
            ConfigFile.Content content = content(root.toString(), ConfigForms.MCPFLUX);

            assertThat(content.warnings()).isEmpty();
            assertThat(content.inputs()).isEqualTo(inputs);
        }
    }

    private InputDefinition input(String id, Path file) {
        InputDefinition.Kind kind = InputDefinition.Kind.values()[random.nextInt(3)];
        boolean choice = kind == InputDefinition.Kind.PICK_STRING;
        return new InputDefinition(
                id,
                kind,
                random.nextBoolean() ? "what: \"" + id + "\"" : null,
                random.nextBoolean() ? "one" : null,
                random.nextBoolean(),
                choice ? List.of("one", "two words") : List.of(),
                kind == InputDefinition.Kind.COMMAND ? List.of("run", "a b", "") : List.of(),
                file);
    }

    private ConfigFile.Content content(String text, ConfigForm form) {
        return content(text, form, ConfigSyntax.JSON);
    }

    private ConfigFile.Content content(String text, ConfigForm form, ConfigSyntax syntax) {
        // a new file each time, since some file systems wait for the disk when one is written over
        file = directory.resolve("servers" + files++ + "." + syntax.name().toLowerCase(Locale.ROOT));
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ConfigFile(file, variable -> null).form(form).read();
    }

    private static JsonNode canonical(ServerDefinition server) {
        List<String> lost = new ArrayList<>();
        CorpusFile.definition(server, lost);
        assertThat(lost).isEmpty();
        return CorpusFile.canonical(server);
    }

    // -- random servers

    private ServerDefinition random(int index) {
        ObjectNode entry = NODES.objectNode();
        plain = index % 3 == 0;
        boolean remote = random.nextBoolean();
        if (remote) {
            entry.put("url", oneOf("https://example.org/mcp", "http://localhost:1/${PATH_OF_IT}", "https://h/sse"));
            maybe(() -> entry.put("type", oneOf("http", "streamable-http", "sse")));
            maybe(() -> entry.set("headers", headers()));
            maybe(() -> entry.put("auth", oneOf("none", "oauth")));
            if (!entry.has("auth")) {
                maybe(() -> entry.set(
                        "oauth", NODES.objectNode().put("clientId", "id").put("scopes", "a b")));
            }
        } else {
            entry.put("command", oneOf("npx", "./run", "${HOME}/bin/x", "C:\\x\\y.exe"));
            maybe(() -> {
                var args = entry.putArray("args");
                for (int i = random.nextInt(4); i >= 0; i--) {
                    args.add(oneOf("-y", "", "a b", "--key=${KEY}", "$${NOT}", "ünï", "1.10", "${X:-y}", "${input:i}"));
                }
            });
            maybe(() -> entry.set(
                    "env", NODES.objectNode().put("A", oneOf("b", "${A}", "")).put("TOKEN", text())));
            maybe(() -> entry.put("cwd", oneOf(".", "sub/dir", "/tmp")));
            maybe(() -> entry.put("envFile", ".env"));
            seldom(() -> entry.put("inheritEnv", false));
            seldom(() -> entry.putArray("inheritEnv").add("AWS_*").add(oneOf("KUBECONFIG", "$${X}")));
            seldom(() -> entry.set("sandbox", sandbox()));
        }
        seldom(() -> entry.put("disabled", true));
        seldom(() -> entry.put("required", true));
        seldom(() -> entry.put("timeout", oneOf("1500ms", "2s", "10m")));
        seldom(() -> entry.put("startTimeout", oneOf("250ms", "5s")));
        seldom(() -> entry.put("lazy", true));
        seldom(() -> entry.put("idleTimeout", "5m"));
        seldom(() -> entry.put("restart", "never"));
        seldom(() ->
                entry.set("restart", NODES.objectNode().put("maxRestarts", 3).put("jitter", 0.5)));
        seldom(() ->
                entry.set("limits", NODES.objectNode().put("maxInFlight", 4).put("rate", 2)));
        seldom(() -> entry.set("toolTimeouts", NODES.objectNode().put("export", "10m")));
        seldom(() -> entry.put("era", oneOf("modern", "legacy")));
        seldom(() -> entry.set("tools", tools()));
        seldom(() -> entry.set("policy", policy()));
        ConfigFile.Content content = content(
                NODES.objectNode()
                        .set("mcpServers", NODES.objectNode().set("server" + index, entry))
                        .toString(),
                ConfigForms.MCPFLUX);
        ServerDefinition server = content.servers().get(0);
        assertThat(server).as("%s", entry).isNotInstanceOf(ServerDefinition.Invalid.class);
        return server;
    }

    private ObjectNode headers() {
        ObjectNode headers = NODES.objectNode();
        maybe(() -> headers.put("Authorization", oneOf("Bearer ${TOKEN}", "Bearer abc", "Basic eHg=")));
        maybe(() -> headers.put("X-Team", oneOf("a", "${TEAM}", "")));
        headers.put("X-More", text());
        return headers;
    }

    private ObjectNode tools() {
        ObjectNode tools = NODES.objectNode();
        maybe(() -> tools.putArray("include").add("read").add(oneOf("list", "get_*")));
        maybe(() -> tools.putArray("exclude").add("delete"));
        maybe(() -> tools.putObject("rename").put("read", "fetch/it"));
        return tools;
    }

    private JsonNode policy() {
        if (random.nextBoolean()) {
            return NODES.stringNode(oneOf("ask", "deny", "rehearse", "ask-if-possible"));
        }
        ObjectNode policy = NODES.objectNode();
        maybe(() -> policy.put("otherwise", oneOf("ask", "ask-if-possible", "allow")));
        policy.putObject("tools").put("read", "allow").put(oneOf("list", "x*"), oneOf("allow", "ask", "deny"));
        return policy;
    }

    private JsonNode sandbox() {
        ObjectNode sandbox = NODES.objectNode();
        seldom(() -> sandbox.put("enabled", false));
        maybe(() -> {
            ObjectNode files = sandbox.putObject("filesystem");
            maybe(() -> files.putArray("allowWrite").add(oneOf("data", "~/x", "$${odd}")));
            maybe(() -> files.putArray("denyRead").add("secret"));
            seldom(() -> files.putArray("allowRead").add("/srv"));
            seldom(() -> files.putArray("denyWrite").add(".git").add(".hg"));
        });
        maybe(() -> sandbox.put("network", random.nextBoolean()));
        if (!sandbox.has("network")) {
            maybe(() -> {
                ObjectNode network = sandbox.putObject("network").put("allow", true);
                maybe(() -> network.putArray("allowedDomains").add("a.example"));
                maybe(() -> network.putArray("deniedDomains").add("*.b.example"));
            });
        }
        seldom(() -> sandbox.put("memory", "512m"));
        seldom(() -> sandbox.put("processes", 20));
        seldom(() -> sandbox.put("cpuTime", "90s"));
        return sandbox.isEmpty() ? NODES.booleanNode(random.nextBoolean()) : sandbox;
    }

    private String text() {
        return oneOf("x", "${VAR}", "${env:VAR}", "a${B}c${D}", "{env:LITERAL}", "$DOLLAR", "%P%", "${secret:s}");
    }

    private String oneOf(String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    private void maybe(Runnable change) {
        if (random.nextBoolean()) {
            change.run();
        }
    }

    private void seldom(Runnable change) {
        if (!plain && random.nextInt(8) == 0) {
            change.run();
        }
    }
}
