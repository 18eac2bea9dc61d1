package dev.mcpflux.transport.socket;

import dev.mcpflux.testing.TransportContract;
import dev.mcpflux.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract over Unix domain sockets. */
class UnixSocketTransportContractTest implements TransportContract {

    @TempDir
    private Path directory;

    private final ClientChannels channels = new ClientChannels();
    private LineServer echo;
    private LineServer silent;

    @BeforeEach
    void start() throws IOException {
        echo = LineServer.unix(directory.resolve("echo"), LineServer::echo);
        silent = LineServer.unix(directory.resolve("silent"), LineServer::silent);
    }

    @AfterEach
    void stop() throws IOException {
        echo.close();
        silent.close();
    }

    @Override
    public Transport echoServer() {
        return transport("echo");
    }

    @Override
    public Transport neverAnswering() {
        return transport("silent");
    }

    private Transport transport(String socket) {
        return SocketTransport.builder("contract")
                .unix(directory.resolve(socket))
                .client(channels::watch)
                .build();
    }

    @Override
    public void assertNothingLeft() {
        channels.assertNoneOpen();
        LineServer.waitUntil("the server's sockets are closed", () -> echo.open() + silent.open() == 0);
    }
}
