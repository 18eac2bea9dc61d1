package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {

    private static String proxy(ProxySettings settings, String url) {
        return String.valueOf(settings.proxyFor(URI.create(url)));
    }

    @Test
    void variablesNameProxiesByScheme() {
        ProxySettings settings = ProxySettings.fromEnvironment(
                Map.of("HTTP_PROXY", "http://one:3128", "HTTPS_PROXY", "two:3129", "ALL_PROXY", "socks5://three"));
        assertThat(proxy(settings, "http://a/")).isEqualTo("http://one:3128");
        assertThat(proxy(settings, "https://a/")).isEqualTo("http://two:3129");
        assertThat(proxy(ProxySettings.fromEnvironment(Map.of("ALL_PROXY", "socks5h://three")), "https://a/"))
                .isEqualTo("socks5://three:1080");
        assertThat(ProxySettings.fromEnvironment(Map.of()).isNone()).isTrue();
    }

    @Test
    void lowerCaseComesFirstAndEmptyIsNone() {
        Map<String, String> both =
                Map.of("HTTP_PROXY", "upper:1", "http_proxy", "lower:2", "HTTPS_PROXY", "up:3", "https_proxy", "");
        assertThat(proxy(ProxySettings.fromEnvironment(both), "http://a/")).isEqualTo("http://lower:2");
        assertThat(proxy(ProxySettings.fromEnvironment(both), "https://a/")).isEqualTo("null");
    }

    /** There it is a header of whoever asks. */
    @Test
    void upperCaseDoesNotCountInCgiPrograms() {
        ProxySettings settings = ProxySettings.fromEnvironment(Map.of("HTTP_PROXY", "evil:1", "REQUEST_METHOD", "GET"));
        assertThat(settings.isNone()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com/,example.com,true",
        "http://example.com/,EXAMPLE.com,true",
        "http://a.example.com/,example.com,true",
        "http://a.example.com/,.example.com,true",
        "http://example.com/,.example.com,true",
        "http://a.example.com/,*.example.com,true",
        "http://notexample.com/,example.com,false",
        "http://example.com.evil/,example.com,false",
        "http://example.com:8080/,example.com:8080,true",
        "http://example.com:8081/,example.com:8080,false",
        "http://example.com/,example.com:80,true",
        "http://a_b:8080/,a_b,true",
        "http://anything/,*,true",
        "http://10.1.2.3/,10.0.0.0/8,true",
        "http://11.1.2.3/,10.0.0.0/8,false",
        "http://10.1.2.3/,10.1.2.3,true",
        "http://1.10.1.2/,10.1.2,false",
        "http://[::1]:8080/,::1,true",
        "http://[::1]:8080/,[::1]:8080,true",
        "http://[2001:db8::1]/,2001:db8::/32,true",
        "http://localhost/,'foo, bar  localhost',true",
        "http://localhost/,'',false",
        "http://127.0.0.1/,localhost,false"
    })
    void listedHostsAreReachedDirectly(String url, String not, boolean direct) {
        ProxySettings settings = ProxySettings.fromEnvironment(Map.of("ALL_PROXY", "http://p:1", "NO_PROXY", not));
        assertThat(proxy(settings, url)).isEqualTo(direct ? "null" : "http://p:1");
    }

    @Test
    void systemPropertiesNameProxies() {
        Properties properties = new Properties();
        properties.setProperty("http.proxyHost", "one");
        properties.setProperty("http.proxyPort", "3128");
        properties.setProperty("https.proxyHost", "two");
        properties.setProperty("http.nonProxyHosts", "localhost|*.internal|10.*");
        ProxySettings settings = ProxySettings.fromSystemProperties(properties);
        assertThat(proxy(settings, "http://a/")).isEqualTo("http://one:3128");
        assertThat(proxy(settings, "https://a/")).isEqualTo("http://two:443");
        assertThat(proxy(settings, "https://x.internal/")).isEqualTo("null");
        assertThat(proxy(settings, "https://internal.x/")).isEqualTo("http://two:443");
        assertThat(proxy(settings, "http://10.2.3.4/")).isEqualTo("null");
        Properties socks = new Properties();
        socks.setProperty("socksProxyHost", "three");
        assertThat(proxy(ProxySettings.fromSystemProperties(socks), "http://a/"))
                .isEqualTo("socks5://three:1080");
        assertThat(proxy(ProxySettings.fromSystemProperties(socks), "http://127.0.0.1/"))
                .isEqualTo("null");
        assertThat(ProxySettings.fromSystemProperties(new Properties()).isNone())
                .isTrue();
    }

    @Test
    void usersAndPasswordsAreShownNowhere() {
        ProxySettings settings = ProxySettings.of("http://ada:p%40ss+w@proxy:3128");
        ProxySettings.Proxy proxy = settings.proxyFor(URI.create("http://a/"));
        assertThat(proxy.user()).isEqualTo("ada");
        assertThat(proxy.password()).isEqualTo("p@ss+w");
        assertThat(settings + " " + proxy)
                .doesNotContain("ada", "p@ss", "p%40ss")
                .contains("proxy:3128");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://s3cr3t:s3cr3t@proxy:1",
                "ftp://s3cr3t",
                "http://",
                "http://s3cr3t:x y",
                ":s3cr3t",
                "http://s3cr3t:99999999"
            })
    void wrongProxyIsRefusedWithoutItsText(String url) {
        assertThatThrownBy(() -> ProxySettings.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cr3t");
        assertThatThrownBy(() -> ProxySettings.fromEnvironment(Map.of("HTTPS_PROXY", url)))
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageNotContaining("s3cr3t");
    }
}
