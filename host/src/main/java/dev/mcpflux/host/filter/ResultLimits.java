package dev.mcpflux.host.filter;

import dev.mcpflux.internal.Checks;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * How large a result of a tool, a prompt or a resource may be. Immutable; {@link #filter()} cuts what is larger, and keeps the
 * whole for its caller.
 *
 * <p>Of a result that is too large the caller gets the beginning of its text, cut between two characters, and a block of text at
 * the end that says how much is missing and where it is. That block, less than 1,000 bytes, comes on top of the limit. Pictures,
 * sound and embedded resources that do not fit are replaced by links to resources, and so are blobs of a resource by a text.
 * {@link dev.mcpflux.host.event.HostEvent.ResultCut} reports it.
 *
 * <p>Structured content that does not fit is left out, and kept as JSON. It was checked against the schema of its tool before, as
 * a whole. {@code callToolAs} then fails with {@link dev.mcpflux.error.McpToolErrorException}, whose result has the reference:
 * {@link #exempt()} the tools that a program calls, since limits are for models.
 *
 * <p>What was cut is read by {@code host.readResource}, by the same caller only, until it is too old or others need its room:
 *
 * <pre>
 * mcpflux://results/ID                           the text from its beginning
 * mcpflux://results/ID?offset=64000&amp;limit=16000  a page of it, in UTF-16 units; a page is no larger than the limits
 * mcpflux://results/ID?search=error              lines that contain a text, in whatever case, with two lines around them
 * mcpflux://results/ID/1                         what was replaced by a link, or structured content; pages of a blob are in bytes
 * </pre>
 *
 * A page names its {@code dev.mcpflux/offset}, {@code dev.mcpflux/total} and {@code dev.mcpflux/next} in {@code _meta}. The ids
 * cannot be guessed, and these resources are not listed.
 *
 * <p>Tokens are estimated: four ASCII characters, or one other character, count as one token. The JSON of the result counts.
 */
public final class ResultLimits {

    private final int maxBytes;
    private final int maxTokens;
    private final boolean honoursSizeHint;
    private final int maxHintedBytes;
    private final List<String> exempt;
    private final int keptResults;
    private final long keptBytes;
    private final Duration keepFor;
    private final Scheduler timer;

    private ResultLimits(Builder from) {
        maxBytes = from.maxBytes;
        maxTokens = from.maxTokens;
        honoursSizeHint = from.honoursSizeHint;
        maxHintedBytes = from.maxHintedBytes;
        exempt = List.copyOf(from.exempt);
        keptResults = from.keptResults;
        keptBytes = from.keptBytes;
        keepFor = from.keepFor;
        timer = Objects.requireNonNull(from.timer, "timer");
        Checks.atLeast(1, "maxBytes", maxBytes);
        Checks.atLeast(1, "maxTokens", maxTokens);
        Checks.atLeast(1, "maxHintedBytes", maxHintedBytes);
        Checks.atLeast(0, "keptResults", keptResults);
        Checks.atLeast(0, "keptBytes", keptBytes);
        Checks.positive("keepFor", keepFor);
    }

    public static ResultLimits defaults() {
        // not kept: an application may stop the scheduler, and Reactor makes another one
        return builder().build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these limits. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.maxBytes = maxBytes;
        builder.maxTokens = maxTokens;
        builder.honoursSizeHint = honoursSizeHint;
        builder.maxHintedBytes = maxHintedBytes;
        builder.exempt = exempt;
        builder.keptResults = keptResults;
        builder.keptBytes = keptBytes;
        builder.keepFor = keepFor;
        builder.timer = timer;
        return builder;
    }

    /** A filter that cuts. It keeps results, of each caller for itself, for as long as it is used: make one for each host. */
    public HostFilter filter() {
        return new LimitFilter(this);
    }

    /** The largest result, in bytes of its JSON; default 100,000. */
    public int maxBytes() {
        return maxBytes;
    }

    /** The largest result, in estimated tokens; default 25,000. */
    public int maxTokens() {
        return maxTokens;
    }

    /**
     * Whether a tool may set its own limit, in characters, by {@code _meta["anthropic/maxResultSizeChars"]} of its entry in the
     * list; default true. It then counts in place of {@link #maxBytes()} and {@link #maxTokens()}, lower or higher. A value
     * below 1,000 counts as 1,000.
     */
    public boolean honoursSizeHint() {
        return honoursSizeHint;
    }

    /** The largest result of a tool that sets its own limit, in bytes of its JSON; default 500,000. */
    public int maxHintedBytes() {
        return maxHintedBytes;
    }

    /**
     * What is not limited: patterns of qualified names of tools and prompts ({@code db__export_*}) and of URIs, in which {@code *}
     * stands for any characters and {@code ?} for one; default none.
     */
    public List<String> exempt() {
        return exempt;
    }

    /** How many results are kept for each caller, the oldest is dropped first; default 64. */
    public int keptResults() {
        return keptResults;
    }

    /**
     * How much is kept for each caller, in characters of text and Base64; default 16 MiB. A result that is larger is not kept.
     * All callers together have eight times as much; beyond that, what belongs to the least recent caller is dropped.
     */
    public long keptBytes() {
        return keptBytes;
    }

    /** How long a result is kept; default 1 h. */
    public Duration keepFor() {
        return keepFor;
    }

    /** Tells the time, and bounds the wait for a list of tools; default {@link Schedulers#parallel()}. */
    public Scheduler timer() {
        return timer;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResultLimits that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(
                maxBytes, maxTokens, honoursSizeHint, maxHintedBytes, exempt, keptResults, keptBytes, keepFor, timer);
    }

    @Override
    public String toString() {
        return "ResultLimits[maxBytes=" + maxBytes + ", maxTokens=" + maxTokens + ", honoursSizeHint=" + honoursSizeHint
                + ", maxHintedBytes=" + maxHintedBytes + ", exempt=" + exempt + ", keptResults=" + keptResults
                + ", keptBytes=" + keptBytes + ", keepFor=" + keepFor + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private int maxBytes = 100_000;
        private int maxTokens = 25_000;
        private boolean honoursSizeHint = true;
        private int maxHintedBytes = 500_000;
        private List<String> exempt = List.of();
        private int keptResults = 64;
        private long keptBytes = 16L * 1024 * 1024;
        private Duration keepFor = Duration.ofHours(1);
        private Scheduler timer = Schedulers.parallel();

        private Builder() {}

        /** Sets {@link ResultLimits#maxBytes()}. */
        public Builder maxBytes(int value) {
            maxBytes = value;
            return this;
        }

        /** Sets {@link ResultLimits#maxTokens()}. */
        public Builder maxTokens(int value) {
            maxTokens = value;
            return this;
        }

        /** Sets {@link ResultLimits#honoursSizeHint()}. */
        public Builder honoursSizeHint(boolean value) {
            honoursSizeHint = value;
            return this;
        }

        /** Sets {@link ResultLimits#maxHintedBytes()}. */
        public Builder maxHintedBytes(int value) {
            maxHintedBytes = value;
            return this;
        }

        /** Sets {@link ResultLimits#exempt()}. */
        public Builder exempt(List<String> value) {
            exempt = value;
            return this;
        }

        /** Sets {@link ResultLimits#keptResults()}. */
        public Builder keptResults(int value) {
            keptResults = value;
            return this;
        }

        /** Sets {@link ResultLimits#keptBytes()}. */
        public Builder keptBytes(long value) {
            keptBytes = value;
            return this;
        }

        /** Sets {@link ResultLimits#keepFor()}. */
        public Builder keepFor(Duration value) {
            keepFor = value;
            return this;
        }

        /** Sets {@link ResultLimits#timer()}. */
        public Builder timer(Scheduler value) {
            timer = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public ResultLimits build() {
            return new ResultLimits(this);
        }
    }
}
