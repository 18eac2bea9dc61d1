package dev.mcpflux.host.approval;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.approval.EntryReview.Difference;
import dev.mcpflux.host.approval.EntryReview.Status;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.StartGuard;
import dev.mcpflux.text.SafeText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The servers of a configuration file that came with a project: each is started only when a person has approved its entry as
 * it is now. Approvals are asked for at each start, also after a restart and for what {@link dev.mcpflux.host.McpHost#follow}
 * reads later. A change of the entry, of the program that it finds, or of a script of the project that it names asks again.
 *
 * <p>Entries that set variables which decide what code is loaded ({@code LD_PRELOAD}, {@code NODE_OPTIONS} and the like) are
 * refused in any case. Immutable; any thread may use it. What it emits is emitted on a thread that may block.
 */
public final class ProjectApproval implements StartGuard {

    private static final Logger log = LoggerFactory.getLogger(ProjectApproval.class);

    /** An entry that nobody can read is not approved. */
    private static final int MOST_CHARACTERS = 64 * 1024;

    private final Path file;
    private final ApprovalStore store;
    private final LoaderVariables loaders;

    private ProjectApproval(Path file, ApprovalStore store) {
        this.file = file.toAbsolutePath().normalize();
        this.store = store;
        this.loaders = new LoaderVariables(
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows"));
    }

    /** The approvals for a file, which are kept in a store. */
    public static ProjectApproval of(Path file, ApprovalStore store) {
        return new ProjectApproval(file, store);
    }

    /**
     * The same configuration, in which servers that are not approved are not started: they fail with
     * {@link McpApprovalRequiredException}. Inputs run no programs. Servers that are added to it afterwards by code are not concerned.
     *
     * @param config what was read from the file
     */
    public static HostConfig required(HostConfig config, Path file, ApprovalStore store) {
        return of(file, store).guard(config);
    }

    /** The same as {@link #required}, with these approvals. */
    public HostConfig guard(HostConfig config) {
        return config.mutate()
                .servers(server -> server instanceof ServerDefinition.Custom
                        ? server
                        : server.with(options -> options.guard(this)))
                .guard(this)
                // an input of the file could run any program
                .variables(sources -> sources.commandInputs(false))
                .build();
    }

    /**
     * Whether a file that a program finds by itself has to be approved: not where it is the configuration of the user, in the
     * home directory, in a hidden directory there, or in the directory for configuration. Blocks while it looks at files.
     */
    public static boolean isNeededFor(Path file) {
        String xdg = System.getenv("XDG_CONFIG_HOME");
        String named = xdg == null || xdg.isBlank() ? System.getenv("APPDATA") : xdg;
        Path configuration = named == null || named.isBlank() || !Path.of(named).isAbsolute() ? null : Path.of(named);
        return !ProjectFolder.isOfUser(file, Path.of(System.getProperty("user.home", ".")), configuration);
    }

    /** The file that this is about. */
    public Path file() {
        return file;
    }

    /**
     * Looks at an entry as it is now.
     *
     * @return what would be started, and what was decided about it; never fails because of what the entry says.
     *     <em>Cancellation</em> has nothing to undo
     */
    public Mono<EntryReview> review(ServerDefinition server) {
        return blocking(() -> reviewed(server));
    }

    /**
     * Remembers that the server may be started as it was reviewed, not as it is when this is subscribed.
     *
     * @return completes when it is written; fails with {@link McpConfigurationException} if the entry cannot be approved, or the
     *     store not be written. <em>Cancellation</em> does not undo it
     */
    public Mono<Void> approve(EntryReview review) {
        return decide(review, true);
    }

    /** Remembers that nobody is to be asked about the server as long as it is as it was reviewed; otherwise as {@link #approve}. */
    public Mono<Void> deny(EntryReview review) {
        return decide(review, false);
    }

    /**
     * Forgets what was decided about a server, whether it still is in the file or not.
     *
     * @return whether there was something to forget
     */
    public Mono<Boolean> forget(String server) {
        return blocking(() -> {
            List<String> forgotten = new ArrayList<>();
            change(decisions -> {
                if (decisions.remove(server) != null) {
                    forgotten.add(server);
                }
            });
            return !forgotten.isEmpty();
        });
    }

    /** The servers about which something was decided. */
    public Flux<String> decided() {
        return blocking(() -> decisions(new ArrayList<>()).keySet()).flatMapIterable(names -> names);
    }

    private Mono<Void> decide(EntryReview review, boolean approved) {
        return blocking(() -> {
                    if (review.refusal() != null) {
                        throw review.refusal();
                    }
                    if (!review.isApprovable()) {
                        throw new McpConfigurationException(review.server(), "there is nothing to approve");
                    }
                    change(decisions -> decisions.put(
                            review.server(),
                            new ApprovalFile.Decision(approved, review.hash(), review.kept(), Instant.now())));
                    return true;
                })
                .then();
    }

    private void change(ApprovalFile.Change change) {
        ProjectFolder project = ProjectFolder.of(file);
        ApprovalFile kept = store.of(project);
        if (store.isInside(project)) {
            throw new McpConfigurationException(null, inside());
        }
        try {
            kept.change(change);
            store.prune();
        } catch (IOException e) {
            throw new McpConfigurationException(null, "approvals cannot be kept in " + kept + ": " + e.getMessage());
        }
    }

    private String inside() {
        return "approvals cannot be kept in " + store.directory() + ": it belongs to the project that they are about";
    }

    private Map<String, ApprovalFile.Decision> decisions(List<String> notes) {
        ProjectFolder project = ProjectFolder.of(file);
        ApprovalFile kept = store.of(project);
        try {
            if (store.isInside(project)) {
                throw new IOException(inside());
            }
            return kept.read();
        } catch (IOException e) {
            String problem = "nothing is approved, because " + kept + " cannot be used: " + e.getMessage();
            log.warn("{}", SafeText.line(problem));
            notes.add(problem);
            return Map.of();
        }
    }

    private EntryReview reviewed(ServerDefinition server) {
        ProjectFolder project = ProjectFolder.of(file);
        ProjectEntries entries = new ProjectEntries(project, loaders, System::getenv);
        EntryForm form = EntryForm.of(server, project, new ProgramFiles(project, System::getenv));
        if (form == null) {
            return new EntryReview(
                    server.name(), Status.NOTHING, Map.of(), List.of(), List.of(), null, null, Map.of(), "");
        }
        List<String> notes = new ArrayList<>(entries.notes(server, form));
        ApprovalFile.Decision decision = decisions(notes).get(server.name());
        Map<String, String> shown = new LinkedHashMap<>();
        form.fields().forEach((key, field) -> shown.put(key, field.shown()));
        String hash = form.hash();
        McpConfigurationException refusal = entries.refusal(server);
        if (refusal == null && form.kept().toString().length() > MOST_CHARACTERS) {
            refusal = new McpConfigurationException(
                    server.name(), "its entry is longer than " + MOST_CHARACTERS + " characters, which nobody reads");
        }
        return new EntryReview(
                server.name(),
                status(decision, hash, refusal),
                shown,
                decision == null || decision.hash().equals(hash) ? List.of() : differences(decision.form(), form),
                notes,
                refusal,
                decision == null ? null : decision.time(),
                form.kept(),
                hash);
    }

    private static Status status(
            ApprovalFile.@Nullable Decision decision, String hash, @Nullable McpConfigurationException refusal) {
        if (refusal != null) {
            return Status.REFUSED;
        }
        if (decision == null) {
            return Status.NEW;
        }
        if (!decision.hash().equals(hash)) {
            return Status.CHANGED;
        }
        return decision.approved() ? Status.APPROVED : Status.DENIED;
    }

    private static List<Difference> differences(Map<String, String> before, EntryForm form) {
        Map<String, String> now = new TreeMap<>(form.kept());
        List<Difference> differences = new ArrayList<>();
        for (String key : new TreeSet<>(joined(before, now))) {
            if (!Objects.equals(before.get(key), now.get(key))) {
                differences.add(new Difference(key, withoutHash(before.get(key)), withoutHash(now.get(key))));
            }
        }
        return differences;
    }

    private static List<String> joined(Map<String, String> one, Map<String, String> other) {
        List<String> keys = new ArrayList<>(one.keySet());
        keys.addAll(other.keySet());
        return keys;
    }

    /** A person sees that something is different, which is more than sixty digits say. */
    private static @Nullable String withoutHash(@Nullable String kept) {
        return kept == null
                ? null
                : kept.replaceFirst("(?:^| )sha256:[0-9a-f]{64}$", "").strip();
    }

    @Override
    public boolean covers(Path other) {
        Path path = other.toAbsolutePath().normalize();
        return path.equals(file) || ProjectFolder.real(path).equals(ProjectFolder.real(file));
    }

    @Override
    public Mono<Void> permit(ServerDefinition server) {
        return review(server).flatMap(review -> switch (review.status()) {
            case APPROVED, NOTHING -> Mono.<Void>empty();
            case REFUSED -> Mono.error(Objects.requireNonNull(review.refusal()));
            case NEW -> Mono.error(missing(review, "not approved"));
            case CHANGED -> Mono.error(missing(review, "not approved since it has changed"));
            case DENIED -> Mono.error(missing(review, "denied"));
        });
    }

    private McpApprovalRequiredException missing(EntryReview review, String state) {
        return new McpApprovalRequiredException(
                review.server(),
                file,
                review.status() == Status.DENIED,
                state + ", and it comes with a project: " + SafeText.line(file.toString(), 400));
    }

    @Override
    public void checkEnvironment(ServerDefinition server, Map<String, String> environment) {
        new ProjectEntries(ProjectFolder.of(file), loaders, System::getenv).check(server, environment);
    }

    private static <T> Mono<T> blocking(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProjectApproval that && file.equals(that.file) && store.equals(that.store);
    }

    @Override
    public int hashCode() {
        return Objects.hash(file, store);
    }

    /** Shows the file. */
    @Override
    public String toString() {
        return "ProjectApproval[" + file + "]";
    }
}
