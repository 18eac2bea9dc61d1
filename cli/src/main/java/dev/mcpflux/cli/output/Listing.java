package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a list is printed in each format: its columns, its names and its document. {@link Output#list} prints it. Immutable.
 *
 * @param <T> an entry of the list
 */
public final class Listing<T> {

    /** Whether a column is shown. */
    enum Room {
        ALWAYS,
        /** Unless the terminal is too narrow. */
        SPACE,
        /** With {@code -o wide} only. */
        WIDE
    }

    record Column<T>(String header, Room room, Function<T, @Nullable Object> text, Function<T, Style> style) {}

    private final List<Column<T>> columns;
    private final Function<T, String> name;
    private final Function<List<T>, ?> document;

    private Listing(Builder<T> builder) {
        this.columns = List.copyOf(builder.columns);
        this.name = builder.name;
        this.document = builder.document;
    }

    public static <T> Builder<T> builder() {
        return new Builder<>();
    }

    List<Column<T>> columns() {
        return columns;
    }

    String name(T entry) {
        return name.apply(entry);
    }

    Object document(List<T> entries) {
        return document.apply(entries);
    }

    /**
     * Collects the columns, from left to right. The text of a cell may quote a server, and null stands for a dash.
     *
     * @param <T> an entry of the list
     */
    public static final class Builder<T> {

        private final List<Column<T>> columns = new ArrayList<>();
        private Function<T, String> name = String::valueOf;
        private Function<List<T>, ?> document = entries -> McpJson.mapper().valueToTree(entries);

        private Builder() {}

        public Builder<T> column(String header, Function<T, @Nullable Object> text) {
            return column(header, text, entry -> Style.PLAIN);
        }

        /** A column whose cells have a style, which must not be all that says something. */
        public Builder<T> column(String header, Function<T, @Nullable Object> text, Function<T, Style> style) {
            columns.add(new Column<>(header, Room.ALWAYS, text, style));
            return this;
        }

        /** A column that is left out where the terminal is too narrow; the last such column goes first. */
        public Builder<T> optional(String header, Function<T, @Nullable Object> text) {
            columns.add(new Column<>(header, Room.SPACE, text, entry -> Style.PLAIN));
            return this;
        }

        /** A column for {@code -o wide}. */
        public Builder<T> wide(String header, Function<T, @Nullable Object> text) {
            columns.add(new Column<>(header, Room.WIDE, text, entry -> Style.PLAIN));
            return this;
        }

        /** What {@code -o name} prints: the name that other commands take. */
        public Builder<T> name(Function<T, String> of) {
            name = Objects.requireNonNull(of);
            return this;
        }

        /** The document of {@code -o json}, {@code yaml} and {@code jsonpath}; by default Jackson's view of the entries. */
        public Builder<T> document(Function<List<T>, ?> of) {
            document = Objects.requireNonNull(of);
            return this;
        }

        public Listing<T> build() {
            return new Listing<>(this);
        }
    }
}
