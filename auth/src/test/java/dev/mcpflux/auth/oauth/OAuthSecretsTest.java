package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.mcpflux.auth.Credentials;
import dev.mcpflux.auth.oauth.OAuthOptions.LoginMode;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.transport.Caller;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

class OAuthSecretsTest {

    private static final String SECRET = "s3cr3t-that-is-long-enough-for-a-code-verifier-of-pkce";

    /** Components of records that are no secrets: names that people configure, and words of protocols. */
    private static final Set<String> NAMES = Set.of(
            "server", "issuer", "type", "problem", "what", "id", "clientId", "name", "authMethod", "subjectTokenType");

    // everything that has a text

    /** Each record of the packages, found on the disk, so that a new one is tested too. */
    @TestFactory
    Stream<DynamicTest> recordsShowNoSecret() throws Exception {
        List<Class<?>> records = new ArrayList<>();
        for (Class<?> base : List.of(OAuthSource.class, TokenStore.class)) {
            Path folder = Path.of(base.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve(base.getPackageName().replace('.', '/'));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".class") && !name.equals("package-info.class")) {
                        Class<?> found = Class.forName(base.getPackageName() + "." + name.replace(".class", ""));
                        if (found.isRecord()) {
                            records.add(found);
                        }
                    }
                }
            }
        }
        assertThat(records).hasSizeGreaterThan(20);
        return records.stream()
                .map(type -> DynamicTest.dynamicTest(
                        type.getSimpleName(),
                        () -> assertThat(String.valueOf(sample(type))).doesNotContain("s3cr3t")));
    }

    private static Object sample(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = NAMES.contains(components[i].getName()) && types[i] == String.class ? "name" : value(types[i]);
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private static @Nullable Object value(Class<?> type) throws ReflectiveOperationException {
        URI url = URI.create("https://h/" + SECRET + "?" + SECRET);
        Map<Class<?>, Object> values = Map.ofEntries(
                Map.entry(String.class, SECRET),
                Map.entry(URI.class, url),
                Map.entry(boolean.class, false),
                Map.entry(long.class, 1L),
                Map.entry(int.class, 1),
                Map.entry(Set.class, new LinkedHashSet<>(Set.of("scope"))),
                Map.entry(List.class, List.of("scope")),
                Map.entry(Caller.class, Caller.of(SECRET, Map.of())),
                Map.entry(Mono.class, Mono.just(SECRET)),
                Map.entry(Function.class, (Function<Caller, Mono<String>>) caller -> Mono.just(SECRET)),
                Map.entry(State.class, new State(SECRET)),
                Map.entry(CodeVerifier.class, new CodeVerifier(SECRET)),
                Map.entry(AuthorizationGrant.class, new AuthorizationCodeGrant(new AuthorizationCode(SECRET), url)),
                Map.entry(Tokens.class, new Tokens(new BearerAccessToken(SECRET), new RefreshToken(SECRET))),
                Map.entry(TokenStore.Kind.class, TokenStore.Kind.TOKENS),
                Map.entry(OAuthOptions.class, options()));
        if (values.containsKey(type)) {
            return values.get(type);
        }
        return type.isRecord() ? sample(type) : null;
    }

    private static OAuthOptions options() {
        return OAuthOptions.builder()
                .clientId("name")
                .clientSecret(SECRET)
                .privateKey(SECRET)
                .metadataUrl(URI.create("https://h/" + SECRET))
                .clientMetadataUrl(URI.create("https://h/" + SECRET))
                .build();
    }

    @Test
    void otherTextsShowNoSecret() throws Exception {
        String key = new ECKeyGenerator(Curve.P_256).generate().toJSONString();
        DpopKey dpop = Objects.requireNonNull(DpopKey.generate(null));
        TokenStore store = TokenStore.memory();
        store.save(new TokenStore.Key(TokenStore.Kind.TOKENS, "srv", SECRET, SECRET, ""), SECRET)
                .block(OAuthHost.LIMIT);
        OAuthSource source = OAuthSource.builder()
                .options(options().mutate().privateKey(key).build())
                .grant(new OAuthGrant.EnterpriseManaged(
                        caller -> Mono.empty(), URI.create("https://h/" + SECRET), "id", SECRET))
                .store(store)
                .build();
        assertThat(List.of(
                        options().toString(),
                        ClientKey.read(key, null).toString(),
                        dpop.toString(),
                        store.toString(),
                        source.toString(),
                        Credentials.bearer(SECRET).toString()))
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain(
                                "s3cr3t", key.substring(20, 60), dpop.jwk().substring(20, 60)));
    }

    @Test
    void unreadableKeyIsNotShown() {
        for (String key : List.of(
                SECRET,
                "{\"kty\":\"EC\",\"d\":\"" + SECRET + "\"}",
                "-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----" + SECRET)) {
            assertThatThrownBy(() -> OAuthSource.builder()
                            .options(OAuthOptions.builder().privateKey(key).build())
                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasNoCause()
                    .hasMessageNotContaining("s3cr3t");
        }
    }

    // what a whole login leaves behind

    /** Everything that is logged by this project while something runs. */
    private static List<String> logged(ThrowingCallable work) throws Throwable {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getLoggerName() + " " + event.getFormattedMessage());
                for (IThrowableProxy e = event.getThrowableProxy(); e != null; e = e.getCause()) {
                    lines.add(e.getClassName() + " " + e.getMessage());
                }
            }
        };
        Logger logger = (Logger) LoggerFactory.getLogger("dev.mcpflux");
        Level before = logger.getLevel();
        boolean additive = logger.isAdditive();
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
        logger.setLevel(Level.TRACE);
        try {
            work.call();
        } finally {
            logger.setLevel(before);
            logger.setAdditive(additive);
            logger.detachAppender(appender);
        }
        return List.copyOf(lines);
    }

    private static List<String> secrets(AuthServer server) {
        List<String> secrets = new ArrayList<>(List.of(
                "access-",
                "refresh-",
                "client-secret-",
                "code-1",
                "device-code",
                "USER-CODE",
                "/authorize",
                "/token",
                "/register",
                "/callback",
                "/device"));
        server.requests("/authorize").forEach(request -> {
            Map<String, String> query = AuthServer.form(request.path().split("\\?")[1]);
            secrets.add(String.valueOf(query.get("state")));
            secrets.add(String.valueOf(query.get("code_challenge")));
        });
        server.grants(AuthServer.CODE).forEach(form -> secrets.add(String.valueOf(form.get("code_verifier"))));
        return secrets;
    }

    @Test
    void logsOfALoginShowNoSecret() throws Throwable {
        ManualTimer timer = new ManualTimer();
        AuthServer server = AuthServer.start();
        server.confidential = true;
        server.metadata.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        Browser broken = page ->
                AuthServer.visit(page).then(Mono.error(new IOException("cannot open " + page + " because of code-1")));
        List<String> lines = logged(() -> {
            try (OAuthHost host =
                    OAuthHost.open(server, builder -> builder.browser(broken).timer(timer))) {
                host.done();
                timer.advance(Duration.ofSeconds(3590));
                host.done();
                server.revokeAccess();
                server.revokeRefresh();
                host.done();
                server.answer("/token", 500, "access-7 refresh-7");
                server.revokeAccess();
                catchThrowableOfType(McpAuthorizationException.class, host::done);
            }
        });
        assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain(secrets(server)));
    }

    @Test
    void logsOfAFailedBrowserShowNoAddress() throws Throwable {
        AuthServer server = AuthServer.start();
        List<String> lines = logged(() -> {
            try (OAuthHost host = OAuthHost.open(
                    server, builder -> builder.browser(page -> Mono.error(new IOException("no " + page))))) {
                Mono<String> call = host.call().cache();
                call.subscribe();
                AuthServer.visit(host.event(OAuthEvent.LoginRequired.class).page())
                        .block(OAuthHost.LIMIT);
                call.block(OAuthHost.LIMIT);
            }
        });
        assertThat(lines)
                .anyMatch(line -> line.contains("the browser could not be opened: java.io.IOException"))
                .allSatisfy(line -> assertThat(line).doesNotContain(secrets(server)));
    }

    @Test
    void eventsShowNoSecret() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            host.call("alice").block(OAuthHost.LIMIT);
            server.revokeAccess();
            host.call("alice").block(OAuthHost.LIMIT);
            server.answer("/token", 400, "{\"error\":\"invalid_grant\"}");
            server.revokeAccess();
            catchThrowableOfType(
                    McpAuthorizationException.class, () -> host.call("alice").block(OAuthHost.LIMIT));
            host.event(OAuthEvent.Failed.class);
            host.source.close().block(OAuthHost.LIMIT);
            List<OAuthEvent> events =
                    host.events(OAuthEvent.class).collectList().block(OAuthHost.LIMIT);
            assertThat(events)
                    .extracting(event -> event.getClass().getSimpleName())
                    .contains("LoginRequired", "Authorized", "Refreshed", "Failed");
            assertThat(events)
                    .allSatisfy(event -> assertThat(event.toString())
                            .doesNotContain(secrets(server))
                            .doesNotContain("alice"));
        }
    }

    private static void assertSilent(Throwable failure, List<String> secrets) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            assertThat(e.toString()).doesNotContain(secrets);
        }
    }

    @Test
    void exceptionsShowNoSecret() {
        for (String path : List.of(AuthServer.PRM, AuthServer.METADATA, "/register", "/token")) {
            for (int status : new int[] {200, 400, 500}) {
                AuthServer server = AuthServer.start();
                server.confidential = true;
                server.metadata
                        .putArray("token_endpoint_auth_methods_supported")
                        .add("client_secret_post");
                server.answer(path, status, "access-1 refresh-1 client-secret-1 code-1");
                try (OAuthHost host = OAuthHost.open(server)) {
                    McpAuthorizationException failure =
                            catchThrowableOfType(McpAuthorizationException.class, host::done);
                    assertSilent(failure, secrets(server));
                }
            }
        }
    }

    @Test
    void requiredLoginShowsNoAddress() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> builder.browser(Browser.none())
                        .options(
                                OAuthOptions.builder().loginMode(LoginMode.FAIL).build()))) {
            McpAuthorizationRequiredException failure =
                    catchThrowableOfType(McpAuthorizationRequiredException.class, host::done);
            assertThat(failure.reason()).isEqualTo(Reason.LOGIN_REQUIRED);
            assertThat(failure.url()).isNotNull();
            assertSilent(
                    failure,
                    List.of(
                            "/authorize",
                            AuthServer.form(failure.url().getRawQuery()).get("state")));
        }
    }

    @Test
    void refusedTokenIsNotShown() {
        AuthServer server = AuthServer.start();
        server.answer("/mcp", 401, "access-1");
        try (OAuthHost host = OAuthHost.open(server)) {
            server.answer(
                    "/mcp",
                    (request, reply) -> reply.status(
                            401, "text/plain", "access-1", "WWW-Authenticate: Bearer error=\"invalid_token\""));
            assertSilent(
                    catchThrowableOfType(McpAuthorizationException.class, host::done), List.of("access-1", "/mcp"));
        }
    }

    @Test
    void secretsAreNotSentToTheMcpServer() {
        AuthServer server = AuthServer.start();
        server.confidential = true;
        server.metadata.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        try (OAuthHost host = OAuthHost.open(server)) {
            host.done();
            assertThat(server.requests("/mcp"))
                    .extracting(Object::toString)
                    .noneMatch(request -> request.contains("refresh-") || request.contains("client-secret-"));
        }
    }
}
