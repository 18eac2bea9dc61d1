package dev.mcpflux.conformance;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * Runs one scenario of the conformance suite with the server whose URL is the last argument. The suite names the
 * scenario in the variable {@code MCP_CONFORMANCE_SCENARIO}. The era of the server is negotiated, not configured.
 *
 * <p>Exit codes: 0 if everything succeeded, 1 if something failed, 2 if there is no scenario to run.
 */
public final class ConformanceClient {

    private static final Logger log = LoggerFactory.getLogger(ConformanceClient.class);

    /** The name of the server in this program. */
    static final String SERVER = "mock";

    private ConformanceClient() {}

    /** Runs the scenario and exits. */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv()));
    }

    static int run(String[] args, Map<String, String> environment) {
        String name = environment.getOrDefault("MCP_CONFORMANCE_SCENARIO", "");
        if (args.length == 0) {
            System.err.println("expected the URL of a server as the last argument");
            return 2;
        }
        try {
            Scenario scenario = Scenarios.of(name, environment.get("MCP_CONFORMANCE_CONTEXT"))
                    .orElse(null);
            if (scenario == null) {
                System.err.println("the scenario '" + name + "' is not one that this client plays");
                return 2;
            }
            McpHost.use(
                            config(args[args.length - 1]),
                            host -> Flux.from(scenario.play(host)).then())
                    .blockLast();
            return 0;
        } catch (RuntimeException e) {
            log.error("the scenario '{}' failed", name, e);
            return 1;
        }
    }

    private static HostConfig config(String url) {
        return HostConfig.builder()
                .server(ServerDefinition.http(SERVER, url).with(o -> o.required(true)))
                .session(options -> options.handlers(Answers.handlers()))
                .build();
    }
}
