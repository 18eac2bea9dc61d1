package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.config.StartGuard;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether a server of a project may be started: asks the guard that is asked at its start. */
public final class ApprovalCheck implements Check<ConfiguredServer> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.NOT_APPROVED, Rule.APPROVAL_REFUSED);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        StartGuard guard = server.definition().options().guard();
        return guard == null || !server.enabled()
                ? Flux.empty()
                : guard.permit(server.definition())
                        .then(Mono.<Finding>empty())
                        .onErrorResume(McpException.class, e -> Mono.just(finding(server, e)))
                        .flux();
    }

    private static Finding finding(ConfiguredServer server, McpException error) {
        String text = String.valueOf(error.getMessage());
        String prefix = "server '" + server.name() + "': ";
        Finding finding = Finding.of(
                error instanceof McpApprovalRequiredException ? Rule.NOT_APPROVED : Rule.APPROVAL_REFUSED,
                server.name(),
                (text.startsWith(prefix) ? text.substring(prefix.length()) : text) + ".");
        return error instanceof McpApprovalRequiredException
                ? finding.fix("Look at what it starts, and decide.")
                        .command("mcpflux approve " + ShellWords.quote(server.name()))
                : finding.fix("Remove from the entry what is refused.");
    }
}
