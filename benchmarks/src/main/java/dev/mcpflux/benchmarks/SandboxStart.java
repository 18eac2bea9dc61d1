package dev.mcpflux.benchmarks;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.StdioTransport;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a sandbox costs: the time until a session with a small server is ready, and until it is closed, with and without one, in
 * turns. Needs Linux and bubblewrap.
 */
final class SandboxStart {

    private static final int STARTS = 20;

    private static final int WARM_UP = 10;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String SERVER = """
            while IFS= read -r line; do
              id=${line#*\\"id\\":}; id=${id%%,*}
              case $line in
                *\\"method\\":\\"initialize\\"*)
                  printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
            "serverInfo":{"name":"small","version":"1"}}}\\n' "$id" ;;
                *\\"id\\":*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\\n' "$id" ;;
              esac
            done
            """;

    private SandboxStart() {}

    static void run() {
        double[][] ready = new double[2][STARTS];
        double[][] closed = new double[2][STARTS];
        for (int i = -WARM_UP; i < STARTS; i++) {
            for (int sandboxed = 0; sandboxed < 2; sandboxed++) {
                McpSession session = McpSession.create(server(sandboxed == 1), SessionOptions.defaults());
                long begin = System.nanoTime();
                session.open().block(LIMIT);
                long middle = System.nanoTime();
                session.close().block(LIMIT);
                if (i >= 0) {
                    ready[sandboxed][i] = (middle - begin) / 1e6;
                    closed[sandboxed][i] = (System.nanoTime() - middle) / 1e6;
                }
            }
        }
        print("ready", ready);
        print("closed", closed);
    }

    private static StdioTransport server(boolean sandboxed) {
        return StdioTransport.builder("small", "sh")
                .arguments("-c", SERVER)
                .options(StdioOptions.builder()
                        .sandbox(SandboxOptions.builder().enabled(sandboxed).build())
                        .build())
                .build();
    }

    private static void print(String what, double[][] times) {
        System.out.printf(
                Locale.ROOT,
                "%-7s median of %d: %.1f ms without, %.1f ms with a sandbox%n",
                what,
                STARTS,
                median(times[0]),
                median(times[1]));
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return (sorted[(STARTS - 1) / 2] + sorted[STARTS / 2]) / 2;
    }
}
