package dev.mcpflux.transport.socket;

import dev.mcpflux.testing.TransportContract;
import dev.mcpflux.transport.spi.Transport;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract over TCP. */
class SocketTransportContractTest implements TransportContract {

    private final ClientChannels channels = new ClientChannels();
    private LineServer echo;
    private LineServer silent;

    @BeforeEach
    void start() throws IOException {
        echo = LineServer.tcp(LineServer::echo);
        silent = LineServer.tcp(LineServer::silent);
    }

    @AfterEach
    void stop() throws IOException {
        echo.close();
        silent.close();
    }

    @Override
    public Transport echoServer() {
        return transport(echo);
    }

    @Override
    public Transport neverAnswering() {
        return transport(silent);
    }

    private Transport transport(LineServer server) {
        return SocketTransport.builder("contract")
                .tcp("127.0.0.1", server.port())
                .client(channels::watch)
                .build();
    }

    @Override
    public void assertNothingLeft() {
        channels.assertNoneOpen();
        LineServer.waitUntil("the server's sockets are closed", () -> echo.open() + silent.open() == 0);
    }
}
