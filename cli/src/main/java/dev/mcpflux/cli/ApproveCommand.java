package dev.mcpflux.cli;

import dev.mcpflux.cli.approval.Person;
import dev.mcpflux.cli.approval.ProjectGate;
import dev.mcpflux.cli.approval.WrittenGuard;
import dev.mcpflux.cli.config.Scope;
import dev.mcpflux.cli.config.ServerFile;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.approval.EntryReview;
import dev.mcpflux.host.approval.EntryReview.Status;
import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "approve",
        description = {
            "Decide which servers of a file that comes with a project may be started. Starts nothing.",
            "Without options, you are asked about each server that is new or has changed; with names, those are shown"
                    + " and approved."
        })
final class ApproveCommand extends HostCommand {

    @Parameters(paramLabel = "SERVER", description = "The servers to approve, deny or forget.")
    List<String> names = new ArrayList<>();

    @Option(names = "--all", description = "All servers of the file.")
    boolean all;

    @Option(names = "--list", description = "Only show the servers and what was decided about them.")
    boolean list;

    @Option(names = "--deny", description = "Do not start these servers, and do not ask about them as they are now.")
    boolean deny;

    @Option(names = "--forget", description = "Forget what was decided about these servers.")
    boolean forget;

    @Override
    public Integer call() {
        if (Stream.of(list, deny, forget).filter(each -> each).count() > 1) {
            throw new UsageException("--list, --deny and --forget exclude each other");
        }
        if (all && !names.isEmpty()) {
            throw new UsageException("name servers, or all of them by --all");
        }
        return withoutHost(servers -> Mono.just(decide(ofSource(servers))));
    }

    /** Those of the file that counts first; the user's own need no approval. */
    private List<ServerDefinition> ofSource(List<ServerDefinition> servers) {
        ServerFile file = sourceFile();
        return file == null
                ? servers
                : servers.stream()
                        .filter(server -> file.content().servers().stream()
                                .anyMatch(written -> written.name().equals(server.name())))
                        .map(WrittenGuard::written)
                        .toList();
    }

    private int decide(List<ServerDefinition> servers) {
        ServerFile file = sourceFile();
        if (file == null || file.scope() == Scope.USER) {
            throw new UsageException(
                    "there is no file to approve: no mcp.json or .mcp.json is here, and -c names none");
        }
        ProjectGate gate =
                new ProjectGate(ProjectApproval.of(file.path(), root().here().approvals()), output()::note, () -> null);
        if (forget) {
            return forget(gate, servers);
        }
        ServerSelection.check(
                names, servers.stream().map(ServerDefinition::name).toList(), seeList());
        List<EntryReview> reviews = gate.reviews(servers).stream()
                .filter(review -> names.isEmpty() || names.contains(review.server()))
                .toList();
        if (list) {
            return list(reviews);
        }
        if (deny && names.isEmpty() && !all) {
            throw new UsageException("--deny takes the names of servers, or --all");
        }
        return names.isEmpty() && !all ? ask(gate, reviews) : decideNow(gate, reviews);
    }

    private Hint seeList() {
        return new Hint(root().again("approve", "--list"), "to see the servers");
    }

    private int forget(ProjectGate gate, List<ServerDefinition> servers) {
        List<String> decided = gate.decided();
        if (names.isEmpty() && !all) {
            throw new UsageException("--forget takes the names of servers, or --all");
        }
        ServerSelection.check(
                names,
                Stream.concat(servers.stream().map(ServerDefinition::name), decided.stream())
                        .distinct()
                        .toList(),
                seeList());
        List<String> forgotten =
                (all ? decided : names).stream().filter(gate::forget).toList();
        return done("forgotten", forgotten, ExitCode.OK);
    }

