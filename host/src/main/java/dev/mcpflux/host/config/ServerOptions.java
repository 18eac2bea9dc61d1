package dev.mcpflux.host.config;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.internal.Checks;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a host treats one server, regardless of how it is reached. Immutable. Equality leaves out where limits come from.
 */
public final class ServerOptions {

    private static final ServerOptions DEFAULTS = builder().build();

    private final boolean required;
    private final @Nullable Duration startTimeout;
    private final @Nullable String startTimeoutSource;
    private final @Nullable RequestOptions request;
    private final @Nullable EraPolicy era;
    private final @Nullable String disabled;
    private final LifetimeOptions lifetime;
    private final Set<String> dependsOn;
    private final RestartOptions restart;
    private final CallLimits limits;
    private final Map<String, Duration> toolTimeouts;
    /** Null for the defaults, whose class is not loaded then; as are those of the policy. */
    private final @Nullable ToolSelection tools;

    private final @Nullable CallPolicy policy;
    private final @Nullable StartGuard guard;

    private ServerOptions(Builder from) {
        required = from.required;
        startTimeout = from.startTimeout;
        startTimeoutSource = from.startTimeoutSource;
        request = from.request;
        era = from.era;
        disabled = from.disabled;
        lifetime = Objects.requireNonNull(from.lifetime, "lifetime");
        dependsOn = Collections.unmodifiableSet(new LinkedHashSet<>(from.dependsOn));
        restart = Objects.requireNonNull(from.restart, "restart");
        limits = Objects.requireNonNull(from.limits, "limits");
        toolTimeouts = Map.copyOf(from.toolTimeouts);
        tools = from.tools == null || from.tools.equals(ToolSelection.defaults()) ? null : from.tools;
        policy = from.policy == null || from.policy.equals(CallPolicy.defaults()) ? null : from.policy;
        guard = from.guard;
        Checks.positiveOrNull("startTimeout", startTimeout);
        toolTimeouts.forEach((tool, limit) -> Checks.positive("the timeout of " + tool, limit));
    }

