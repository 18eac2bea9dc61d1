package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.PerCaller;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * How requests of one revision are worded, and how their answers are understood: what each carries beside its parameters,
 * and whether an answer asks for input or stands for a task. The log level is keyed by {@link Caller}, for
 * {@value #CALLERS} callers that set one.
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

    /** The dialect of a revision: the one place where an era becomes a type. */
    static Dialect of(ProtocolRevision revision, SessionOptions options) {
        return switch (revision.era()) {
            case MODERN -> new ModernDialect(revision, options);
            case LEGACY -> new LegacyDialect(revision, options);
        };
    }

    /** What a session of this revision can do. */
    abstract Era era(Era.Parts parts);

    final ProtocolRevision revision() {
        return revision;
    }

    /** For requests of a caller that name no level themselves (modern era: a level cannot be set in another way). */
    final void logLevel(Caller caller, LogLevel level) {
        levels.get(caller).set(level);
    }

    /** What the caller has set, else what the session begins with. */
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

    /** Whether anybody has a level. */
    final boolean hasLogLevels() {
        return initialLevel != null || levels.size() > 0;
    }

    /** Whether a request made like this asks for log messages, whoever makes it. */
    abstract boolean logs(RequestOptions options);

    /**
     * The {@code _meta} of a request, null where there is nothing to say.
     *
     * @param progress the progress token, where progress is wanted
     */
    abstract @Nullable RequestMeta meta(@Nullable RequestId progress, ContextView context, RequestOptions options);

    /** Whether this answer asks for input instead of being the last one. */
    abstract boolean asksForInput(Reply<?> reply);

    /** Whether the server can ask something by a request of its own while it works on one. */
    abstract boolean serverAsksMeanwhile();

    /** Whether the server was told that it may answer a call with a task like this. */
    abstract boolean allowsTask(Reply<?> reply);

    /** The task that the server made of a request, if it did and was told that it may. */
    final Tasks.@Nullable Task startedTask(Reply<?> reply) {
        Tasks.Task task = reply.asTask();
        return task != null && allowsTask(reply) ? task : null;
    }
}
