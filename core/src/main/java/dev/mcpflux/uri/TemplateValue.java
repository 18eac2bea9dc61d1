package dev.mcpflux.uri;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values of template variables as defined by RFC 6570: texts, lists of texts, and maps from texts to texts (section
 * 2.3).
 */
final class TemplateValue {

    private TemplateValue() {}

    static boolean isDefined(@Nullable Object value) {
        if (value instanceof Collection<?> list) {
            return list.stream().anyMatch(Objects::nonNull);
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().anyMatch(Objects::nonNull);
        }
        return value != null;
    }

    /**
     * Converts a defined value to texts.
     *
     * @throws IllegalArgumentException with the problem, to be put after the variable's name
     */
    static Object plain(Object value, int maxLength) {
        boolean cut = maxLength > 0;
        if (value instanceof Collection<?> list) {
            requireWhole(cut);
            List<Object> items = new ArrayList<>();
            for (Object item : list) {
                if (item != null) {
                    items.add(text(item));
                }
            }
            return items;
        }
        if (value instanceof Map<?, ?> map) {
            requireWhole(cut);
            Map<String, Object> members = new LinkedHashMap<>();
            map.forEach((name, item) -> {
                if (item != null) {
                    members.put(text(name), text(item));
                }
            });
            return members;
        }
        String text = text(value);
        return cut && text.codePointCount(0, text.length()) > maxLength
                ? text.substring(0, text.offsetByCodePoints(0, maxLength))
                : text;
    }

    private static void requireWhole(boolean cut) {
        if (cut) {
            throw new IllegalArgumentException("is to be cut to a length, which only a text can be");
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof CharSequence sequence) {
            String text = sequence.toString();
            if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                throw new IllegalArgumentException("has half a character in it");
            }
            return text;
        }
        throw new IllegalArgumentException("is, or has within it, "
                + (value == null ? "null as a name" : "a " + value.getClass().getSimpleName())
                + ", which is neither a text nor a number nor a boolean");
    }
}
