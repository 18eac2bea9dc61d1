package dev.mcpflux.cli.doctor.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.transport.http.ProxySettings;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkCheckTest {

    private final FakeMachine machine = new FakeMachine();

    private List<Finding> network(String url, ProxySettings proxies) {
        return FakeMachine.findings(
                new NetworkCheck(machine.machine(), proxies),
                FakeMachine.server(ServerDefinition.http("s", url + "?key=s3cr3t")));
    }

    private String network(String url) {
        Finding finding = network(url, ProxySettings.none()).get(0);
        assertThat(finding.toString()).doesNotContain("s3cr3t");
        return finding.rule().id() + ": " + finding.text();
    }

    @Test
    void addressIsResolvedAndConnectedTo() {
        assertThat(network("http://h:81/mcp")).isEqualTo("host-unknown: The name h is not known to this machine.");
        machine.hosts.add("h");
        assertThat(network("http://h:81/mcp")).isEqualTo("not-reachable: h:81 accepts no connection.");
        machine.ports.add(81);
        assertThat(network("http://h:81/mcp")).isEqualTo("address-reachable: h:81 accepts connections.");
    }

    @Test
    void certificateIsChecked() {
        machine.hosts.add("h");
        assertThat(network("https://h/mcp")).isEqualTo("not-reachable: h:443 accepts no connection.");
        machine.certificates.put("h", FakeMachine.NOW.plus(Duration.ofDays(15)));
        assertThat(network("https://h/mcp")).startsWith("address-reachable").contains("valid until 2026-08-16");
        machine.certificates.put("h", FakeMachine.NOW.plus(Duration.ofDays(13)));
        assertThat(network("https://h/mcp"))
                .isEqualTo("tls-expires-soon: The certificate of h:443 expires on 2026-08-14.");
    }

    @ParameterizedTest
    @CsvSource({"expired, has expired", "name, is for another host", "path, is not trusted", "plain, does not speak TLS"
    })
    void refusedCertificateIsExplained(String kind, String text) {
        machine.hosts.add("h");
        IOException error = switch (kind) {
            case "expired" -> handshake(new CertificateExpiredException("x"));
            case "name" -> handshake(new CertificateException("No name matching h found"));
            case "path" -> new SSLHandshakeException("PKIX path building failed");
            default -> new SSLException("Unsupported or unrecognized SSL message");
        };
        machine.certificates.put("h", error);

        assertThat(network("https://h/mcp")).startsWith("tls-refused").contains(text);
    }

    private static IOException handshake(CertificateException cause) {
        SSLHandshakeException error = new SSLHandshakeException("failed");
        error.initCause(cause);
        return error;
    }

    @Test
    void proxyIsNotLookedBehind() {
        assertThat(network("https://h/mcp", ProxySettings.of("http://proxy:3128")))
                .extracting(finding -> finding.rule().id())
                .containsExactly("proxy-used");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org/mcp", "http://10.0.0.1/mcp", "http://localhost.example.org/mcp"})
    void unencryptedAddressIsFound(String url) {
        assertThat(address(url)).containsExactly("plain-http url");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org/mcp",
                "http://localhost:1/mcp",
                "http://127.0.0.1/mcp",
                "http://[::1]:3000/mcp",
                "http://a.localhost/mcp"
            })
    void encryptedOrLocalAddressIsNot(String url) {
        assertThat(address(url)).isEmpty();
    }

    private java.util.stream.Stream<String> address(String url) {
        return FakeMachine.found(
                new AddressCheck(machine.machine()), FakeMachine.server(ServerDefinition.http("s", url)));
    }

    @Test
    void urlOfAVariableIsChecked() {
        machine.variables.put("URL", "ftp://h/s3cr3t");
        ServerDefinition.Http plain = ServerDefinition.http("s", "https://h/");
        ServerDefinition server = new ServerDefinition.Http(
                "s",
                dev.mcpflux.host.config.Template.of("${URL}"),
                plain.kind(),
                plain.headers(),
                null,
                plain.authorization(),
                plain.http(),
                plain.options());

        assertThat(FakeMachine.findings(new AddressCheck(machine.machine()), FakeMachine.server(server)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.rule().id() + finding.text())
                        .startsWith("url-invalid")
                        .doesNotContain("s3cr3t"));
    }
}
