package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.http.HttpExchangeFilter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Walks the way to a token up to the point where a client would be registered or a person asked, and says what it finds. */
final class Diagnosis {

    private static final int MAX_SHOWN = 400;

    /** A request that every server understands or refuses; it changes nothing. */
    private static final String PROBE =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{\"_meta\":{"
                    + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"mcpflux\",\"version\":\"1\"},"
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

    private final Target target;
    private final Target.Means means;
    private final Consumer<DiagnosisStep> steps;

    private Diagnosis(Target target, Target.Means means, Consumer<DiagnosisStep> steps) {
        this.target = target;
        this.means = means;
        this.steps = steps;
    }

    /**
     * The steps.
     *
     * @param traced the target whose discovery reports to the given trace
     */
    static Flux<DiagnosisStep> of(Function<Discovery.Trace, Target> traced) {
        return Flux.defer(() -> {
            Sinks.Many<DiagnosisStep> found = Sinks.many().unicast().onBackpressureBuffer();
            // one step follows the other, so nobody else emits at the same time
            Consumer<DiagnosisStep> steps = found::tryEmitNext;
            Target target = traced.apply((what, url, finding) -> steps.accept(
                    new DiagnosisStep(what, url, SafeText.line(finding, MAX_SHOWN), what.equals("refused"))));
            return found.asFlux()
                    .mergeWith(target.means()
                            .flatMap(means -> new Diagnosis(target, means, steps).walk())
                            .doOnTerminate(found::tryEmitComplete)
                            .cast(DiagnosisStep.class));
        });
    }

    private Mono<Void> walk() {
        return probe().flatMap(this::challenges)
                .flatMap(
                        challenges -> means.discovery().find(challenges).doOnNext(found -> describe(found, challenges)))
                .onErrorResume(McpAuthorizationException.class, e -> {
                    steps.accept(new DiagnosisStep("result", null, e.problem(), true));
                    return Mono.empty();
                })
                .then();
    }

    private Mono<HTTPResponse> probe() {
        return Mono.defer(() -> {
            HTTPRequest request = new HTTPRequest(HTTPRequest.Method.POST, target.resource());
            request.setHeader("Content-Type", "application/json");
            request.setHeader("Accept", "application/json, text/event-stream");
            request.setHeader("MCP-Protocol-Version", "2026-07-28");
            request.setHeader("Mcp-Method", "server/discover");
            request.setBody(PROBE);
            return means.http().send(request, "the server");
        });
    }

    private Mono<List<AuthChallenge>> challenges(HTTPResponse response) {
        HttpHeaders headers = new DefaultHttpHeaders();
        List<String> values = response.getHeaderValues("WWW-Authenticate");
        if (values != null) {
            headers.add("WWW-Authenticate", values);
        }
        List<AuthChallenge> challenges =
                new HttpExchangeFilter.Response(response.getStatusCode(), headers).challenges();
        String said = challenges.isEmpty()
                ? "without a WWW-Authenticate header"
                : challenges.stream().map(Diagnosis::shown).collect(Collectors.joining("; "));
        boolean asks = response.getStatusCode() == 401;
        step(
                "a request without a token",
                target.resource(),
                "status " + response.getStatusCode() + (asks ? ", " + said : ": the server does not ask for a token"));
        return asks ? Mono.just(challenges) : Mono.empty();
    }

    private static String shown(AuthChallenge challenge) {
        return challenge.scheme()
                + challenge.parameters().entrySet().stream()
                        .map(parameter -> " " + parameter.getKey() + "=" + parameter.getValue())
                        .collect(Collectors.joining(","));
    }

    private void describe(Discovery.Found found, List<AuthChallenge> challenges) {
        AuthorizationServer server = found.server();
        step("resource", null, "tokens are asked for " + found.resource());
        endpoint("authorization endpoint", server.authorizationEndpoint());
        endpoint("token endpoint", server.tokenEndpoint());
        endpoint("device authorization endpoint", server.deviceEndpoint());
        step("grants", null, server.grantTypes() == null ? "not said" : String.join(" ", server.grantTypes()));
        boolean pkce = server.assumed()
                || (server.challengeMethods() != null
                        && server.challengeMethods().contains("S256"));
        steps.accept(new DiagnosisStep(
                "PKCE",
                null,
                server.challengeMethods() == null
                        ? server.assumed() ? "not said" : "not said: a login is refused"
                        : String.join(" ", server.challengeMethods()),
                !pkce));
        step(
                "issuer in callbacks",
                null,
                server.namesIssuer() ? "said to be there, and required" : "checked if it is there");
        client(server);
        step("scopes", null, scopes(found, challenges));
        step(
                "proof of possession (DPoP)",
                null,
                server.dpopAlgorithms() == null
                        ? "not supported"
                        : "supported: " + String.join(" ", server.dpopAlgorithms()));
    }

    private void client(AuthorizationServer server) {
        OAuthOptions options = target.options();
        String how;
        boolean problem = false;
        if (options.clientId() != null) {
            how = "the configured one";
        } else if (options.clientMetadataUrl() != null && server.readsClientIds()) {
            how = "the document at " + options.clientMetadataUrl();
        } else if (server.registrationEndpoint() != null) {
            how = "one that is registered at " + server.registrationEndpoint();
        } else {
            how = "none: the authorization server registers no clients; configure \"clientId\""
                    + (server.readsClientIds() ? ", or \"clientMetadataUrl\"" : "");
            problem = true;
        }
        steps.accept(new DiagnosisStep("client", null, how, problem));
    }

    private String scopes(Discovery.Found found, List<AuthChallenge> challenges) {
        Set<String> challenged = challenges.stream()
                .flatMap(challenge -> challenge.parameter("scope").stream())
                .flatMap(scope -> List.of(scope.split(" ")).stream())
                .filter(scope -> !scope.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> chosen =
                Scopes.choose(target.options().scopes(), challenged, Set.of(), found, target.interactive());
        return chosen.isEmpty() ? "none are asked for" : String.join(" ", chosen);
    }

    private void step(String what, @Nullable URI url, String finding) {
        steps.accept(new DiagnosisStep(what, url, SafeText.line(finding, MAX_SHOWN), false));
    }

    private void endpoint(String what, @Nullable URI url) {
        step(what, url, url == null ? "none" : "");
    }
}
