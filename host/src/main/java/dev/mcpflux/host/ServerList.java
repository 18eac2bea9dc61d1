package dev.mcpflux.host;

import dev.mcpflux.client.ListBytes;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.Collection;
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
 * to keep. The names that were listed last are remembered after that, so that a name still belongs to its server while that
 * is away. A failure is not kept.
 *
 * <p>Keyed by {@link Caller}: what was read for one is given to no other. Kept for {@value #CALLERS} callers, within a limit of
 * bytes for all of them ({@link dev.mcpflux.client.ListLimits#maxBytes()}); what is released is read again.
 */
final class ServerList<E extends CatalogueEntry> {

    private static final Logger log = LoggerFactory.getLogger(ServerList.class);

    private static final int CALLERS = 64;

    /** How long reading one whole list may take at the most. */
    private static final Duration READ_LIMIT = Duration.ofMinutes(1);

    /** What a text takes beside its characters, with its place in a collection. */
    private static final int BYTES_PER_NAME = 80;

    private final ListKind kind;
    private final ServerHandle server;
    private final HostEvents events;
    private final BiFunction<String, McpSession, Flux<E>> elements;
    private final AtomicLong versions = new AtomicLong();
    private final PerCaller<Known<E>> known;

    /**
     * A list that was not read yet.
     *
     * @param elements reads the list, given the name of the server and its session
     */
    ServerList(
            ListKind kind, ServerHandle server, HostEvents events, BiFunction<String, McpSession, Flux<E>> elements) {
        this.kind = kind;
        this.server = server;
        this.events = events;
        this.elements = elements;
        this.known = new PerCaller<>(CALLERS, server.options().lists().maxBytes(), Known::new);
    }

    /** What is known for one caller. */
    private static final class Known<E extends CatalogueEntry> {
        /** The list, or the reading that is under way; null where it has to be read. */
        private final AtomicReference<@Nullable Mono<CatalogueSnapshot<E>>> current = new AtomicReference<>();

        private volatile @Nullable Set<String> names;
        // guarded by this
        private long version;
        private long bytes;

        /** Remembers the names of a snapshot, unless those of a newer one are known; returns by how much it weighs more. */
        synchronized long remember(CatalogueSnapshot<E> read, long size) {
            if (read.version() < version) {
                return 0;
            }
            version = read.version();
            names = read.names();
            long before = bytes;
            bytes = size + bytes(read.names());
            return bytes - before;
        }
    }

    ServerHandle server() {
        return server;
    }

    /** The list of the caller that the context of the subscriber names; waits and fails as {@link ServerHandle#use}. */
    Mono<CatalogueSnapshot<E>> read() {
        return Mono.deferContextual(context -> {
            Caller caller = Caller.of(context);
            return server.now(session -> read(session, caller));
        });
    }

    private Mono<CatalogueSnapshot<E>> read(McpSession session, Caller caller) {
        Known<E> mine = known.get(caller);
        return session.notifiesChangesOf(kind, caller)
                ? current(session, caller, mine)
                : fetch(session).doOnNext(read -> known.weigh(caller, mine, mine.remember(read, 0)));
    }

    private Mono<CatalogueSnapshot<E>> current(McpSession session, Caller caller, Known<E> mine) {
        Mono<CatalogueSnapshot<E>> kept = mine.current.get();
        if (kept != null) {
            return kept;
        }
        ListBytes bytes = new ListBytes();
        Mono<CatalogueSnapshot<E>> shared = Callbacks.isolated(fetch(session)
                .contextWrite(bytes::into)
                .doOnError(e -> mine.current.set(null))
                .doOnNext(read -> known.weigh(caller, mine, mine.remember(read, bytes.sum())))
                .cache());
        return mine.current.compareAndSet(null, shared) ? shared : current(session, caller, mine);
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
                    .map(all -> kind == ListKind.TOOLS || kind == ListKind.PROMPTS
                            ? CatalogueSnapshot.named(version, all, this::reportDuplicate)
                            : CatalogueSnapshot.all(version, all))
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

    /** The list has changed, or the server was started again. What is being read now is not kept. */
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
        return mine == null ? null : mine.names;
    }

    private static long bytes(Collection<String> names) {
        return names.stream().mapToLong(name -> BYTES_PER_NAME + name.length()).sum();
    }
}
