package dev.mcpflux.authorization;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientRegistrationAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.converter.OAuth2ClientRegistrationRegisteredClientConverter;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import tools.jackson.databind.json.JsonMapper;

/**
 * Spring Authorization Server, which registers clients and logs in anybody whose password is "password". It keeps everything in
 * memory, so that a restart loses it. It exits when its input ends.
 */
@SpringBootApplication
public class AuthorizationServer {

    private static final String SCOPE = "mcp";

    public static void main(String[] args) throws IOException {
        ConfigurableApplicationContext context = SpringApplication.run(AuthorizationServer.class, args);
        // no other process would stop it
        while (System.in.read() >= 0) {}
        context.close();
        System.exit(0);
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        int port = ((WebServerApplicationContext) event.getApplicationContext())
                .getWebServer()
                .getPort();
        System.out.println(JsonMapper.shared().writeValueAsString(Map.of("ready", "http://127.0.0.1:" + port)));
    }

    @Bean
    @Order(1)
    SecurityFilterChain protocol(HttpSecurity http, @Value("${access-token-seconds:3600}") long seconds) {
        return http.oauth2AuthorizationServer(server -> {
                    http.securityMatcher(server.getEndpointsMatcher());
                    server.clientRegistrationEndpoint(endpoint -> endpoint.openRegistrationAllowed(true)
                            .authenticationProviders(providers -> providers.forEach(provider -> {
                                if (provider instanceof OAuth2ClientRegistrationAuthenticationProvider registration) {
                                    grantEverybodyTheScope(registration, Duration.ofSeconds(seconds));
                                }
                            })));
                })
                .authorizeHttpRequests(requests -> requests.requestMatchers("/oauth2/register")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .exceptionHandling(exceptions -> exceptions.defaultAuthenticationEntryPointFor(
                        new LoginUrlAuthenticationEntryPoint("/login"),
                        new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
                .build();
    }

    /** A registration without scopes may ask for none otherwise. */
    private static void grantEverybodyTheScope(
            OAuth2ClientRegistrationAuthenticationProvider registration, Duration life) {
        OAuth2ClientRegistrationRegisteredClientConverter converter =
                new OAuth2ClientRegistrationRegisteredClientConverter();
        converter.setTokenSettingsCustomizer(
                settings -> settings.accessTokenTimeToLive(life).reuseRefreshTokens(false));
        registration.setRegisteredClientConverter(registered -> RegisteredClient.from(converter.convert(registered))
                .scope(SCOPE)
                .build());
    }

    @Bean
    @Order(2)
    SecurityFilterChain pages(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .formLogin(Customizer.withDefaults())
                .build();
    }

    @Bean
    UserDetailsService everybody() {
        return name -> User.withUsername(name).password("{noop}password").build();
    }

    /** It begins with one, because it must not be empty. */
    @Bean
    RegisteredClientRepository clients() {
        return new InMemoryRegisteredClientRepository(RegisteredClient.withId("first")
                .clientId("first")
                .clientSecret("{noop}not used")
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build());
    }

    /** Tokens are for the resource that was asked for (RFC 8707), which this server does not look at by itself. */
    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> audience() {
        return context -> {
            if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())
                    && context.getAuthorizationGrant() instanceof OAuth2AuthorizationGrantAuthenticationToken grant
                    && grant.getAdditionalParameters().get("resource") instanceof String resource) {
                context.getClaims()
                        .audience(List.of(resource))
                        .claim("client_id", context.getRegisteredClient().getClientId());
            }
        };
    }
}
