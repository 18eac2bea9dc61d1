package dev.mcpflux.schema;

import com.networknt.schema.SchemaException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time and steps that one check may still use. A budget belongs to one subscription and one thread; other threads
 * call only {@link #cancel()}.
 *
 * <p>The library passes no context to a regular expression, to the creation of a keyword or to a comparison. So the
 * budget of the running check is kept in a thread local: {@link #current()}.
 */
final class Budget {

    /** Reading the clock costs more than comparing a character. */
    private static final int TICKS_BETWEEN_LOOKS = 16;

    /**
     * As many references as half the stack of an ordinary thread can follow, when each lies some levels deeper than the
     * previous one.
     */
    private static final int MAX_REFERENCES = 500;

    private static final ThreadLocal<@Nullable Budget> CURRENT = new ThreadLocal<>();

    private final Duration maxTime;
    private final int maxKeywords;
    private final LongSupplier nanoTime;

    private volatile boolean cancelled;
    private String stage = "the check";
    private long deadline;
    private int ticks;
    private int keywords;
    private int references;
    private @Nullable BoundedExecution execution;
    private @Nullable Stop stop;

    Budget(Duration maxTime, int maxKeywords, LongSupplier nanoTime) {
        this.maxTime = maxTime;
        this.maxKeywords = maxKeywords;
        this.nanoTime = nanoTime;
    }

    static Budget current() {
        return Objects.requireNonNull(CURRENT.get(), "no check runs on this thread");
    }

    <T> T during(Supplier<T> work) {
        Budget outer = CURRENT.get();
        CURRENT.set(this);
        try {
            return work.get();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    /** Starts a stage, which may use the whole time for itself. */
    void start(String name) {
        stage = name;
        deadline = nanoTime.getAsLong() + maxTime.toNanos();
    }

    void check() {
        if (cancelled) {
            throw stop("cancelled");
        }
        if (nanoTime.getAsLong() - deadline > 0) {
            throw stop(stage + " took more than " + readable(maxTime));
        }
    }

    /** Does the same for events that are too frequent to check each time. */
    void tick() {
        if (++ticks % TICKS_BETWEEN_LOOKS == 0) {
            check();
        }
    }

    /**
     * Counts a keyword. A reference can make the library compile its target again, so a small schema can become a large
     * one.
     */
    void keyword() {
        check();
        if (++keywords > maxKeywords) {
            throw stop("the schema has more than " + maxKeywords + " keywords when its references are followed");
        }
    }

    /** Follows a reference to its target, and the references within that target. */
    void follow(Runnable resolution) {
        check();
        if (references == MAX_REFERENCES) {
            throw stop("the schema is a chain of more than " + MAX_REFERENCES + " references");
        }
        references++;
        try {
            resolution.run();
        } finally {
            references--;
        }
    }

    /** Starts an evaluation, which is notified of patterns that are not asserted. */
    void evaluate(BoundedExecution evaluation) {
        execution = evaluation;
    }

    void unasserted(String regex) {
        Objects.requireNonNull(execution, "nothing is evaluated").unasserted(regex);
    }

    int keywords() {
        return keywords;
    }

    Stop stop(String reason) {
        Stop first = stop;
        if (first == null) {
            first = new Stop(reason);
            stop = first;
        }
        return first;
    }

    /** Returns the reason for stopping; the library may have wrapped the exception that carried it. */
    @Nullable
    Stop stopped() {
        return stop;
    }

    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    private static String readable(Duration d) {
        return d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
    }

    /**
     * Stops the work from within. It has this type because the library lets it pass, while it logs and wraps other
     * exceptions.
     */
    static final class Stop extends SchemaException {
        private static final long serialVersionUID = 1L;

        Stop(String reason) {
            super(reason);
        }

        /** The stack trace is of no use here, and it can be deep. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
