package dev.mcpflux.conformance;

import dev.mcpflux.auth.CredentialFilter;
import dev.mcpflux.auth.oauth.OAuthSource;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.spi.Transport;
import java.net.URI;
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
        String url = args[args.length - 1];
        String context = environment.get("MCP_CONFORMANCE_CONTEXT");
        try {
            AuthScenario authorized = AuthScenario.of(name, context).orElse(null);
            if (authorized != null) {
                return run(name, url, authorized);
            }
            Scenario scenario = Scenarios.of(name, context).orElse(null);
            if (scenario == null) {
                System.err.println("the scenario '" + name + "' is not one that this client plays");
                return 2;
            }
            play(ServerDefinition.http(SERVER, url), scenario);
            return 0;
        } catch (RuntimeException e) {
            log.error("the scenario '{}' failed", name, e);
            return 1;
        }
    }

    private static int run(String name, String url, AuthScenario authorized) {
        OAuthSource source = authorized.source();
        Transport transport = HttpTransport.builder(SERVER, url)
                .filter(CredentialFilter.create(SERVER, URI.create(url), source))
                .build();
        try {
            play(ServerDefinition.of(transport), new CallEveryTool(Map.of()));
        } catch (RuntimeException e) {
            if (!authorized.refusedRightly(e)) {
                throw e;
            }
            log.info("the scenario '{}' was refused, as it has to be: {}", name, e.getMessage());
            return 0;
        } finally {
            source.close().block();
        }
        if (authorized.refusal() != null) {
            log.error("the scenario '{}' was not refused", name);
            return 1;
        }
        return 0;
    }

    private static void play(ServerDefinition server, Scenario scenario) {
        HostConfig config = HostConfig.builder()
                .server(server.with(o -> o.required(true)))
                .session(options -> options.handlers(Answers.handlers()))
                .build();
        McpHost.use(config, host -> Flux.from(scenario.play(host)).then()).blockLast();
    }
}
