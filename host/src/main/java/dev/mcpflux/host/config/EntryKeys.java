package dev.mcpflux.host.config;

import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.FormKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The keys of a server's entry, and the keys of other hosts that mean the same. Finds the value of a key whatever it is
 * called, and reports keys that are not understood.
 */
final class EntryKeys {

    /** Each key, and what else it may be called. */
    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("command", List.of()),
            Map.entry("args", List.of("arguments")),
            Map.entry("env", List.of("envs", "environment")),
            Map.entry("envFile", List.of()),
            Map.entry("cwd", List.of("workingDirectory")),
            Map.entry("inheritEnv", List.of()),
            Map.entry("sandbox", List.of()),
            Map.entry("sandboxEnabled", List.of()),
            Map.entry("type", List.of("transport", "transportType")),
            Map.entry("required", List.of()),
            Map.entry("disabled", List.of()),
            Map.entry("enabled", List.of("isActive", "active")),
            Map.entry("lazy", List.of()),
            Map.entry("idleTimeout", List.of()),
            Map.entry("maxLifetime", List.of()),
            Map.entry("drainTimeout", List.of()),
            Map.entry("pingInterval", List.of("ping")),
            Map.entry("dependsOn", List.of()),
            Map.entry("restart", List.of()),
            Map.entry("limits", List.of()),
            Map.entry("toolTimeouts", List.of()),
            Map.entry("tools", List.of()),
            Map.entry("policy", List.of()),
            Map.entry("startTimeout", List.of()),
            Map.entry("timeout", List.of()),
            Map.entry("era", List.of()),
            Map.entry("url", List.of("httpUrl", "serverUrl")),
            Map.entry("headers", List.of("httpHeaders")),
            Map.entry("proxy", List.of()),
            Map.entry("auth", List.of("authProviderType")),
            Map.entry("oauth", List.of()),
            Map.entry("headersHelper", List.of("helper")));

    /** The normal form of each key that is understood, and the key. */
    private static final Map<String, String> MEANINGS = new HashMap<>();

    static {
        KEYS.forEach((key, others) -> {
            MEANINGS.put(normal(key), key);
            others.forEach(other -> MEANINGS.put(normal(other), key));
        });
    }

    private final ConfigText text;
    private final String pointer;
    private final JsonNode entry;
    private final ConfigForm form;
    /** For each key of ours, the keys by which the entry gives it, in their order. */
    private final Map<String, List<String>> given = new HashMap<>();

    EntryKeys(ConfigText text, String pointer, JsonNode entry, ConfigForm form) {
        this.form = form;
        this.text = text;
        this.pointer = pointer;
        this.entry = entry;
        for (String key : entry.propertyNames()) {
            String meaning = MEANINGS.get(normal(key));
            if (meaning != null && !entry.path(key).isNull()) {
                given.computeIfAbsent(meaning, k -> new ArrayList<>()).add(key);
            }
        }
        // what is written as it should be is looked at first
        given.forEach((meaning, keys) -> keys.sort(Comparator.comparing(key -> !key.equals(meaning))));
    }

    /** Reports keys that are not understood. */
    void warn() {
        for (String key : entry.propertyNames()) {
            String meaning = MEANINGS.get(normal(key));
            if (meaning != null) {
                List<String> others = KEYS.getOrDefault(meaning, List.of());
                boolean known = key.equals(meaning) || others.contains(key);
                if (!known && (key.equalsIgnoreCase(meaning) || others.stream().anyMatch(key::equalsIgnoreCase))) {
                    text.warn(
                            ConfigText.member(pointer, key),
                            ConfigText.quoted(key) + " is read as \"" + meaning + "\"");
                }
            } else {
                String near = near(key);
                text.warn(
                        ConfigText.member(pointer, key),
                        "unknown key " + ConfigText.quoted(key) + " is ignored"
                                + (near == null ? "" : "; did you mean \"" + near + "\"?"));
            }
        }
    }

    /** Each key, and what else it may be called. */
    static Map<String, List<String>> all() {
        return KEYS;
    }

    /** Whether a key is read as one of ours. */
    static boolean means(String key, String ours) {
        return ours.equals(MEANINGS.get(normal(key)));
    }

    /** The keys by which the entry gives a value of ours, the usual one first; empty if it does not. */
    List<String> of(String key) {
        return given.getOrDefault(key, List.of());
    }

    boolean has(String key) {
        return given.containsKey(key);
    }

    /** The key that is nearest to one that is not known, or null where none is near. */
    private @Nullable String near(String key) {
        String wanted = normal(key);
        int least = wanted.length() < 5 ? 2 : 3;
        String best = null;
        for (Map.Entry<String, String> known : MEANINGS.entrySet()) {
            String other = known.getKey();
            int shorter = Math.min(wanted.length(), other.length());
            boolean contained = wanted.contains(other) || other.contains(wanted);
            int distance = !contained
                    ? EditDistance.of(wanted, other)
                    : shorter >= 4 ? 1 : Math.max(wanted.length(), other.length()) - shorter;
            if (distance < least
                    || (distance == least && best != null && known.getValue().compareTo(best) < 0)) {
                least = distance;
                best = known.getValue();
            }
        }
        for (FormKey row : form.keys()) {
            int distance = EditDistance.of(wanted, normal(row.key()));
            if (distance < least) {
                least = distance;
                best = row.key();
            }
        }
        return best;
    }

    /** Without the differences between {@code httpUrl}, {@code http_url} and {@code HTTPURL}. */
    static String normal(String key) {
        return key.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }
}
