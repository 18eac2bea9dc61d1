package dev.mcpflux.auth.oauth;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * From how far away an address can be reached. A server may name addresses (of its metadata, of its authorization server)
 * that are as far away as itself, never nearer ones: otherwise a public server could make this side send requests to a router
 * or to a service on this machine (specification 2026-07-28: security best practices, SSRF).
 */
enum Reach {
    /** From everywhere. */
    PUBLIC,
    /** From a private network (RFC 1918, RFC 4193, RFC 6598). */
    PRIVATE,
    /** From this machine only. */
    LOOPBACK,
    /** Addresses of a link, as those of the metadata services of clouds, and addresses of no host. No server may name them. */
    NEVER;

    private static final byte[] NAT64 = {0x00, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
    /** RFC 8215: where the address is, is up to the network. */
    private static final byte[] LOCAL_NAT64 = {0x00, 0x64, (byte) 0xff, (byte) 0x9b, 0, 1};

    private static final byte[] TRANSLATED = {0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0};
    private static final byte[] SIX_TO_FOUR = {0x20, 0x02};
    private static final byte[] TEREDO = {0x20, 0x01, 0, 0};

    /** A host whose last label is a number is an IPv4 address, but not every side reads it as the same one. */
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9a-fA-F]*)\\.?");

    private static final Pattern FOUR = Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");

    private static final int BYTE = 0xff;
    private static final int CARRIER = 100;
    private static final int CARRIER_FROM = 64;
    private static final int CARRIER_TO = 127;
    private static final int UNIQUE_LOCAL = 0xfc;
    private static final int UNIQUE_LOCAL_MASK = 0xfe;
    private static final int BENCHMARKS = 198;
    private static final int FUTURE = 240;

    /** Whether a server with this reach may name an address. */
    boolean allows(InetAddress address) {
        Reach other = of(address);
        return other != NEVER && other.compareTo(this) <= 0;
    }

    /** The reach of an address. */
    static Reach of(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return LOOPBACK;
        }
        // the unspecified address leads to this machine
        if (address.isAnyLocalAddress()) {
            return LOOPBACK;
        }
        if (address.isLinkLocalAddress() || address.isMulticastAddress()) {
            return NEVER;
        }
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return ofFour(address, bytes[0] & BYTE, bytes[1] & BYTE);
        }
        if (startsWith(bytes, LOCAL_NAT64)) {
            return NEVER;
        }
        Inet4Address embedded = embedded((Inet6Address) address, bytes);
        if (embedded != null) {
            return of(embedded);
        }
        return address.isSiteLocalAddress() || (bytes[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL ? PRIVATE : PUBLIC;
    }

    private static Reach ofFour(InetAddress address, int first, int second) {
        if (first == 0 || first >= FUTURE) {
            return NEVER;
        }
        boolean carrier = first == CARRIER && second >= CARRIER_FROM && second <= CARRIER_TO;
        boolean benchmarks = first == BENCHMARKS && (second == 18 || second == 19);
        return address.isSiteLocalAddress() || carrier || benchmarks ? PRIVATE : PUBLIC;
    }

    /** The IPv4 address that a translator or a tunnel would send to (RFC 6052, 7915, 3056, 4380, compatible addresses). */
    private static @Nullable Inet4Address embedded(Inet6Address address, byte[] bytes) {
        if (startsWith(bytes, NAT64) || startsWith(bytes, TRANSLATED) || address.isIPv4CompatibleAddress()) {
            return four(bytes, NAT64.length, 0);
        }
        if (startsWith(bytes, SIX_TO_FOUR)) {
            return four(bytes, SIX_TO_FOUR.length, 0);
        }
        // "obfuscated" by the inversion of its bits
        return startsWith(bytes, TEREDO) ? four(bytes, NAT64.length, BYTE) : null;
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static Inet4Address four(byte[] bytes, int at, int inverted) {
        byte[] four = Arrays.copyOfRange(bytes, at, at + 4);
        for (int i = 0; i < four.length; i++) {
            four[i] ^= (byte) inverted;
        }
        try {
            return (Inet4Address) InetAddress.getByAddress(four);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The address that a host is, if it is written as one; null for a name. */
    static @Nullable InetAddress literal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return NetUtil.createInetAddressFromIpAddressString(bare);
    }

    /** Whether a host is a number in a form that resolvers and proxies read differently, as {@code 0177.0.0.1} or {@code 127.1}. */
    static boolean isAmbiguous(String host) {
        return NUMERIC.matcher(host).matches() && !FOUR.matcher(host).matches();
    }

    /** Whether a host is this machine by its name, whatever a resolver says. */
    static boolean isLoopback(String host) {
        InetAddress literal = literal(host);
        return literal == null
                ? host.equalsIgnoreCase("localhost")
                        || host.toLowerCase(Locale.ROOT).endsWith(".localhost")
                : literal.isLoopbackAddress();
    }

    /**
     * The reach of a host: the nearest of its addresses counts.
     *
     * @return emits it; completes without it if the name is not known now
     */
    static Mono<Reach> ofHost(@Nullable String host) {
        if (host == null) {
            return Mono.just(PUBLIC);
        }
        if (isLoopback(host)) {
            return Mono.just(LOOPBACK);
        }
        InetAddress literal = literal(host);
        if (literal != null) {
            return Mono.just(bounded(of(literal)));
        }
        return Mono.fromCallable(() -> {
                    Reach nearest = PUBLIC;
                    for (InetAddress address : InetAddress.getAllByName(host)) {
                        Reach one = bounded(of(address));
                        nearest = one.compareTo(nearest) > 0 ? one : nearest;
                    }
                    return nearest;
                })
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorResume(UnknownHostException.class, e -> Mono.empty());
    }

    private static Reach bounded(Reach reach) {
        return reach == NEVER ? PUBLIC : reach;
    }
}
