package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.testing.Leftovers;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ProgramRunTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Set<Long> before = Leftovers.processes();

    /** Recognised in the list of all processes. */
    private final String forever = "sleep 3600." + System.nanoTime();

    @TempDir
    private Path dir;

    @BeforeEach
    void onUnix() {
        assumeThat(File.separatorChar).isEqualTo('/');
    }

    @AfterEach
    void nothingIsLeft() {
        Leftovers.assertNone(before);
    }

    private Mono<ProgramRun.Result> shell(String script) {
        return ProgramRun.of(List.of("sh", "-c", script, "sh", dir.toString()), Map.of("X", "x"), 1_000);
    }

    @Test
    void emitsWhatTheProgramPrinted() {
        StepVerifier.create(shell("cat; echo out $X; echo err >&2; exit 3"))
                .expectNext(new ProgramRun.Result(3, "out x\n", "err\n", false))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void keepsNoMoreThanTheLimit() {
        StepVerifier.create(shell("head -c 100000 /dev/zero; head -c 100000 /dev/zero >&2"))
                .assertNext(result -> {
                    assertThat(result.tooLong()).isTrue();
                    assertThat(result.output()).hasSize(1_000);
                    assertThat(result.errors()).hasSize(1_000);
                    assertThat(result).hasToString("Result[exit code 0]");
                })
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void missingProgramFails() {
        StepVerifier.create(ProgramRun.of(List.of("no-such-program"), Map.of(), 10))
                .expectError(IOException.class)
                .verify(LIMIT);
    }

    @Test
    void eachSubscriptionRunsAnew() throws IOException {
        Mono<ProgramRun.Result> run = shell("echo run >>$1/runs");
        run.block(LIMIT);
        run.block(LIMIT);
        assertThat(Files.readAllLines(dir.resolve("runs"))).hasSize(2);
    }

    @Test
    void cancellationKillsTheWholeTree() {
        // a grandchild without a parent, which holds the outputs
        Disposable run = shell("(" + forever + " & touch $1/begun); " + forever).subscribe();
        eventually(() -> Files.exists(dir.resolve("begun")));
        run.dispose();
        eventually(() -> sleeping() == 0);
    }

    @Test
    void cancellationWhileItStartsLeavesNothing() {
        for (int i = 0; i < 30; i++) {
            shell(forever).subscribe().dispose();
        }
        eventually(() -> sleeping() == 0);
    }

    @Test
    void whatThenStillRunsIsLeftAlone() throws IOException {
        shell(forever + " >/dev/null 2>&1 & echo $! >$1/pid").block(LIMIT);
        ProcessHandle agent = ProcessHandle.of(
                        Long.parseLong(Files.readString(dir.resolve("pid")).strip()))
                .orElseThrow();
        try {
            assertThat(agent.isAlive()).isTrue();
        } finally {
            agent.destroyForcibly();
            eventually(() -> !Leftovers.running(agent.pid()));
        }
    }

    /** The processes that sleep for this test, whoever is their parent. */
    private long sleeping() {
        return ProcessHandle.allProcesses()
                .filter(process -> Leftovers.running(process.pid()))
                .filter(process -> process.info().commandLine().orElse("").contains(forever))
                .count();
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).isNegative();
            Thread.onSpinWait();
        }
    }
}
