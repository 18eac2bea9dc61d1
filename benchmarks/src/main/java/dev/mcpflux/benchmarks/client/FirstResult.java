package dev.mcpflux.benchmarks.client;

import java.util.List;
import java.util.Map;

/** The shortest program: connect, call, say so. The clock is with who started this process. */
final class FirstResult {

    static final String LINE = "#first";

    private FirstResult() {}

    static void run(Client.Connector connector, List<String> server) throws Exception {
        Client client = connector.connect(server);
        Call call = new Call(Map.of("text", "first"), "{\"text\":\"first\"}", "first");
        call.check(client.call(call));
        System.out.println(LINE);
        System.out.flush();
        client.close();
    }
}
