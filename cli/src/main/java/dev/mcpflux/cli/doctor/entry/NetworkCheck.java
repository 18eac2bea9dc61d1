package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.transport.http.ProxySettings;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether a server on a network can be reached. Sends nothing but what a connection takes. */
public final class NetworkCheck implements Check<ConfiguredServer> {

    private static final Duration SOON = Duration.ofDays(14);

    private final Machine machine;
    private final ProxySettings proxies;

    /**
     * A check.
     *
     * @param proxies for servers that name none
     */
    public NetworkCheck(Machine machine, ProxySettings proxies) {
        this.machine = machine;
        this.proxies = proxies;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(
                Rule.PROXY_USED,
                Rule.HOST_UNKNOWN,
                Rule.NOT_REACHABLE,
                Rule.TLS_REFUSED,
                Rule.TLS_EXPIRES_SOON,
                Rule.ADDRESS_REACHABLE);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        ServerDefinition.Http http = server.http();
        String url = http == null ? null : PlacedText.resolved(http.url(), machine.variables());
        if (http == null || url == null) {
            return Flux.empty();
        }
        Address address;
        try {
            address = Address.of(server.name(), url);
        } catch (IllegalArgumentException e) {
            // another check says so
            return Flux.empty();
        }
        return isDirect(http, address)
                ? reach(server.name(), address).flux()
                : Flux.just(
                        Finding.of(Rule.PROXY_USED, server.name(), address.origin() + " is reached through a proxy.")
                                .at("url"));
    }

    private boolean isDirect(ServerDefinition.Http http, Address address) {
        Template own = http.proxy();
        if (own == null) {
            return proxies.isDirect(address.origin());
        }
        String proxy = PlacedText.resolved(own, machine.variables());
        return proxy != null && (proxy.isBlank() || proxy.strip().equalsIgnoreCase("none"));
    }

    private Mono<Finding> reach(String server, Address address) {
        String where = address.host() + ":" + address.port();
        Mono<Finding> connected = address.secure()
                ? machine.network()
                        .certificate(address.host(), address.port())
                        .map(expires -> certificate(server, where, expires))
                : machine.network()
                        .connect(address.host(), address.port())
                        .thenReturn(Finding.of(Rule.ADDRESS_REACHABLE, server, where + " accepts connections."));
        return machine.network()
                .resolve(address.host())
                .then(Mono.defer(() -> connected)
                        .onErrorResume(Exception.class, e -> Mono.just(refused(server, where, e))))
                .onErrorResume(
                        Exception.class,
                        e -> Mono.just(Finding.of(
                                        Rule.HOST_UNKNOWN,
                                        server,
                                        "The name " + address.host() + " is not known to this machine.")
                                .at("url")
                                .fix("Check the name, the network and the VPN.")))
                .map(finding -> finding.at("url"));
    }

    private Finding certificate(String server, String where, Instant expires) {
        LocalDate day = expires.atZone(ZoneOffset.UTC).toLocalDate();
        return expires.isBefore(machine.clock().instant().plus(SOON))
                ? Finding.of(Rule.TLS_EXPIRES_SOON, server, "The certificate of " + where + " expires on " + day + ".")
                        .fix("Tell whoever runs the server.")
                : Finding.of(
                        Rule.ADDRESS_REACHABLE,
                        server,
                        where + " accepts connections; its certificate is valid until " + day + ".");
    }

    private static Finding refused(String server, String where, Exception e) {
        Throwable cause = e;
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof CertificateException) {
                cause = each;
            }
        }
        if (cause instanceof CertificateExpiredException) {
            return tls(server, where, "has expired", "Tell whoever runs the server.");
        }
        if (cause instanceof CertificateNotYetValidException) {
            return tls(server, where, "is not valid yet", "Check the clock of this machine.");
        }
        if (cause instanceof CertificateException) {
            boolean name = String.valueOf(cause.getMessage()).contains("name");
            return name
                    ? tls(server, where, "is for another host", "Use the name that the certificate has.")
                    : tls(server, where, "is not accepted", "Add its issuer to the certificates that Java trusts.");
        }
        if (e instanceof javax.net.ssl.SSLException) {
            boolean untrusted = String.valueOf(e.getMessage()).contains("PKIX");
            return untrusted
                    ? tls(
                            server,
                            where,
                            "comes from an issuer that is not trusted",
                            "Add it to the certificates that Java trusts.")
                    : Finding.of(Rule.TLS_REFUSED, server, where + " does not speak TLS as this machine does.")
                            .fix("Check whether the URL has to begin with http or has another port.");
        }
        return Finding.of(
                        Rule.NOT_REACHABLE,
                        server,
                        e instanceof SocketTimeoutException
                                ? where + " did not answer in time."
                                : where + " accepts no connection.")
                .fix("Check whether the server runs, the port, and the firewall.");
    }

    private static Finding tls(String server, String where, String what, String fix) {
        return Finding.of(Rule.TLS_REFUSED, server, "The certificate of " + where + " " + what + ".")
                .fix(fix);
    }
}
