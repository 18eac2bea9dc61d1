package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The packaged process, seen from outside: its streams and its exit code. */
@Timeout(60)
class WeatherServerIT {

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void leaveNoProcess() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void exitsWithZeroAtEndOfInput() throws Exception {
        Process process = start();
        RawPeer peer = new RawPeer(process.getInputStream(), process.getOutputStream());
        assertThat(peer.initialize()
                        .path("result")
                        .path("serverInfo")
                        .path("name")
                        .stringValue())
                .isEqualTo("weather-server");

        peer.close();

        assertThat(exitCode(process)).isZero();
        assertThat(peer.atEnd()).isTrue();
        assertThat(errors(process)).isEmpty();
    }

    @Test
    void endsDespiteARunningForecast() throws Exception {
        Process process = start("--offer=weather");
        RawPeer peer = new RawPeer(process.getInputStream(), process.getOutputStream());
        peer.initialize();
        peer.request(
                1,
                "tools/call",
                "{'name':'forecast','arguments':{'city':'Oslo','days':14,'step_millis':2000},"
                        + "'_meta':{'progressToken':1}}");
        assertThat(peer.next().path("method").stringValue()).isEqualTo("notifications/progress");

        peer.close();

        assertThat(exitCode(process)).isZero();
    }

    @Test
    void endsWhenTerminated() throws Exception {
        Process process = start();
        new RawPeer(process.getInputStream(), process.getOutputStream()).initialize();

        process.destroy();

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void refusesAnUnknownOption() throws Exception {
        Process process = start("--verbose");

        assertThat(exitCode(process)).isEqualTo(2);
        assertThat(errors(process)).contains("unknown option '--verbose'").contains("Usage:");
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
    }

    @Test
    void helps() throws Exception {
        Process process = start("--help");

        assertThat(exitCode(process)).isZero();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("Usage: weather-server");
    }

    private Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("weather-server.jar")));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String errors(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
