package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            # this machine
            127.0.0.1,                LOOPBACK
            127.255.255.254,          LOOPBACK
            ::1,                      LOOPBACK
            0.0.0.0,                  LOOPBACK
            ::,                       LOOPBACK
            # private networks
            10.0.0.1,                 PRIVATE
            172.16.0.1,               PRIVATE
            172.31.255.255,           PRIVATE
            192.168.1.1,              PRIVATE
            100.64.0.1,               PRIVATE
            100.127.255.255,          PRIVATE
            198.18.0.1,               PRIVATE
            198.19.255.255,           PRIVATE
            fc00::1,                  PRIVATE
            fdff::1,                  PRIVATE
            fec0::1,                  PRIVATE
            # nobody may name these
            169.254.169.254,          NEVER
            169.254.0.1,              NEVER
            fe80::1,                  NEVER
            224.0.0.1,                NEVER
            ff02::1,                  NEVER
            0.1.2.3,                  NEVER
            240.0.0.1,                NEVER
            255.255.255.255,          NEVER
            # IPv4 inside of IPv6: mapped, compatible, NAT64, 6to4
            ::ffff:127.0.0.1,         LOOPBACK
            ::ffff:10.0.0.1,          PRIVATE
            ::ffff:169.254.169.254,   NEVER
            ::ffff:8.8.8.8,           PUBLIC
            ::127.0.0.1,              LOOPBACK
            ::10.0.0.1,               PRIVATE
            64:ff9b::7f00:1,          LOOPBACK
            64:ff9b::a00:1,           PRIVATE
            64:ff9b::a9fe:a9fe,       NEVER
            64:ff9b::808:808,         PUBLIC
            64:ff9b:1::a00:1,         NEVER
            64:ff9b:1:7f00:0:100::,   NEVER
            2002:7f00:1::1,           LOOPBACK
            2002:c0a8:101::1,         PRIVATE
            2002:a9fe:a9fe::1,        NEVER
            2002:808:808::1,          PUBLIC
            # translated (RFC 2765), and Teredo with its client inverted
            ::ffff:0:7f00:1,          LOOPBACK
            ::ffff:0:a00:1,           PRIVATE
            2001:0:4136:e378:8000:63bf:80ff:fffe, LOOPBACK
            # the Internet, and the neighbours of private networks
            8.8.8.8,                  PUBLIC
            9.255.255.255,            PUBLIC
            11.0.0.0,                 PUBLIC
            172.15.255.255,           PUBLIC
            172.32.0.0,               PUBLIC
            100.63.255.255,           PUBLIC
            100.128.0.0,              PUBLIC
            198.17.255.255,           PUBLIC
            198.20.0.0,               PUBLIC
            192.167.255.255,          PUBLIC
            223.255.255.255,          PUBLIC
            2606:4700::1111,          PUBLIC
            """)
    void addressesHaveAReach(String address, Reach expected) throws Exception {
        assertThat(Reach.of(InetAddress.getByName(address))).isEqualTo(expected);
        assertThat(Reach.of(Objects.requireNonNull(Reach.literal(address)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            PUBLIC,   PUBLIC,   true
            PUBLIC,   PRIVATE,  false
            PUBLIC,   LOOPBACK, false
            PUBLIC,   NEVER,    false
            PRIVATE,  PUBLIC,   true
            PRIVATE,  PRIVATE,  true
            PRIVATE,  LOOPBACK, false
            PRIVATE,  NEVER,    false
            LOOPBACK, PUBLIC,   true
            LOOPBACK, PRIVATE,  true
            LOOPBACK, LOOPBACK, true
            LOOPBACK, NEVER,    false
            """)
    void nearerAddressesAreNotAllowed(Reach server, Reach named, boolean allowed) throws Exception {
        String address = switch (named) {
            case PUBLIC -> "8.8.8.8";
            case PRIVATE -> "10.0.0.1";
            case LOOPBACK -> "127.0.0.1";
            case NEVER -> "169.254.169.254";
        };
        assertThat(server.allows(InetAddress.getByName(address))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            127.0.0.1,        LOOPBACK
            [::1],            LOOPBACK
            localhost,        LOOPBACK
            LOCALHOST,        LOOPBACK
            a.localhost,      LOOPBACK
            10.1.2.3,         PRIVATE
            [fd00::1],        PRIVATE
            8.8.8.8,          PUBLIC
            169.254.169.254,  PUBLIC
            """)
    void hostsHaveAReach(String host, Reach expected) {
        assertThat(Reach.ofHost(host).block(OAuthHost.LIMIT)).isEqualTo(expected);
    }

    @Test
    void unknownHostHasNoReachYet() {
        assertThat(Reach.ofHost("unknown.invalid").blockOptional(OAuthHost.LIMIT))
                .isEmpty();
    }

    @Test
    void noHostAllowsLeast() {
        assertThat(Reach.ofHost(null).block(OAuthHost.LIMIT)).isEqualTo(Reach.PUBLIC);
    }

    // names

    private static Future<InetSocketAddress> resolve(Reach reach, Set<String> configured, String host)
            throws Exception {
        try (GuardedResolver resolver = new GuardedResolver(reach, configured)) {
            return resolver.getResolver(ImmediateEventExecutor.INSTANCE)
                    .resolve(InetSocketAddress.createUnresolved(host, 443))
                    .await();
        }
    }

    @Test
    void nameMustNotResolveToANearerAddress() throws Exception {
        assertThat(resolve(Reach.PUBLIC, Set.of(), "localhost").cause()).isInstanceOf(GuardedResolver.Refused.class);
        assertThat(resolve(Reach.PRIVATE, Set.of(), "localhost").cause()).isInstanceOf(GuardedResolver.Refused.class);
    }

    @Test
    void allAddressesOfANameAreChecked() throws Exception {
        try (GuardedResolver resolver = new GuardedResolver(Reach.PUBLIC, Set.of())) {
            assertThat(resolver.getResolver(ImmediateEventExecutor.INSTANCE)
                            .resolveAll(InetSocketAddress.createUnresolved("localhost", 443))
                            .await()
                            .cause())
                    .isInstanceOf(GuardedResolver.Refused.class);
        }
    }

    @Test
    void serverOnThisMachineMayNameIt() throws Exception {
        assertThat(resolve(Reach.LOOPBACK, Set.of(), "localhost")
                        .getNow()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
    }

    @Test
    void configuredNameMayResolveToAnything() throws Exception {
        assertThat(resolve(Reach.PUBLIC, Set.of("localhost"), "localhost")
                        .getNow()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
    }
}
