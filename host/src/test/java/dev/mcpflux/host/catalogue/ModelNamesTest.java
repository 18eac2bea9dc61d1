package dev.mcpflux.host.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class ModelNamesTest {

    private static final Pattern ACCEPTED = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    @ParameterizedTest
    @ValueSource(strings = {"files__read", "a__b__c", "a___b", "a__x-y_z", "a__b_", "0__1"})
    void whatIsAcceptedStays(String qualified) {
        assertThat(ModelNames.of(qualified)).isEqualTo(qualified);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Internet Search (Tavily)__find it | Internet_Search_Tavily_find_it_
            io.github.some-user/files__ok     | io_github_some-user_files_ok_
            my__admin.tools.list              | my_admin_tools_list_
            天气__查询                        | ``
            """, quoteCharacter = '`')
    void anyOtherIsDerived(String qualified, String beginning) {
        assertThat(ModelNames.of(qualified)).matches(Pattern.quote(beginning) + "[0-9a-v]{12}");
    }

    @Test
    void aLongNameIsCutAndStaysUnique() {
        String one = ModelNames.of("files__" + "x".repeat(120));
        String other = ModelNames.of("files__" + "x".repeat(121));

        assertThat(one).matches(ACCEPTED).hasSize(64).isNotEqualTo(other);
        assertThat(ModelNames.of("files__" + "x".repeat(57))).isEqualTo("files__" + "x".repeat(57));
    }

    @Test
    void aNameDependsOnItsToolOnly() {
        // written down: names that models have seen must not change with a release
        assertThat(ModelNames.of("my server__find it")).isEqualTo("my_server_find_it_4raqsfgv9jkc");
    }

    @Test
    void namesOfAnyCharactersAreAcceptedAndUnique() {
        Random random = new Random(12);
        Map<String, String> qualifiedBy = new HashMap<>();
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String qualified = CatalogueEntry.qualify("s" + random.nextInt(3), name(random));
            String model = ModelNames.of(qualified);
            all.add(qualified);

            assertThat(model).matches(ACCEPTED);
            assertThat(qualifiedBy.merge(model, qualified, (a, b) -> a)).isEqualTo(qualified);
        }
        // no name is another tool's qualified name
        qualifiedBy.forEach((model, qualified) ->
                assertThat(model.equals(qualified) || !all.contains(model)).isTrue());
    }

    /** Few different characters, so that names are made alike often; halves of surrogate pairs among them. */
    private static String name(Random random) {
        String characters = "aA0_-. /é天\uD83D\uDE00(";
        StringBuilder name = new StringBuilder();
        for (int length = random.nextInt(random.nextInt(20) == 0 ? 90 : 6); length >= 0; length--) {
            name.append(characters.charAt(random.nextInt(characters.length())));
        }
        return name.toString();
    }

    @Test
    void anotherToolCannotTakeADerivedName() {
        String derived = ModelNames.of("a__find it");

        assertThat(derived).doesNotContain(CatalogueTool.SEPARATOR);
        assertThat(ModelNames.of("a__" + derived)).isEqualTo("a__" + derived).isNotEqualTo(derived);
    }

    @Test
    void everyToolIsCalledByEitherName() {
        List<String> names = List.of(
                "ok",
                "find it",
                "find.it",
                "find_it",
                "查询",
                "x".repeat(120),
                "a__b",
                "a b__c",
                ModelNames.of("my server__find it"));
        Set<String> models = new HashSet<>();
        for (int seed = 0; seed < 3; seed++) {
            List<String> shuffled = new ArrayList<>(names);
            Collections.shuffle(shuffled, new Random(seed));
            List<String> servers = new ArrayList<>(List.of("my server", "my_server", "天气"));
            Collections.shuffle(servers, new Random(seed));
            HostConfig.Builder config = HostConfig.builder();
            servers.forEach(server -> config.server(peer(server, shuffled).transport()));
            StepVerifier.create(McpHost.use(
                            config.build(),
                            host -> host.tools()
                                    .concatMap(tool -> Flux.just(tool.modelName(), tool.name())
                                            .concatMap(name -> host.callTool(name, null)
                                                    .flatMapMany(result -> host.tool(name))
                                                    .doOnNext(found ->
                                                            assertThat(found).isEqualTo(tool))
                                                    .thenMany(host.streamTool(name, null)))
                                            .then(reactor.core.publisher.Mono.fromSupplier(
                                                    () -> models.add(tool.modelName()))))))
                    .expectNextCount((long) names.size() * servers.size())
                    .verifyComplete();
        }
        assertThat(models)
                .hasSize(names.size() * 3)
                .allMatch(model -> ACCEPTED.matcher(model).matches());
    }

    /** A server that fails for a name that is not one of its own. */
    private static ScriptedPeer peer(String server, List<String> names) {
        String tools = JsonMapper.shared()
                .writeValueAsString(names.stream()
                        .map(name -> Map.of("name", name, "inputSchema", Map.of("type", "object")))
                        .toList());
        ScriptedPeer peer = ScriptedPeer.named(server).handshake().always("tools/list", "{\"tools\":" + tools + "}");
        return peer.always("tools/call", "{\"content\":[]}");
    }

    @Test
    void aToolKnowsItsNameForModels() {
        Tool tool = JsonMapper.shared().readValue("{\"name\":\"x y\",\"inputSchema\":{}}", Tool.class);

        assertThat(CatalogueTool.of("a", tool).modelName()).isEqualTo(ModelNames.of("a__x y"));
    }
}
