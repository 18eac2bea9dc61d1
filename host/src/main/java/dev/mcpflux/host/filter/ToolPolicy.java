package dev.mcpflux.host.filter;

import dev.mcpflux.host.config.CallPolicy;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.internal.Checks;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Which calls a host makes. Immutable; {@link #filter()} applies it:
 *
 * <pre>{@code
 * HostConfig.builder().filter(ToolPolicy.builder()
 *         .rules(List.of(
 *                 PolicyRule.builder().action(Action.ALLOW).readOnly(true).build(),
 *                 PolicyRule.deny("*", "delete_*"),
 *                 PolicyRule.ask("github", "*")))
 *         .ask(question -> confirm(question))
 *         .build()
 *         .filter())
 * }</pre>
 *
 * <p>The first rule whose conditions hold decides. A tool, prompt or resource that is denied whatever its arguments are is not
 * listed either. Refused calls fail with {@link McpCallDeniedException} and are not sent. {@link HostEvent.CallDecided} reports
 * each refusal, each rehearsal, and each call that somebody approved; calls that a rule allows are not reported.
 *
 * <p>A rehearsed call of a tool is answered with a text that says what would have been sent, marked by
 * {@code _meta["dev.mcpflux/rehearsed"]}. It has no structured content, so {@code callToolAs} fails.
 *
 * <p>Where a tool requires interaction with a person ({@code _meta["anthropic/requiresUserInteraction"]}), each call is asked
 * about, whatever was approved before, unless a rule {@linkplain PolicyRule#overridesInteractionHint() says otherwise}.
 *
 * <p>The tool of a call is looked up in the list of its server, if that is needed to decide; if the list cannot be read, the
 * call fails. A tool that its server does not list has no hints.
 */
public final class ToolPolicy {

    private static Mono<Approval> nobody(ApprovalQuestion question) {
        return Mono.just(Approval.denied("there is nobody to ask"));
    }

    private final List<PolicyRule> rules;
    private final PolicyRule.Action otherwise;
    private final Function<ApprovalQuestion, Mono<Approval>> ask;
    private final Duration askTimeout;
    private final int maxRemembered;
    private final boolean honoursInteractionHint;
    private final Scheduler timer;

    private ToolPolicy(Builder from) {
        rules = List.copyOf(from.rules);
        otherwise = Objects.requireNonNull(from.otherwise, "otherwise");
        ask = Objects.requireNonNull(from.ask, "ask");
        askTimeout = from.askTimeout;
        maxRemembered = from.maxRemembered;
        honoursInteractionHint = from.honoursInteractionHint;
        timer = Objects.requireNonNull(from.timer, "timer");
        Checks.positive("askTimeout", askTimeout);
        Checks.atLeast(0, "maxRemembered", maxRemembered);
    }

    /** Allows everything but what requires a person, of whom there is none. */
    public static ToolPolicy defaults() {
        // not kept: an application may stop the scheduler, and Reactor makes another one
        return builder().build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this policy. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.rules = rules;
        builder.otherwise = otherwise;
        builder.ask = ask;
        builder.askTimeout = askTimeout;
        builder.maxRemembered = maxRemembered;
        builder.honoursInteractionHint = honoursInteractionHint;
        builder.timer = timer;
        return builder;
    }

    /**
     * A filter that applies this policy. It remembers approvals, of each caller for itself, for as long as it is used: make one
     * for each host.
     */
    public HostFilter filter() {
        return new PolicyFilter(this);
    }

    /**
     * A filter that applies what is configured for one server to calls of its tools; hosts do that by themselves. The reasons
     * of its decisions name the keys. It remembers approvals as {@link #filter()} does.
     *
     * @param ask asks a person; null where there is nobody: then {@link CallPolicy.Action#ASK} denies,
     *     {@link CallPolicy.Action#ASK_IF_POSSIBLE} allows, and the hints of servers that want a person are not honoured
     */
    public static HostFilter filter(CallPolicy policy, @Nullable Function<ApprovalQuestion, Mono<Approval>> ask) {
        return ConfiguredPolicy.filter(policy, ask);
    }

    /** The rules, the first one first; default none. */
    public List<PolicyRule> rules() {
        return rules;
    }

    /** What becomes of calls that no rule is about; default {@link PolicyRule.Action#ALLOW}. */
    public PolicyRule.Action otherwise() {
        return otherwise;
    }

    /**
     * Asks a person; default: there is nobody, and the call is denied. Called once for each call that has to be approved, also
     * where the same one is being asked about already. If it fails, or is empty, the call is denied. <em>Cancellation</em> of
     * the call cancels the question.
     */
    public Function<ApprovalQuestion, Mono<Approval>> ask() {
        return ask;
    }

    /** How long a question waits for its answer; then the call is denied; default 5 min. */
    public Duration askTimeout() {
        return askTimeout;
    }

    /**
     * How many approvals for more than one call are remembered for each caller, the least recently used one is forgotten first;
     * default 256. An approval is forgotten when the server changes the tool.
     */
    public int maxRemembered() {
        return maxRemembered;
    }

    /** Whether tools are asked about whose server wants it; default true. Without it fewer tools need to be looked up. */
    public boolean honoursInteractionHint() {
        return honoursInteractionHint;
    }

    /** Runs the timeout of questions; default {@link Schedulers#parallel()}. */
    public Scheduler timer() {
        return timer;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ToolPolicy that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(rules, otherwise, ask, askTimeout, maxRemembered, honoursInteractionHint, timer);
    }

    @Override
    public String toString() {
        return "ToolPolicy[rules=" + rules + ", otherwise=" + otherwise + ", askTimeout=" + askTimeout
                + ", maxRemembered=" + maxRemembered + ", honoursInteractionHint=" + honoursInteractionHint + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private List<PolicyRule> rules = List.of();
        private PolicyRule.Action otherwise = PolicyRule.Action.ALLOW;
        private Function<ApprovalQuestion, Mono<Approval>> ask = ToolPolicy::nobody;
        private Duration askTimeout = Duration.ofMinutes(5);
        private int maxRemembered = 256;
        private boolean honoursInteractionHint = true;
        private Scheduler timer = Schedulers.parallel();

        private Builder() {}

        /** Sets {@link ToolPolicy#rules()}. */
        public Builder rules(List<PolicyRule> value) {
            rules = value;
            return this;
        }

        /** Sets {@link ToolPolicy#otherwise()}. */
        public Builder otherwise(PolicyRule.Action value) {
            otherwise = value;
            return this;
        }

        /** Sets {@link ToolPolicy#ask()}. */
        public Builder ask(Function<ApprovalQuestion, Mono<Approval>> value) {
            ask = value;
            return this;
        }

        /** Sets {@link ToolPolicy#askTimeout()}. */
        public Builder askTimeout(Duration value) {
            askTimeout = value;
            return this;
        }

        /** Sets {@link ToolPolicy#maxRemembered()}. */
        public Builder maxRemembered(int value) {
            maxRemembered = value;
            return this;
        }

        /** Sets {@link ToolPolicy#honoursInteractionHint()}. */
        public Builder honoursInteractionHint(boolean value) {
            honoursInteractionHint = value;
            return this;
        }

        /** Sets {@link ToolPolicy#timer()}. */
        public Builder timer(Scheduler value) {
            timer = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public ToolPolicy build() {
            return new ToolPolicy(this);
        }
    }
}
