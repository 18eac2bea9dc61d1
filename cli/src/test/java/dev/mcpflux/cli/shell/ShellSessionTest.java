package dev.mcpflux.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.cli.output.LogPrinter;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.testing.InMemoryServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** However a session ends, its input and its host are closed. */
@Timeout(30)
class ShellSessionTest {

    private final InMemoryServer server = InMemoryServer.named("s").tool("t", arguments -> "done");
    private final StringWriter err = new StringWriter();
    private final AtomicReference<@Nullable McpHost> opened = new AtomicReference<>();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** An input that does one thing whenever a line is wanted. */
    private final class Input implements ShellInput {
        private final Supplier<@Nullable String> line;

        Input(Supplier<@Nullable String> line) {
            this.line = line;
        }

        @Override
        public boolean interactive() {
            return true;
        }

        @Override
        public @Nullable String read(Supplier<String> prompt) {
            reading.countDown();
            return line.get();
        }

        @Override
        public void await(CompletableFuture<?> done, Runnable cancel) {
            try {
                done.get();
            } catch (InterruptedException e) {
                cancel.run();
            } catch (ExecutionException e) {
                // the session looks at it
            }
        }

        @Override
        public void stop() {}

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private Flux<Integer> session(Supplier<@Nullable String> line) {
        Output output =
                new Output(false, new ByteArrayOutputStream(), Terminal.Target.OTHER, new PrintWriter(err, true));
        HostConfig config = HostConfig.builder()
                .server(ServerDefinition.of(server.transport()).with(options -> options.required(false)))
                .startup(HostConfig.Startup.REQUIRED)
                .build();
        return McpHost.use(config, host -> {
            opened.set(host);
            AtomicReference<@Nullable ShellSession> session = new AtomicReference<>();
            LineRunner runner = new LineRunner() {
                @Override
                public List<Command> commands() {
                    return List.of();
                }

                @Override
                public int run(List<String> words) {
                    return session.get().await(host.callTool(words.get(1), null).thenReturn(0));
                }
            };
            session.set(new ShellSession(
                    host,
                    new ShellState(false, null),
                    new ShellParts(
                            runner,
                            new Input(line),
                            output,
                            new LogPrinter(output),
                            String::valueOf,
                            HistoryFile.none(),
                            false)));
            return session.get().run();
        });
    }

    private void assertClosed() throws InterruptedException {
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        opened.get().closed().block(Duration.ofSeconds(20));
        assertThat(server.connections()).isZero();
    }

    @Test
    void endOfTheInputCloses() throws Exception {
        AtomicReference<@Nullable String> lines = new AtomicReference<>("s__t");

        assertThat(session(() -> lines.getAndSet(null)).blockLast(Duration.ofSeconds(20)))
                .isZero();
        assertThat(server.receivedMethods()).contains("tools/call");
        assertClosed();
    }

    @Test
    void errorOfTheInputCloses() throws Exception {
        Flux<Integer> failing = session(() -> {
            throw new IllegalStateException("the terminal is gone");
        });

        assertThatThrownBy(() -> failing.blockLast(Duration.ofSeconds(20))).hasMessage("the terminal is gone");
        assertClosed();
    }

    @Test
    void cancellationClosesAndCancelsTheCall() throws Exception {
        server.ignore("tools/call");
        Disposable running = session(() -> "s__t").subscribe();
        while (!server.receivedMethods().contains("tools/call")) {
            Thread.onSpinWait();
        }

        running.dispose();

        assertClosed();
    }

    @Test
    void cancellationClosesWhileAServerIsStarting() throws Exception {
        server.ignore("server/discover").ignore("initialize");
        Disposable running = session(() -> "s__t").subscribe();
        assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();

        running.dispose();

        assertClosed();
    }
}
