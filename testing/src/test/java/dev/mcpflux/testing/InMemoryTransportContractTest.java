package dev.mcpflux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.transport.spi.Transport;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;

class InMemoryTransportContractTest implements TransportContract {

    private final Set<Long> before = Leftovers.processes();
    private final List<InMemoryServer> servers = new CopyOnWriteArrayList<>();

    @Override
    public Transport echoServer() {
        InMemoryServer server = InMemoryServer.named("memory")
                .tool("echo", arguments -> arguments.path("text").asString())
                .handle("hang", call -> Mono.never())
                .handle("cancelled", call -> Mono.just(InMemoryServer.text(String.join(",", call.cancelled()))))
                .handle(
                        "progress",
                        call -> Mono.fromSupplier(() -> {
                            for (int step = 1; step <= 3; step++) {
                                call.progress(step, 3);
                            }
                            return InMemoryServer.text("done");
                        }))
                .handle(
                        "crash",
                        call -> Mono.<dev.mcpflux.protocol.CallToolResult>never()
                                .doOnSubscribe(s -> call.disconnect()));
        servers.add(server);
        return server.transport();
    }

    @Override
    public Transport neverAnswering() {
        return ScriptedPeer.named("silent").expect("initialize").transport();
    }

    @Override
    public void assertNothingLeft() {
        Leftovers.assertNone(before);
        assertThat(servers)
                .allSatisfy(server -> assertThat(server.connections()).isZero());
    }
}
