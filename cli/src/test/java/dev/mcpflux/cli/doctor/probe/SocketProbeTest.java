package dev.mcpflux.cli.doctor.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

class SocketProbeTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final NetworkProbe probe = NetworkProbe.ofThisMachine(LIMIT);

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @Test
    void connectsAndClosesTheConnection() throws IOException {
        try (ServerSocket server = listening()) {
            StepVerifier.create(probe.connect("127.0.0.1", server.getLocalPort()))
                    .verifyComplete();

            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void refusedConnectionIsAnError() throws IOException {
        int port;
        try (ServerSocket server = listening()) {
            port = server.getLocalPort();
        }

        StepVerifier.create(probe.connect("127.0.0.1", port))
                .expectError(IOException.class)
                .verify();
    }

    /** The server never answers the greeting of TLS. */
    @Test
    void cancellationClosesTheConnection() throws IOException {
        try (ServerSocket server = listening()) {
            reactor.core.Disposable waiting =
                    probe.certificate("127.0.0.1", server.getLocalPort()).subscribe(found -> {}, e -> {});
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().read()).isNotNegative();
                waiting.dispose();
                while (read(accepted) >= 0) {
                    // the rest of the greeting
                }
            }
        }
    }

    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void localHostIsKnown() {
        StepVerifier.create(probe.resolve("localhost")).verifyComplete();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has other permissions")
    void permissionsAreRead(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("f"));
        FileProbe files = FileProbe.ofThisMachine();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(files.isReadableByOthers(file)).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(files.isReadableByOthers(file)).isTrue();
        assertThat(files.isReadableByOthers(directory.resolve("none"))).isFalse();
        assertThat(files.isFile(file) && !files.isDirectory(file)).isTrue();
    }
}
