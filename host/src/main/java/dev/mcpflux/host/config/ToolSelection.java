package dev.mcpflux.host.config;

import dev.mcpflux.internal.Glob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which tools of one server a host offers, and under which names. Immutable; by default all of them, under their own names, and
 * calls pay nothing for it.
 *
 * <p>All patterns, and the keys of {@link #names()}, are names as the server gives them. In patterns {@code *} stands for any
 * characters and {@code ?} for one; upper and lower case are different. A tool that is left out is unknown to the host: it is
 * neither listed nor called. The same is true for the old name of a tool that is renamed.
 */
public final class ToolSelection {

    /** What the specification recommends for names of tools. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./-]{1,128}");

    private static final ToolSelection DEFAULTS = builder().build();

    private final List<String> include;
    private final List<String> exclude;
    private final Map<String, String> names;

    private final List<Glob> included;
    private final List<Glob> excluded;
    private final Map<String, String> byName;

    private ToolSelection(Builder from) {
        include = List.copyOf(from.include);
        exclude = List.copyOf(from.exclude);
        names = Collections.unmodifiableMap(new LinkedHashMap<>(from.names));
        included = globs("include", include);
        excluded = globs("exclude", exclude);
        byName = new HashMap<>();
        names.forEach((tool, name) -> {
            if (tool.isEmpty()) {
                throw new IllegalArgumentException("rename has an empty name of a tool");
            }
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("the new name of '" + tool
                        + "' must have 1 to 128 letters, digits, '_', '-', '.' and '/' of ASCII");
            }
            if (name.startsWith("_") || name.contains(ServerDefinition.NAME_SEPARATOR)) {
                throw new IllegalArgumentException("the new name of '" + tool + "' must not begin with '_' or contain '"
                        + ServerDefinition.NAME_SEPARATOR
                        + "', which separates the name of a server from that of a tool");
            }
            String other = byName.put(name, tool);
            if (other != null) {
                throw new IllegalArgumentException(
                        "'" + other + "' and '" + tool + "' are both renamed to '" + name + "'");
            }
        });
    }

    private static List<Glob> globs(String option, List<String> patterns) {
        List<Glob> globs = new ArrayList<>();
        for (String pattern : patterns) {
            if (pattern.isEmpty()) {
                throw new IllegalArgumentException(option + " has an empty pattern");
            }
            globs.add(new Glob(pattern));
        }
        return globs;
    }

    public static ToolSelection defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this selection. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.include = include;
        builder.exclude = exclude;
        builder.names = names;
        return builder;
    }

    /** Patterns for the tools that are offered; empty, the default, for all. */
    public List<String> include() {
        return include;
    }

    /** Patterns for tools that are left out, also where {@link #include()} names them; default none. */
    public List<String> exclude() {
        return exclude;
    }

    /**
     * The tools that have another name in the host: their name at the server, and the new one. A new name that the server
     * uses for another tool means the renamed one, and the other tool is left out; names may be exchanged. Default none.
     */
    public Map<String, String> names() {
        return names;
    }

    /** The option that leaves a tool out, {@code include} or {@code exclude}; null if the tool is offered. */
    public @Nullable String leftOutBy(String tool) {
        if (excluded.stream().anyMatch(glob -> glob.matches(tool))) {
            return "exclude";
        }
        return included.isEmpty() || included.stream().anyMatch(glob -> glob.matches(tool)) ? null : "include";
    }

    /** The name in the host of a tool; its own one unless it is renamed. */
    public String nameOf(String tool) {
        return names.getOrDefault(tool, tool);
    }

    /** The tool that is renamed to this; null if none is. */
    public @Nullable String renamedTo(String name) {
        return byName.get(name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ToolSelection that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(include, exclude, names);
    }

    @Override
    public String toString() {
        return "ToolSelection[include=" + include + ", exclude=" + exclude + ", names=" + names + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private List<String> include = List.of();
        private List<String> exclude = List.of();
        private Map<String, String> names = Map.of();

        private Builder() {}

        /** Sets {@link ToolSelection#include()}. */
        public Builder include(List<String> value) {
            include = value;
            return this;
        }

        /** Sets {@link ToolSelection#exclude()}. */
        public Builder exclude(List<String> value) {
            exclude = value;
            return this;
        }

        /** Sets {@link ToolSelection#names()}. */
        public Builder names(Map<String, String> value) {
            names = value;
            return this;
        }

        /**
         * Fails with {@link IllegalArgumentException} where a pattern is empty, where a new name is not one that every host and
         * model accepts, or where two tools would have one name.
         */
        public ToolSelection build() {
            return new ToolSelection(this);
        }
    }
}
