package dev.mcpflux.cli.watch;

import dev.mcpflux.cli.output.LogPrinter;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.ResultText;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.host.event.HostChange;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event that {@code watch} prints.
 *
 * @param kind identifies the kind for scripts
 * @param text for a person
 * @param details for scripts
 */
public record WatchEvent(Instant time, String server, String kind, String text, ObjectNode details) {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    public String line(ZoneId zone) {
        return line(CLOCK.format(time.atZone(zone)));
    }

    /** The line with another form of the time. */
    public String line(String when) {
        return when + "  " + SafeText.line(server) + (server.isEmpty() ? "" : "  ") + SafeText.line(text);
    }

    public ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("time", time.toString());
        node.put("server", server);
        node.put("event", kind);
        node.setAll(details);
        return node;
    }

    private static ObjectNode fields() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Converts an event of the host, or returns null for one that is not printed.
     *
     * @param least the lowest level of logs to print, or null for all
     */
    public static @Nullable WatchEvent of(Instant time, HostEvent event, @Nullable LogLevel least) {
        if (event instanceof HostEvent.StateChanged changed) {
            return state(time, changed.server(), changed.to(), null, changed.error());
        }
        if (event instanceof HostEvent.ListFailed failed) {
            String message = String.valueOf(failed.error().getMessage());
            return new WatchEvent(
                    time,
                    event.server(),
                    "listFailed",
                    "its list of " + failed.list().element() + "s cannot be read: " + message,
                    fields().put("error", message));
        }
        if (event instanceof HostEvent.DuplicateName duplicate) {
            return new WatchEvent(
                    time,
                    event.server(),
                    "duplicateName",
                    "it lists the " + duplicate.list().element() + " '" + duplicate.name() + "' more than once",
                    fields().put("list", duplicate.list().element()).put("name", duplicate.name()));
        }
        if (event instanceof HostEvent.ConfigurationWarning warning) {
            return new WatchEvent(
                    time,
                    event.server(),
                    "configurationWarning",
                    "\"" + warning.key() + "\": " + warning.problem(),
                    fields().put("key", warning.key()).put("problem", warning.problem()));
        }
        if (event instanceof HostEvent.ServersChanged changed) {
            HostChange change = changed.change();
            ObjectNode details = fields();
            details.set("change", McpJson.mapper().valueToTree(change));
            return new WatchEvent(time, "", "serversChanged", text(change), details);
        }
        if (event instanceof HostEvent.ReloadFailed failed) {
            String message = String.valueOf(failed.error().getMessage());
            return new WatchEvent(
                    time,
                    event.server(),
                    "reloadFailed",
                    "the configuration is not applied: " + message,
                    fields().put("error", message));
        }
        if (event instanceof HostEvent.EventsDropped dropped) {
            return lost(time, "", "missed " + dropped.count() + " events: too many came at once");
        }
        return event instanceof HostEvent.FromServer from ? of(time, from.server(), from.event(), least) : null;
    }

    private static String text(HostChange change) {
        List<String> parts = new ArrayList<>();
        add(parts, "added ", change.added());
        add(parts, "removed ", change.removed());
        add(parts, "replaced ", change.replaced());
        return "the configuration has changed: " + String.join("; ", parts);
    }

    private static void add(List<String> parts, String what, List<String> servers) {
        if (!servers.isEmpty()) {
            parts.add(what + String.join(", ", servers));
        }
    }

    /** A line that a server wrote to stderr. */
    public static WatchEvent stderr(Instant time, String server, String line) {
        return new WatchEvent(time, server, "stderr", "stderr: " + line, fields().put("text", line));
    }

    /** A change of state, with the negotiated revision if it is known by then. */
    public static WatchEvent state(
            Instant time, String server, ServerState state, @Nullable PeerInfo peer, @Nullable Throwable error) {
        String more = peer == null
                ? ""
                : ": " + peer.server().name() + " " + peer.server().version() + ", revision "
                        + peer.revision().wire();
        String why = error == null ? more : ": " + error.getMessage();
        ObjectNode details = fields().put("state", state.toString());
        if (peer != null) {
            details.put("revision", peer.revision().wire());
        }
        if (error != null) {
            details.set("error", Output.describe(error));
        }
        return new WatchEvent(time, server, "state", state + why, details);
    }

    private static @Nullable WatchEvent of(Instant time, String server, SessionEvent event, @Nullable LogLevel least) {
        if (event instanceof SessionEvent.ListChanged changed) {
            String kind = changed.kind().name().toLowerCase(Locale.ROOT);
            return new WatchEvent(time, server, "listChanged", "its " + kind + " changed", fields().put("list", kind));
        }
        if (event instanceof SessionEvent.ResourceUpdated updated) {
            return new WatchEvent(
                    time,
                    server,
                    "resourceUpdated",
                    "resource " + updated.uri() + " changed",
                    fields().put("uri", updated.uri()));
        }
        if (event instanceof SessionEvent.ServerLog log) {
            return least == null || LogPrinter.reaches(log.message(), least) ? log(time, server, log.message()) : null;
        }
        if (event instanceof SessionEvent.TaskChanged changed) {
            ObjectNode details = fields();
            details.set("task", McpJson.mapper().valueToTree(changed.task()));
            return new WatchEvent(time, server, "task", ResultText.text(changed.task()), details);
        }
        if (event instanceof SessionEvent.ElicitationComplete complete) {
            return new WatchEvent(
                    time,
                    server,
                    "elicitationComplete",
                    "the step at the address that you opened is complete (" + complete.elicitationId() + ")",
                    fields().put("elicitationId", complete.elicitationId()));
        }
        if (event instanceof SessionEvent.Other other) {
            return new WatchEvent(
                    time,
                    server,
                    "notification",
                    "notification " + other.method(),
                    fields().put("method", other.method()));
        }
        if (event instanceof SessionEvent.EventsDropped dropped) {
            return lost(time, server, "missed " + dropped.count() + " events: too many came at once");
        }
        return event instanceof SessionEvent.Link link ? link(time, server, link.event()) : null;
    }

    private static WatchEvent log(Instant time, String server, LogMessage message) {
        ObjectNode details = fields().put("level", message.level()).put("logger", message.logger());
        details.set("data", message.data() == null ? JsonNodeFactory.instance.nullNode() : message.data());
        return new WatchEvent(time, server, "log", LogPrinter.text(message), details);
    }

    /** A loss on the connection. Lines of stderr are printed by -v, and the end of a server by its state. */
    private static @Nullable WatchEvent link(Instant time, String server, ConnectionEvent event) {
        if (event instanceof ConnectionEvent.Dropped dropped) {
            return lost(time, server, "dropped " + dropped.method() + ": too many came at once");
        }
        if (event instanceof ConnectionEvent.Undecodable bad) {
            return lost(time, server, "skipped output that is not a message (" + bad.reason() + "): " + bad.preview());
        }
        if (event instanceof ConnectionEvent.ElementDropped part) {
            return lost(time, server, part.describe());
        }
        if (event instanceof ConnectionEvent.FrameTooLong large) {
            return lost(
                    time, server, "skipped a message of " + large.bytes() + " bytes; the limit is " + large.limit());
        }
        return event instanceof ConnectionEvent.UnmatchedResponse unmatched
                ? lost(time, server, "ignored a response to no request (id " + unmatched.id() + ")")
                : null;
    }

    private static WatchEvent lost(Instant time, String server, String text) {
        return new WatchEvent(time, server, "dropped", text, fields().put("message", text));
    }
}
