package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a server is kept in good order, as its entry says it. */
class SupervisionEntryTest {

    @TempDir
    Path directory;

    private ConfigFile.Content read(String servers) {
        Path file = directory.resolve("mcp.json");
        try {
            Files.writeString(file, "{\"mcpServers\": " + servers + "}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ConfigFile(file, name -> null).read();
    }

    private ServerDefinition one(String keys) {
        return read("{\"s\": {\"command\": \"x\", " + keys + "}}").servers().get(0);
    }

    private String problem(String keys) {
        return ((ServerDefinition.Invalid) one(keys)).problem();
    }

    @Test
    void nothingGivenMeansTheDefaults() {
        assertThat(one("\"args\": []").options()).isEqualTo(ServerOptions.defaults());
    }

    @Test
    void everyKeyIsRead() {
        ServerOptions options = one("""
                "lazy": true, "idleTimeout": "5m", "maxLifetime": "2h", "drainTimeout": 3, "ping": "30s",
                "restart": {"firstDelay": "1s", "maxDelay": "1m", "growth": 3, "jitter": 0.5, "maxRestarts": 2,
                            "window": "1h", "stableAfter": "10s"},
                "limits": {"maxInFlight": 4, "maxQueued": 9, "queueTimeout": "2s", "rate": 10, "ratePeriod": "1m",
                           "failures": 5, "cooldown": "7s"},
                "toolTimeouts": {"slow": "10m", "quick": 2}
                """).options();

        assertThat(options)
                .isEqualTo(ServerOptions.builder()
                        .lifetime(life -> life.lazy(true)
                                .idleTimeout(Duration.ofMinutes(5))
                                .maxLifetime(Duration.ofHours(2))
                                .drainTimeout(Duration.ofSeconds(3))
                                .pingInterval(Duration.ofSeconds(30)))
                        .restart(restart -> restart.firstDelay(Duration.ofSeconds(1))
                                .maxDelay(Duration.ofMinutes(1))
                                .growth(3)
                                .jitter(0.5)
                                .maxRestarts(2)
                                .window(Duration.ofHours(1))
                                .stableAfter(Duration.ofSeconds(10)))
                        .limits(limits -> limits.maxInFlight(4)
                                .maxQueued(9)
                                .queueTimeout(Duration.ofSeconds(2))
                                .rate(10)
                                .ratePeriod(Duration.ofMinutes(1))
                                .failures(5)
                                .cooldown(Duration.ofSeconds(7)))
                        .toolTimeouts(Map.of("slow", Duration.ofMinutes(10), "quick", Duration.ofSeconds(2)))
                        .build());
    }

    @ParameterizedTest
    @CsvSource({"'\"never\"', false", "false, false", "true, true", "'\"on-failure\"', true"})
    void restartIsAWordOrASwitch(String value, boolean enabled) {
        assertThat(one("\"restart\": " + value).options().restart().enabled()).isEqualTo(enabled);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "restart": "sometimes"              | expected "on-failure", "never" or an object
            "restart": {"growth": 0.5}          | growth must be at least 1: 0.5
            "restart": {"maxRestarts": -1}      | expected a whole number that is not negative
            "restart": {"window": "soon"}       | expected a time like 500ms
            "restart": {"firstDelay": "2m"}     | expected 0 <= firstDelay <= maxDelay
            "limits": 8                         | expected an object like {"maxInFlight": 8}
            "limits": {"maxInFlight": "8"}      | expected a whole number
            "toolTimeouts": {"t": true}         | expected a time like 500ms
            "toolTimeouts": "5m"                | expected an object like {"tool": "5m"}
            "dependsOn": {"a": 1}               | expected an array of strings
            "lazy": "maybe"                     | expected true or false
            """)
    void mistakesNameTheirPlace(String keys, String problem) {
        assertThat(problem(keys)).contains(problem);
    }

    @Test
    void unknownMembersAreReported() {
        assertThat(read("{\"s\": {\"command\": \"x\", \"limits\": {\"maxInflght\": 3, \"zzz\": 1}}}")
                        .warnings())
                .anyMatch(warning -> warning.contains("\"maxInflght\" is ignored; did you mean \"maxInFlight\"?"))
                .anyMatch(warning -> warning.contains("\"zzz\" is ignored; there are maxInFlight, maxQueued"));
    }

    @Test
    void dependenciesAreNames() {
        List<ServerDefinition> servers = read("""
                {"a": {"command": "x", "dependsOn": ["b", "c"]}, "b": {"command": "x", "dependsOn": "c"},
                 "c": {"command": "x"}}""").servers();
        assertThat(servers)
                .extracting(server -> server.options().dependsOn())
                .containsExactly(Set.of("b", "c"), Set.of("c"), Set.of());
    }

    /** Only those that cannot be put into an order are wrong. */
    @Test
    void circlesAndUnknownNamesMakeTheirServersInvalid() {
        List<ServerDefinition> servers = read("""
                {"a": {"command": "x", "dependsOn": ["b"]}, "b": {"command": "x", "dependsOn": ["a"]},
                 "c": {"command": "x", "dependsOn": ["a"]}, "d": {"command": "x", "dependsOn": ["nobody"]}}""").servers();
        assertThat(servers)
                .extracting(server -> server instanceof ServerDefinition.Invalid wrong ? wrong.problem() : "fine")
                .containsExactly(
                        "\"dependsOn\" leads back to the server itself",
                        "\"dependsOn\" leads back to the server itself",
                        "fine",
                        "\"dependsOn\" names 'nobody', but there is only a, b, c, d");
        assertThat(((ServerDefinition.Invalid) servers.get(3)).place())
                .isNotNull()
                .satisfies(place -> assertThat(place.pointer()).isEqualTo("/mcpServers/d/dependsOn"));
    }
}
