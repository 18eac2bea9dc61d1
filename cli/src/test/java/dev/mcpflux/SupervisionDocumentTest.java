package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.RestartOptions;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.server.ServerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The snippets of docs/supervision.md: the program stands here, so it compiles, and every configuration is accepted. */
class SupervisionDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "supervision.md");
    private static final Path THIS = Path.of("src/test/java/dev/mcpflux/SupervisionDocumentTest.java");

    private static List<String> snippets(String language) throws IOException {
        Matcher snippets = Pattern.compile("```" + language + "\\n(.*?)\\n```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT));
        return snippets.results().map(match -> match.group(1)).toList();
    }

    /** Without the indentation and the line breaks, which differ. */
    private static String code(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining());
    }

    @Test
    void programIsCompiled() throws IOException {
        String own = code(Files.readString(THIS));
        assertThat(snippets("java"))
                .hasSize(1)
                .allSatisfy(snippet -> assertThat(own).contains(code(snippet)));
    }

    @Test
    void configurationsAreAccepted(@TempDir Path directory) throws IOException {
        List<String> snippets = snippets("json");
        assertThat(snippets).hasSize(3);
        for (String snippet : snippets) {
            HostConfig config = HostConfig.load(Files.writeString(directory.resolve("mcp.json"), snippet));
            assertThat(config.warnings()).isEmpty();
            assertThat(config.servers()).noneMatch(ServerDefinition.Invalid.class::isInstance);
        }
    }

    @Test
    void everyStateIsExplained() throws IOException {
        String document = Files.readString(DOCUMENT);
        assertThat(Stream.of(ServerState.values()))
                .allSatisfy(state -> assertThat(document).contains("`" + state + "`"));
    }

    @Test
    void defaultsAreAsTheDocumentSays() throws IOException {
        RestartOptions restart = RestartOptions.defaults();
        assertThat(restart.firstDelay()).isEqualTo(Duration.ofMillis(250));
        assertThat(restart.maxDelay()).isEqualTo(Duration.ofSeconds(30));
        assertThat(restart.jitter()).isEqualTo(0.2);
        assertThat(restart.maxRestarts()).isEqualTo(8);
        assertThat(restart.window()).isEqualTo(Duration.ofMinutes(10));
        assertThat(restart.stableAfter()).isEqualTo(Duration.ofSeconds(30));
    }

    /** The program of the document. */
    static Mono<Void> run(McpHost host, ServerDefinition crm, Path file) {
        return host.add(crm)
                .then(host.replace(crm.with(options -> options.limits(limits -> limits.maxInFlight(4)))))
                .then(host.remove("crm"))
                .thenMany(host.follow(file, config -> config))
                .doOnNext(change -> System.out.println("started " + change.added() + ", stopped " + change.removed()))
                .then();
    }
}
