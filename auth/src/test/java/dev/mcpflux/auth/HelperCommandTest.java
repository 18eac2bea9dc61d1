package dev.mcpflux.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.transport.Caller;
import java.io.File;
import java.io.IOException;
import java.net.URI;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Helpers are real processes, and none is left. */
class HelperCommandTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final CredentialRequest REQUEST = request("srv");
    private static final CredentialSource.Refusal UNAUTHORIZED = new CredentialSource.Refusal(401, List.of());

    private final Set<Long> before = Leftovers.processes();

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

    private static CredentialRequest request(String server) {
        return new CredentialRequest(server, Caller.ANONYMOUS, URI.create("https://h/mcp"), Set.of());
    }

    private HelperCommand.Builder shell(String script) {
        return HelperCommand.builder(List.of("sh", "-c", script, "sh", dir.toString()));
    }

    /** Counts its runs in a file. */
    private HelperCommand counting() {
        return shell("echo run >>$1/runs; n=$(wc -l <$1/runs); echo \"{\\\"Authorization\\\":\\\"Bearer t$((n))\\\"}\"")
                .build();
    }

    private long runs() throws IOException {
        return Files.readAllLines(dir.resolve("runs")).size();
    }

    private static Credentials bearer(String token) {
        return Credentials.bearer(token);
    }

    @Test
    void runsOnceAndAgainAfter401() throws IOException {
        HelperCommand helper = counting();
        assertThat(helper.credentials(REQUEST).block(LIMIT)).isEqualTo(bearer("t1"));
        assertThat(helper.credentials(REQUEST).block(LIMIT)).isEqualTo(bearer("t1"));
        assertThat(helper.refused(REQUEST, bearer("t1"), UNAUTHORIZED).block()).isTrue();
        assertThat(helper.credentials(REQUEST).block(LIMIT)).isEqualTo(bearer("t2"));
        // a refusal of what was sent before
        assertThat(helper.refused(REQUEST, bearer("t1"), UNAUTHORIZED).block()).isTrue();
        assertThat(helper.credentials(REQUEST).block(LIMIT)).isEqualTo(bearer("t2"));
        assertThat(helper.refused(REQUEST, bearer("t2"), new CredentialSource.Refusal(403, List.of()))
                        .block())
                .isFalse();
        assertThat(runs()).isEqualTo(2);
    }

    @Test
    void requestsShareOneRun() throws IOException {
        HelperCommand helper = shell(
                        "echo run >>$1/runs; while [ ! -e $1/go ]; do sleep 0.01; done; echo '{\"A\":\"1\"}'")
                .build();
        Flux<Credentials> all = Flux.range(0, 10)
                .flatMap(i -> helper.credentials(REQUEST), 10)
                .replay()
                .autoConnect(0);
        eventually(() -> Files.exists(dir.resolve("runs")));
        Files.createFile(dir.resolve("go"));
        assertThat(all.collectList().block(LIMIT)).hasSize(10).containsOnly(Credentials.headers(Map.of("A", "1")));
        assertThat(runs()).isEqualTo(1);
    }

    @Test
    void eachServerHasItsOwnRun() {
        HelperCommand helper = shell("echo \"{\\\"A\\\":\\\"$MCPFLUX_SERVER_NAME $MCPFLUX_SERVER_URL $X\\\"}\"")
                .environment(Map.of("X", "x"))
                .build();
        for (String server : List.of("one", "two")) {
            assertThat(helper.credentials(request(server)).block(LIMIT))
                    .isEqualTo(Credentials.headers(Map.of("A", server + " https://h/mcp x")));
        }
        // the same name in another host
        assertThat(helper.credentials(new CredentialRequest(
                                "one", Caller.ANONYMOUS, URI.create("https://other/mcp"), Set.of()))
                        .block(LIMIT))
                .isEqualTo(Credentials.headers(Map.of("A", "one https://other/mcp x")));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "echo no >&2; exit 3, ended with exit code 3: no",
                "echo s3cr3t, did not print JSON",
                "echo '[\"s3cr3t\"]', did not print a JSON object",
                "true, did not print a JSON object",
                "echo '{\"A\":5}', printed something else than a string for the header 'A'",
                "head -c 70000 /dev/zero, printed more than 65536 bytes"
            })
    void failureNamesServerAndCause(String script, String problem) {
        assertThat(catchThrowable(
                        () -> shell(script).build().credentials(REQUEST).block(LIMIT)))
                .isInstanceOfSatisfying(McpAuthorizationException.class, e -> {
                    assertThat(e).hasMessage("server 'srv': its helper command 'sh' " + problem);
                    assertThat(e.outcome()).isEqualTo(CallOutcome.NOT_SENT);
                    assertThat(e)
                            .hasStackTraceContaining("helper")
                            .satisfies(trace -> assertThat(trace.toString()).doesNotContain("s3cr3t"));
                });
    }

    @Test
    void missingProgramIsNamed() {
        HelperCommand helper =
                HelperCommand.builder(List.of("no-such-program", "s3cr3t")).build();
        assertThat(catchThrowable(() -> helper.credentials(REQUEST).block(LIMIT)))
                .isInstanceOf(McpAuthorizationException.class)
                .hasMessageContaining("server 'srv': its helper command 'no-such-program' could not be run")
                .hasMessageNotContaining("s3cr3t");
        assertThat(helper).hasToString("HelperCommand[no-such-program]");
    }

    @Test
    void failureIsNotKept() throws IOException {
        HelperCommand helper = shell("[ -e $1/ok ] || exit 1; echo '{}'").build();
        assertThat(catchThrowable(() -> helper.credentials(REQUEST).block(LIMIT)))
                .hasMessageContaining("exit code 1");
        Files.createFile(dir.resolve("ok"));
        assertThat(helper.credentials(REQUEST).block(LIMIT)).isEqualTo(Credentials.none());
    }

    @Test
    void slowHelperIsKilled() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        HelperCommand helper =
                shell("touch $1/begun; sleep 3600 & wait").timer(time).build();
        Flux<Credentials> waiting = helper.credentials(REQUEST).flux().replay().autoConnect(0);
        eventually(() -> Files.exists(dir.resolve("begun")));
        time.advanceTimeBy(Duration.ofSeconds(11));
        assertThat(catchThrowable(() -> waiting.blockLast(LIMIT)))
                .isInstanceOfSatisfying(McpAuthorizationException.class, e -> {
                    assertThat(e).hasMessageContaining("did not end within 10000 ms");
                    assertThat(e.isTransient()).isTrue();
                });
    }

    @Test
    void cancellingTheLastWaiterKillsTheHelper() {
        HelperCommand helper = shell("touch $1/begun; sleep 3600 & wait").build();
        Disposable first = helper.credentials(REQUEST).subscribe();
        Disposable second = helper.credentials(REQUEST).subscribe();
        eventually(() -> Files.exists(dir.resolve("begun")));
        first.dispose();
        assertThat(Leftovers.processes()).hasSizeGreaterThan(before.size());
        second.dispose();
    }

    @Test
    void cancelWhileItStartsLeavesNothing() {
        for (int i = 0; i < 30; i++) {
            shell("sleep 3600").build().credentials(REQUEST).subscribe().dispose();
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).isNegative();
            Thread.onSpinWait();
        }
    }
}
