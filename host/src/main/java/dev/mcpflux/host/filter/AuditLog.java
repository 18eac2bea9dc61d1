package dev.mcpflux.host.filter;

import dev.mcpflux.transport.Caller;
import java.security.Principal;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded about each operation of a host. Immutable; {@link #filter(Consumer)} records:
 *
 * <pre>{@code
 * AuditFile file = AuditFile.to(Path.of("audit.jsonl"));
 * HostConfig.builder().filter(AuditLog.defaults().filter(file))
 * }</pre>
 *
 * <p>Each operation is recorded once, when it has ended: by its answer, by an error, or because its caller cancelled it. Put
 * this filter first, so that it sees what others deny and how retried calls end. Headers and tokens are never recorded.
 */
public final class AuditLog {

    private static final Function<Caller, String> NAMES = AuditLog::name;

    private static final AuditLog DEFAULTS = builder().build();

    private final Arguments arguments;
    private final Function<Caller, String> caller;
    private final Clock clock;

    /** How much of the arguments is recorded. */
    public enum Arguments {
        /** Nothing. */
        OMITTED,
        /**
         * The SHA-256 of the arguments as JSON with sorted members, in hexadecimal digits: equal calls can be found. Arguments
         * that can be guessed can be found as well.
         */
        HASHED,
        /** The arguments as JSON, at most 10,000 characters. */
        SHOWN
    }

    private AuditLog(Builder from) {
        arguments = Objects.requireNonNull(from.arguments, "arguments");
        caller = Objects.requireNonNull(from.caller, "caller");
        clock = Objects.requireNonNull(from.clock, "clock");
    }

    private static String name(Caller caller) {
        Object principal = caller.principal();
        if (principal instanceof Principal named) {
            return String.valueOf(named.getName());
        }
        if (principal instanceof CharSequence) {
            return principal.toString();
        }
        // toString() of anything else may show a token
        return caller.anonymous() ? "anonymous" : principal == null ? "by headers" : "by principal";
    }

    public static AuditLog defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.arguments = arguments;
        builder.caller = caller;
        builder.clock = clock;
        return builder;
    }

    /**
     * A filter that records.
     *
     * @param records takes each record on the thread on which the operation ends; must not block. What it throws goes to
     *     {@code Hooks.onErrorDropped}: the operation has ended already, and does not fail for it
     */
    public HostFilter filter(Consumer<? super AuditRecord> records) {
        return new AuditFilter(this, records);
    }

    /** How much of the arguments is recorded; default {@link Arguments#HASHED}. */
    public Arguments arguments() {
        return arguments;
    }

    /**
     * The name of a caller in the records. By default that of a {@link Principal}, or the principal if it is a text; others are
     * {@code by principal}, {@code by headers} or {@code anonymous}. If it throws, the call fails unsent, and is recorded.
     */
    public Function<Caller, String> caller() {
        return caller;
    }

    /** Tells the time; default that of the system, in UTC. */
    public Clock clock() {
        return clock;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AuditLog that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(arguments, caller, clock);
    }

    @Override
    public String toString() {
        return "AuditLog[arguments=" + arguments + ", clock=" + clock + "]";
    }

    /** Collects options. */
    public static final class Builder {
        private Arguments arguments = Arguments.HASHED;
        private Function<Caller, String> caller = NAMES;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Sets {@link AuditLog#arguments()}. */
        public Builder arguments(Arguments value) {
            arguments = value;
            return this;
        }

        /** Sets {@link AuditLog#caller()}. */
        public Builder caller(Function<Caller, String> value) {
            caller = value;
            return this;
        }

        /** Sets {@link AuditLog#clock()}. */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        public AuditLog build() {
            return new AuditLog(this);
        }
    }
}
