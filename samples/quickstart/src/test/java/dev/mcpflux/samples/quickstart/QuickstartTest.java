package dev.mcpflux.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class QuickstartTest {

    private static final ListToolsResult TOOLS = new ListToolsResult(
            List.of(new Tool("weather_lookup", null, null, null, null, null, null, null, null)),
            null,
            null,
            null,
            null,
            null);

    @TempDir
    private Path dir;

    /** What the program prints with a configuration of this one server. */
    private String printed(Map<String, ?> server) throws Exception {
        Path config = Files.writeString(
                dir.resolve("mcp.json"),
                new JsonMapper().writeValueAsString(Map.of("mcpServers", Map.of("weather", server))));
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Quickstart.main(new String[] {config.toString()});
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsTheWeatherAndLeavesNothing() throws Exception {
        Path server = Path.of("../weather-server/target/weather-server.jar").toAbsolutePath();
        assumeThat(server)
                .as("the weather server, which a build of the whole project makes first")
                .exists();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertThat(printed(Map.of("command", java, "args", List.of("-jar", server.toString()))))
                .startsWith("Lisbon, Portugal: ");
        assertThat(Leftovers.processes()).isEmpty();
    }

    @Test
    void printsWhatAServiceAnswers() throws Exception {
        try (ScriptedHttpServer service = ScriptedHttpServer.modern((request, reply) ->
                reply.result(request.is("tools/list") ? TOOLS : InMemoryServer.text("Lisbon: sunny")))) {
            assertThat(printed(Map.of("url", service.url()))).isEqualToIgnoringNewLines("Lisbon: sunny");
            assertThat(service.requests(request -> request.is("tools/call")))
                    .singleElement()
                    .satisfies(call -> assertThat(
                                    call.message().at("/params/arguments/city").asString())
                            .isEqualTo("Lisbon"));
        }
    }
}
