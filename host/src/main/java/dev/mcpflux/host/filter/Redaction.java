package dev.mcpflux.host.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces texts that must not leave the application, or must not reach it: secrets, names of people. Immutable;
 * {@link #filter()} replaces them in what is sent (values of arguments of tools, prompts and completions) and in what comes back
 * (content, structured content, resources, messages of prompts, proposed values, progress, log messages, states of tasks).
 *
 * <p>Names stay as they are: those of tools, prompts and arguments, the members of objects, URIs. So do pictures, sound and other
 * binary content, the messages of exceptions, and the lists. Numbers are not looked at. A text that comes in two parts, such as
 * two log messages, is not put together.
 *
 * <p>{@code toString()} shows neither literals nor patterns.
 */
public final class Redaction {

    private static final Redaction DEFAULTS = builder().build();

    private final List<String> literals;
    private final List<String> patterns;
    private final boolean credentials;
    private final boolean arguments;
    private final boolean results;
    private final String replacement;

    private final Redactor redactor;

    private Redaction(Builder from) {
        literals = List.copyOf(from.literals);
        patterns = List.copyOf(from.patterns);
        credentials = from.credentials;
        arguments = from.arguments;
        results = from.results;
        replacement = Objects.requireNonNull(from.replacement, "replacement");
        if (literals.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("a literal is empty");
        }
        redactor = new Redactor(literals, patterns, credentials, replacement);
    }

    /** Replaces what {@link #credentials()} says. */
    public static Redaction defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.literals = literals;
        builder.patterns = patterns;
        builder.credentials = credentials;
        builder.arguments = arguments;
        builder.results = results;
        builder.replacement = replacement;
        return builder;
    }

    /** A filter that replaces. It keeps nothing. */
    public HostFilter filter() {
        return new RedactionFilter(this, redactor);
    }

    /** Texts to replace, also as they stand in a JSON string; default none. */
    public List<String> literals() {
        return literals;
    }

    /**
     * Regular expressions of Java to replace what they match; default none. They see at most 65,536 characters at a time; a
     * match that is longer than 8,192 characters may be missed where the next part begins. Patterns come from the application
     * only: one that needs exponential time does so here.
     */
    public List<String> patterns() {
        return patterns;
    }

    /**
     * Whether common credentials are replaced: keys of AWS, GitHub, GitLab, Google, Slack, Stripe, and those that begin with
     * {@code sk-}; JSON web tokens, private keys in PEM, and what stands after {@code Bearer}; default true.
     */
    public boolean credentials() {
        return credentials;
    }

    /** Whether what is sent is changed; default true. */
    public boolean arguments() {
        return arguments;
    }

    /** Whether what comes back is changed; default true. */
    public boolean results() {
        return results;
    }

    /** What stands in place of what was replaced; default {@code [redacted]}. */
    public String replacement() {
        return replacement;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Redaction that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(literals, patterns, credentials, arguments, results, replacement);
    }

    @Override
    public String toString() {
        return "Redaction[literals=" + literals.size() + ", patterns=" + patterns.size() + ", credentials="
                + credentials + ", arguments=" + arguments + ", results=" + results + ", replacement=" + replacement
                + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private List<String> literals = List.of();
        private List<String> patterns = List.of();
        private boolean credentials = true;
        private boolean arguments = true;
        private boolean results = true;
        private String replacement = "[redacted]";

        private Builder() {}

        /** Sets {@link Redaction#literals()}. */
        public Builder literals(List<String> value) {
            literals = value;
            return this;
        }

        /** Sets {@link Redaction#patterns()}. */
        public Builder patterns(List<String> value) {
            patterns = value;
            return this;
        }

        /** Sets {@link Redaction#credentials()}. */
        public Builder credentials(boolean value) {
            credentials = value;
            return this;
        }

        /** Sets {@link Redaction#arguments()}. */
        public Builder arguments(boolean value) {
            arguments = value;
            return this;
        }

        /** Sets {@link Redaction#results()}. */
        public Builder results(boolean value) {
            results = value;
            return this;
        }

        /** Sets {@link Redaction#replacement()}. */
        public Builder replacement(String value) {
            replacement = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a literal is empty or a pattern is wrong. */
        public Redaction build() {
            return new Redaction(this);
        }
    }
}
