package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.variable.VariableSources;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueNamesTest {

    // -- how near a name is

    @Test
    void aQualifiedNameJoinsServerAndTool() {
        assertThat(CatalogueEntry.qualify("files", "read")).isEqualTo("files__read");
    }

    // -- a host

    @Test
    void hasDefaults() {
        HostConfig config = HostConfig.builder().build();

        assertThat(config.servers()).isEmpty();
        assertThat(config.warnings()).isEmpty();
        assertThat(config.startup()).isEqualTo(HostConfig.Startup.SETTLED);
        assertThat(config.maxConcurrentStarts()).isEqualTo(32);
        assertThat(config.closeTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.session().request())
                .isEqualTo(SessionOptions.defaults().request());
    }

    @Test
    void ofTakesTransportsInTheirOrder() {
        assertThat(HostConfig.of(transport("b"), transport("a")).servers())
                .extracting(ServerDefinition::name)
                .containsExactly("b", "a");
    }

    @Test
    void namesAreUnique() {
        HostConfig.Builder builder = HostConfig.builder()
                .server(transport("a"))
                .server(transport("b"))
                .server(transport("a"));

        assertThatExceptionOfType(McpConfigurationException.class)
                .isThrownBy(builder::build)
                .withMessage("two servers are called 'a'")
                .satisfies(e -> {
                    assertThat(e.file()).isNull();
                    assertThat(e.line()).isZero();
                    assertThat(e.pointer()).isNull();
                    assertThat(e.isTransient()).isFalse();
                });
    }

    @Test
    void namesThatDifferInCaseAreDifferent() {
        assertThat(HostConfig.of(transport("a"), transport("A")).servers()).hasSize(2);
    }

    @Test
    void mutateStartsFromTheSame() {
        HostConfig config = everything();

        assertThat(config.mutate().build()).isEqualTo(config);
    }

    @Test
    void mutateChangesOneThing() {
        HostConfig config = everything();

        HostConfig changed = config.mutate().maxConcurrentStarts(9).build();

        assertThat(changed)
                .isEqualTo(new HostConfig(
                        config.servers(),
                        config.session(),
                        config.startup(),
                        9,
                        config.closeTimeout(),
                        config.shutdownHook(),
                        config.shutdownGrace(),
                        config.proxies(),
                        config.authorizer(),
                        config.filters(),
                        config.approver(),
                        config.monitors(),
                        config.variables(),
                        config.decorator(),
                        config.catalogueCache(),
                        config.guards(),
                        config.warnings()));
        assertThat(config.maxConcurrentStarts()).isEqualTo(4);
    }

    @Test
    void mutateLeavesTheOriginalAlone() {
        HostConfig config = everything();

        HostConfig more = config.mutate().server(transport("c")).warning("more").build();

        assertThat(more.servers()).hasSize(3);
        assertThat(more.warnings()).containsExactly("odd", "more");
        assertThat(config.servers()).hasSize(2);
        assertThat(config.warnings()).containsExactly("odd");
    }

    @Test
    void collectionsAreCopied() {
        List<ServerDefinition> servers = new ArrayList<>(List.of(ServerDefinition.of(transport("a"))));
        List<String> warnings = new ArrayList<>(List.of("odd"));
        HostConfig config = new HostConfig(
                servers,
                SessionOptions.defaults(),
                HostConfig.Startup.SETTLED,
                1,
                Duration.ofSeconds(1),
                true,
                Duration.ZERO,
                null,
                null,
                List.of(),
                null,
                List.of(),
                VariableSources.defaults(),
                transport -> transport,
                null,
                List.of(),
                warnings);

        servers.clear();
        warnings.clear();

        assertThat(config.servers()).hasSize(1).isUnmodifiable();
        assertThat(config.warnings()).hasSize(1).isUnmodifiable();
    }

    @Test
    void aBuilderGoesOnAfterItHasBuilt() {
        HostConfig.Builder builder = HostConfig.builder().server(transport("a"));
        HostConfig first = builder.build();

        assertThat(builder.server(transport("b")).build().servers()).hasSize(2);
        assertThat(first.servers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void someServersAreStarted(int count) {
        HostConfig.Builder builder = HostConfig.builder().maxConcurrentStarts(count);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("maxConcurrentStarts must be positive: " + count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-0.001S"})
    void closingTakesTime(Duration limit) {
        HostConfig.Builder builder = HostConfig.builder().closeTimeout(limit);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("closeTimeout must be positive: " + limit);
    }

    @Test
    void nothingIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() ->
                        HostConfig.builder().session((SessionOptions) null).build())
                .withMessage("session");
        assertThatNullPointerException()
                .isThrownBy(() -> HostConfig.builder().startup(null).build())
                .withMessage("startup");
        assertThatNullPointerException()
                .isThrownBy(() -> HostConfig.builder().closeTimeout(null).build());
    }

    private static HostConfig everything() {
        return HostConfig.builder()
                .server(ServerDefinition.of(transport("a"))
                        .with(o -> o.required(true)
                                .startTimeout(Duration.ofSeconds(1))
                                .request(RequestOptions.within(Duration.ofSeconds(2)))))
                .server(transport("b"))
                .session(SessionOptions.builder()
                        .startTimeout(Duration.ofSeconds(3))
                        .build())
                .startup(HostConfig.Startup.REQUIRED)
                .maxConcurrentStarts(4)
                .closeTimeout(Duration.ofSeconds(5))
                .warning("odd")
                .build();
    }

    private static Transport transport(String name) {
        return StdioTransport.builder(name, "not-started").build();
    }
}
