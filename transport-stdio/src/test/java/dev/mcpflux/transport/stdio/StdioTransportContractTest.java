package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.TransportContract;
import dev.mcpflux.transport.spi.Transport;
import java.io.File;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;

/** The contract with real processes. */
class StdioTransportContractTest implements TransportContract {

    private final Set<Long> before = Leftovers.processes();

    @BeforeEach
    void onUnix() {
        assumeThat(File.separatorChar).isEqualTo('/');
    }

    @Override
    public Transport echoServer() {
        return server();
    }

    @Override
    public Transport neverAnswering() {
        return server(MisbehavingServer.SILENT);
    }

    Transport server(String... arguments) {
        List<String> command = MisbehavingServer.command(arguments);
        return StdioTransport.builder("contract", command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
    }

    @Override
    public void assertNothingLeft() {
        Leftovers.assertNone(before);
    }
}
