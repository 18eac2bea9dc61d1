package dev.mcpflux.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One line of a live screen: parts of text, each in a style. The text may quote a server; the screen makes it safe. */
public record TableLine(List<Part> parts) {

    public static final TableLine EMPTY = new TableLine(List.of());

    public TableLine {
        parts = List.copyOf(parts);
    }

    /** How a part looks, where colours are allowed. */
    public enum Style {
        PLAIN(""),
        BOLD("1"),
        DIM("2"),
        REVERSE("7"),
        GOOD("32"),
        WARNING("33"),
        BAD("31");

        /** The parameter of the escape sequence that selects it; empty for none. */
        public final String code;

        Style(String code) {
            this.code = code;
        }

        /** Text in this style, which ends behind it. The text must be safe already. */
        public String of(String safe, boolean colours) {
            return !colours || this == PLAIN || safe.isEmpty() ? safe : "\033[" + code + "m" + safe + "\033[0m";
        }
    }

    public record Part(String text, Style style) {}

    public static TableLine of(String text) {
        return of(text, Style.PLAIN);
    }

    public static TableLine of(String text, Style style) {
        return new TableLine(List.of(new Part(text, style)));
    }

    /** The same line with another part at its end. */
    public TableLine with(String text, Style style) {
        List<Part> all = new ArrayList<>(parts);
        all.add(new Part(text, style));
        return new TableLine(all);
    }

    /** The text alone. */
    public String text() {
        return parts.stream().map(Part::text).collect(Collectors.joining());
    }
}
