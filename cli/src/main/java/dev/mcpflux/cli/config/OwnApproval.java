package dev.mcpflux.cli.config;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.approval.EntryReview;
import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.ServerDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Approves what a person has just written into a file of a project, and forgets what he has removed. Blocks. */
final class OwnApproval {

    /**
     * What was decided.
     *
     * @param approved the servers that are approved now
     * @param refused why others cannot be
     */
    record Outcome(List<String> approved, List<String> refused) {}

    private OwnApproval() {}

    private static @Nullable ProjectApproval of(Path file, Surroundings here) {
        return ProjectApproval.isNeededFor(file) ? ProjectApproval.of(file, here.approvals()) : null;
    }

    /** Approves servers of a file that has been written. */
    static Outcome approve(Path file, Collection<String> names, Surroundings here) {
        ProjectApproval approval = of(file, here);
        List<String> approved = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        if (approval == null) {
            return new Outcome(approved, refused);
        }
        HostConfig config = approval.guard(
                HostConfig.of(ServerFile.read(file, Scope.PROJECT, null, here).content()));
        for (ServerDefinition server : config.servers()) {
            if (!names.contains(server.name())) {
                continue;
            }
            EntryReview review = Objects.requireNonNull(approval.review(server).block());
            if (review.refusal() != null) {
                refused.add(String.valueOf(review.refusal().getMessage()));
            } else if (review.isApprovable()) {
                approval.approve(review).block();
                approved.add(server.name());
            }
        }
        return new Outcome(approved, refused);
    }

    /** Forgets what was decided about servers. */
    static void forget(Path file, Collection<String> names, Surroundings here) {
        ProjectApproval approval = of(file, here);
        if (approval != null) {
            names.forEach(name -> approval.forget(name).block());
        }
    }
}
