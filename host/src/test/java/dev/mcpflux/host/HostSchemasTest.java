package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.validation.SchemaValidator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Whether a host checks results against schemas does not depend on how its session options are given. */
class HostSchemasTest {

    private static final SchemaValidator OWN = (schema, value) -> Mono.just(List.of("/n: mine"));

    private static Map<String, UnaryOperator<HostConfig.Builder>> checking() {
        return Map.of(
                "nothing said", config -> config,
                "options", config -> config.session(SessionOptions.defaults()),
                "a change", config -> config.session(options -> options.maxRounds(3)),
                "a change, then options",
                        config -> config.session(options -> options.maxRounds(3))
                                .session(SessionOptions.builder().build()),
                "options, then a change",
                        config -> config.session(SessionOptions.defaults()).session(options -> options.maxRounds(3)),
                "options that were changed",
                        config -> config.session(SessionOptions.builder()
                                .startTimeout(SessionOptions.DEFAULT_START_TIMEOUT)
                                .build()),
                "the options of a host",
                        config -> config.session(HostConfig.builder().build().session()),
                "a host that was changed", config -> config.build().mutate().maxConcurrentStarts(2),
                "on again after off",
                        config -> config.session(SessionOptions.Builder::withoutSchemas)
                                .session(SessionOptions.defaults()));
    }

    private static Map<String, UnaryOperator<HostConfig.Builder>> unchecked() {
        return Map.of(
                "options without",
                        config -> config.session(
                                SessionOptions.builder().withoutSchemas().build()),
                "a change to none", config -> config.session(SessionOptions.Builder::withoutSchemas),
                "a change to null", config -> config.session(options -> options.schemas(null)),
                "none, then another change",
                        config -> config.session(SessionOptions.Builder::withoutSchemas)
                                .session(options -> options.maxRounds(3)),
                "none in a host that was changed",
                        config -> config.session(SessionOptions.Builder::withoutSchemas)
                                .build()
                                .mutate()
                                .maxConcurrentStarts(2));
    }

    private static List<String> checkingNames() {
        return checking().keySet().stream().sorted().toList();
    }

    private static List<String> uncheckedNames() {
        return unchecked().keySet().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("checkingNames")
    void refusesAWrongResultWith(String way) {
        StepVerifier.create(call(checking().get(way)))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpValidationException.class)
                        .hasMessageContaining("/n: must be of type integer"));
    }

    @ParameterizedTest
    @MethodSource("uncheckedNames")
    void takesAWrongResultWith(String way) {
        StepVerifier.create(call(unchecked().get(way)))
                .expectNext("not a number")
                .verifyComplete();
    }

    @ParameterizedTest
    @MethodSource("uncheckedNames")
    void aValidatorOfOnesOwnStandsAbove(String way) {
        StepVerifier.create(call(config -> unchecked().get(way).apply(config).session(options -> options.schemas(OWN))))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("/n: mine"));
    }

    private static Mono<String> call(UnaryOperator<HostConfig.Builder> way) {
        ScriptedPeer peer =
                ScriptedPeer.named("a").handshake().always("tools/list", """
                        {"tools": [{"name": "count", "inputSchema": {"type": "object"}, "outputSchema":
                          {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}]}
                        """).always("tools/call", """
                        {"content": [], "structuredContent": {"n": "not a number"}}
                        """);
        HostConfig config =
                way.apply(HostConfig.builder().server(peer.transport())).build();
        return McpHost.use(
                        config,
                        host -> host.callTool("a__count", null)
                                .map(result ->
                                        result.structuredContent().path("n").asString()))
                .next();
    }
}
