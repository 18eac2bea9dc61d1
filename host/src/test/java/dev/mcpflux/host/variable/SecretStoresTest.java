package dev.mcpflux.host.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpflux.transport.stdio.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs are shell scripts")
class SecretStoresTest {

    private static final String SECRET = "s3cr3t-value";

    @TempDir
    private Path directory;

    private String script(String name, String body) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    private Mono<String> run(String body, String name) throws IOException {
        return SecretStores.command(List.of(script("helper", body), "get")).secret(name);
    }

    @Test
    void theNameIsAnArgument() throws IOException {
        assertThat(run("printf '%s|' \"$#\" \"$@\"", "a/b.c_d-e").block()).isEqualTo("2|get|a/b.c_d-e|");
        assertThat(run("printf '%s|' \"$@\"", "op://v; $(id)/`id`").block()).isEqualTo("get|op://v; $(id)/`id`|");
    }

    @Test
    void oneLineBreakIsNoPartOfTheSecret() throws IOException {
        assertThat(run("printf ' a\\n\\n'", "s").block()).isEqualTo(" a\n");
        assertThat(run("printf 'a\\r\\n'", "s").block()).isEqualTo("a");
        assertThat(run("printf ''", "s").block()).isEmpty();
    }

    @Test
    void whatAProgramPrintsIsNotShown() throws IOException {
        StepVerifier.create(run("echo " + SECRET + "; echo " + SECRET + " >&2; exit 3", SECRET))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .hasMessageContaining("/helper' ended with exit code 3")
                        .hasMessageNotContaining(SECRET)
                        .hasNoCause());
        StepVerifier.create(run("head -c 70000 /dev/zero", "s"))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("printed more than 65536 bytes"));
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        String absent = directory.resolve("absent").toString();

        StepVerifier.create(SecretStores.command(List.of(absent, SECRET)).secret("s"))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .hasMessage("'" + absent + "' cannot be started; is it installed and on" + " the PATH?")
                        .hasNoCause());
    }

    @Test
    void aProgramThatHangsIsKilled() throws Exception {
        VirtualTimeScheduler timer = VirtualTimeScheduler.create();
        Path pid = directory.resolve("pid");
        SecretStore store = SecretStores.command(List.of(sleeping(pid)), Duration.ofSeconds(7), timer);

        StepVerifier.create(store.secret("s"))
                .then(() -> awaitStart(pid))
                .then(() -> timer.advanceTimeBy(Duration.ofSeconds(7)))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("did not end within 7000 ms"));
        awaitEnd(pid);
    }

    @Test
    void cancellingKillsTheProgram() throws Exception {
        Path pid = directory.resolve("pid");
        Disposable lookup =
                SecretStores.command(List.of(sleeping(pid))).secret("s").subscribe();
        awaitStart(pid);

        lookup.dispose();

        awaitEnd(pid);
    }

    private String sleeping(Path pid) throws IOException {
        return script("sleeping", "echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 300");
    }

    /** Waits for the file; the limit of the test is that of the build. */
    private static void awaitStart(Path pid) {
        Mono.fromCallable(() -> Files.exists(pid))
                .filter(there -> there)
                .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(10), Schedulers.single()))
                .block(Duration.ofSeconds(20));
    }

    private static void awaitEnd(Path pid) throws Exception {
        ProcessHandle process =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElse(null);
        if (process != null) {
            process.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStoreNeedsAProgramAndALimit() {
        assertThatIllegalArgumentException().isThrownBy(() -> SecretStores.command(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> SecretStores.command(List.of(" ")));
        assertThatIllegalArgumentException().isThrownBy(() -> SecretStores.command(List.of("a"), Duration.ZERO));
    }

    @Test
    void windowsSaysThatItHasNoKeychain() {
        StepVerifier.create(SecretStores.keychain("Windows 11", Schedulers.parallel())
                        .secret("s"))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("has no program that prints a secret"));
    }

    @Test
    void storesAreAskedInTurn() {
        SecretStore first = name -> name.equals("a") ? Mono.just("1") : Mono.empty();
        SecretStore both = first.or(name -> name.equals("b") ? Mono.just("2") : Mono.empty());

        assertThat(both.secret("a").block()).isEqualTo("1");
        assertThat(both.secret("b").block()).isEqualTo("2");
        StepVerifier.create(both.secret("c")).verifyComplete();
    }

    @Test
    void referencesAreForOnePasswordOnly() {
        StepVerifier.create(SecretStores.keychain().secret("op://v/i/f")).verifyComplete();
        StepVerifier.create(SecretStores.onePassword().secret("name")).verifyComplete();
    }

    // -- the tools of systems

    @Test
    void toolsSayThatASecretIsNotThere() {
        assertThat(SecretStores.isAbsent("Linux", new ProgramRun.Result(1, "", "", false)))
                .isTrue();
        assertThat(SecretStores.isAbsent("Linux", new ProgramRun.Result(1, "", "no bus", false)))
                .isFalse();
        assertThat(SecretStores.isAbsent("Mac OS X", new ProgramRun.Result(44, "", "not found", false)))
                .isTrue();
        assertThat(SecretStores.isAbsent("Mac OS X", new ProgramRun.Result(1, "", "", false)))
                .isFalse();
    }

    @Test
    void keychainsAreAskedForOwnSecretsOnly() {
        assertThat(SecretStores.tool("Linux", "s", Schedulers.parallel()).command())
                .containsExactly("secret-tool", "lookup", "service", "mcpflux-secret", "account", "s");
        assertThat(SecretStores.tool("Mac OS X", "s", Schedulers.parallel()).command())
                .containsExactly("security", "find-generic-password", "-w", "-s", "mcpflux-secret", "-a", "s");
    }
}
