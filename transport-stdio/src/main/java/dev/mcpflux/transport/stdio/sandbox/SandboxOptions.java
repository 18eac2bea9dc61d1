package dev.mcpflux.transport.stdio.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a sandboxed server may do. Immutable. Paths may begin with {@code ~} for the home directory; relative ones are relative to
 * the base directory of the transport. Of two rules for paths the more specific one counts, and of two for the same path
 * the one that denies.
 *
 * <p>Without any rule a server reads system directories (programs, libraries, certificates) and its working directory, writes
 * to a private temporary and a private home directory that vanish with it, and has no network.
 */
public final class SandboxOptions {

    private static final SandboxOptions DEFAULTS = builder().build();

    private final boolean enabled;
    private final List<String> allowRead;
    private final List<String> denyRead;
    private final List<String> allowWrite;
    private final List<String> denyWrite;
    private final boolean network;
    private final List<String> allowedDomains;
    private final List<String> deniedDomains;
    private final long memory;
    private final int processes;
    private final Duration cpuTime;

    private SandboxOptions(Builder from) {
        enabled = from.enabled;
        allowRead = List.copyOf(from.allowRead);
        denyRead = List.copyOf(from.denyRead);
        allowWrite = List.copyOf(from.allowWrite);
        denyWrite = List.copyOf(from.denyWrite);
        network = from.network;
        allowedDomains = List.copyOf(from.allowedDomains);
        deniedDomains = List.copyOf(from.deniedDomains);
        memory = requireNotNegative(from.memory, "memory");
        processes = requireNotNegative(from.processes, "processes");
        cpuTime = Objects.requireNonNull(from.cpuTime, "cpuTime");
        requireNotNegative(cpuTime.toSeconds(), "cpuTime");
    }

    /** No sandbox. */
    public static SandboxOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.enabled = enabled;
        builder.allowRead = allowRead;
        builder.denyRead = denyRead;
        builder.allowWrite = allowWrite;
        builder.denyWrite = denyWrite;
        builder.network = network;
        builder.allowedDomains = allowedDomains;
        builder.deniedDomains = deniedDomains;
        builder.memory = memory;
        builder.processes = processes;
        builder.cpuTime = cpuTime;
        return builder;
    }

    /** Whether the server runs in a sandbox; default false. Where none can be made, the server does not start. */
    public boolean enabled() {
        return enabled;
    }

    /** Paths that the server may read besides system directories and its working directory; default none. */
    public List<String> allowRead() {
        return allowRead;
    }

    /** Paths within readable directories that the server does not see; default none. */
    public List<String> denyRead() {
        return denyRead;
    }

    /** Paths that the server may read and write; default none but its private temporary and home directories. */
    public List<String> allowWrite() {
        return allowWrite;
    }

    /** Paths within writable directories that the server may only read; default none. */
    public List<String> denyWrite() {
        return denyWrite;
    }

    /** Whether the server has a network, all of it; default false, which includes that of this machine. */
    public boolean network() {
        return network;
    }

    /**
     * Domains that the server is meant to reach. They cannot be enforced: with domains and without {@link #network()} it
     * does not start, and with both, the domains are reported as not enforced. Default none.
     */
    public List<String> allowedDomains() {
        return allowedDomains;
    }

    /** Domains that the server is meant not to reach, which cannot be enforced while there is a network; default none. */
    public List<String> deniedDomains() {
        return deniedDomains;
    }

    /** The most memory in bytes that each process of the server may allocate; default 0, no limit. */
    public long memory() {
        return memory;
    }

    /** The most processes and threads that the server may have at a time; default 0, no limit. */
    public int processes() {
        return processes;
    }

    /** The most time that each process of the server may spend computing, in whole seconds; default zero, no limit. */
    public Duration cpuTime() {
        return cpuTime;
    }

    private static int requireNotNegative(int value, String name) {
        return (int) requireNotNegative((long) value, name);
    }

    private static long requireNotNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SandboxOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(
                enabled,
                allowRead,
                denyRead,
                allowWrite,
                denyWrite,
                network,
                allowedDomains,
                deniedDomains,
                memory,
                processes,
                cpuTime);
    }

    @Override
    public String toString() {
        return "SandboxOptions[enabled=" + enabled + ", allowRead=" + allowRead + ", denyRead=" + denyRead
                + ", allowWrite=" + allowWrite + ", denyWrite=" + denyWrite + ", network=" + network
                + ", allowedDomains=" + allowedDomains + ", deniedDomains=" + deniedDomains + ", memory=" + memory
                + ", processes=" + processes + ", cpuTime=" + cpuTime + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private boolean enabled;
        private List<String> allowRead = List.of();
        private List<String> denyRead = List.of();
        private List<String> allowWrite = List.of();
        private List<String> denyWrite = List.of();
        private boolean network;
        private List<String> allowedDomains = List.of();
        private List<String> deniedDomains = List.of();
        private long memory;
        private int processes;
        private Duration cpuTime = Duration.ZERO;

        private Builder() {}

        /** Sets {@link SandboxOptions#enabled()}. */
        public Builder enabled(boolean value) {
            enabled = value;
            return this;
        }

        /** Sets {@link SandboxOptions#allowRead()}. */
        public Builder allowRead(List<String> value) {
            allowRead = value;
            return this;
        }

        /** Sets {@link SandboxOptions#denyRead()}. */
        public Builder denyRead(List<String> value) {
            denyRead = value;
            return this;
        }

        /** Sets {@link SandboxOptions#allowWrite()}. */
        public Builder allowWrite(List<String> value) {
            allowWrite = value;
            return this;
        }

        /** Sets {@link SandboxOptions#denyWrite()}. */
        public Builder denyWrite(List<String> value) {
            denyWrite = value;
            return this;
        }

        /** Sets {@link SandboxOptions#network()}. */
        public Builder network(boolean value) {
            network = value;
            return this;
        }

        /** Sets {@link SandboxOptions#allowedDomains()}. */
        public Builder allowedDomains(List<String> value) {
            allowedDomains = value;
            return this;
        }

        /** Sets {@link SandboxOptions#deniedDomains()}. */
        public Builder deniedDomains(List<String> value) {
            deniedDomains = value;
            return this;
        }

        /** Sets {@link SandboxOptions#memory()}. */
        public Builder memory(long value) {
            memory = value;
            return this;
        }

        /** Sets {@link SandboxOptions#processes()}. */
        public Builder processes(int value) {
            processes = value;
            return this;
        }

        /** Sets {@link SandboxOptions#cpuTime()}. */
        public Builder cpuTime(Duration value) {
            cpuTime = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public SandboxOptions build() {
            return new SandboxOptions(this);
        }
    }
}
