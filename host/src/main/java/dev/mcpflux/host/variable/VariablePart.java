package dev.mcpflux.host.variable;

import org.jspecify.annotations.Nullable;

/** A piece of a text that may hold variables. */
sealed interface VariablePart {

    /** Stands for itself. */
    record Text(String text) implements VariablePart {}

    /**
     * A variable.
     *
     * @param name without its prefix
     * @param fallback what stands for it if it has no value, in the same style; null for none
     * @param written as it stands in the text
     */
    record Variable(
            VariableReference.Kind kind,
            String name,
            @Nullable String fallback,
            String written) implements VariablePart {}

    /**
     * What another program would replace, and this one cannot.
     *
     * @param problem quotes no value
     */
    record Refused(String problem) implements VariablePart {}
}
