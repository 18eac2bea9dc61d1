package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A person logs in on another device, and this side asks now and then whether that has happened (RFC 8628). */
final class DeviceFlow implements GrantFlow {

    private static final String ENDPOINT = "the device authorization endpoint";

    /** Registered, but never used: this grant has no callback. */
    private static final URI NO_CALLBACK = URI.create("http://127.0.0.1/callback");

    private static final Duration SLOWER = Duration.ofSeconds(5);

    private final GuardedHttp http;
    private final Clients clients;
    private final TokenEndpoint tokens;
    private final Duration timeout;
    private final Scheduler timer;
    private final Problems problems;

    DeviceFlow(
            GuardedHttp http,
            Clients clients,
            TokenEndpoint tokens,
            Duration timeout,
            Scheduler timer,
            Problems problems) {
        this.http = http;
        this.clients = clients;
        this.tokens = tokens;
        this.timeout = timeout;
        this.timer = timer;
        this.problems = problems;
    }

    @Override
    public Mono<Obtained> obtain(Need need) {
        URI endpoint = need.server().deviceEndpoint();
        if (endpoint == null) {
            return Mono.error(problems.of(
                    Reason.UNSUPPORTED, "its authorization server does not offer to log in on another device"));
        }
        return clients.at(need.server(), NO_CALLBACK)
                .flatMap(client -> begin(endpoint, need, client).flatMap(device -> {
                    URI complete = device.getVerificationURIComplete();
                    need.prompt()
                            .show(
                                    complete == null ? device.getVerificationURI() : complete,
                                    device.getUserCode().getValue());
                    Duration limit = min(timeout, Duration.ofSeconds(device.getLifetime()));
                    return poll(need, client, device, Duration.ofSeconds(Math.max(1, device.getInterval())))
                            .timeout(limit, timer)
                            .onErrorMap(
                                    TimeoutException.class,
                                    e -> problems.of(
                                            Reason.LOGIN, "nobody logged in within " + limit.toSeconds() + " s"))
                            .map(all -> new Obtained(all, client));
                }));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private Mono<DeviceAuthorizationSuccessResponse> begin(URI endpoint, Need need, Client client) {
        return Mono.fromCallable(() -> {
                    ClientAuthentication authentication = clients.authentication(client, need.server());
                    DeviceAuthorizationRequest.Builder request = authentication == null
                            ? new DeviceAuthorizationRequest.Builder(new ClientID(client.id()))
                            : new DeviceAuthorizationRequest.Builder(authentication);
                    request.endpointURI(endpoint)
                            .customParameter("resource", need.found().resource());
                    if (!need.scopes().isEmpty()) {
                        request.scope(new Scope(need.scopes().toArray(new String[0])));
                    }
                    return request.build().toHTTPRequest();
                })
                // what is signed needs random numbers, and they may block
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(request -> http.send(request, ENDPOINT))
                .map(response -> begun(endpoint, response));
    }

    private DeviceAuthorizationSuccessResponse begun(URI endpoint, HTTPResponse response) {
        String problem =
                ENDPOINT + " " + Problems.origin(endpoint) + " answered with status " + response.getStatusCode();
        if (response.getStatusCode() >= 500) {
            throw problems.unavailable(problem, null);
        }
        try {
            DeviceAuthorizationResponse parsed = DeviceAuthorizationResponse.parse(response);
            if (parsed.indicatesSuccess()) {
                DeviceAuthorizationSuccessResponse device = parsed.toSuccessResponse();
                http.checked(device.getVerificationURI(), "the page of the login");
                if (device.getVerificationURIComplete() != null) {
                    http.checked(device.getVerificationURIComplete(), "the page of the login");
                }
                return device;
            }
            throw problems.of(
                    Reason.DENIED,
                    problem + ": " + Problems.shown(parsed.toErrorResponse().getErrorObject()));
        } catch (ParseException e) {
            throw problems.of(Reason.METADATA, problem + ", which cannot be read: " + Problems.shown(e.getMessage()));
        }
    }

    /** Before each request this waits for the interval that the authorization server has named (RFC 8628, 3.5). */
    private Mono<Tokens> poll(Need need, Client client, DeviceAuthorizationSuccessResponse device, Duration interval) {
        return Mono.delay(interval, timer)
                .then(tokens.exchange(new TokenEndpoint.Exchange(
                        need.server(),
                        client,
                        new DeviceCodeGrant(device.getDeviceCode()),
                        java.util.Set.of(),
                        need.found().resource(),
                        need.key())))
                .onErrorResume(e -> {
                    if (e instanceof TokenRefusal refusal) {
                        if (refusal.code().equals("authorization_pending")) {
                            return poll(need, client, device, interval);
                        }
                        if (refusal.code().equals("slow_down")) {
                            return poll(need, client, device, interval.plus(SLOWER));
                        }
                    }
                    // "On encountering a connection timeout, clients MUST unilaterally reduce their polling frequency
                    // before retrying."
                    return e instanceof McpAuthorizationException known && known.isTransient()
                            ? poll(need, client, device, interval.multipliedBy(2))
                            : Mono.error(e);
                });
    }
}
