package dev.mcpflux.host;

import dev.mcpflux.client.ListBytes;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.catalogue.CatalogueChange;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One list of one server, and all that the host knows of it. It is read once, and again after the server has reported a
 * change; where the server reports none, it is read each time, which the session may answer from what the server allowed it
 * to keep. What was listed last is remembered after that, so that a name still belongs to its server while that is away. A
 * failure is not kept: where the list cannot be read again, the one before stays, and an event says so.
 *
 * <p>Keyed by {@link Caller}: what was read for one is given to no other. Kept for {@value #CALLERS} callers, within a limit of
 * bytes for all of them ({@link dev.mcpflux.client.ListLimits#maxBytes()}); what is released is read again.
 */
final class ServerList<E extends CatalogueEntry> {

    private static final Logger log = LoggerFactory.getLogger(ServerList.class);

    private static final int CALLERS = 64;

    /** In these states a server has no session, and may have one again. */
    private static final Set<ServerState> WAITING =
            EnumSet.of(ServerState.PENDING, ServerState.IDLE, ServerState.STARTING, ServerState.BACKING_OFF);

    /** How long reading one whole list may take at the most. */
    private static final Duration READ_LIMIT = Duration.ofMinutes(1);

    /** What a text takes beside its characters, with its place in a collection. */
    private static final int BYTES_PER_NAME = 80;

    private final ListKind kind;
    private final ServerSupervisor server;
    private final HostEvents events;
    private final BiFunction<String, McpSession, Flux<E>> elements;
    private final AtomicLong versions = new AtomicLong();
    private final PerCaller<Known<E>> known;
    private final Class<E> type;
    /** What the server listed in an earlier run; null where nothing is kept. */
    private final @Nullable CachedLists cached;

    private final @Nullable ToolRules rules;

    private volatile boolean seeded;

    /**
     * A list that was not read yet.
     *
     * @param type of the elements
     * @param elements reads the list, given the name of the server and its session
     * @param cached what the server listed in an earlier run; null to keep nothing
     * @param rules what is configured about its tools; null where that is nothing
     */
    ServerList(
            ListKind kind,
            Class<E> type,
            ServerSupervisor server,
            HostEvents events,
            BiFunction<String, McpSession, Flux<E>> elements,
            @Nullable CachedLists cached,
            @Nullable ToolRules rules) {
        this.rules = rules;
        this.kind = kind;
        this.server = server;
        this.events = events;
        this.elements = elements;
        this.type = type;
        this.cached = cached;
        this.known = new PerCaller<>(CALLERS, server.options().lists().maxBytes(), Known::new);
    }

    /** The list as one session has it, or will have it when it is read. */
    private record Kept<E extends CatalogueEntry>(McpSession session, Mono<CatalogueSnapshot<E>> list) {}

    /** What is known for one caller. */
    private static final class Known<E extends CatalogueEntry> {
        /** The list, or the reading that is under way; null where it has to be read. */
        private final AtomicReference<@Nullable Kept<E>> current = new AtomicReference<>();

        /** What was read last, by whatever session. */
        private volatile @Nullable CatalogueSnapshot<E> last;

        /** The session that it was read from; null for one of an earlier run. */
        private volatile @Nullable McpSession listedBy;

        // guarded by this
        private long bytes;

        /** Remembers a snapshot, unless there is a newer one; returns by how much it weighs more. */
        synchronized long remember(CatalogueSnapshot<E> read, long size) {
            CatalogueSnapshot<E> before = last;
            if (before != null && read.version() < before.version()) {
                return 0;
            }
            last = read;
            long weight = bytes;
            bytes = size + bytes(read.names());
            return bytes - weight;
        }
    }

    /** What is configured about the tools of the list; null where that is nothing. */
    @Nullable
    ToolRules rules() {
        return rules;
    }

    ServerSupervisor server() {
        return server;
    }

    /**
     * The list of the caller that the context of the subscriber names. While the server is not running but may be again, that is
     * what it listed last. Waits and fails as {@link dev.mcpflux.host.server.ServerHandle#use} where nothing is known.
     */
    Mono<CatalogueSnapshot<E>> read() {
        return cached == null || seeded ? readSeeded() : cached.load().then(Mono.defer(() -> seeded(cached)));
    }

    private Mono<CatalogueSnapshot<E>> readSeeded() {
        return Mono.deferContextual(context -> {
            Caller caller = Caller.of(context);
            CatalogueSnapshot<E> last = withoutServer(caller);
            return last != null ? Mono.just(last) : server.now(session -> read(session, caller));
        });
    }

    private Mono<CatalogueSnapshot<E>> seeded(CachedLists before) {
        List<CatalogueEntry> entries = seeded ? null : before.entries(kind, server.name());
        if (entries != null) {
            Known<E> mine = known.get(Caller.ANONYMOUS);
            CatalogueSnapshot<E> listed =
                    snapshot(0, entries.stream().map(type::cast).toList());
            if (mine.last == null) {
                known.weigh(Caller.ANONYMOUS, mine, mine.remember(listed, 0));
            }
        }
        seeded = true;
        return readSeeded();
    }

    /**
     * Whether a session has not listed yet what an earlier one did: then it is to be {@linkplain #verify verified} before
     * something is called that may not be as it was.
     */
    @SuppressWarnings("ReferenceEquality")
    boolean isUnverified(McpSession session, Caller caller) {
        if (cached == null) {
            return false;
        }
        Known<E> mine = known.find(caller);
        return mine != null && mine.last != null && mine.listedBy != session;
    }

    /** Reads the list again, which reports how it has changed; completes also where it cannot be read. */
    Mono<Void> verify(McpSession session, Caller caller) {
        return read(session, caller)
                .doFinally(end -> known.get(caller).listedBy = session)
                .onErrorComplete()
                .then();
    }

    private CatalogueSnapshot<E> snapshot(long version, List<E> all) {
        CatalogueSnapshot<E> listed = kind == ListKind.TOOLS || kind == ListKind.PROMPTS
                ? CatalogueSnapshot.named(version, all, this::reportDuplicate)
                : CatalogueSnapshot.all(version, all);
        return rules == null ? listed : listed.under(rules, type);
    }

    /** Whether anything was listed for somebody. */
    boolean isKnown() {
        return known.size() > 0;
    }

    private @Nullable CatalogueSnapshot<E> withoutServer(Caller caller) {
        if (server.isReady() || !WAITING.contains(server.life().state())) {
            return null;
        }
        Known<E> mine = known.find(caller);
        return mine == null ? null : mine.last;
    }

    private Mono<CatalogueSnapshot<E>> read(McpSession session, Caller caller) {
        Known<E> mine = known.get(caller);
        Mono<CatalogueSnapshot<E>> list = session.notifiesChangesOf(kind, caller)
                ? current(session, caller, mine)
                : fetched(session, caller, mine);
        return list.onErrorResume(e -> {
            CatalogueSnapshot<E> last = mine.last;
            if (last == null || concernsAccess(e)) {
                return Mono.error(e);
            }
            keptAfter(e);
            return Mono.just(last);
        });
    }

    /** A caller that may not see the list any more is not given what it could see before. */
    private static boolean concernsAccess(Throwable e) {
        return e instanceof McpAuthorizationException
                || e instanceof McpAuthorizationRequiredException
                || (e instanceof McpHttpStatusException status && status.isAboutAuthorization());
    }

    private void keptAfter(Throwable e) {
        if (!server.isUnusable(e)) {
            log.warn(
                    "[{}] its {}s cannot be listed; those of before are kept: {}",
                    server.name(),
                    kind.element(),
                    SafeText.line(e));
            events.emit(new HostEvent.ListFailed(server.name(), kind, e, true));
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private Mono<CatalogueSnapshot<E>> current(McpSession session, Caller caller, Known<E> mine) {
        Kept<E> kept = mine.current.get();
        if (kept != null && kept.session() == session) {
            return kept.list();
        }
        Mono<CatalogueSnapshot<E>> shared = Callbacks.isolated(fetched(session, caller, mine)
                .doOnError(e -> mine.current.updateAndGet(now -> now != null && now.session() == session ? null : now))
                .cache());
        return mine.current.compareAndSet(kept, new Kept<>(session, shared)) ? shared : current(session, caller, mine);
    }

    /** Reads the list and remembers it. */
    private Mono<CatalogueSnapshot<E>> fetched(McpSession session, Caller caller, Known<E> mine) {
        return Mono.defer(() -> {
            ListBytes bytes = new ListBytes();
            return fetch(session).contextWrite(bytes::into).doOnNext(read -> {
                CatalogueSnapshot<E> before = mine.last;
                known.weigh(caller, mine, mine.remember(read, bytes.sum()));
                mine.listedBy = session;
                if (caller.anonymous()) {
                    if (rules != null) {
                        rules.check(read.listed().stream()
                                .map(CatalogueEntry::bareName)
                                .toList());
                    }
                    if (before != null) {
                        reportChange(before, read);
                    }
                    if (cached != null) {
                        cached.keep(kind, read.listed(), session.peer());
                    }
                }
            });
        });
    }

    /** Only what the server lists for anybody: events are seen by those who may not be that caller. */
    private void reportChange(CatalogueSnapshot<E> before, CatalogueSnapshot<E> after) {
        CatalogueChange change = CatalogueChange.between(server.name(), kind, before.entries(), after.entries());
        if (change != null) {
            events.emit(new HostEvent.CatalogueChanged(server.name(), change));
        }
    }

    /** All of the list, within a time of its own: one that goes on and on must not hold up those of all others. */
    private Mono<CatalogueSnapshot<E>> fetch(McpSession session) {
        return Mono.defer(() -> {
            long version = versions.incrementAndGet();
            long mark = session.mark();
            RequestOptions request = server.options().request();
            Duration limit = request.totalTimeout().compareTo(READ_LIMIT) < 0 ? request.totalTimeout() : READ_LIMIT;
            return elements.apply(server.name(), session)
                    .collectList()
                    .map(all -> snapshot(version, all))
                    .timeout(limit, server.options().timer())
                    .onErrorMap(
                            TimeoutException.class,
                            e -> new McpTimeoutException(
                                    server.name(),
                                    McpTimeoutException.Phase.REQUEST,
                                    "the list of its " + kind.element() + "s",
                                    limit,
                                    request.source(),
                                    session.diagnosticsSince(mark)));
        });
    }

    private void reportDuplicate(String name) {
        // a quoted name cannot forge a line of the log
        String shown = server.mask(name);
        log.warn(
                "[{}] it lists the {} {} more than once; the first one counts",
                server.name(),
                kind.element(),
                SafeText.line(shown, 400));
        events.emit(new HostEvent.DuplicateName(server.name(), kind, shown));
    }

    /** The list has changed. What is being read now is not kept. */
    void changed() {
        known.forEach(mine -> mine.current.set(null));
    }

    /** The session of a caller has ended: nobody reports changes of its list any more. */
    void changed(Caller caller) {
        Known<E> mine = known.find(caller);
        if (mine != null) {
            mine.current.set(null);
        }
    }

    /** The names that were listed for a caller when the list was read last; null if it was not. */
    @Nullable
    Set<String> lastNames(Caller caller) {
        Known<E> mine = known.find(caller);
        CatalogueSnapshot<E> last = mine == null ? null : mine.last;
        return last == null ? null : last.names();
    }

    private static long bytes(Collection<String> names) {
        return names.stream().mapToLong(name -> BYTES_PER_NAME + name.length()).sum();
    }
}
