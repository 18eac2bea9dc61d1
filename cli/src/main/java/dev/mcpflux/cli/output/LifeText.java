package dev.mcpflux.cli.output;

import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats where a server is in its life, and how long it has been there. */
public final class LifeText {

    private LifeText() {}

    /** The state with its details: when something happens next, and how often it was tried. */
    public static String state(ServerLife life, Instant now) {
        if (life instanceof ServerLife.BackingOff waiting) {
            return life.state() + ", next start in " + rest(waiting.until(), now);
        }
        if (life instanceof ServerLife.Quarantined quarantined) {
            return life.state() + " after " + quarantined.restarts() + " restarts";
        }
        Instant retryAt = retryAt(life, now);
        if (retryAt != null) {
            return life.state() + ", no calls for " + rest(retryAt, now);
        }
        return life instanceof ServerLife.Starting starting && starting.attempt() > 1
                ? life.state() + ", attempt " + starting.attempt()
                : life.state().toString();
    }

    /** The same for a narrow column. */
    public static String brief(ServerLife life, Instant now) {
        if (life instanceof ServerLife.BackingOff waiting) {
            return life.state() + " " + rest(waiting.until(), now);
        }
        if (life instanceof ServerLife.Quarantined quarantined) {
            return life.state() + " " + quarantined.restarts() + "x";
        }
        Instant retryAt = retryAt(life, now);
        if (retryAt != null) {
            return life.state() + " " + rest(retryAt, now);
        }
        return life instanceof ServerLife.Starting starting && starting.attempt() > 1
                ? life.state() + " " + starting.attempt() + "x"
                : life.state().toString();
    }

    /** When a server takes calls again that refuses them now; else null. */
    private static @Nullable Instant retryAt(ServerLife life, Instant now) {
        Instant until = life instanceof ServerLife.Degraded degraded ? degraded.retryAt() : null;
        return until != null && until.isAfter(now) ? until : null;
    }

    /** The seconds until then, rounded up: the last one is 1 s, and 0 s is the past. */
    private static String rest(Instant until, Instant now) {
        long millis = Math.max(0, Duration.between(now, until).toMillis());
        return (millis + 999) / 1000 + " s";
    }

    /** The details for scripts. */
    public static ObjectNode json(ServerStatus status) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("since", status.since().toString());
        ServerLife life = status.life();
        if (life instanceof ServerLife.BackingOff waiting) {
            node.put("attempt", waiting.attempt());
            node.put("until", waiting.until().toString());
        } else if (life instanceof ServerLife.Quarantined quarantined) {
            node.put("restarts", quarantined.restarts());
        } else if (life instanceof ServerLife.Starting starting) {
            node.put("attempt", starting.attempt());
        } else if (life instanceof ServerLife.Degraded degraded) {
            node.put(
                    "retryAt",
                    degraded.retryAt() == null ? null : degraded.retryAt().toString());
        }
        return node;
    }

    /** A length of time in its two largest units: 7s, 3m12s, 2h05m, 3d04h. */
    public static String age(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
        }
        return seconds < 86_400
                ? String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds / 60 % 60)
                : String.format(Locale.ROOT, "%dd%02dh", seconds / 86_400, seconds / 3600 % 24);
    }

    /** A round trip, in at most seven characters below a thousand seconds. */
    public static String millis(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 99.95) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        return millis < 999.5
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
}
