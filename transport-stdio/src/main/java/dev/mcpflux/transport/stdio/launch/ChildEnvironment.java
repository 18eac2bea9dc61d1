package dev.mcpflux.transport.stdio.launch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a server. A server inherits variables that programs commonly need and that hold no secret, and what its
 * options name; what its definition sets comes on top.
 *
 * @param variables all variables of the server
 * @param secrets those of the inherited variables whose names say that they hold a secret
 * @param withheld the names of variables that are usually inherited and are not, because their values hold credentials
 */
public record ChildEnvironment(Map<String, String> variables, Map<String, String> secrets, List<String> withheld) {

    /** Stands for every variable in {@link Rules#names}. */
    public static final String EVERYTHING = "*";

    private static final Set<String> MINIMUM = Set.of("HOME", "LANG", "LOGNAME", "PATH", "TMPDIR", "USER");

    private static final Set<String> COMMON = Set.of(
            "LANGUAGE",
            "SHELL",
            "TERM",
            "TZ",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "NODE_EXTRA_CA_CERTS",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE");

    /** Addresses of other programs of the user, which a sandboxed server does not reach. */
    private static final Set<String> DESKTOP = Set.of(
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "XAUTHORITY",
            "SSH_AUTH_SOCK",
            "DOCKER_HOST",
            "DOCKER_TLS_VERIFY",
            "DOCKER_CERT_PATH",
            "DOCKER_CONTEXT",
            "XDG_RUNTIME_DIR");

    private static final Set<String> WINDOWS_MINIMUM = Set.of(
            "COMSPEC",
            "PATH",
            "PATHEXT",
            "SYSTEMDRIVE",
            "SYSTEMROOT",
            "TEMP",
            "TMP",
            "USERNAME",
            "USERPROFILE",
            "WINDIR");

    private static final Set<String> WINDOWS_COMMON = Set.of(
            "ALLUSERSPROFILE",
            "APPDATA",
            "COMMONPROGRAMFILES",
            "COMMONPROGRAMFILES(X86)",
            "COMMONPROGRAMW6432",
            "COMPUTERNAME",
            "HOMEDRIVE",
            "HOMEPATH",
            "LOCALAPPDATA",
            "NUMBER_OF_PROCESSORS",
            "OS",
            "PROCESSOR_ARCHITECTURE",
            "PROGRAMDATA",
            "PROGRAMFILES",
            "PROGRAMFILES(X86)",
            "PROGRAMW6432",
            "PUBLIC");

    /** In either case, as programs read both. */
    private static final Set<String> PROXIES = Set.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY");

    private static final List<String> SECRET_NAMES =
            List.of("TOKEN", "SECRET", "PASSW", "CREDENTIAL", "APIKEY", "_KEY", "PRIVATE", "_AUTH", "_PAT", "COOKIE");

    /**
     * Which variables of this process a server inherits.
     *
     * @param names further variables, by name or with {@code *} for any characters ({@code AWS_*})
     * @param minimal whether to inherit nothing else but what a program needs to start
     * @param sandboxed whether the server runs in a sandbox, where the sockets of the user's other programs are not
     * @param windows whether names of variables differ in case only
     */
    public record Rules(List<String> names, boolean minimal, boolean sandboxed, boolean windows) {}

    /**
     * The environment of a server.
     *
     * @param parent the variables of this process
     * @param configured what the definition of the server sets
     */
    public static ChildEnvironment of(Map<String, String> parent, Map<String, String> configured, Rules rules) {
        Map<String, String> variables = new HashMap<>();
        Map<String, String> secrets = new HashMap<>();
        List<String> withheld = new ArrayList<>();
        parent.forEach((key, value) -> {
            // an exported shell function is code, not a setting
            if (value.startsWith("()")) {
                return;
            }
            String name = rules.windows ? key.toUpperCase(Locale.ROOT) : key;
            if (isNamed(name, rules)) {
                variables.put(key, value);
                if (looksSecret(name)) {
                    secrets.put(key, value);
                }
            } else if (isMinimum(name, rules.windows) || (!rules.minimal && isCommon(name, rules))) {
                if (!holdsCredentials(name, value)) {
                    variables.put(key, value);
                } else if (!isSet(configured, key, rules.windows)) {
                    withheld.add(key);
                }
            }
        });
        if (rules.windows) {
            variables.keySet().removeIf(key -> isSet(configured, key, true));
        }
        variables.putAll(configured);
        withheld.sort(null);
        return new ChildEnvironment(variables, secrets, withheld);
    }

    private static boolean isMinimum(String name, boolean windows) {
        return (windows ? WINDOWS_MINIMUM : MINIMUM).contains(name) || name.startsWith("LC_");
    }

    private static boolean isCommon(String name, Rules rules) {
        if (DESKTOP.contains(name)) {
            return !rules.sandboxed;
        }
        String upper = name.toUpperCase(Locale.ROOT);
        boolean proxy = PROXIES.contains(upper) || upper.equals("NO_PROXY");
        // a mixture of cases means nothing to any program
        return (proxy && (rules.windows || name.equals(upper) || name.equals(name.toLowerCase(Locale.ROOT))))
                || COMMON.contains(name)
                || (rules.windows && WINDOWS_COMMON.contains(name))
                || (name.startsWith("XDG_") && !looksSecret(name));
    }

    private static boolean isNamed(String name, Rules rules) {
        for (String pattern : rules.names) {
            if (matches(rules.windows ? pattern.toUpperCase(Locale.ROOT) : pattern, name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a name matches a pattern in which {@code *} stands for any characters, also none. */
    static boolean matches(String pattern, String name) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        if (!name.startsWith(pattern.substring(0, star))) {
            return false;
        }
        String rest = pattern.substring(star + 1);
        for (int from = star; from <= name.length(); from++) {
            if (matches(rest, name.substring(from))) {
                return true;
            }
        }
        return false;
    }

    private static boolean looksSecret(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return SECRET_NAMES.stream().anyMatch(upper::contains);
    }

    /** A proxy takes a name alone as a credential too; for other addresses it says only whose account is meant. */
    private static boolean holdsCredentials(String name, String value) {
        int at = value.lastIndexOf('@');
        if (at < 0) {
            return false;
        }
        int scheme = value.indexOf("://");
        int colon = value.indexOf(':', scheme < 0 ? 0 : scheme + 3);
        return PROXIES.contains(name.toUpperCase(Locale.ROOT))
                || (name.equals("DOCKER_HOST") && colon >= 0 && colon < at);
    }

    private static boolean isSet(Map<String, String> configured, String key, boolean windows) {
        return windows ? configured.keySet().stream().anyMatch(key::equalsIgnoreCase) : configured.containsKey(key);
    }

    /** Shows the names only. */
    @Override
    public String toString() {
        return "ChildEnvironment" + variables.keySet();
    }
}
