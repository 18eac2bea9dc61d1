package dev.mcpflux.auth.oauth;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.node.ObjectNode;

/**
 * An MCP server and its authorization server, on one port of this machine. It issues {@code access-1}, {@code refresh-1} and so
 * on, and checks what a client has to prove: PKCE, the client, the nonce of DPoP. A test replaces what it wants to be different.
 */
final class AuthServer implements AutoCloseable {

    static final String PRM = "/.well-known/oauth-protected-resource/mcp";
    static final String METADATA = "/.well-known/oauth-authorization-server/as";
    static final String CODE = "authorization_code";
    static final String REFRESH = "refresh_token";
    static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
    static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /** A signed JWT, whose signature nobody checks. */
    static final String JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2VjcmV0LXNpZ25hdHVyZQ";

    private final ScriptedHttpServer http;
    private final Map<String, HttpHandler> replaced = new ConcurrentHashMap<>();
    private final Map<String, Login> codes = new ConcurrentHashMap<>();
    private final Map<String, String> clients = new ConcurrentHashMap<>();
    private final Map<String, String> scopes = new ConcurrentHashMap<>();
    private final Set<String> refreshTokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicInteger registered = new AtomicInteger();
    private final AtomicInteger logins = new AtomicInteger();

    final ObjectNode prm;
    final ObjectNode metadata;
    final ObjectNode device;
    final Queue<String> deviceErrors = new ConcurrentLinkedQueue<>();

    volatile int expiresIn = 3600;
    /** Whether it issues refresh tokens, new ones at each refresh. */
    volatile boolean refreshes = true;

    volatile boolean denies;
    volatile boolean confidential;
    /** When the secrets of new clients end, in seconds; 0 for never. */
    volatile long secretExpiresAt;
    /** The issuer of a callback; none where it is empty. */
    volatile String iss;

    volatile String challenge;
    volatile String requiredScope = "";
    volatile @Nullable String tokenNonce;
    volatile @Nullable String resourceNonce;

    private record Login(String client, String redirect, String challenge, String scope) {}

    private AuthServer() {
        http = ScriptedHttpServer.modern(this::handle);
        prm = object("""
                {"resource":"BASE/mcp","authorization_servers":["BASE/as"],"scopes_supported":["read"]}""");
        metadata = object("""
                {"issuer":"BASE/as","authorization_endpoint":"BASE/authorize","token_endpoint":"BASE/token",\
                "registration_endpoint":"BASE/register","device_authorization_endpoint":"BASE/device",\
                "revocation_endpoint":"BASE/revoke","response_types_supported":["code"],\
                "code_challenge_methods_supported":["S256"],\
                "token_endpoint_auth_methods_supported":["none","client_secret_basic","client_secret_post"],\
                "authorization_response_iss_parameter_supported":true,"dpop_signing_alg_values_supported":["ES256"]}""");
        device = object("""
                {"device_code":"device-code","user_code":"USER-CODE","verification_uri":"BASE/activate",\
                "expires_in":600,"interval":7}""");
        iss = base() + "/as";
        challenge = "Bearer resource_metadata=\"" + base() + PRM + "\"";
    }

    static AuthServer start() {
        return new AuthServer();
    }

    private ObjectNode object(String text) {
        return (ObjectNode) McpJson.mapper().readTree(text.replace("BASE", base()));
    }

    String base() {
        return "http://127.0.0.1:" + http.port();
    }

    String issuer() {
        return base() + "/as";
    }

    URI resource() {
        return URI.create(http.url());
    }

    /** Answers a path in another way. */
    AuthServer answer(String path, HttpHandler handler) {
        replaced.put(path, handler);
        return this;
    }

    /** Answers a path with this status. */
    AuthServer answer(String path, int status, String body) {
        return answer(path, (request, reply) -> reply.status(status, "application/json", body));
    }

    /** Answers a path as it does without {@link #answer}. */
    AuthServer restore(String path) {
        replaced.remove(path);
        return this;
    }

    /** Knows a client; a public one if the secret is empty. */
    AuthServer client(String id, String secret) {
        clients.put(id, secret);
        return this;
    }

    /** Refuses the access tokens that were issued so far. */
    void revokeAccess() {
        scopes.clear();
    }

    /** Refuses the refresh tokens that were issued so far. */
    void revokeRefresh() {
        refreshTokens.clear();
    }

    /** Forgets all clients. */
    void forgetClients() {
        clients.clear();
    }

