package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpOptions;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

class ServerDefinitionTest {

    private static final String SECRET = "s3cr3t";

    // -- names of servers

    @ParameterizedTest
    @ValueSource(strings = {"a", "files", "my files", "a_b", "_a", "a-b.c/d:e", "Übersicht", "東京", "1"})
    void acceptsNames(String name) {
        assertThat(ServerNames.problem(name)).isNull();
        assertThat(ServerDefinition.stdio(name, "not-started").name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''       | is empty
            ' '      | is empty
            a__b     | contains '__'
            __       | contains '__'
            a___b    | contains '__'
            __a      | contains '__'
            a__      | contains '__'
            """)
    void refusesNames(String name, String problem) {
        assertThat(ServerNames.problem(name)).startsWith(problem.strip());
        assertThatExceptionOfType(McpConfigurationException.class)
                .isThrownBy(() -> ServerDefinition.stdio(name, "not-started"))
                .withMessageStartingWith("the name of server '" + name + "' ")
                .withMessageContaining(problem.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a\nb", "a\u0000", "\u007f", "a\u0085b", "\u001b[31m"})
    void refusesControlCharacters(String name) {
        assertThat(ServerNames.problem(name)).isEqualTo("contains a control character or an invisible one");
    }

    /** What routes a call relies on: the first separator of a qualified name ends the name of the server. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "a_b", "_a", "_", "a_", "a_b_", "a__b"})
    void aNameThatIsAcceptedEndsAtTheFirstSeparator(String name) {
        boolean refused = ServerNames.problem(name) != null;
        int end = (name + ServerDefinition.NAME_SEPARATOR + "tool").indexOf(ServerDefinition.NAME_SEPARATOR);

        assertThat(refused || end == name.length())
                .as("'%s' is refused, or its tools can be reached", name)
                .isTrue();
    }

    // -- options

    @Test
    void mutatedOptionsKeepTheOthers() {
        RequestOptions limits = RequestOptions.within(Duration.ofSeconds(3));

        ServerOptions options = ServerOptions.builder()
                .request(limits)
                .startTimeout(Duration.ofSeconds(2))
                .required(true)
                .build();

        ServerOptions optional = options.mutate().required(false).build();
        assertThat(optional.required()).isFalse();
        assertThat(optional.request()).isEqualTo(limits);
        assertThat(optional.startTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(optional.mutate().required(true).build()).isEqualTo(options);
    }

    @Test
    void sourcesOfLimitsDoNotCount() {
        RequestOptions limits = RequestOptions.within(Duration.ofSeconds(3));
        ServerOptions options = ServerOptions.builder()
                .startTimeout(Duration.ofSeconds(2), "line 1")
                .request(limits.mutate().source("line 1").build())
                .disabled("line 1")
                .build();

        assertThat(options)
                .isEqualTo(options.mutate()
                        .startTimeout(Duration.ofSeconds(2), "line 2")
                        .request(limits.mutate().source("line 2").build())
                        .disabled("line 2")
                        .build())
                .hasSameHashCodeAs(options.mutate().disabled("line 2").build())
                .isNotEqualTo(options.mutate().disabled(null).build())
                .isNotEqualTo(
                        options.mutate().startTimeout(Duration.ofSeconds(3)).build());
    }

    @Test
    void everyKindTakesOptions() {
        Transport transport = StdioTransport.builder("a", "not-started").build();
        List<ServerDefinition> kinds = List.of(
                ServerDefinition.stdio("a", "not-started"),
                ServerDefinition.http("a", "http://localhost/"),
                ServerDefinition.of(transport),
                new ServerDefinition.Invalid("a", "wrong", null, ServerOptions.defaults()));

        assertThat(kinds).extracting(ServerDefinition::remote).containsExactly(false, true, false, false);
        assertThat(kinds).allSatisfy(server -> {
            ServerDefinition required = server.with(o -> o.required(true));
            assertThat(required.options().required()).isTrue();
            assertThat(required).isNotEqualTo(server).hasSameClassAs(server);
            assertThat(required.with(o -> o.required(false))).isEqualTo(server);
            assertThat(server.name()).isEqualTo("a");
        });
    }

    @Test
    void aServerHasATransport() {
        assertThatNullPointerException().isThrownBy(() -> ServerDefinition.of(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void aStartTakesTime(Duration limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerOptions.builder().startTimeout(limit).build())
                .withMessageContaining("startTimeout");
    }

    // -- secrets

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://example.org/s3cr3t?key=s3cr3t     | https://example.org
            https://s3cr3t@example.org/               | no URL
            https://h:s3cr3t/                         | no URL
            s3cr3t                                    | no URL
            https://${HOST}/s3cr3t                    | https://${HOST}
            https://${HOST:-a.org}:80/s3cr3t?s3cr3t   | https://${HOST:-a.org}:80
            https://${USER}:s3cr3t@example.org/       | https://example.org
            https://${HOST}:s3cr3t/                   | a URL with variables
            ${URL}?s3cr3t                             | a URL with variables
            """)
    void originsShowNoSecret(String url, String origin) {
        ServerDefinition.Http server = new ServerDefinition.Http(
                "a",
                Template.of(url),
                HttpKind.AUTO,
                Map.of(),
                null,
                ServerAuthorization.unspecified(),
                HttpOptions.defaults(),
                ServerOptions.defaults());

        assertThat(server.origin()).isEqualTo(origin);
        assertThat(server.toString()).contains(origin).doesNotContain(SECRET);
    }

    @Test
    void argumentsAndValuesAreShownNowhere() {
        ServerDefinition.Stdio server = ServerDefinition.stdio("a", "npx", "--key=" + SECRET)
                .withEnvironment(Map.of("KEY", Template.literal(SECRET)));

        assertThat(server).hasToString("Stdio[a: npx, 1 arguments, 1 variables, " + server.options() + "]");
        assertThat(server.commandLine()).containsExactly("npx", "--key=${KEY}");
    }

    @Test
    void headersAreCountedOnly() {
        ServerDefinition.Http server =
                ServerDefinition.http("a", "http://h/").withHeader("Authorization", Template.of("Bearer " + SECRET));

        assertThat(server.toString()).contains("1 headers").doesNotContain(SECRET);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.withHeader("X", Template.of(SECRET + "\n")))
                .withMessageNotContaining(SECRET);
    }

    // -- variables

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "${NAME}", "$${NAME}", "$$${NAME", "a ${X:-${Y}} $"})
    void aLiteralStaysAsItIs(String text) {
        Template template = Template.literal(text);

        assertThat(template.resolve(name -> "replaced")).isEqualTo(text);
        assertThat(template.plain()).isEqualTo(text);
        assertThat(template.hasVariables()).isFalse();
    }

    @Test
    void variablesAreResolvedAtEachStart() {
        Map<String, String> variables = new HashMap<>();
        ServerDefinition server =
                ServerDefinition.stdio("a", "not-started").withEnvironment(Map.of("TOKEN", Template.of("${TOKEN}")));
        TransportFactory factory = new TransportFactory(variables::get, null, null);
        Function<String, Transport> start = token -> {
            variables.put("TOKEN", token);
            return factory.transport(server).block();
        };

        StepVerifier.create(factory.transport(server))
                .verifyErrorMessage("server 'a': the environment variable TOKEN is not set");
        assertThat(start.apply("one")).extracting("launch.environment").isEqualTo(Map.of("TOKEN", "one"));
        assertThat(start.apply("two")).extracting("launch.environment").isEqualTo(Map.of("TOKEN", "two"));
    }
}
