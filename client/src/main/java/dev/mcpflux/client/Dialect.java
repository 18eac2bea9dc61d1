package dev.mcpflux.client;

import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.transport.Caller;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * The format of requests and responses in one revision: the metadata that each request carries, and whether a response
 * asks for input or starts a task. Log levels are keyed by {@link Caller}, for up to {@value #CALLERS} callers that set
 * one.
 */
abstract sealed class Dialect permits ModernDialect, LegacyDialect {

    private static final int CALLERS = 256;

    private final ProtocolRevision revision;
    private final @Nullable LogLevel initialLevel;
    private final PerCaller<AtomicReference<@Nullable LogLevel>> levels =
            new PerCaller<>(CALLERS, AtomicReference::new);

    Dialect(ProtocolRevision revision, SessionOptions options) {
        this.revision = revision;
        this.initialLevel = options.logLevel();
    }

    /** The dialect of a revision. This is the only place that maps an era to a type. */
    static Dialect of(ProtocolRevision revision, SessionOptions options) {
        return switch (revision.era()) {
            case MODERN -> new ModernDialect(revision, options);
            case LEGACY -> new LegacyDialect(revision, options);
        };
    }

    /** The operations of a session of this revision. */
    abstract Era era(Era.Parts parts);

    final ProtocolRevision revision() {
        return revision;
    }

    /**
     * Sets the level for requests of a caller that have none of their own (in the modern era, each request carries its
     * level).
     */
    final void logLevel(Caller caller, LogLevel level) {
        levels.get(caller).set(level);
    }

    /** The level that the caller has set, else the initial level of the session. */
    final @Nullable LogLevel logLevel(Caller caller) {
        AtomicReference<@Nullable LogLevel> set = levels.find(caller);
        LogLevel level = set == null ? null : set.get();
        return level == null ? initialLevel : level;
    }

    /** The level of one request: its own, else that of its caller. */
    final @Nullable LogLevel logLevel(RequestOptions options, ContextView context) {
        LogLevel own = options.logLevel();
        return own != null ? own : levels.size() == 0 ? initialLevel : logLevel(Caller.of(context));
    }

    /** Whether any level is set. */
    final boolean hasLogLevels() {
        return initialLevel != null || levels.size() > 0;
    }

    /** Whether a request with these options asks for log messages, for any caller. */
    abstract boolean logs(RequestOptions options);

    /**
     * The {@code _meta} of a request, null if it is empty.
     *
     * @param progress the progress token, if progress is requested
     */
    abstract @Nullable RequestMeta meta(@Nullable RequestId progress, ContextView context, RequestOptions options);

    /** Whether this response asks for input and is not final. */
    abstract boolean asksForInput(RoundResult<?> reply);

    /** Whether the server can send requests of its own while it handles one. */
    abstract boolean serverAsksMeanwhile();

    /** Whether the client has declared that it supports a task like this one. */
    abstract boolean allowsTask(RoundResult<?> reply);

    /** The task that the server started for a request, if it did and the client supports it. */
    final Tasks.@Nullable Task startedTask(RoundResult<?> reply) {
        Tasks.Task task = reply.asTask();
        return task != null && allowsTask(reply) ? task : null;
    }
}
