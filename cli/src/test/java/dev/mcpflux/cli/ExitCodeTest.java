package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.McpToolNotFoundException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.ConfigSyntax;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExitCodeTest {

    private static final Diagnostics ENDED = new Diagnostics(1, List.of("Traceback"));

    @TempDir
    private Path directory;

    /** Scripts depend on these numbers. */
    @Test
    void numbersStay() {
        assertThat(List.of(
                        ExitCode.OK,
                        ExitCode.TOOL_ERROR,
                        ExitCode.USAGE,
                        ExitCode.SERVER,
                        ExitCode.TIMEOUT,
                        ExitCode.OUTPUT,
                        ExitCode.CLOSED_PIPE))
                .containsExactly(0, 1, 2, 3, 4, 5, 141);
    }

    private static Throwable document() {
        return catchThrowable(() -> ConfigDocument.parse("{", ConfigSyntax.JSON));
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                argumentSet("usage", new UsageException("wrong"), 2),
                argumentSet("a document that cannot be read", document(), 2),
                argumentSet("time-out", timeout(), 4),
                argumentSet("the server answers with an error", peerError(), 1),
                argumentSet("start", new McpStartException("a", "it ended", ENDED, null), 3),
                argumentSet("connection", new McpConnectionException("a", "it is lost", ENDED, null), 3),
                argumentSet("closed", new McpClosedException("a", "it is closed"), 3),
                argumentSet("protocol", new McpProtocolException("a", "no revision"), 3),
                argumentSet(
                        "start because of the system", new McpStartException("a", "x", ENDED, new IOException()), 3),
                argumentSet("unexpected", new IllegalStateException("unexpected"), 3));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void distinguishesErrors(Throwable error, int code) {
        assertThat(ExitCode.of(error)).isEqualTo(code);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void looksAtTheCause(Throwable error, int code) {
        Throwable wrapped = new McpClosedException(
                "a", "it is closed", Diagnostics.NONE, new RuntimeException(error), CallOutcome.UNKNOWN);

        assertThat(ExitCode.of(wrapped)).isEqualTo(code);
    }

    @Test
    void theOuterErrorComesFirst() {
        UsageException usage = new UsageException("wrong");
        usage.initCause(timeout());

        assertThat(ExitCode.of(usage)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aMissingConfigurationIsUsage() {
        McpConfigurationException error = catchThrowableOfType(
                McpConfigurationException.class, () -> HostConfig.load(directory.resolve("none.json")));

        assertThat(ExitCode.of(error)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void unknownToolIsAUsageError() {
        Throwable error = failure(HostConfig.builder().build(), "no_such_tool");

        assertThat(error).isInstanceOf(McpToolNotFoundException.class);
        assertThat(ExitCode.of(error)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void invalidServerEntryIsAUsageError() throws IOException {
        Path file = directory.resolve("mcp.json");
        Files.writeString(file, """
                {"mcpServers": {"broken": {"command": 7}}}""");

        Throwable error = failure(HostConfig.load(file), "broken__tool");

        assertThat(error).isInstanceOf(McpServerUnavailableException.class);
        assertThat(ExitCode.of(error)).isEqualTo(ExitCode.USAGE);
    }

    private static Throwable failure(HostConfig config, String tool) {
        return catchThrowable(() -> McpHost.use(config, host -> host.tool(tool)).blockLast(Duration.ofSeconds(10)));
    }

    private static McpTimeoutException timeout() {
        return new McpTimeoutException(
                "a", McpTimeoutException.Phase.REQUEST, "tools/call", Duration.ofSeconds(1), Diagnostics.NONE);
    }

    private static McpPeerErrorException peerError() {
        return new McpPeerErrorException(
                "a", "tools/call", new JsonRpcError(JsonRpcError.INVALID_PARAMS, "no such city"));
    }
}
