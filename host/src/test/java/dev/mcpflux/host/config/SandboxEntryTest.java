package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a process may see and do, as its entry says it. */
class SandboxEntryTest {

    @TempDir
    private Path directory;

    private ConfigFile.Content read(String keys) {
        Path file = directory.resolve("mcp.json");
        try {
            Files.writeString(file, "{\"mcpServers\": {\"s\": {\"command\": \"x\", " + keys + "}}}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ConfigFile(file, Map.of("DATA", "/srv/data")::get).read();
    }

    private StdioOptions one(String keys) {
        ConfigFile.Content content = read(keys);
        assertThat(content.warnings()).isEmpty();
        return ((ServerDefinition.Stdio) content.servers().get(0)).stdio();
    }

    private String problem(String keys) {
        ServerDefinition.Invalid invalid =
                (ServerDefinition.Invalid) read(keys).servers().get(0);
        return invalid.place() + ": " + invalid.problem();
    }

    @Test
    void nothingGivenMeansTheDefaults() {
        assertThat(one("\"args\": []")).isSameAs(StdioOptions.defaults());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"sandbox\": true | true",
                "\"sandbox\": false | false",
                "\"sandbox\": {} | true",
                "\"sandbox\": {\"enabled\": false} | false",
                "\"sandboxEnabled\": true | true",
                "\"sandboxEnabled\": false, \"sandbox\": {} | false",
                "\"sandboxEnabled\": true, \"sandbox\": {\"network\": true} | true",
                "\"sandboxEnabled\": false, \"sandbox\": {\"network\": {\"allowedDomains\": [\"a.example\"]}} | false",
            })
    void isOnIfGivenAndNotSwitchedOff(String keys, boolean enabled) {
        assertThat(one(keys).sandbox().enabled()).isEqualTo(enabled);
    }

    @Test
    void everyKeyIsRead() {
        assertThat(one("""
                "sandbox": {
                    "filesystem": {"allowRead": ["~/.nvm", "${DATA}/in"], "denyRead": ["secret"], "allowWrite": ["."],
                                   "denyWrite": [".git"]},
                    "network": {"allow": true, "allowedDomains": ["a.example"], "deniedDomains": ["b.example"]},
                    "memory": "512m", "processes": 50, "cpuTime": "90s"}
                """).sandbox())
                .isEqualTo(SandboxOptions.builder()
                        .enabled(true)
                        .allowRead(List.of("~/.nvm", "/srv/data/in"))
                        .denyRead(List.of("secret"))
                        .allowWrite(List.of("."))
                        .denyWrite(List.of(".git"))
                        .network(true)
                        .allowedDomains(List.of("a.example"))
                        .deniedDomains(List.of("b.example"))
                        .memory(512L << 20)
                        .processes(50)
                        .cpuTime(Duration.ofSeconds(90))
                        .build());
    }

    @Test
    void domainsAreAllOrNone() {
        assertThat(one("\"sandbox\": {\"network\": {\"allowedDomains\": [\"*\"]}}")
                        .sandbox())
                .isEqualTo(SandboxOptions.builder().enabled(true).network(true).build());
        assertThat(one("\"sandbox\": {\"network\": {\"allowedDomains\": [], \"deniedDomains\": [\"*\"]}}")
                        .sandbox()
                        .network())
                .isFalse();
        assertThat(problem("\"sandbox\": {\"network\": {\"allowedDomains\": [\"*\"], \"deniedDomains\": [\"b\"]}}"))
                .contains("as a whole or not at all");
        assertThat(problem("\"sandbox\": {\"network\": {\"allowedDomains\": [\"a.example\"]}}"))
                .contains(
                        "line 1, ", "/mcpServers/s/sandbox/network/allowedDomains: a network can be given as a whole");
    }

    @Test
    void unknownMembersAreWarnedAbout() {
        assertThat(read("\"sandbox\": {\"filesytem\": {}, \"filesystem\": {\"alowWrite\": []}, \"cpus\": 2}")
                        .warnings())
                .hasSize(3)
                .anySatisfy(w -> assertThat(w).contains("\"filesytem\" is ignored; did you mean \"filesystem\"?"))
                .anySatisfy(w -> assertThat(w).contains("\"alowWrite\" is ignored; did you mean \"allowWrite\"?"))
                .anySatisfy(w -> assertThat(w).contains("unknown key \"cpus\" is ignored"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"sandbox\": \"on\" | /sandbox: expected true, false or an object",
                "\"sandbox\": {\"filesystem\": []} | /sandbox/filesystem: expected an object",
                "\"sandbox\": {\"filesystem\": {\"allowRead\": \"x\"}} | /allowRead: expected an array of strings",
                "\"sandbox\": {\"filesystem\": {\"allowRead\": [1]}} | /allowRead/0: expected a string, found a number",
                "\"sandbox\": {\"network\": \"none\"} | /sandbox/network: expected an object",
                "\"sandbox\": {\"memory\": \"much\"} | /sandbox/memory: expected a size like 1048576",
                "\"sandbox\": {\"processes\": -1} | /sandbox/processes: expected a whole number",
                "\"inheritEnv\": 1 | /inheritEnv: expected an array of names",
                "\"inheritEnv\": [\"A=b\"] | /inheritEnv/0: expected the name of a variable",
            })
    void mistakesNameThePlace(String keys, String problem) {
        assertThat(problem(keys)).contains(problem);
    }

    @Test
    void environmentIsInheritedAsGiven() {
        assertThat(one("\"inheritEnv\": [\"AWS_*\", \"EDITOR\"]").inheritEnv()).containsExactly("AWS_*", "EDITOR");
        assertThat(one("\"inheritEnv\": false").minimalEnv()).isTrue();
        assertThat(one("\"inheritEnv\": \"none\"").minimalEnv()).isTrue();
        ConfigFile.Content all = read("\"inheritEnv\": true");
        assertThat(((ServerDefinition.Stdio) all.servers().get(0)).stdio().inheritEnv())
                .containsExactly("*");
        assertThat(all.warnings())
                .singleElement()
                .asString()
                .contains("/inheritEnv: server 's' inherits every variable");
    }

    @Test
    void remoteServersHaveNone() throws IOException {
        Path file = Files.writeString(
                directory.resolve("mcp.json"),
                "{\"mcpServers\": {\"s\": {\"url\": \"https://a.example\", \"sandbox\": true}}}");
        assertThat(new ConfigFile(file, name -> null).read().warnings())
                .singleElement()
                .asString()
                .contains("/mcpServers/s/sandbox: \"sandbox\" is ignored: server 's' is reached by a URL");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1024,1024", "512m,536870912", "2 GiB,2147483648", "1kb,1024", "1T,1099511627776"})
    void sizesHaveUnits(String text, long bytes) {
        assertThat(Sizes.read(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"-1", "1.5g", "m", "9999999999t", "1 x", "''"})
    void otherTextsAreNoSizes(String text) {
        assertThat(Sizes.read(text)).isNull();
    }
}
