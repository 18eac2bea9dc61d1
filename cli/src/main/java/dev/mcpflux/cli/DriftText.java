package dev.mcpflux.cli;

import dev.mcpflux.client.drift.Drift;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Describes the differences of a drift report, for a person and for a program. */
final class DriftText {

    private DriftText() {}

    static String line(Drift drift) {
        if (drift instanceof Drift.ServerChanged d) {
            return d.pointer().substring(1) + ": " + change(d.recorded(), d.live());
        }
        if (drift instanceof Drift.ElementAdded d) {
            return d.list().element() + " " + d.name() + ": added";
        }
        if (drift instanceof Drift.ElementRemoved d) {
            return d.list().element() + " " + d.name() + ": removed";
        }
        if (drift instanceof Drift.ElementChanged d) {
            return d.list().element() + " " + d.name() + ": " + d.pointer() + ": " + change(d.recorded(), d.live());
        }
        if (drift instanceof Drift.ResultChanged d) {
            return d.request() + ": " + d.pointer() + ": " + change(d.recorded(), d.live());
        }
        if (drift instanceof Drift.NowFails d) {
            return d.request() + ": fails now: " + d.error();
        }
        if (drift instanceof Drift.NowSucceeds d) {
            return d.request() + ": succeeds now; it failed: " + d.recordedError();
        }
        if (drift instanceof Drift.ErrorChanged d) {
            return d.request() + ": fails in another way: " + change(d.recorded(), d.live());
        }
        return drift instanceof Drift.Skipped d
                ? d.request() + ": skipped: " + d.reason()
                : ((Drift.Omitted) drift).subject() + ": more differences are not shown";
    }

    private static String change(@Nullable String recorded, @Nullable String live) {
        if (recorded == null) {
            return "now " + live;
        }
        return live == null ? "was " + recorded + ", and is gone" : recorded + " -> " + live;
    }

    static ObjectNode json(String server, Drift drift) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("server", server);
        String type = drift.getClass().getSimpleName();
        json.put("type", type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1));
        if (drift instanceof Drift.ServerChanged d) {
            values(json.put("pointer", d.pointer()), d.recorded(), d.live());
        } else if (drift instanceof Drift.ElementAdded d) {
            json.put("list", d.list().method()).put("name", d.name());
        } else if (drift instanceof Drift.ElementRemoved d) {
            json.put("list", d.list().method()).put("name", d.name());
        } else if (drift instanceof Drift.ElementChanged d) {
            json.put("list", d.list().method()).put("name", d.name()).put("pointer", d.pointer());
            values(json, d.recorded(), d.live());
        } else if (drift instanceof Drift.ResultChanged d) {
            values(request(json, d.request()).put("pointer", d.pointer()), d.recorded(), d.live());
        } else if (drift instanceof Drift.NowFails d) {
            request(json, d.request()).put("live", d.error());
        } else if (drift instanceof Drift.NowSucceeds d) {
            request(json, d.request()).put("recorded", d.recordedError());
        } else if (drift instanceof Drift.ErrorChanged d) {
            values(request(json, d.request()), d.recorded(), d.live());
        } else if (drift instanceof Drift.Skipped d) {
            request(json, d.request()).put("reason", d.reason());
        } else if (drift instanceof Drift.Omitted d) {
            json.put("subject", d.subject());
        }
        return json;
    }

    private static ObjectNode request(ObjectNode json, Drift.Request request) {
        return json.put("method", request.method()).put("params", request.params());
    }

    private static void values(ObjectNode json, @Nullable String recorded, @Nullable String live) {
        json.put("recorded", recorded).put("live", live);
    }
}