    private int ask(ProjectGate gate, List<EntryReview> reviews) {
        List<EntryReview> pending =
                reviews.stream().filter(EntryReview::isPending).toList();
        Person person = pending.isEmpty() ? null : person();
        if (!pending.isEmpty() && person == null) {
            throw new UsageException("there is no terminal to ask at: look at the servers with --list, then name them,"
                    + " or all by --all");
        }
        int code = refused(reviews);
        if (person == null) {
            return done("approved", List.of(), code);
        }
        gate.ask(person, pending);
        List<String> approved = gate.reviews(reviewed(pending)).stream()
                .filter(review -> review.status() == Status.APPROVED)
                .map(EntryReview::server)
                .toList();
        return done("approved", approved, code);
    }

    private List<ServerDefinition> reviewed(List<EntryReview> pending) {
        return ofSource(definitions()).stream()
                .filter(server ->
                        pending.stream().anyMatch(review -> review.server().equals(server.name())))
                .toList();
    }

    private int decideNow(ProjectGate gate, List<EntryReview> reviews) {
        List<String> decided = new ArrayList<>();
        for (EntryReview review : reviews) {
            if (!review.isApprovable()) {
                continue;
            }
            if (deny) {
                gate.deny(review);
            } else {
                if (!output().json()) {
                    ProjectGate.show(review, TerminalPerson.page(output()));
                }
                gate.approve(review);
            }
            decided.add(review.server());
        }
        return done(deny ? "denied" : "approved", decided, refused(reviews));
    }

    /** Reports what cannot be approved. */
    private int refused(List<EntryReview> reviews) {
        List<EntryReview> refused =
                reviews.stream().filter(review -> review.refusal() != null).toList();
        refused.forEach(
                review -> output().note("mcpflux: " + root().message(Objects.requireNonNull(review.refusal()))));
        reviews.stream()
                .filter(review -> review.status() == Status.NOTHING && names.contains(review.server()))
                .forEach(review -> output().note("mcpflux: server '" + review.server()
                        + "': its entry is wrong, so there is nothing to decide; see mcpflux servers"));
        return refused.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
    }

    private int done(String what, List<String> servers, int code) {
        if (output().json()) {
            output().document(McpJson.mapper()
                    .createObjectNode()
                    .set(what, McpJson.mapper().valueToTree(servers)));
        } else {
            output().line(servers.isEmpty() ? "nothing " + what : what + ": " + String.join(", ", servers));
        }
        return code;
    }

    private int list(List<EntryReview> reviews) {
        if (output().json()) {
            output().document(json(reviews));
            return ExitCode.OK;
        }
        output().table(
                        List.of("NAME", "STATUS", "STARTS"),
                        reviews.stream()
                                .map(review ->
                                        List.of(review.server(), ProjectGate.status(review), ProjectGate.brief(review)))
                                .toList());
        reviews.stream()
                .filter(review -> review.isPending() || review.status() == Status.REFUSED)
                .forEach(review -> {
                    output().line("");
                    ProjectGate.show(review, TerminalPerson.page(output()));
                });
        return ExitCode.OK;
    }

    private static ArrayNode json(List<EntryReview> reviews) {
        ArrayNode array = McpJson.mapper().createArrayNode();
        for (EntryReview review : reviews) {
            ObjectNode entry =
                    array.addObject().put("server", review.server()).put("status", ProjectGate.status(review));
            entry.set("entry", McpJson.mapper().valueToTree(review.fields()));
            ArrayNode differences = entry.putArray("differences");
            review.differences()
                    .forEach(each -> differences
                            .addObject()
                            .put("field", each.field())
                            .put("before", each.before())
                            .put("now", each.now()));
            entry.set("notes", McpJson.mapper().valueToTree(review.notes()));
            entry.put(
                    "refusal",
                    review.refusal() == null ? null : review.refusal().getMessage());
        }
        return array;
    }

    /** What a person can do about a failure that an approval would mend; null if it would mend nothing. */
    static @Nullable String hint(Mcpflux root, @Nullable Throwable error) {
        McpApprovalRequiredException required = required(error);
        return required == null ? null : root.again("approve", String.valueOf(required.server()));
    }

    /** Why a server is not started; null if it is for another reason. */
    static @Nullable McpApprovalRequiredException required(@Nullable Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof McpApprovalRequiredException required) {
                return required;
            }
        }
        return null;
    }
}