    public static ServerOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.required = required;
        builder.startTimeout = startTimeout;
        builder.startTimeoutSource = startTimeoutSource;
        builder.request = request;
        builder.era = era;
        builder.disabled = disabled;
        builder.lifetime = lifetime;
        builder.dependsOn = dependsOn;
        builder.restart = restart;
        builder.limits = limits;
        builder.toolTimeouts = toolTimeouts;
        builder.tools = tools;
        builder.policy = policy;
        builder.guard = guard;
        return builder;
    }

    /** Whether the host fails when this server fails to start; default false: the server fails alone. */
    public boolean required() {
        return required;
    }

    /** The limit for the start of this server; null, the default, for that of the host. */
    public @Nullable Duration startTimeout() {
        return startTimeout;
    }

    /**
     * Where {@code startTimeout} comes from, for the message of a time-out; null, the default, where that is
     * unknown.
     */
    public @Nullable String startTimeoutSource() {
        return startTimeoutSource;
    }

    /**
     * The options of requests to this server that are made without any; null, the default, for those of the host.
     */
    public @Nullable RequestOptions request() {
        return request;
    }

    /** The era of the protocol to speak; null, the default, for that of the host. */
    public @Nullable EraPolicy era() {
        return era;
    }

    /**
     * Why the server is switched off and never started; null, the default, if it is on. Requests to a server that is
     * off fail with {@code McpServerUnavailableException}.
     */
    public @Nullable String disabled() {
        return disabled;
    }

    /** When the server is started, and how long it is kept; default: with its host. */
    public LifetimeOptions lifetime() {
        return lifetime;
    }

    /** The names of the servers that are started before this one and closed after it; default none. That one of them fails
     * does not keep this one from starting. */
    public Set<String> dependsOn() {
        return dependsOn;
    }

    /** Whether and when the server is started again after it was lost. */
    public RestartOptions restart() {
        return restart;
    }

    /** How many calls are sent to the server; default any number. */
    public CallLimits limits() {
        return limits;
    }

    /** The limits of calls of single tools, by the names that the server gives them; default none. They take the place of those
     * of {@link #request()} for calls that are made without options. */
    public Map<String, Duration> toolTimeouts() {
        return toolTimeouts;
    }

    /** Which tools of the server are offered, and under which names; default all, under their own names. */
    public ToolSelection tools() {
        return tools == null ? ToolSelection.defaults() : tools;
    }

    /** Which calls of its tools are made; default all. */
    public CallPolicy policy() {
        return policy == null ? CallPolicy.defaults() : policy;
    }

    /** Whether {@link #tools()} or {@link #policy()} is not the default. */
    public boolean hasToolRules() {
        return tools != null || policy != null;
    }

    /** Decides at each start whether the server may be started; null, the default, if it always may. */
    public @Nullable StartGuard guard() {
        return guard;
    }

    private @Nullable RequestOptions requestWithoutSource() {
        return request == null ? null : request.mutate().source(null).build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServerOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(
                required,
                startTimeout,
                requestWithoutSource(),
                era,
                disabled == null,
                lifetime,
                dependsOn,
                restart,
                limits,
                toolTimeouts,
                tools,
                policy,
                guard);
    }

    @Override
    public String toString() {
        return "ServerOptions[required=" + required + ", startTimeout=" + startTimeout + ", startTimeoutSource="
                + startTimeoutSource + ", request=" + request + ", era=" + era + ", disabled=" + disabled
                + ", lifetime=" + lifetime + ", dependsOn=" + dependsOn + ", restart=" + restart + ", limits=" + limits
                + ", toolTimeouts=" + toolTimeouts + (tools == null ? "" : ", tools=" + tools)
                + (policy == null ? "" : ", policy=" + policy) + ", guard=" + guard + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private boolean required;
        private @Nullable Duration startTimeout;
        private @Nullable String startTimeoutSource;
        private @Nullable RequestOptions request;
        private @Nullable EraPolicy era;
        private @Nullable String disabled;
        private LifetimeOptions lifetime = LifetimeOptions.defaults();
        private Set<String> dependsOn = Set.of();
        private RestartOptions restart = RestartOptions.defaults();
        private CallLimits limits = CallLimits.defaults();
        private Map<String, Duration> toolTimeouts = Map.of();
        private @Nullable ToolSelection tools;
        private @Nullable CallPolicy policy;
        private @Nullable StartGuard guard;

        private Builder() {}

        /** Sets {@link ServerOptions#required()}. */
        public Builder required(boolean value) {
            required = value;
            return this;
        }

        /** Sets {@link ServerOptions#startTimeout()}. */
        public Builder startTimeout(@Nullable Duration value) {
            startTimeout = value;
            return this;
        }

        /** Sets {@link ServerOptions#startTimeoutSource()}. */
        public Builder startTimeoutSource(@Nullable String value) {
            startTimeoutSource = value;
            return this;
        }

        /** Sets {@link ServerOptions#request()}. */
        public Builder request(@Nullable RequestOptions value) {
            request = value;
            return this;
        }

        /** Sets {@link ServerOptions#era()}. */
        public Builder era(@Nullable EraPolicy value) {
            era = value;
            return this;
        }

        /** Sets {@link ServerOptions#disabled()}. */
        public Builder disabled(@Nullable String value) {
            disabled = value;
            return this;
        }

        /** Sets {@link ServerOptions#lifetime()}. */
        public Builder lifetime(LifetimeOptions value) {
            lifetime = value;
            return this;
        }

        /** Sets {@link ServerOptions#dependsOn()}. */
        public Builder dependsOn(Set<String> value) {
            dependsOn = value;
            return this;
        }

        /** Sets {@link ServerOptions#restart()}. */
        public Builder restart(RestartOptions value) {
            restart = value;
            return this;
        }

        /** Sets {@link ServerOptions#limits()}. */
        public Builder limits(CallLimits value) {
            limits = value;
            return this;
        }

        /** Sets {@link ServerOptions#toolTimeouts()}. */
        public Builder toolTimeouts(Map<String, Duration> value) {
            toolTimeouts = value;
            return this;
        }

        /** Sets {@link ServerOptions#tools()}. */
        public Builder tools(ToolSelection value) {
            tools = Objects.requireNonNull(value, "tools");
            return this;
        }

        /** Sets {@link ServerOptions#policy()}. */
        public Builder policy(CallPolicy value) {
            policy = Objects.requireNonNull(value, "policy");
            return this;
        }

        /** Changes {@link ServerOptions#tools()}: {@code options.tools(tools -> tools.exclude(List.of("delete_*")))}. */
        public Builder tools(UnaryOperator<ToolSelection.Builder> change) {
            return tools(change.apply((tools == null ? ToolSelection.defaults() : tools).mutate())
                    .build());
        }

        /** Changes {@link ServerOptions#policy()}: {@code options.policy(policy -> policy.otherwise(Action.ASK))}. */
        public Builder policy(UnaryOperator<CallPolicy.Builder> change) {
            return policy(change.apply((policy == null ? CallPolicy.defaults() : policy).mutate())
                    .build());
        }

        /** Sets {@link ServerOptions#guard()}. */
        public Builder guard(@Nullable StartGuard value) {
            guard = value;
            return this;
        }

        /** Changes {@link ServerOptions#lifetime()}: {@code options.lifetime(life -> life.lazy(true))}. */
        public Builder lifetime(UnaryOperator<LifetimeOptions.Builder> change) {
            return lifetime(change.apply(lifetime.mutate()).build());
        }

        /** Changes {@link ServerOptions#restart()}: {@code options.restart(restart -> restart.enabled(false))}. */
        public Builder restart(UnaryOperator<RestartOptions.Builder> change) {
            return restart(change.apply(restart.mutate()).build());
        }

        /** Changes {@link ServerOptions#limits()}: {@code options.limits(limits -> limits.maxInFlight(8))}. */
        public Builder limits(UnaryOperator<CallLimits.Builder> change) {
            return limits(change.apply(limits.mutate()).build());
        }

        /** Sets the limit for the start, and where it comes from. */
        public Builder startTimeout(@Nullable Duration value, @Nullable String source) {
            startTimeout = value;
            startTimeoutSource = source;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
