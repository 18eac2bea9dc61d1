package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartFailuresTest {

    private static McpException ended(int exitCode, String stderr) {
        return new McpConnectionException("s", "its process ended", new Diagnostics(exitCode, List.of(stderr)), null);
    }

    private static final McpException LATE = new McpTimeoutException(
            "s", McpTimeoutException.Phase.HANDSHAKE, "the handshake", Duration.ofSeconds(20), Diagnostics.NONE);

    @Test
    void firstEndWinsOverSilence() {
        McpException e = StartFailures.ofBoth("s", ended(7, "boom"), LATE);
        assertThat(e)
                .isInstanceOf(McpStartException.class)
                .hasMessageContaining("it ended before it was ready")
                .hasMessageContaining("exit code 7")
                .hasMessageContaining("boom")
                .hasSuppressedException(LATE);
        assertThat(e.diagnostics().exitCode()).isEqualTo(7);
    }

    @Test
    void equalEndsAreReportedOnce() {
        McpException second = ended(7, "boom");
        assertThat(StartFailures.ofBoth("s", ended(7, "boom"), second))
                .hasMessage("server 's': it ended before it was ready, also after a restart (exit code 7);"
                        + " its stderr:\n    boom")
                .hasSuppressedException(second);
    }

    @Test
    void differentEndsAreBothReported() {
        assertThat(StartFailures.ofBoth("s", ended(1, "expected initialize"), ended(3, "no database")))
                .hasMessageContaining(
                        "after a restart with exit code 3 (\"no database\"), the first time (exit code 1)")
                .hasMessageContaining("expected initialize");
    }

    @Test
    void errorResponseWinsOverEndAtProbe() {
        McpException first = ended(1, "expected initialize");
        McpException answer =
                McpPeerErrorException.of("s", "initialize", null, new JsonRpcError(-32000, "no key", null));
        assertThat(StartFailures.ofBoth("s", first, answer)).isSameAs(answer).hasSuppressedException(first);
    }
}
