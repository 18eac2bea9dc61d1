package dev.mcpflux.authorization;

import dev.mcpflux.auth.CredentialFilter;
import dev.mcpflux.auth.oauth.OAuthEvent;
import dev.mcpflux.auth.oauth.OAuthGrant;
import dev.mcpflux.auth.oauth.OAuthOptions;
import dev.mcpflux.auth.oauth.OAuthSource;
import dev.mcpflux.auth.oauth.TokenStatus;
import dev.mcpflux.client.CallContext;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.http.HttpTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A host with one server, which takes commands: {@code Driver CONFIGURATION}, a JSON object. Each line of standard input is a
 * command with an id; its answer is a line of standard output with that id, whenever it comes. What happens between commands is
 * a line too. The end of the input closes everything.
 *
 * <p>The pages of logins are printed: whoever started this program opens them.
 */
public final class Driver {

    private static final String SERVER = "protected";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI url;
    private final OAuthSource source;
    private final McpHost host;

    private Driver(JsonNode configuration) {
        url = URI.create(configuration.required("url").asString());
        source = OAuthSource.builder()
                .options(options(configuration.path("options")))
                .grant(grant(configuration.path("grant").asString("code")))
                .browser(page -> Mono.fromRunnable(() -> print(Map.of("browser", page.toString()))))
                .build();
        host = McpHost.create(HostConfig.builder()
                .server(ServerDefinition.of(HttpTransport.builder(SERVER, url.toString())
                        .filter(CredentialFilter.create(SERVER, url, source))
                        .build()))
                .build());
    }

    /** Runs until standard input ends. */
    public static void main(String[] args) throws IOException {
        Driver driver = new Driver(JSON.readTree(args[0]));
        driver.source.events().subscribe(Driver::print);
        driver.host.start().subscribe(started -> {}, e -> print(failure(e)), () -> print(Map.of("started", true)));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            driver.run(JSON.readTree(line));
        }
        driver.host.close().then(driver.source.close()).block(Duration.ofSeconds(10));
    }

    private static OAuthOptions options(JsonNode node) {
        OAuthOptions.Builder options = OAuthOptions.builder()
                .clientId(node.path("clientId").asString(null))
                .clientSecret(node.path("clientSecret").asString(null));
        if (node.has("dpop")) {
            options.dpop(OAuthOptions.DpopMode.valueOf(node.path("dpop").asString()));
        }
        if (node.has("loginMode")) {
            options.loginMode(
                    OAuthOptions.LoginMode.valueOf(node.path("loginMode").asString()));
        }
        if (node.has("loginTimeoutMillis")) {
            options.loginTimeout(
                    Duration.ofMillis(node.path("loginTimeoutMillis").asLong()));
        }
        return options.build();
    }

    private static OAuthGrant grant(String name) {
        return switch (name) {
            case "code" -> new OAuthGrant.AuthorizationCode();
            case "device" -> new OAuthGrant.DeviceCode();
            case "client" -> new OAuthGrant.ClientCredentials();
            default -> throw new IllegalArgumentException("no grant is called " + name);
        };
    }

    private void run(JsonNode command) {
        String name = command.path("caller").asString(null);
        Context context = name == null ? Context.empty() : Context.of(CallContext.PRINCIPAL, name);
        int id = command.required("id").asInt();
        Mono.defer(() -> run(command, Caller.of(context)))
                .contextWrite(context)
                .onErrorResume(e -> Mono.just(failure(e)))
                .defaultIfEmpty(Map.of())
                .subscribe(answer -> {
                    Map<String, Object> line = new LinkedHashMap<>();
                    line.put("id", id);
                    line.putAll(answer);
                    print(line);
                });
    }

    private Mono<Map<String, Object>> run(JsonNode command, Caller caller) {
        return switch (command.required("do").asString()) {
            case "call" ->
                host.callTool(SERVER + "__" + command.required("tool").asString(), Map.of())
                        .map(result -> Map.of("text", result.text()));
            case "status" -> source.status(SERVER, url, caller).map(Driver::shown);
            case "logout" -> source.logout(SERVER, url, caller).thenReturn(Map.of("out", true));
            default -> Mono.error(new IllegalArgumentException("no such command"));
        };
    }

    private static Map<String, Object> shown(TokenStatus status) {
        return Map.of(
                "issuer", status.issuer(),
                "scopes", status.scopes(),
                "refreshable", status.refreshable(),
                "bound", status.bound(),
                "expired", status.remaining() != null && status.remaining().isNegative());
    }

    private static Map<String, Object> failure(Throwable e) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("error", e.getClass().getSimpleName());
        shown.put("message", String.valueOf(e.getMessage()));
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof McpAuthorizationException refused) {
                shown.put("reason", refused.reason().name());
                break;
            }
        }
        return shown;
    }

    private static void print(OAuthEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event.getClass().getSimpleName());
        if (event instanceof OAuthEvent.LoginRequired login) {
            line.put("caller", name(login.caller()));
            line.put("page", login.page().toString());
            line.put("userCode", login.userCode());
        } else if (event instanceof OAuthEvent.Authorized authorized) {
            line.put("caller", name(authorized.caller()));
        } else if (event instanceof OAuthEvent.Refreshed refreshed) {
            line.put("caller", name(refreshed.caller()));
        } else if (event instanceof OAuthEvent.Failed failed) {
            line.put("caller", name(failed.caller()));
            line.put("problem", failed.problem());
        }
        print(line);
    }

    private static Object name(Caller caller) {
        Object principal = caller.principal();
        return principal == null ? "" : principal;
    }

    private static synchronized void print(Map<String, Object> line) {
        System.out.println(JSON.writeValueAsString(line));
        System.out.flush();
    }
}
