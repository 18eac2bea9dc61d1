package dev.mcpflux.transport.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.transport.ProxyProvider;

/**
 * Which proxy a server is reached through, if any. Immutable. Users and passwords are never shown.
 *
 * <p>A proxy is {@code http://}, {@code socks5://} ({@code socks5h://}, {@code socks://}) or {@code socks4://}, then {@code
 * user:password@} if it wants authentication, a host and a port. The names of servers are resolved by the proxy.
 */
public final class ProxySettings {

    private static final ProxySettings NONE = new ProxySettings(null, null, List.of());

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int SOCKS_PORT = 1080;
    private static final int MAX_PORT = 65_535;

    private final @Nullable Proxy forHttp;
    private final @Nullable Proxy forHttps;
    private final List<ProxyBypass> bypasses;

    private ProxySettings(@Nullable Proxy forHttp, @Nullable Proxy forHttps, List<ProxyBypass> bypasses) {
        this.forHttp = forHttp;
        this.forHttps = forHttps;
        this.bypasses = List.copyOf(bypasses);
    }

    /** No proxy: servers are reached directly. */
    public static ProxySettings none() {
        return NONE;
    }

    /**
     * One proxy for all servers.
     *
     * @param url where it is; without a scheme it is one of HTTP
     * @throws IllegalArgumentException if it is no such URL; the message does not quote it
     */
    public static ProxySettings of(String url) {
        Proxy proxy = Proxy.parse(url);
        return new ProxySettings(proxy, proxy, List.of());
    }

    /**
     * Reads the variables that most command lines know: {@code HTTPS_PROXY} for servers by {@code https}, {@code HTTP_PROXY} for
     * others, {@code ALL_PROXY} for both; and {@code NO_PROXY}, a list of hosts that are reached directly. A host in it stands for
     * itself and what ends in it, a port or a range of addresses ({@code 10.0.0.0/8}) may follow, {@code *} is everything. The
     * same names in lower case come first. {@code HTTP_PROXY} does not count in a CGI program, where any client can set it.
     *
     * @throws IllegalArgumentException if one of them is no proxy; the message names the variable, and not its value
     */
    public static ProxySettings fromEnvironment(Map<String, String> environment) {
        Proxy all = proxy(environment, "all_proxy", "ALL_PROXY");
        Proxy http = environment.containsKey("REQUEST_METHOD")
                ? proxy(environment, "http_proxy")
                : proxy(environment, "http_proxy", "HTTP_PROXY");
        Proxy https = proxy(environment, "https_proxy", "HTTPS_PROXY");
        String not = environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", ""));
        List<ProxyBypass> bypasses = new ArrayList<>();
        for (String entry : not.split("[,\\s]+")) {
            if (!entry.isEmpty()) {
                bypasses.add(ProxyBypass.ofEnvironment(entry));
            }
        }
        return new ProxySettings(http == null ? all : http, https == null ? all : https, bypasses);
    }

