package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a server in a sandbox tries, and what comes of it. Nearly each test has a counterpart in which the same succeeds, with
 * more rights or without a sandbox, so that none passes because the attempt itself is wrong.
 */
@Tag("sandbox")
@ExtendWith(NeedsBubblewrap.class)
class SandboxEscapeTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private Path home;
    private Path work;

    @BeforeEach
    void makeDirectories() throws IOException {
        // the tests see it by its real path
        directory = directory.toRealPath();
        home = Files.createDirectories(directory.resolve("home"));
        work = Files.createDirectories(home.resolve("work"));
        Files.writeString(Files.createDirectories(home.resolve(".ssh")).resolve("id_rsa"), "PRIVATE");
    }

    /** What a server said and how it ended. */
    private record Run(List<String> stderr, Integer exitCode, List<ConnectionEvent> events) {}

    private StdioTransport.Builder server(UnaryOperator<SandboxOptions.Builder> options, String... command) {
        SandboxOptions.Builder sandbox = SandboxOptions.builder().enabled(true);
        return StdioTransport.builder("srv", command[0])
                .arguments(List.of(command).subList(1, command.length))
                .environment(Map.of("HOME", home.toString()))
                .workingDirectory(work)
                .options(StdioOptions.builder()
                        .sandbox(options.apply(sandbox).build())
                        .build());
    }

    private static Run run(StdioTransport.Builder transport) {
        Connection connection = transport.build().connection();
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        EventSink.direct(connection.events()).subscribe(events::add);
        connection.open().block(LIMIT);
        connection.onTermination().block(LIMIT);
        Run run = new Run(
                connection.diagnostics().stderr(), connection.diagnostics().exitCode(), events);
        connection.close().block(LIMIT);
        return run;
    }

    private Run run(UnaryOperator<SandboxOptions.Builder> options, String script) {
        return run(server(options, "sh", "-c", "exec >&2; " + script));
    }

    private static String failureOf(StdioTransport.Builder transport) {
        Throwable failure = transport
                .build()
                .connection()
                .open()
                .then(reactor.core.publisher.Mono.<Throwable>empty())
                .onErrorResume(reactor.core.publisher.Mono::just)
                .block(LIMIT);
        assertThat(failure).isNotNull();
        return String.valueOf(failure.getMessage());
    }

    // files

    @Test
    void homeDirectoryIsNotThere() {
        Run run = run(o -> o, "cat ~/.ssh/id_rsa; ls -A ~");
        assertThat(run.stderr()).anySatisfy(line -> assertThat(line).contains("id_rsa", "No such file"));
        assertThat(run.stderr()).contains("work").doesNotContain("PRIVATE", ".ssh");
        assertThat(run(o -> o.allowRead(List.of("~/.ssh")), "cat ~/.ssh/id_rsa").stderr())
                .containsExactly("PRIVATE");
    }

    @Test
    void eventSaysWhatTheServerMayDo() {
        assertThat(run(o -> o.allowRead(List.of("~/.ssh", "/no/such")), "true").events())
                .filteredOn(ConnectionEvent.Sandboxed.class::isInstance)
                .containsExactly(new ConnectionEvent.Sandboxed(
                        "reads system directories, ${HOME}/work, ~/.ssh; writes private temporary and home directories only;"
                                + " no network; not there: /no/such",
                        ""));
    }

    @Test
    void workingDirectoryIsReadableAndWritableIfAllowed() throws IOException {
        Files.writeString(work.resolve("file"), "content\n");
        assertThat(run(o -> o, "cat file; echo x > file").stderr())
                .contains("content")
                .anySatisfy(line -> assertThat(line).contains("Read-only file system"));
        assertThat(work.resolve("file")).hasContent("content\n");
        run(o -> o.allowWrite(List.of(".")), "echo x > file");
        assertThat(work.resolve("file")).hasContent("x\n");
    }

    @ParameterizedTest
    @CsvSource({"/etc/passwd", "/usr/written", "/written", "../written", "/var/written"})
    void writesNothingOutsideItsDirectories(String target) {
        Run run = run(o -> o.allowWrite(List.of(".")), "echo x >> " + target + " || exit 5");
        // a private home directory takes what the server writes there, and vanishes with it
        assertThat(run.exitCode()).isEqualTo(target.startsWith("..") ? 0 : 5);
        assertThat(home.resolve("written")).doesNotExist();
        assertThat(Path.of(target.startsWith("/e") ? "/usr/written" : target)).doesNotExist();
    }

    @Test
    void temporaryFilesArePrivate() throws IOException {
        Path file = Files.createTempFile("mcpflux-outside", "");
        try {
            Run run = run(o -> o, "ls /tmp/mcpflux-outside*; echo x > /tmp/inside && cat /tmp/inside");
            assertThat(run.stderr()).contains("x").noneMatch(line -> line.equals(file.toString()));
            assertThat(Path.of("/tmp/inside")).doesNotExist();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void homeAsWorkingDirectoryIsNotShown() {
        Run run = run(server(o -> o, "sh", "-c", "ls -A . >&2; pwd >&2").workingDirectory(home));
        assertThat(run.stderr()).containsExactly("${HOME}");
        assertThat(run.events().toString()).contains("its working directory is not shown");
    }

    @Test
    void deniedPathsGoBeforeAllowedOnes() throws IOException {
        Files.writeString(work.resolve("secret"), "SECRET");
        Files.writeString(Files.createDirectories(work.resolve("hidden")).resolve("a"), "SECRET");
        Files.writeString(work.resolve("hidden").resolve("b"), "shown\n");
        Files.writeString(Files.createDirectories(work.resolve("fixed")).resolve("a"), "kept");
        Run run = run(
                o -> o.allowWrite(List.of("."))
                        .denyRead(List.of("secret", "hidden"))
                        .allowRead(List.of("hidden/b"))
                        .denyWrite(List.of("fixed")),
                "cat secret hidden/a hidden/b; echo x > fixed/a; echo x > hidden/c; echo x > secret; echo x > free");
        assertThat(run.stderr()).contains("shown").doesNotContain("SECRET");
        assertThat(work.resolve("secret")).hasContent("SECRET");
        assertThat(work.resolve("fixed/a")).hasContent("kept");
        assertThat(work.resolve("hidden/c")).doesNotExist();
        assertThat(work.resolve("free")).hasContent("x\n");
    }

    @Test
    void protectedFileCannotBeReplacedByMovingItsDirectory() throws IOException {
        Path file =
                Files.writeString(Files.createDirectories(work.resolve("a/b")).resolve("mcp.json"), "sandboxed");
        String script = "mv a/b a/c; mv a c; rm -rf a; mkdir -p a/b; echo free > a/b/mcp.json";
        run(server(o -> o.allowWrite(List.of(".")), "sh", "-c", script).protectedFile(file));
        assertThat(file).hasContent("sandboxed");
        run(o -> o.allowWrite(List.of(".")).denyWrite(List.of("a/b/mcp.json")), script);
        assertThat(file).hasContent("sandboxed");
        run(o -> o.allowWrite(List.of(".")), script);
        assertThat(file).hasContent("free\n");
    }

    @Test
    void refusesWhatTheServerCouldRedirect() throws IOException {
        Files.createSymbolicLink(work.resolve("link"), home.resolve(".ssh"));
        assertThat(failureOf(server(o -> o.allowWrite(List.of(".")).allowRead(List.of("link")), "true")))
                .contains("depends on the symbolic link " + work.resolve("link"));
        assertThat(run(o -> o.allowRead(List.of("link")), "cat link/id_rsa").stderr())
                .containsExactly("PRIVATE");
        assertThat(failureOf(server(o -> o.allowWrite(List.of(".")).denyWrite(List.of(".git/hooks")), "true")))
                .contains("cannot protect '.git/hooks', which does not exist");
        assertThat(failureOf(server(o -> o.allowRead(List.of("/proc")), "true")))
                .contains("cannot show '/proc'");
    }

    @Test
    void linksOutsideAreFollowed() throws IOException {
        Path real = Files.createDirectories(directory.resolve("elsewhere/real"));
        Files.writeString(real.resolve("file"), "content");
        Files.createSymbolicLink(directory.resolve("alias"), directory.resolve("elsewhere"));
        assertThat(run(
                                o -> o.allowRead(
                                        List.of(directory.resolve("alias/real").toString())),
                                "cat " + directory.resolve("alias/real/file"))
                        .stderr())
                .containsExactly("content");
    }

    // the network

    /** Connects to a port of this machine. */
    static final class Connect {
        public static void main(String[] args) throws IOException {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))) {
                System.err.println("connected " + socket.isConnected());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void networkIsAllOrNothing(boolean network) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> command = new ArrayList<>(java(Connect.class));
            command.add(Integer.toString(listener.getLocalPort()));
            Run run = run(server(o -> o.network(network).allowRead(readable()), command.toArray(String[]::new)));
            if (network) {
                assertThat(run.stderr()).containsExactly("connected true");
            } else {
                assertThat(run.stderr()).anySatisfy(line -> assertThat(line).contains("ConnectException"));
            }
        }
    }

    private static List<String> java(Class<?> program) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName());
    }

    /** The JDK and the classes of the tests. */
    static List<String> readable() {
        List<String> paths =
                new ArrayList<>(List.of(System.getProperty("java.class.path").split(":")));
        paths.add(System.getProperty("java.home"));
        return paths;
    }

    @Test
    void domainsAreRefusedOrReported() {
        List<String> domains = List.of("api.example.com");
        assertThat(failureOf(server(o -> o.allowedDomains(domains), "true")))
                .contains("a network can be given as a whole or not at all");
        assertThat(run(o -> o.allowedDomains(domains).network(true), "true").events())
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                ConnectionEvent.Sandboxed.class,
                                s -> assertThat(s.notEnforced()).contains("domains (the whole network is open)")));
    }

    // other processes

    @Test
    void seesAndEndsNoOtherProcess() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sleep", "60");
        builder.environment().put("OTHER_SERVER", "its-secret");
        Process other = builder.start();
        try {
            String script =
                    "tr '\\0' '\\n' < /proc/" + other.pid() + "/environ | grep OTHER; cat /proc/[0-9]*/environ |"
                            + " tr '\\0' '\\n' | grep OTHER; ls /proc/" + other.pid() + "/mem; kill -9 " + other.pid();
            Run run = run(o -> o, script);
            assertThat(run.stderr())
                    .noneMatch(line -> line.contains("its-secret"))
                    .anySatisfy(line -> assertThat(line).contains("No such process"));
            assertThat(other.isAlive()).isTrue();
            assertThat(run(server(o -> o.enabled(false), "sh", "-c", "exec >&2; " + script))
                            .stderr())
                    .contains("OTHER_SERVER=its-secret");
            assertThat(other.waitFor()).isEqualTo(137);
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void environmentIsNotOnTheCommandLine() throws IOException {
        Connection connection = server(o -> o, "sh", "-c", "echo $TOKEN | wc -c >&2; read line")
                .environment(Map.of("TOKEN", "s3cr3t-value", "LD_BIND_NOW", "1"))
                .build()
                .connection();
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        java.util.concurrent.CountDownLatch said = new java.util.concurrent.CountDownLatch(1);
        EventSink.direct(connection.events()).subscribe(event -> {
            events.add(event);
            if (event instanceof ConnectionEvent.StderrLine) {
                said.countDown();
            }
        });
        connection.open().block(LIMIT);
        reactor.core.publisher.Mono.fromCallable(() -> {
                    said.await();
                    return 1;
                })
                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic())
                .block(LIMIT);
        assertThat(events).contains(new ConnectionEvent.StderrLine("13"));
        String line = String.valueOf(Proc.read(Path.of("/proc", String.valueOf(connection.pid()), "cmdline")));
        assertThat(line).contains("bwrap", "LD_BIND_NOW").doesNotContain("s3cr3t");
        // else a library that the server may write could be loaded outside
        assertThat(Proc.read(Path.of("/proc", String.valueOf(connection.pid()), "environ")))
                .contains("TOKEN=")
                .doesNotContain("LD_BIND_NOW");
        connection.close().block(LIMIT);
    }

    // limits

    @Test
    void memoryIsLimited() {
        String script = "head -c 300000000 /dev/zero | tail -c 200000000 | wc -c";
        assertThat(run(o -> o, script).stderr()).containsExactly("200000000");
        assertThat(run(o -> o.memory(64 << 20), script).stderr())
                .anySatisfy(line -> assertThat(line).containsIgnoringCase("memory"))
                .doesNotContain("200000000");
    }

    @Test
    void computingIsLimited() {
        Run run = run(o -> o.cpuTime(Duration.ofSeconds(1)), "while :; do :; done");
        assertThat(run.exitCode()).isIn(137, 152);
    }

    @Test
    void processesAreLimitedOrReported() {
        Run run = run(o -> o.processes(4), "for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait");
        String event = run.events().toString();
        boolean refused = run.stderr().stream().anyMatch(line -> line.contains("fork"));
        assertThat(refused || event.contains("notEnforced=processes (")).isTrue();
        assertThat(refused && event.contains("notEnforced=processes (")).isFalse();
    }
}
