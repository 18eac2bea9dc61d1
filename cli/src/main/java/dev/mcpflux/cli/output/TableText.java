package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.text.SafeText;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats the entries of lists for a table. */
public final class TableText {

    private TableText() {}

    /** The first line of the description, or the title without a description. */
    public static String summary(@Nullable String description, @Nullable String title) {
        String text = description == null || description.isBlank() ? title : description;
        return text == null ? "" : text.strip().lines().findFirst().orElse("");
    }

    /** Shortens text that is wider than its column. */
    public static String cut(String text, int width) {
        return TextColumns.cut(SafeText.line(text, 8 * width), width);
    }

    /** The size for a person: at most one decimal. */
    public static String size(@Nullable Long bytes) {
        if (bytes == null) {
            return "-";
        }
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes / 1000.0;
        String units = "kMGTPE";
        int unit = 0;
        while (value >= 999.95 && unit < units.length() - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %cB", value, units.charAt(unit));
    }
}
