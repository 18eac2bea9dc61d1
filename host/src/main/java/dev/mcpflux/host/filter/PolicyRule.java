package dev.mcpflux.host.filter;

import dev.mcpflux.internal.Glob;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * One rule of a {@link ToolPolicy}: which calls it is about, and what becomes of them. Immutable. By default it denies every
 * call of a tool.
 *
 * <p>In {@link #server()}, {@link #name()} and the values of {@link #arguments()} {@code *} stands for any characters and
 * {@code ?} for one; upper and lower case are different. All conditions that are set have to hold.
 *
 * <p>The conditions on annotations read hints of the server, which is free to lie: "clients MUST consider tool annotations to
 * be untrusted unless they come from trusted servers" (specification: server/tools). Absent hints have the defaults of the
 * specification: a tool that says nothing is not read-only, destructive, not idempotent, and deals with the outside.
 */
public final class PolicyRule {

    private static final PolicyRule DEFAULTS = builder().build();

    private final Action action;
    private final Target target;
    private final String server;
    private final String name;
    private final @Nullable Boolean readOnly;
    private final @Nullable Boolean destructive;
    private final @Nullable Boolean idempotent;
    private final @Nullable Boolean openWorld;
    private final Map<String, String> arguments;
    private final boolean overridesInteractionHint;

    private final Glob serverGlob;
    private final Glob nameGlob;
    private final Map<JsonPointer, Glob> argumentGlobs;

    /** What becomes of a call. */
    public enum Action {
        /** It is passed on. */
        ALLOW,
        /** It fails with {@link McpCallDeniedException}; a tool, prompt or resource that is denied anyway is not listed. */
        DENY,
        /** {@link ToolPolicy#ask()} decides. */
        ASK,
        /** It is answered with what would have been called, and not sent; what only reads is passed on. */
        REHEARSE
    }

    /** What a rule is about. */
    public enum Target {
        /** Calls of tools. */
        TOOL,
        /** Prompts, and the completion of their arguments. */
        PROMPT,
        /** Reading resources, subscriptions to them, and the completion of templates. */
        RESOURCE,
        /** All of these. */
        ANY
    }

    private PolicyRule(Builder from) {
        action = Objects.requireNonNull(from.action, "action");
        target = Objects.requireNonNull(from.target, "target");
        server = Objects.requireNonNull(from.server, "server");
        name = Objects.requireNonNull(from.name, "name");
        readOnly = from.readOnly;
        destructive = from.destructive;
        idempotent = from.idempotent;
        openWorld = from.openWorld;
        arguments = Map.copyOf(from.arguments);
        overridesInteractionHint = from.overridesInteractionHint;
        serverGlob = new Glob(server);
        nameGlob = new Glob(name);
        Map<JsonPointer, Glob> globs = new LinkedHashMap<>();
        arguments.forEach((pointer, glob) -> globs.put(JsonPointer.compile(pointer), new Glob(glob)));
        if (target != Target.TOOL && !arguments.isEmpty()) {
            throw new IllegalArgumentException("conditions on arguments are for tools only, found them for " + target);
        }
        argumentGlobs = globs;
    }

    public static PolicyRule defaults() {
        return DEFAULTS;
    }

    /** Passes calls of these tools on. */
    public static PolicyRule allow(String server, String tool) {
        return builder().action(Action.ALLOW).server(server).name(tool).build();
    }

    /** Denies calls of these tools. */
    public static PolicyRule deny(String server, String tool) {
        return builder().server(server).name(tool).build();
    }

    /** Asks about calls of these tools. */
    public static PolicyRule ask(String server, String tool) {
        return builder().action(Action.ASK).server(server).name(tool).build();
    }

    /** Rehearses calls of these tools. */
    public static PolicyRule rehearse(String server, String tool) {
        return builder().action(Action.REHEARSE).server(server).name(tool).build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this rule. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.action = action;
        builder.target = target;
        builder.server = server;
        builder.name = name;
        builder.readOnly = readOnly;
        builder.destructive = destructive;
        builder.idempotent = idempotent;
        builder.openWorld = openWorld;
        builder.arguments = arguments;
        builder.overridesInteractionHint = overridesInteractionHint;
        return builder;
    }

    /** What becomes of the calls; default {@link Action#DENY}. */
    public Action action() {
        return action;
    }

    /** What the rule is about; default {@link Target#TOOL}. */
    public Target target() {
        return target;
    }

    /** The configured names of servers; default {@code *}. */
    public String server() {
        return server;
    }

    /** The names of tools or prompts at their server, or URIs; default {@code *}. A template is compared as it is written. */
    public String name() {
        return name;
    }

    /** Whether the tool has to be read-only; null, the default, for either. Prompts and resources are. */
    public @Nullable Boolean readOnly() {
        return readOnly;
    }

    /** Whether the tool has to be destructive; null, the default, for either. */
    public @Nullable Boolean destructive() {
        return destructive;
    }

    /** Whether the tool has to be idempotent; null, the default, for either. */
    public @Nullable Boolean idempotent() {
        return idempotent;
    }

    /** Whether the tool has to deal with the outside; null, the default, for either. */
    public @Nullable Boolean openWorld() {
        return openWorld;
    }

    /**
     * Conditions on arguments: JSON pointers (RFC 6901) to patterns, {@code {"/path": "/tmp/*"}}; default none. A string is
     * compared as it is, another value by its JSON text. An absent argument matches nothing. Nothing is normalized: a path
     * with {@code ..} in it matches where its text does, so prefer to allow what is known over denying what is not. For
     * {@link Target#TOOL} only.
     */
    public Map<String, String> arguments() {
        return arguments;
    }

    /**
     * Whether {@link Action#ALLOW} also passes on calls of tools whose server wants that a person is asked
     * ({@code _meta["anthropic/requiresUserInteraction"]}); default false: they are asked about.
     */
    public boolean overridesInteractionHint() {
        return overridesInteractionHint;
    }

    boolean isAbout(Target kind, String ofServer, String called) {
        return mayBeAbout(kind, ofServer) && nameGlob.matches(called);
    }

    /** Whether it is about something of a kind at a server. */
    boolean mayBeAbout(Target kind, String ofServer) {
        return (target == Target.ANY || target == kind) && serverGlob.matches(ofServer);
    }

    /** Whether it is about everything of its kind, whatever it is called. */
    boolean isAboutAll() {
        return nameGlob.matchesAll() && !readsHints() && !readsArguments();
    }

    boolean readsHints() {
        return readOnly != null || destructive != null || idempotent != null || openWorld != null;
    }

    boolean readsArguments() {
        return !arguments.isEmpty();
    }

    boolean acceptsHints(ToolHints hints) {
        return accepts(readOnly, hints.readOnly())
                && accepts(destructive, hints.destructive())
                && accepts(idempotent, hints.idempotent())
                && accepts(openWorld, hints.openWorld());
    }

    private static boolean accepts(@Nullable Boolean wanted, boolean found) {
        return wanted == null || wanted == found;
    }

    boolean acceptsArguments(JsonNode given) {
        for (Map.Entry<JsonPointer, Glob> condition : argumentGlobs.entrySet()) {
            JsonNode value = given.at(condition.getKey());
            String text = value.isString() ? value.stringValue() : value.toString();
            if (value.isMissingNode() || !condition.getValue().matches(text)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PolicyRule that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(
                action,
                target,
                server,
                name,
                readOnly,
                destructive,
                idempotent,
                openWorld,
                arguments,
                overridesInteractionHint);
    }

    /** The rule for people: {@code deny tool github/delete_* where destructive}. */
    @Override
    public String toString() {
        StringJoiner conditions = new StringJoiner(" and ", " where ", "").setEmptyValue("");
        condition(conditions, "readOnly", readOnly);
        condition(conditions, "destructive", destructive);
        condition(conditions, "idempotent", idempotent);
        condition(conditions, "openWorld", openWorld);
        arguments.entrySet().stream()
                .map(argument -> argument.getKey() + " is " + argument.getValue())
                .sorted()
                .forEach(conditions::add);
        return action.name().toLowerCase(Locale.ROOT) + " " + target.name().toLowerCase(Locale.ROOT) + " " + server
                + "/" + name + conditions + (overridesInteractionHint ? ", without asking" : "");
    }

    private static void condition(StringJoiner conditions, String hint, @Nullable Boolean wanted) {
        if (wanted != null) {
            conditions.add((wanted ? "" : "not ") + hint);
        }
    }

    /** Collects the conditions of a rule; {@link #build()} checks them. */
    public static final class Builder {
        private Action action = Action.DENY;
        private Target target = Target.TOOL;
        private String server = "*";
        private String name = "*";
        private @Nullable Boolean readOnly;
        private @Nullable Boolean destructive;
        private @Nullable Boolean idempotent;
        private @Nullable Boolean openWorld;
        private Map<String, String> arguments = Map.of();
        private boolean overridesInteractionHint;

        private Builder() {}

        /** Sets {@link PolicyRule#action()}. */
        public Builder action(Action value) {
            action = value;
            return this;
        }

        /** Sets {@link PolicyRule#target()}. */
        public Builder target(Target value) {
            target = value;
            return this;
        }

        /** Sets {@link PolicyRule#server()}. */
        public Builder server(String value) {
            server = value;
            return this;
        }

        /** Sets {@link PolicyRule#name()}. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** Sets {@link PolicyRule#readOnly()}. */
        public Builder readOnly(@Nullable Boolean value) {
            readOnly = value;
            return this;
        }

        /** Sets {@link PolicyRule#destructive()}. */
        public Builder destructive(@Nullable Boolean value) {
            destructive = value;
            return this;
        }

        /** Sets {@link PolicyRule#idempotent()}. */
        public Builder idempotent(@Nullable Boolean value) {
            idempotent = value;
            return this;
        }

        /** Sets {@link PolicyRule#openWorld()}. */
        public Builder openWorld(@Nullable Boolean value) {
            openWorld = value;
            return this;
        }

        /** Sets {@link PolicyRule#arguments()}. */
        public Builder arguments(Map<String, String> value) {
            arguments = value;
            return this;
        }

        /** Sets {@link PolicyRule#overridesInteractionHint()}. */
        public Builder overridesInteractionHint(boolean value) {
            overridesInteractionHint = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a pointer to an argument is none, or has no tool. */
        public PolicyRule build() {
            return new PolicyRule(this);
        }
    }
}