    // what it has received

    List<RecordedRequest> requests(String path) {
        return http.requests(request -> path(request).equals(path));
    }

    int connections() {
        return http.connections();
    }

    /** The forms of the token requests with this grant. */
    List<Map<String, String>> grants(String type) {
        return requests("/token").stream()
                .map(request -> form(request.body()))
                .filter(form -> type.equals(form.get("grant_type")))
                .toList();
    }

    /** What the tool calls were sent with. */
    List<String> authorizations() {
        return http.requests(request -> request.is("tools/call")).stream()
                .map(request -> String.valueOf(request.header("Authorization")))
                .toList();
    }

    /** How often a page of a login was opened. */
    int logins() {
        return logins.get();
    }

    static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        URLUtils.parseParameters(text).forEach((name, values) -> form.put(name, values.get(0)));
        return form;
    }

    private static String path(RecordedRequest request) {
        return request.path().split("\\?")[0];
    }

    private static Map<String, String> query(RecordedRequest request) {
        String[] parts = request.path().split("\\?", 2);
        return parts.length == 1 ? Map.of() : form(parts[1]);
    }

    // what it answers

    private void handle(RecordedRequest request, HttpReply reply) throws Exception {
        HttpHandler other = replaced.get(path(request));
        if (other == null) {
            standard(request, reply);
        } else {
            other.handle(request, reply);
        }
    }

    /** Answers as it does without {@link #answer}. */
    void standard(RecordedRequest request, HttpReply reply) throws Exception {
        switch (path(request)) {
            case "/mcp" -> mcp(request, reply);
            case PRM -> reply.json(prm.toString());
            case METADATA -> reply.json(metadata.toString());
            case "/register" -> register(request, reply);
            case "/authorize" -> authorize(query(request), reply);
            case "/device" -> reply.json(device.toString());
            case "/revoke" -> reply.status(200, "", "");
            case "/token" -> token(request, form(request.body()), reply);
            default -> reply.status(404, "text/plain", "not here");
        }
    }

    private void mcp(RecordedRequest request, HttpReply reply) throws IOException, ParseException {
        String authorization = String.valueOf(request.header("Authorization"));
        String granted = scopes.get(authorization.substring(authorization.indexOf(' ') + 1));
        String nonce = resourceNonce;
        if (granted == null) {
            reply.status(401, "text/plain", "no token", "WWW-Authenticate: " + challenge);
        } else if (nonce != null && !nonce.equals(nonce(request))) {
            reply.status(
                    401,
                    "text/plain",
                    "nonce",
                    "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"",
                    "DPoP-Nonce: " + nonce);
        } else if (!List.of(granted.split(" ")).containsAll(List.of(requiredScope.split(" ")))
                && !requiredScope.isEmpty()) {
            reply.status(
                    403,
                    "text/plain",
                    "scope",
                    "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"" + requiredScope + "\"");
        } else {
            reply.result("{\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}");
        }
    }

    private static @Nullable String nonce(RecordedRequest request) throws ParseException {
        String proof = request.header("DPoP");
        return proof == null ? null : SignedJWT.parse(proof).getJWTClaimsSet().getStringClaim("nonce");
    }

    private void register(RecordedRequest request, HttpReply reply) throws IOException {
        ObjectNode answer = (ObjectNode) request.message().deepCopy();
        int number = registered.incrementAndGet();
        String secret = confidential ? "client-secret-" + number : "";
        clients.put("client-" + number, secret);
        answer.put("client_id", "client-" + number);
        if (confidential) {
            answer.put("client_secret", secret);
            answer.put("client_secret_expires_at", secretExpiresAt);
        }
        reply.status(201, "application/json", answer.toString());
    }

    private void authorize(Map<String, String> query, HttpReply reply) throws IOException {
        StringBuilder location = new StringBuilder(query.get("redirect_uri")).append("?state=" + query.get("state"));
        if (denies) {
            location.append("&error=access_denied");
        } else {
            String code = "code-" + logins.incrementAndGet();
            codes.put(
                    code,
                    new Login(
                            query.get("client_id"),
                            query.get("redirect_uri"),
                            query.get("code_challenge"),
                            query.getOrDefault("scope", "")));
            location.append("&code=").append(code);
        }
        if (!iss.isEmpty()) {
            location.append("&iss=").append(URLEncoder.encode(iss, StandardCharsets.UTF_8));
        }
        reply.status(302, "", "", "Location: " + location);
    }

    private void token(RecordedRequest request, Map<String, String> form, HttpReply reply) throws Exception {
        String nonce = tokenNonce;
        if (nonce != null && !nonce.equals(nonce(request))) {
            reply.status(400, "application/json", "{\"error\":\"use_dpop_nonce\"}", "DPoP-Nonce: " + nonce);
            return;
        }
        if (!authenticated(request, form)) {
            error(reply, 401, "invalid_client");
            return;
        }
        switch (form.getOrDefault("grant_type", "")) {
            case CODE -> {
                Login login = codes.remove(form.get("code"));
                byte[] verifier = form.getOrDefault("code_verifier", "").getBytes(StandardCharsets.US_ASCII);
                String sum = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(verifier));
                if (login == null || !login.challenge.equals(sum) || !login.redirect.equals(form.get("redirect_uri"))) {
                    error(reply, 400, "invalid_grant");
                } else {
                    issue(request, login.scope, reply);
                }
            }
            case REFRESH -> {
                String token = String.valueOf(form.get("refresh_token"));
                if (refreshes ? refreshTokens.remove(token) : refreshTokens.contains(token)) {
                    issue(request, form.getOrDefault("scope", "read"), reply);
                } else {
                    error(reply, 400, "invalid_grant");
                }
            }
            case DEVICE -> {
                String problem = deviceErrors.poll();
                if (problem == null) {
                    issue(request, "read", reply);
                } else {
                    error(reply, 400, problem);
                }
            }
            case EXCHANGE -> {
                if (String.valueOf(form.get("requested_token_type")).endsWith("id-jag")) {
                    reply.json("{\"access_token\":\"" + JWT
                            + "\",\"token_type\":\"N_A\",\"expires_in\":300,\"issued_token_type\":\""
                            + "urn:ietf:params:oauth:token-type:id-jag\"}");
                } else {
                    issue(request, form.getOrDefault("scope", "read"), reply);
                }
            }
            default -> issue(request, form.getOrDefault("scope", "read"), reply);
        }
    }

    private boolean authenticated(RecordedRequest request, Map<String, String> form) {
        String basic = request.header("Authorization");
        String id = form.get("client_id");
        String secret = form.getOrDefault("client_secret", "");
        if (basic != null) {
            String[] pair = new String(
                            Base64.getDecoder().decode(basic.substring("Basic ".length())), StandardCharsets.UTF_8)
                    .split(":", 2);
            id = pair[0];
            secret = pair[1];
        }
        return form.containsKey("client_assertion")
                || String.valueOf(id).startsWith("https://")
                || secret.equals(clients.get(String.valueOf(id)));
    }

    static void error(HttpReply reply, int status, String code) throws IOException {
        reply.status(status, "application/json", "{\"error\":\"" + code + "\"}");
    }

    private void issue(RecordedRequest request, String scope, HttpReply reply) throws IOException {
        int number = issued.incrementAndGet();
        ObjectNode answer = McpJson.mapper().createObjectNode();
        answer.put("access_token", "access-" + number);
        answer.put("token_type", request.header("DPoP") == null ? "Bearer" : "DPoP");
        if (expiresIn > 0) {
            answer.put("expires_in", expiresIn);
        }
        if (refreshes) {
            refreshTokens.add("refresh-" + number);
            answer.put("refresh_token", "refresh-" + number);
        }
        scopes.put("access-" + number, scope);
        reply.json(answer.toString());
    }

    // the person

    /** Opens the page, and follows its redirect to the callback. */
    Browser person() {
        return AuthServer::visit;
    }

    static Mono<Void> visit(URI page) {
        return visit(page, location -> {});
    }

    /** Opens the page, and follows its redirect. */
    static Mono<Void> visit(URI page, Consumer<String> redirect) {
        HttpClient client = HttpClient.newConnection();
        return client.get()
                .uri(page)
                .responseSingle((head, body) ->
                        body.thenReturn(String.valueOf(head.responseHeaders().get("Location"))))
                .doOnNext(redirect)
                .flatMap(location -> get(location).then());
    }

    /** Makes a GET; emits the status. */
    static Mono<Integer> get(String url) {
        return HttpClient.newConnection()
                .get()
                .uri(url)
                .responseSingle((head, body) -> body.thenReturn(head.status().code()));
    }

    @Override
    public void close() {
        http.close();
    }
}
