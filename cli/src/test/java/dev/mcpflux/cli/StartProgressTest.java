package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.Screen;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.server.ServerState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class StartProgressTest {

    private final StringWriter err = new StringWriter();
    private final Screen screen = new Screen(new PrintWriter(err, true));

    @Test
    void countsWhatIsReady() {
        Map<String, ServerState> states = new LinkedHashMap<>();
        states.put("a", ServerState.READY);
        states.put("b", ServerState.STARTING);
        states.put("c", ServerState.FAILED);
        states.put("off", ServerState.DISABLED);
        states.put("lazy", ServerState.IDLE);
        states.put("d", ServerState.PENDING);

        assertThat(StartProgress.line(states)).isEqualTo("2/5 ready, 1 failed, waiting for b, d");
    }

    @Test
    void lineIsErasedWhenAllHaveStartedOrFailed() {
        HostConfig config = HostConfig.builder()
                .server(ServerDefinition.stdio("a", "/no/such/command"))
                .server(ServerDefinition.stdio("b", "/no/such/command"))
                .monitor(new StartProgress(screen, () -> 60))
                .build();

        String beforeTheWork =
                McpHost.use(config, host -> Mono.fromSupplier(err::toString)).blockLast(Duration.ofSeconds(30));

        assertThat(beforeTheWork)
                .contains("\r0/2 ready, waiting for a, b\033[K")
                .endsWith("\r\033[K")
                .isEqualTo(err.toString());
    }

    @Test
    void notesReplaceTheLineAndOutputErasesIt() {
        screen.status("1/2 ready");
        screen.line("a note");
        assertThat(err.toString()).endsWith("\r\033[Ka note" + System.lineSeparator() + "\r1/2 ready\033[K");
        screen.statusDone();
        assertThat(err.toString()).endsWith("\r\033[K");
        int length = err.toString().length();
        screen.statusDone();
        assertThat(err.toString()).hasSize(length);
    }
}
