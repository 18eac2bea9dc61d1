package dev.mcpflux.transport.http;

/** HTTP+SSE passes the same contract. */
class SseTransportContractTest extends HttpTransportContractTest {

    @Override
    EchoServer server(boolean silent) {
        return new EchoServer(silent, true);
    }

    @Override
    HttpKind kind() {
        return HttpKind.SSE;
    }
}
