package dev.mcpflux.cli.approval;

import dev.mcpflux.cli.approval.ApprovalDialog.Answer;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.approval.EntryReview;
import dev.mcpflux.host.approval.EntryReview.Status;
import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.text.SafeText;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Stands between a file that came with a project and its servers: asks about those that nobody has decided about, and keeps
 * the answers. Its methods block.
 */
public final class ProjectGate {

    private final ProjectApproval approval;
    private final Consumer<String> note;
    private final Supplier<@Nullable Person> person;

    /**
     * A gate.
     *
     * @param note prints a note
     * @param person asked for when there is a question; null where nobody can answer
     */
    public ProjectGate(ProjectApproval approval, Consumer<String> note, Supplier<@Nullable Person> person) {
        this.approval = approval;
        this.note = note;
        this.person = person;
    }

    /** The same servers, none of which is started without approval. */
    public HostConfig guard(HostConfig config) {
        return approval.guard(config);
    }

    /** The entries as they are now, beside what was decided about them. */
    public List<EntryReview> reviews(List<ServerDefinition> servers) {
        List<EntryReview> reviews = Flux.fromIterable(servers)
                .filter(server -> server.options().disabled() == null)
                .concatMap(approval::review)
                .collectList()
                .block();
        return reviews == null ? List.of() : reviews;
    }

    /** Whether a server with this review is started. */
    public static boolean starts(EntryReview review) {
        return review.status() == Status.APPROVED || review.status() == Status.NOTHING;
    }

    /**
     * Asks about the servers that are about to be started, if there is somebody to ask.
     *
     * @param all approves them without a question, as the command line says
     */
    public void open(List<ServerDefinition> servers, boolean all) {
        List<EntryReview> pending =
                reviews(servers).stream().filter(EntryReview::isPending).toList();
        if (pending.isEmpty()) {
            return;
        }
        if (all) {
            pending.forEach(this::approve);
            note.accept("mcpflux: approved by --approve-project: " + names(pending));
            return;
        }
        Person asked = person.get();
        if (asked == null) {
            note.accept("mcpflux: not approved, so not started: " + names(pending)
                    + " (mcpflux approve shows what they are)");
        } else {
            ask(asked, pending);
        }
    }

    /** Asks about these entries, and keeps the answers. */
    public void ask(Person asked, List<EntryReview> pending) {
        asked.say("mcpflux: " + SafeText.line(approval.file().toString(), 400) + " comes with this project.");
        asked.say("Its servers are programs that run as you, or get what you send to them.");
        try {
            Map<String, Answer> answers = new ApprovalDialog(asked).ask(pending);
            for (EntryReview review : pending) {
                Answer answer = answers.get(review.server());
                if (answer == Answer.APPROVE) {
                    approve(review);
                } else if (answer == Answer.DENY) {
                    deny(review);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Approves an entry as it was reviewed. */
    public void approve(EntryReview review) {
        approval.approve(review).block();
    }

    /** Denies an entry as it was reviewed. */
    public void deny(EntryReview review) {
        approval.deny(review).block();
    }

    /** Forgets what was decided about a server; false where that was nothing. */
    public boolean forget(String server) {
        return Boolean.TRUE.equals(approval.forget(server).block());
    }

    /** The servers about which something was decided, also those that the file does not name any more. */
    public List<String> decided() {
        List<String> names = approval.decided().collectList().block();
        return names == null ? List.of() : names;
    }

    private static String names(List<EntryReview> reviews) {
        return String.join(", ", reviews.stream().map(EntryReview::server).toList());
    }

    /** Shows what an entry starts, what is different, and what should be noticed. */
    public static void show(EntryReview review, Page page) {
        EntryText.show(review, page);
    }

    /** The status in one word. */
    public static String status(EntryReview review) {
        return EntryText.status(review);
    }

    /** The command line, or where the server is. */
    public static String brief(EntryReview review) {
        return EntryText.brief(review);
    }
}
