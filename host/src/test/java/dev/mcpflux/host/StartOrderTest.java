package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Servers in the order of what they depend on. */
class StartOrderTest {

    private static ServerDefinition server(String name, String... dependsOn) {
        return ServerDefinition.stdio(name, "x").with(o -> o.dependsOn(new LinkedHashSet<>(Arrays.asList(dependsOn))));
    }

    private static List<String> ordered(List<ServerDefinition> servers) {
        return StartOrder.of(servers, Function.identity()).stream()
                .map(ServerDefinition::name)
                .toList();
    }

    @Test
    void withoutDependenciesTheOrderStays() {
        assertThat(ordered(List.of(server("c"), server("a"), server("b")))).containsExactly("c", "a", "b");
    }

    @Test
    void dependenciesComeFirst() {
        assertThat(ordered(List.of(server("a", "b"), server("b", "c"), server("c"), server("d"))))
                .containsExactly("c", "b", "a", "d");
    }

    @Test
    void sharedDependencyComesOnce() {
        assertThat(ordered(List.of(server("a", "c", "b"), server("b", "c"), server("c"))))
                .containsExactly("c", "b", "a");
    }

    @Test
    void namesThatNothingHasAreLeftOut() {
        assertThat(ordered(List.of(server("a", "gone")))).containsExactly("a");
    }

    @Test
    void circleIsNamed() {
        assertThatThrownBy(
                        () -> ordered(List.of(server("x", "a"), server("a", "b"), server("b", "c"), server("c", "a"))))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining("it depends on itself: a -> b -> c -> a");
    }

    @Test
    void serverThatNeedsItselfIsACircle() {
        assertThatThrownBy(() -> ordered(List.of(server("a", "a")))).hasMessageContaining("a -> a");
    }

    @Test
    void configurationRefusesACircle() {
        HostConfig.Builder config =
                HostConfig.builder().server(server("a", "b")).server(server("b", "a"));
        assertThatThrownBy(config::build).isInstanceOf(McpConfigurationException.class);
    }

    @Test
    void everyRandomGraphIsOrdered() {
        Random random = new Random(11);
        for (int run = 0; run < 200; run++) {
            List<ServerDefinition> servers = new ArrayList<>();
            int count = 1 + random.nextInt(12);
            for (int i = 0; i < count; i++) {
                List<String> needs = new ArrayList<>();
                for (int j = 0; j < i; j++) {
                    if (random.nextInt(4) == 0) {
                        needs.add("s" + j);
                    }
                }
                servers.add(server("s" + i, needs.toArray(new String[0])));
            }
            Collections.shuffle(servers, random);
            List<String> ordered = ordered(servers);
            assertThat(ordered).hasSize(count).doesNotHaveDuplicates();
            for (ServerDefinition server : servers) {
                for (String need : server.options().dependsOn()) {
                    assertThat(ordered.indexOf(need)).isLessThan(ordered.indexOf(server.name()));
                }
            }
        }
    }
}
