package dev.mcpflux.host.config;

import dev.mcpflux.internal.Glob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which calls of the tools of one server a host makes, by configuration. Immutable; by default all of them, and calls pay
 * nothing for it.
 *
 * <p>It is applied behind the filters of the application, so that it sees what is sent: a call is made only if they and this
 * policy let it pass. Prompts and resources are not its business; a {@code ToolPolicy} of the application decides about them.
 */
public final class CallPolicy {

    private static final CallPolicy DEFAULTS = builder().build();

    private final Map<String, Action> tools;
    private final Action otherwise;

    private final List<Map.Entry<Glob, Action>> rules;

    /** What becomes of a call. */
    public enum Action {
        /** It is made. */
        ALLOW,
        /** A person is asked; where the host has nobody to ask, it is denied. */
        ASK,
        /**
         * A person is asked; where the host has nobody to ask, it is made. This is what lists of approved tools in the files of
         * other clients say of the tools that they do not name: those clients always have a person who confirms the others. A
         * program without one that denied them could not use such a file, and one that never asked would ignore the list.
         */
        ASK_IF_POSSIBLE,
        /** It fails, and the tool is not listed. */
        DENY,
        /** It is answered with what would have been called, and not sent; tools that only read are called. */
        REHEARSE;

        /** As it stands in files: {@code ask-if-possible}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private CallPolicy(Builder from) {
        tools = Collections.unmodifiableMap(new LinkedHashMap<>(from.tools));
        otherwise = Objects.requireNonNull(from.otherwise, "otherwise");
        rules = new ArrayList<>();
        tools.forEach((pattern, action) -> {
            if (pattern.isEmpty()) {
                throw new IllegalArgumentException("tools has an empty pattern");
            }
            rules.add(Map.entry(new Glob(pattern), action));
        });
    }

    public static CallPolicy defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this policy. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.tools = tools;
        builder.otherwise = otherwise;
        return builder;
    }

    /**
     * Patterns for the names that the server gives its tools, and what becomes of their calls; the first pattern that matches
     * decides. {@code *} stands for any characters and {@code ?} for one; upper and lower case are different. Default none.
     */
    public Map<String, Action> tools() {
        return tools;
    }

    /** What becomes of calls of other tools; default {@link Action#ALLOW}. */
    public Action otherwise() {
        return otherwise;
    }

    /** What becomes of calls of a tool, by its name at the server. */
    public Action actionOf(String tool) {
        for (Map.Entry<Glob, Action> rule : rules) {
            if (rule.getKey().matches(tool)) {
                return rule.getValue();
            }
        }
        return otherwise;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallPolicy that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        // the order counts, which the equality of maps leaves out
        return Arrays.asList(List.copyOf(tools.entrySet()), otherwise);
    }

    @Override
    public String toString() {
        return "CallPolicy[tools=" + tools + ", otherwise=" + otherwise + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private Map<String, Action> tools = Map.of();
        private Action otherwise = Action.ALLOW;

        private Builder() {}

        /** Sets {@link CallPolicy#tools()}, in the order of the map. */
        public Builder tools(Map<String, Action> value) {
            tools = value;
            return this;
        }

        /** Sets {@link CallPolicy#otherwise()}. */
        public Builder otherwise(Action value) {
            otherwise = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a pattern is empty. */
        public CallPolicy build() {
            return new CallPolicy(this);
        }
    }
}
