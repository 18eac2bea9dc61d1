package dev.mcpflux.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Output output(boolean json) {
        return new Output(json, out, Terminal.Target.OTHER, new PrintWriter(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void errorAfterTheDocumentGoesToStderr() {
        Output output = output(true);
        output.document(Map.of("tools", 3));
        output.error(new UsageException("the shutdown failed"));
        output.interrupted();
        assertThat(McpJson.mapper().readTree(text(out)).path("tools").intValue())
                .isEqualTo(3);
        assertThat(text(out)).doesNotContain("error");
        assertThat(text(err)).contains("mcpflux: the shutdown failed");
    }

    @Test
    void errorBeforeTheDocumentIsTheDocument() {
        Output output = output(true);
        output.error(new UsageException("no such file"));
        output.error(new UsageException("and more"));
        assertThat(McpJson.mapper().readTree(text(out)).at("/error/message").stringValue())
                .isEqualTo("no such file");
        assertThat(text(out)).doesNotContain("and more");
    }

    @Test
    void interruptBeforeTheDocumentIsTheDocument() {
        Output output = output(true);
        output.interrupted();
        assertThat(McpJson.mapper().readTree(text(out)).at("/error/type").stringValue())
                .isEqualTo("Interrupted");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void interruptPrintsNothingWithoutJson() {
        output(false).interrupted();
        assertThat(text(out)).isEmpty();
    }
}
