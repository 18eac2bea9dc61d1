package dev.mcpflux.host.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * How a server is kept in good order, by its entry in a file: {@code lazy}, {@code idleTimeout}, {@code maxLifetime},
 * {@code drainTimeout}, {@code pingInterval}, {@code dependsOn}, {@code restart}, {@code limits}, {@code toolTimeouts}.
 */
final class SupervisionEntry {

    private final ConfigText text;
    private final String name;
    private final JsonNode entry;
    private final String pointer;
    private final EntryValues values;

    SupervisionEntry(ConfigText text, String name, JsonNode entry, String pointer, EntryValues values) {
        this.text = text;
        this.name = name;
        this.entry = entry;
        this.pointer = pointer;
        this.values = values;
    }

    /** Sets what the entry gives; everything else stays. */
    void read(ServerOptions.Builder options) {
        options.lifetime(this::lifetime);
        if (isGiven("dependsOn")) {
            options.dependsOn(dependencies());
        }
        if (isGiven("restart")) {
            options.restart(restart());
        }
        if (isGiven("limits")) {
            options.limits(limits());
        }
        if (isGiven("toolTimeouts")) {
            options.toolTimeouts(toolTimeouts());
        }
    }

    private boolean isGiven(String key) {
        JsonNode node = entry.path(values.usual(key));
        return !node.isMissingNode() && !node.isNull();
    }

    private LifetimeOptions.Builder lifetime(LifetimeOptions.Builder life) {
        life.lazy(values.flag(values.usual("lazy")));
        time("idleTimeout", life::idleTimeout);
        time("maxLifetime", life::maxLifetime);
        time("drainTimeout", life::drainTimeout);
        time("pingInterval", life::pingInterval);
        return life;
    }

    private void time(String key, Consumer<Duration> set) {
        EntryValues.Limit limit = values.limit(key);
        if (limit != null) {
            set.accept(limit.time());
        }
    }

    private Set<String> dependencies() {
        String key = values.usual("dependsOn");
        Set<String> names = new LinkedHashSet<>();
        JsonNode node = entry.path(key);
        if (node.isString()) {
            names.add(node.stringValue());
        } else {
            values.arguments(key).forEach(name -> names.add(name.text()));
        }
        return names;
    }

    private RestartOptions restart() {
        String key = values.usual("restart");
        JsonNode node = entry.path(key);
        if (node.isObject()) {
            RestartOptions.Builder restart = RestartOptions.builder();
            section(key)
                    .flag("enabled", restart::enabled)
                    .time("firstDelay", restart::firstDelay)
                    .time("maxDelay", restart::maxDelay)
                    .number("growth", restart::growth)
                    .number("jitter", restart::jitter)
                    .integer("maxRestarts", restart::maxRestarts)
                    .time("window", restart::window)
                    .time("stableAfter", restart::stableAfter)
                    .read(node);
            return checked(key, restart::build);
        }
        String word = node.isBoolean()
                ? String.valueOf(node.booleanValue())
                : node.isString() ? node.stringValue().strip() : "";
        return switch (word) {
            case "never", "no", "false" ->
                RestartOptions.builder().enabled(false).build();
            case "on-failure", "always", "true" -> RestartOptions.defaults();
            default ->
                throw values.problem(
                        key,
                        "expected \"on-failure\", \"never\" or an object like {\"maxRestarts\": 3}, found "
                                + ConfigText.kind(node));
        };
    }

    private CallLimits limits() {
        String key = values.usual("limits");
        JsonNode node = entry.path(key);
        if (!node.isObject()) {
            throw values.problem(key, "expected an object like {\"maxInFlight\": 8}, found " + ConfigText.kind(node));
        }
        CallLimits.Builder limits = CallLimits.builder();
        section(key)
                .integer("maxInFlight", limits::maxInFlight)
                .integer("maxQueued", limits::maxQueued)
                .time("queueTimeout", limits::queueTimeout)
                .integer("rate", limits::rate)
                .time("ratePeriod", limits::ratePeriod)
                .integer("failures", limits::failures)
                .time("cooldown", limits::cooldown)
                .read(node);
        return checked(key, limits::build);
    }

    private Map<String, Duration> toolTimeouts() {
        String key = values.usual("toolTimeouts");
        JsonNode node = entry.path(key);
        if (!node.isObject()) {
            throw values.problem(key, "expected an object like {\"tool\": \"5m\"}, found " + ConfigText.kind(node));
        }
        Map<String, Duration> timeouts = new LinkedHashMap<>();
        EntrySection section = section(key);
        node.propertyNames().forEach(tool -> section.time(tool, limit -> timeouts.put(tool, limit)));
        section.read(node);
        return timeouts;
    }

    private EntrySection section(String key) {
        return new EntrySection(text, name, values, ConfigText.member(pointer, key));
    }

    @FunctionalInterface
    private interface Build<T> {
        T build();
    }

    private <T> T checked(String key, Build<T> options) {
        try {
            return options.build();
        } catch (IllegalArgumentException e) {
            throw values.problem(key, String.valueOf(e.getMessage()));
        }
    }
}
