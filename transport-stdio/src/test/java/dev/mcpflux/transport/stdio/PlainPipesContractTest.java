package dev.mcpflux.transport.stdio;

import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.transport.spi.Transport;
import java.util.List;

/** The contract over the JDK's streams, as on systems without channel pipes. */
class PlainPipesContractTest extends StdioTransportContractTest {

    @Override
    Transport server(String... arguments) {
        List<String> command = MisbehavingServer.command(arguments);
        return StdioTransport.builder("contract", command.get(0))
                .arguments(command.subList(1, command.size()))
                .plainPipes()
                .build();
    }
}
