package dev.mcpflux.transport.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Servers that are reached directly, although there is a proxy.
 *
 * @param text as it was configured
 * @param host a name, an address, a range of addresses, or a pattern after a tilde
 * @param port -1 for every port
 */
record ProxyBypass(String text, String host, int port) {

    /** {@code host}, {@code .host}, {@code *.host}, {@code host:port}, an address, a range of addresses, or {@code *}. */
    static ProxyBypass ofEnvironment(String entry) {
        String lower = entry.toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        // an address of IPv6 has colons of its own
        boolean port = colon > 0
                && lower.substring(colon + 1).matches("\\d{1,5}")
                && (lower.indexOf(':') == colon || lower.charAt(colon - 1) == ']');
        String name = port ? lower.substring(0, colon) : lower;
        return new ProxyBypass(
                entry,
                name.equals("*") ? name : withoutBrackets(name.replaceFirst("^\\*?\\.", "")),
                port ? Integer.parseInt(lower.substring(colon + 1)) : -1);
    }

    /** As Java has them: an asterisk before or after. */
    static ProxyBypass ofPattern(String entry) {
        String pattern =
                Pattern.quote(withoutBrackets(entry.toLowerCase(Locale.ROOT))).replace("*", "\\E.*\\Q");
        return new ProxyBypass(entry, "~" + pattern, -1);
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    boolean matches(String server, int at) {
        String name = withoutBrackets(server);
        if (port >= 0 && port != at) {
            return false;
        }
        if (host.startsWith("~")) {
            return name.matches(host.substring(1));
        }
        if (host.equals("*") || name.equals(host)) {
            return true;
        }
        Predicate<String> range = range(host);
        return range == null ? name.endsWith("." + host) && literal(name) == null : range.test(name);
    }

    /** Addresses that begin with the same bits. */
    private static @Nullable Predicate<String> range(String text) {
        int slash = text.indexOf('/');
        byte @Nullable [] network = literal(slash < 0 ? text : text.substring(0, slash));
        if (network == null || (slash >= 0 && !text.substring(slash + 1).matches("\\d{1,3}"))) {
            return null;
        }
        int bits = slash < 0
                ? network.length * Byte.SIZE
                : Math.min(Integer.parseInt(text.substring(slash + 1)), network.length * Byte.SIZE);
        return name -> {
            byte @Nullable [] address = literal(name);
            if (address == null || address.length != network.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i % Byte.SIZE);
                if ((address[i / Byte.SIZE] & mask) != (network[i / Byte.SIZE] & mask)) {
                    return false;
                }
            }
            return true;
        };
    }

    /** The bytes of an address that is written in numbers; null for a name, which is not looked up. */
    private static byte @Nullable [] literal(String host) {
        if (!host.matches("[0-9.]+") && host.indexOf(':') < 0) {
            return null;
        }
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
