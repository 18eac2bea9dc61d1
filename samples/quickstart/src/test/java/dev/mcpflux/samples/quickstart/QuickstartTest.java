package dev.mcpflux.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {

    @Test
    void printsTheWeatherAndLeavesNothing(@TempDir Path dir) throws Exception {
        Path server = Path.of("../weather-server/target/weather-server.jar").toAbsolutePath();
        assumeThat(server)
                .as("the weather server, which a build of the whole project makes first")
                .exists();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path config = Files.writeString(dir.resolve("mcp.json"), """
                {"mcpServers": {"weather": {"command": "%s", "args": ["-jar", "%s"]}}}
                """.formatted(
                        java.replace("\\", "\\\\"), server.toString().replace("\\", "\\\\")));
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Quickstart.main(new String[] {config.toString()});
        } finally {
            System.setOut(out);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("Lisbon, Portugal: ");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }
}
