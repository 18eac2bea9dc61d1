package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a command describes: labels with values, texts, tables under headings, and the same as a JSON document.
 * {@link Output#show} prints it. All text may quote a server. Immutable.
 */
public final class Document {

    /** Beyond this, a label stands on a line of its own. */
    private static final int MAX_LABEL = 20;

    private static final int MAX_VALUE = 16_384;

    private sealed interface Part {
        record Field(String label, String value, Style style) implements Part {}

        record Heading(String text) implements Part {}

        record Text(String text) implements Part {}

        record Table<T>(Listing<T> listing, List<T> entries) implements Part {
            String lines(TableLayout layout, boolean wide) {
                return layout.lines(listing.columns(), entries, wide);
            }
        }
    }

    private final List<Part> parts;
    private final String name;
    private final Object json;

    private Document(Builder builder) {
        this.parts = List.copyOf(builder.parts);
        this.name = builder.name;
        this.json = builder.json == null ? builder.name : builder.json;
    }

    /** @param name what {@code -o name} prints */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    String name() {
        return name;
    }

    Object json() {
        return json;
    }

    /** The description for a person, made safe for a terminal. */
    String text(int columns, boolean terminal, boolean wide, boolean colours) {
        int label = parts.stream()
                .filter(Part.Field.class::isInstance)
                .mapToInt(part -> TextColumns.width(((Part.Field) part).label()))
                .filter(width -> width <= MAX_LABEL)
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Field field) {
                append(text, field, label, terminal && !wide ? columns : Integer.MAX_VALUE, colours);
            } else if (part instanceof Part.Heading heading) {
                text.append(text.isEmpty() ? "" : System.lineSeparator())
                        .append(Style.BOLD.of(SafeText.line(heading.text()), colours))
                        .append(System.lineSeparator());
            } else if (part instanceof Part.Text paragraph) {
                lines(paragraph.text(), terminal && !wide ? columns : Integer.MAX_VALUE)
                        .forEach(line -> text.append(line).append(System.lineSeparator()));
            } else if (part instanceof Part.Table<?> table) {
                text.append(table.lines(new TableLayout(columns, terminal, !wide, colours), wide));
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Part.Field field, int label, int columns, boolean colours) {
        String safe = SafeText.line(field.label()) + ":";
        List<String> lines = lines(field.value(), Math.max(20, columns - label - 2));
        text.append(safe).append(" ".repeat(Math.max(1, label + 2 - TextColumns.width(safe))));
        for (int i = 0; i < lines.size(); i++) {
            text.append(i == 0 ? "" : " ".repeat(label + 2))
                    .append(field.style().of(lines.get(i), colours))
                    .append(System.lineSeparator());
        }
    }

    private static List<String> lines(String text, int columns) {
        List<String> lines = new ArrayList<>();
        SafeText.text(SafeText.shortened(text, MAX_VALUE))
                .stripTrailing()
                .lines()
                .forEach(line ->
                        lines.addAll(columns == Integer.MAX_VALUE ? List.of(line) : TextColumns.wrap(line, columns)));
        return lines.isEmpty() ? List.of("") : lines;
    }

    /** Collects the parts, from top to bottom. */
    public static final class Builder {

        private final String name;
        private final List<Part> parts = new ArrayList<>();
        private @Nullable Object json;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name);
        }

        /** A label with its value; null stands for a dash. */
        public Builder field(String label, @Nullable Object value) {
            return field(label, value, Style.PLAIN);
        }

        /** A label with a value in a style, which must not be all that says something. */
        public Builder field(String label, @Nullable Object value, Style style) {
            parts.add(new Part.Field(label, Output.orDash(value), style));
            return this;
        }

        public Builder heading(String text) {
            parts.add(new Part.Heading(text));
            return this;
        }

        /** Lines, which are broken at the width of the terminal. */
        public Builder text(String text) {
            parts.add(new Part.Text(text));
            return this;
        }

        /** A table; nothing where it is empty. */
        public <T> Builder table(Listing<T> listing, List<T> entries) {
            if (!entries.isEmpty()) {
                parts.add(new Part.Table<>(listing, List.copyOf(entries)));
            }
            return this;
        }

        /** What {@code -o json}, {@code yaml} and {@code jsonpath} print. */
        public Builder json(Object document) {
            json = document;
            return this;
        }

        public Document build() {
            return new Document(this);
        }
    }
}
