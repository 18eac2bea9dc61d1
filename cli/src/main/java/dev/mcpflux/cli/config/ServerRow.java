package dev.mcpflux.cli.config;

import dev.mcpflux.cli.approval.ProjectGate;
import dev.mcpflux.host.approval.EntryReview;
import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.transport.http.HttpKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server that is written down.
 *
 * @param shadowed whether an entry of the same name stands above it
 * @param approval what was decided about it; null where nothing has to be
 * @param notes what a person may want to know about the entry
 */
public record ServerRow(
        ServerDefinition server,
        ServerFile file,
        boolean shadowed,
        @Nullable EntryReview approval,
        List<String> notes) {

    /** All servers of the files; blocks. */
    public static List<ServerRow> all(List<ServerFile> files, Surroundings here) {
        List<ServerRow> rows = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ServerFile file : files) {
            ProjectApproval approval = file.needsApproval() ? ProjectApproval.of(file.path(), here.approvals()) : null;
            for (ServerDefinition server : file.content().servers()) {
                boolean reviewed = approval != null && server.options().disabled() == null;
                rows.add(new ServerRow(
                        server,
                        file,
                        !names.add(server.name()),
                        reviewed && approval != null ? approval.review(server).block() : null,
                        file.notes(server.name())));
            }
        }
        return rows;
    }

    String name() {
        return server.name();
    }

    String transport() {
        if (server instanceof ServerDefinition.Http http) {
            return http.kind() == HttpKind.SSE ? "sse" : "http";
        }
        return server instanceof ServerDefinition.Stdio ? "stdio" : "-";
    }

    boolean enabled() {
        return server.options().disabled() == null;
    }

    /** What was decided, in one word; null where nothing has to be. */
    @Nullable
    String approvalWord() {
        return approval == null || approval.status() == EntryReview.Status.NOTHING
                ? null
                : ProjectGate.status(approval);
    }

    /** What is wrong with the entry, or null. */
    @Nullable
    String problem() {
        return server instanceof ServerDefinition.Invalid invalid
                ? (invalid.place() == null ? "" : invalid.place() + ": ") + invalid.problem()
                : null;
    }
}