    private static @Nullable Proxy proxy(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.get(name);
            if (value != null) {
                try {
                    // an empty one says that there is none
                    return value.isBlank() ? null : Proxy.parse(value);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("the environment variable " + name + ": " + e.getMessage());
                }
            }
        }
        return null;
    }

    /**
     * Reads the system properties of Java: {@code http.proxyHost}, {@code https.proxyHost}, {@code socksProxyHost}, their ports,
     * users and passwords, and {@code http.nonProxyHosts}.
     *
     * @throws IllegalArgumentException if a port is none; the message names the property
     */
    public static ProxySettings fromSystemProperties(Properties properties) {
        Proxy socks = proxy(
                properties,
                "socksProxy",
                SOCKS_PORT,
                "4".equals(properties.getProperty("socksProxyVersion"))
                        ? ProxyProvider.Proxy.SOCKS4
                        : ProxyProvider.Proxy.SOCKS5,
                "java.net.socks.username",
                "java.net.socks.password");
        Proxy http = proxy(
                properties, "http.proxy", HTTP_PORT, ProxyProvider.Proxy.HTTP, "http.proxyUser", "http.proxyPassword");
        Proxy https = proxy(
                properties,
                "https.proxy",
                HTTPS_PORT,
                ProxyProvider.Proxy.HTTP,
                "https.proxyUser",
                "https.proxyPassword");
        if (socks == null && http == null && https == null) {
            return NONE;
        }
        List<ProxyBypass> bypasses = new ArrayList<>();
        String not = properties.getProperty("http.nonProxyHosts", "localhost|127.*|[::1]");
        for (String entry : not.split("\\|")) {
            if (!entry.isBlank()) {
                bypasses.add(ProxyBypass.ofPattern(entry.strip()));
            }
        }
        return new ProxySettings(http == null ? socks : http, https == null ? socks : https, bypasses);
    }

    private static @Nullable Proxy proxy(
            Properties properties,
            String prefix,
            int standardPort,
            ProxyProvider.Proxy type,
            String user,
            String password) {
        String host = properties.getProperty(prefix + "Host");
        if (host == null || host.isBlank()) {
            return null;
        }
        String port = properties.getProperty(prefix + "Port", "");
        if (!port.isBlank() && !port.strip().matches("\\d{1,5}")) {
            throw new IllegalArgumentException("the system property " + prefix + "Port: expected a number");
        }
        return new Proxy(
                type,
                host.strip(),
                port.isBlank() ? standardPort : Integer.parseInt(port.strip()),
                properties.getProperty(user),
                properties.getProperty(password));
    }

    /** Whether no server is reached through a proxy. */
    public boolean isNone() {
        return forHttp == null && forHttps == null;
    }

    /** The proxy that a server is reached through; null if it is reached directly. */
    @Nullable
    Proxy proxyFor(URI server) {
        Proxy proxy = "https".equalsIgnoreCase(server.getScheme()) ? forHttps : forHttp;
        String host = Uris.host(server);
        if (proxy == null || host == null) {
            return null;
        }
        int port = Uris.port(server);
        return bypasses.stream().anyMatch(bypass -> bypass.matches(host, port)) ? null : proxy;
    }

    /** Whether an address is reached without a proxy. */
    public boolean isDirect(URI url) {
        return proxyFor(url) == null;
    }

    /**
     * Lets a client of Reactor Netty reach an address through the proxy that these settings name for it. For requests besides
     * those to a server, such as to an authorization server.
     *
     * @param connectTimeout how long reaching the proxy may take
     * @return emits the client, as it was if the address is reached directly; fails with {@link UnknownHostException} if the
     *     proxy is not known
     */
    public Mono<HttpClient> through(HttpClient client, URI url, Duration connectTimeout) {
        Proxy proxy = proxyFor(url);
        return proxy == null
                ? Mono.just(client)
                : proxy.address().map(address -> proxy.through(client, address, connectTimeout));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProxySettings that
                && Objects.equals(forHttp, that.forHttp)
                && Objects.equals(forHttps, that.forHttps)
                && bypasses.equals(that.bypasses);
    }

    @Override
    public int hashCode() {
        return Objects.hash(forHttp, forHttps, bypasses);
    }

    /** Names the proxies, without users and passwords. */
    @Override
    public String toString() {
        return "ProxySettings[http: " + forHttp + ", https: " + forHttps + ", but not for " + bypasses + "]";
    }

    /** One proxy. */
    record Proxy(
            ProxyProvider.Proxy type,
            String host,
            int port,
            @Nullable String user,
            @Nullable String password) {

        static Proxy parse(String text) {
            String stripped = text.strip();
            URI uri;
            try {
                uri = new URI(stripped.contains("://") ? stripped : "http://" + stripped);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("expected the URL of a proxy, such as http://host:port");
            }
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            ProxyProvider.Proxy type = switch (scheme) {
                case "http" -> ProxyProvider.Proxy.HTTP;
                case "socks", "socks5", "socks5h" -> ProxyProvider.Proxy.SOCKS5;
                case "socks4", "socks4a" -> ProxyProvider.Proxy.SOCKS4;
                case "https" ->
                    throw new IllegalArgumentException("a proxy that is reached by TLS (https://) is not supported;"
                            + " http:// is, and carries https:// to the server unread");
                default ->
                    throw new IllegalArgumentException(
                            "expected the URL of a proxy with http://, socks5:// or socks4://");
            };
            String host = Uris.host(uri);
            if (host == null) {
                throw new IllegalArgumentException("expected the URL of a proxy, such as http://host:port");
            }
            int port = Uris.port(uri);
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("expected the URL of a proxy with a port of at most " + MAX_PORT);
            }
            if (type != ProxyProvider.Proxy.HTTP && uri.getPort() < 0) {
                port = SOCKS_PORT;
            }
            String authority = uri.getRawAuthority();
            int at = authority.lastIndexOf('@');
            if (at < 0) {
                return new Proxy(type, host, port, null, null);
            }
            String who = authority.substring(0, at);
            int colon = who.indexOf(':');
            return new Proxy(
                    type,
                    host,
                    port,
                    decode(colon < 0 ? who : who.substring(0, colon)),
                    colon < 0 ? "" : decode(who.substring(colon + 1)));
        }

        /** Netty wants the address of a proxy, and resolving its name blocks. Fails with {@link UnknownHostException}. */
        Mono<InetSocketAddress> address() {
            return Mono.fromCallable(() -> new InetSocketAddress(InetAddress.getByName(host), port))
                    .subscribeOn(Schedulers.boundedElastic());
        }

        /**
         * A client that goes through this proxy.
         *
         * @param at its address
         */
        HttpClient through(HttpClient client, InetSocketAddress at, Duration connectTimeout) {
            return client.proxy(spec -> {
                ProxyProvider.Builder builder =
                        spec.type(type).socketAddress(at).connectTimeoutMillis(connectTimeout.toMillis());
                if (user != null) {
                    String secret = password == null ? "" : password;
                    builder.username(user).password(name -> secret);
                }
            });
        }

        private static String decode(String text) {
            // a plus is a plus in this place
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        /** Without user and password. */
        @Override
        public String toString() {
            return type.name().toLowerCase(Locale.ROOT) + "://" + host + ":" + port;
        }
    }
}
