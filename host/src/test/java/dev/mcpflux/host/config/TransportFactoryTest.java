package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.variable.InputAsker;
import dev.mcpflux.host.variable.VariableSources;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.internal.Masker;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a transport is made of: values of variables, wherever they come from. */
class TransportFactoryTest {

    private static final String SECRET = "s3cr3t-value";

    @TempDir
    private Path directory;

    private final TransportFactory factory = new TransportFactory(
            VariableSources.builder()
                    .environment(Map.of("NAME", "one", "FILE", "other.env")::get)
                    .asker(InputAsker.of(Map.of("key", SECRET)))
                    .secrets(name -> Mono.just("secret of " + name))
                    .build(),
            null,
            null);

    private ConfigPlace place;

    @BeforeEach
    void place() {
        place = new ConfigPlace(directory.resolve("mcp.json"), 7, 0, "/mcpServers/a/envFile");
    }

    private ServerDefinition.Stdio server(Map<String, Template> environment) {
        return new ServerDefinition.Stdio(
                "a",
                Template.of("server"),
                List.of(),
                environment,
                null,
                directory,
                StdioOptions.defaults(),
                ServerOptions.defaults());
    }

    private ServerDefinition.Stdio withFile(String path) {
        return server(Map.of("OWN", Template.of("own"), "BOTH", Template.of("entry")))
                .withEnvironmentFile(Template.of(path, place, VariableStyle.MCPFLUX));
    }

    private Transport transport(ServerDefinition server) {
        Transport transport = factory.transport(server).block();
        assertThat(transport).isNotNull();
        return transport;
    }

    // -- variables

    @Test
    void variablesAreOfTheStyleOfTheirTemplate() {
        assertThat(transport(server(Map.of(
                        "A", Template.of("$NAME", null, VariableStyle.GEMINI),
                        "B", Template.of("$NAME", null, VariableStyle.CLAUDE),
                        "C", Template.of("${NAME}", null, VariableStyle.VSCODE),
                        "D", Template.of("{key}${NAME}")))))
                .extracting("launch.environment")
                .isEqualTo(Map.of("A", "one", "B", "$NAME", "C", "${NAME}", "D", "{key}one"));
    }

    @Test
    void templatesDifferByTheirStyle() {
        Template gemini = Template.of("$NAME", null, VariableStyle.GEMINI);

        assertThat(gemini)
                .isEqualTo(Template.of("$NAME", place, VariableStyle.GEMINI))
                .hasSameHashCodeAs(Template.of("$NAME", place, VariableStyle.GEMINI))
                .isNotEqualTo(Template.of("$NAME"));
        assertThat(gemini.hasVariables()).isTrue();
        assertThat(Template.of("$NAME").hasVariables()).isFalse();
        assertThat(gemini.resolve(Map.of("NAME", "x")::get)).isEqualTo("x");
    }

    @Test
    void valuesAreMaskedFromThenOn() {
        Transport stdio = transport(server(Map.of())
                .withEnvironment(Map.of("K", Template.of("${input:key}", null, VariableStyle.PROPOSED))));
        Transport http = transport(
                ServerDefinition.http("h", "http://localhost/").withHeader("X", Template.of("${secret:s} ${NAME}")));

        assertThat(stdio).extracting("launch.masked").isEqualTo(Map.of("input:key", SECRET));
        assertThat(stdio.toString()).doesNotContain(SECRET);
        assertThat(http.toString()).doesNotContain("secret of s");
        assertThat(http)
                .extracting("recipe.masker", InstanceOfAssertFactories.type(Masker.class))
                .extracting(masker -> masker.mask("it is secret of s"))
                .isEqualTo("it is ${secret:s}");
    }

    // -- the file of variables

    @Test
    void variablesOfAFileStandBelowThoseOfTheEntry() throws IOException {
        Files.writeString(directory.resolve("my.env"), "BOTH=file\nexport MORE='a b'\n");

        assertThat(transport(withFile("my.env")))
                .extracting("launch.environment")
                .isEqualTo(Map.of("OWN", "own", "BOTH", "entry", "MORE", "a b"));
    }

    @Test
    void theFileIsReadForEachStart() throws IOException {
        Mono<Transport> start = factory.transport(withFile("${FILE}"));
        List<Object> seen = new ArrayList<>();

        for (String value : List.of("1", "2")) {
            Files.writeString(directory.resolve("other.env"), "MORE=" + value);
            assertThat(start.block()).extracting("launch.environment.MORE").satisfies(seen::add);
        }

        assertThat(seen).containsExactly("1", "2");
    }

    @Test
    void aMistakeInTheFileNamesItsLine() throws IOException {
        Files.writeString(directory.resolve("my.env"), "A=1\n" + SECRET + "\n");

        StepVerifier.create(factory.transport(withFile("my.env")))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .hasMessage("server 'a': " + directory.resolve("mcp.json")
                                + ", line 7, /mcpServers/a/envFile: the file " + directory.resolve("my.env")
                                + ", line 2: expected NAME=value"));
        StepVerifier.create(factory.transport(withFile("absent.env")))
                .verifyErrorSatisfies(
                        e -> assertThat(e).hasMessageEndingWith("there is no file " + directory.resolve("absent.env")));
    }

    @Test
    void theFileIsPartOfTheDefinition() {
        assertThat(withFile("a")).isEqualTo(withFile("a")).isNotEqualTo(withFile("b"));
        assertThat(withFile("a").withEnvironment(Map.of()).environmentFile()).isEqualTo(Template.of("a"));
        assertThat(withFile("a").with(options -> options.required(true)).environmentFile())
                .isEqualTo(Template.of("a"));
        assertThat(withFile("a").withStdio(StdioOptions.defaults())).isEqualTo(withFile("a"));
    }
}
