package dev.mcpflux.samples.weather;

import java.time.Clock;
import java.util.List;

/**
 * The process: an MCP server on standard input and output, see {@code --help}.
 *
 * <p>Nothing but JSON-RPC is written to stdout, logs go to stderr. The process ends with 0 when stdin ends, which is how
 * MCP's stdio transport asks a server to shut down, and with 2 when the command line is wrong. SIGTERM ends it as it
 * ends any JVM.
 */
public final class WeatherServer {

    private static final int USAGE_ERROR = 2;

    private WeatherServer() {}

    /** Runs the server until its standard input ends. */
    public static void main(String[] args) {
        // explicitly, because the SDK's threads are no daemons: a write stuck in a full pipe must not keep the JVM
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> args) {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("weather-server: " + e.getMessage());
            System.err.print(Options.USAGE);
            return USAGE_ERROR;
        }
        if (options.help()) {
            System.out.print(Options.USAGE);
            return 0;
        }
        StdioServer.serve(options, System.in, System.out, Clock.systemUTC()).block();
        return 0;
    }
}
