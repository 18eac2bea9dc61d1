package dev.mcpflux.compatibility;

import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.TransportContract;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.util.List;
import java.util.Set;

/** The contract of transports, run by JUnit of this version. */
class ContractTest implements TransportContract {

    private final Set<Long> before = Leftovers.processes();

    @Override
    public Transport echoServer() {
        return server();
    }

    @Override
    public Transport neverAnswering() {
        return server(MisbehavingServer.SILENT);
    }

    private static Transport server(String... arguments) {
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
