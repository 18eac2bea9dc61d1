package dev.mcpflux.cli;

import dev.mcpflux.text.SafeText;
import org.jspecify.annotations.Nullable;

/** Formats the entries of lists for a table. */
final class TableText {

    private TableText() {}

    /** The first line of the description, or the title without a description. */
    static String summary(@Nullable String description, @Nullable String title) {
        String text = description == null || description.isBlank() ? title : description;
        return text == null ? "" : text.strip().lines().findFirst().orElse("");
    }

    /** Shortens text that is wider than its column. */
    static String cut(String text, int width) {
        return TextColumns.cut(SafeText.line(text, 8 * width), width);
    }
}
