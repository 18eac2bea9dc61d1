package dev.mcpflux.cli;

import dev.mcpflux.text.SafeText;
import org.jspecify.annotations.Nullable;

/** What entries of lists have in common in a table. */
final class Catalogued {

    private Catalogued() {}

    /** The first line of a description, or the title where there is none. */
    static String summary(@Nullable String description, @Nullable String title) {
        String text = description == null || description.isBlank() ? title : description;
        return text == null ? "" : text.strip().lines().findFirst().orElse("");
    }

    /** What is longer than its column loses its end. */
    static String cut(String text, int width) {
        return Columns.cut(SafeText.line(text, 8 * width), width);
    }
}
