package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.host.approval.EntryReview;
import dev.mcpflux.host.approval.ProjectApproval;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether a server of a project may be started. */
public final class ApprovalCheck implements Check<ConfiguredServer> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.NOT_APPROVED, Rule.APPROVAL_REFUSED);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        return server.enabled() && server.definition().options().guard() instanceof ProjectApproval approval
                ? approval.review(server.definition())
                        .flatMap(review -> Mono.justOrEmpty(finding(server, review)))
                        .flux()
                : Flux.empty();
    }

    private static @org.jspecify.annotations.Nullable Finding finding(ConfiguredServer server, EntryReview review) {
        return switch (review.status()) {
            case APPROVED, NOTHING -> null;
            case NEW -> notApproved(server, "Nobody has approved it.");
            case CHANGED -> notApproved(server, "It has changed since it was approved or denied.");
            case DENIED -> notApproved(server, "It was denied.");
            case REFUSED ->
                Finding.of(
                                Rule.APPROVAL_REFUSED,
                                server.name(),
                                (review.refusal() == null
                                                ? "It cannot be approved"
                                                : String.valueOf(
                                                        review.refusal().getMessage()))
                                        + ".")
                        .fix("Remove from the entry what is refused.");
        };
    }

    private static Finding notApproved(ConfiguredServer server, String text) {
        return Finding.of(Rule.NOT_APPROVED, server.name(), text)
                .fix("Look at what it starts, and decide.")
                .command("mcpflux approve " + dev.mcpflux.cli.argument.ShellWords.quote(server.name()));
    }
}
