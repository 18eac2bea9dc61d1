package dev.mcpflux.cli.config;

import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How the list of servers is printed. */
public final class ServerListing {

    private ServerListing() {}

    /** The list as it is written down. */
    public static Listing<ServerRow> of() {
        return columns(false, Map.of());
    }

    /**
     * The list with what was found when the servers were started.
     *
     * @param health by the names of the servers
     */
    public static Listing<ServerRow> checked(Map<String, String> health) {
        return columns(true, health);
    }

    private static Listing<ServerRow> columns(boolean checked, Map<String, String> health) {
        Listing.Builder<ServerRow> listing = Listing.<ServerRow>builder()
                .column("NAME", ServerRow::name)
                .column("SCOPE", row -> row.file().scope().word())
                .column("TRANSPORT", ServerRow::transport)
                .column("COMMAND", row -> LaunchDescription.describe(row.server()));
        if (checked) {
            listing.column("HEALTH", row -> health(row, health), row -> style(health(row, health)));
        } else {
            listing.column("ENABLED", ServerListing::enabled)
                    .column("APPROVAL", ServerRow::approvalWord, ServerListing::style);
        }
        return listing.wide("FORM", row -> row.file().content().form().id())
                .wide("FILE", row -> row.file().path())
                .wide("NOTES", row -> notes(row).isEmpty() ? null : String.join("; ", notes(row)))
                .name(ServerRow::name)
                .document(rows -> json(rows, checked, health))
                .build();
    }

    private static String health(ServerRow row, Map<String, String> health) {
        return row.shadowed() ? enabled(row) : health.getOrDefault(row.name(), "-");
    }

    private static Style style(String health) {
        return health.equals("ready") ? Style.GOOD : health.startsWith("failed") ? Style.BAD : Style.PLAIN;
    }

    private static String enabled(ServerRow row) {
        return row.problem() != null ? "wrong" : row.shadowed() ? "no: shadowed" : row.enabled() ? "yes" : "no";
    }

    private static Style style(ServerRow row) {
        return "approved".equals(row.approvalWord())
                ? Style.GOOD
                : row.approvalWord() == null ? Style.PLAIN : Style.WARNING;
    }

    private static List<String> notes(ServerRow row) {
        List<String> notes = new ArrayList<>();
        if (row.problem() != null) {
            notes.add(row.problem());
        }
        if (row.server().options().disabled() != null) {
            notes.add("disabled by " + row.server().options().disabled());
        }
        notes.addAll(row.notes());
        return notes;
    }

    private static ArrayNode json(List<ServerRow> rows, boolean checked, Map<String, String> health) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (ServerRow row : rows) {
            ObjectNode node = array.addObject()
                    .put("name", row.name())
                    .put("scope", row.file().scope().word())
                    .put("transport", row.transport())
                    .put("command", LaunchDescription.describe(row.server()))
                    .put("enabled", row.enabled())
                    .put("shadowed", row.shadowed())
                    .put("approval", row.approvalWord())
                    .put("form", row.file().content().form().id())
                    .put("file", row.file().path().toString());
            if (checked) {
                node.put("health", health(row, health));
            }
            node.put("problem", row.problem());
            node.set("notes", McpJson.mapper().valueToTree(row.notes()));
        }
        return array;
    }
}
