package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.TinyServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Measures the time until a failure is reported and the duration of a close, and writes both to {@code
 * target/fault-times.md}. Asserts outcomes only, since times depend on the machine.
 */
@Tag("heavy")
class FaultTimesTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int RUNS = 15;

    private final List<String> report = new ArrayList<>(List.of("| event | median | worst |", "|---|---:|---:|"));

    @Test
    void measure() throws Exception {
        Set<Long> before = Leftovers.processes();
        row("command not found: until the error", () -> untilError(StdioTransport.builder("s", "no-such-command")));
        row("exits at once: from launch until the error", () -> untilError(transport(List.of("sh", "-c", "exit 3"))));
        row("killed (-9) with a call in flight: from the signal until the call has failed", this::killed);
        row("the same, with an orphan that holds the pipes", this::killedWithOrphan);
        row("close, server ends with its stdin", () -> close(TinyServer.command()));
        row("cancel of a session that is starting, until nothing runs", this::cancelled);
        Files.write(Path.of("target", "fault-times.md"), report);
        report.forEach(System.out::println);
        Leftovers.assertNone(before);
    }

    private void row(String event, LongSupplier run) {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            micros.add(run.getAsLong() / 1000);
        }
        Collections.sort(micros);
        report.add("| %s | %.1f ms | %.1f ms |"
                .formatted(event, micros.get(RUNS / 2) / 1000.0, micros.get(RUNS - 1) / 1000.0));
    }

    private static StdioTransport.Builder transport(List<String> command) {
        return StdioTransport.builder("s", command.get(0)).arguments(command.subList(1, command.size()));
    }

    private static McpSession open(List<String> command) {
        McpSession session = McpSession.create(transport(command).build(), SessionOptions.defaults());
        session.open().block(LIMIT);
        return session;
    }

    private static long untilError(StdioTransport.Builder transport) {
        McpSession session = McpSession.create(transport.build(), SessionOptions.defaults());
        long begin = System.nanoTime();
        Throwable error = session.open()
                .<Throwable>map(p -> new AssertionError("opened"))
                .onErrorResume(Mono::just)
                .block(LIMIT);
        long took = System.nanoTime() - begin;
        assertThat(error).isInstanceOf(dev.mcpflux.error.McpStartException.class);
        return took;
    }

    private long killed() {
        return killed(TinyServer.command());
    }

    private long killedWithOrphan() {
        return killed(List.of("sh", "-c", "sleep 60 & " + TinyServer.command().get(2)));
    }

    private static long killed(List<String> command) {
        McpSession session = open(command);
        Mono<Long> failed = session.callTool("hang", null)
                .map(r -> -1L)
                .onErrorResume(e -> Mono.just(System.nanoTime()))
                .cache();
        failed.subscribe();
        Long pid = session.pid();
        ProcessHandle process = ProcessHandle.of(pid == null ? -1 : pid).orElseThrow();
        long begin = System.nanoTime();
        process.destroyForcibly();
        Long end = failed.block(LIMIT);
        assertThat(end).isNotNull().isNotEqualTo(-1L);
        session.close().block(LIMIT);
        return end - begin;
    }

    private static long close(List<String> command) {
        McpSession session = open(command);
        long begin = System.nanoTime();
        session.close().block(LIMIT);
        return System.nanoTime() - begin;
    }

    private long cancelled() {
        McpSession session = McpSession.create(
                transport(MisbehavingServer.command(MisbehavingServer.SILENT)).build(), SessionOptions.defaults());
        session.open().subscribe(p -> {}, e -> {});
        long begin = System.nanoTime();
        session.close().block(LIMIT);
        return System.nanoTime() - begin;
    }
}
