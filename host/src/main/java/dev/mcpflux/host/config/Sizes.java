package dev.mcpflux.host.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes in bytes as people write them: {@code 1048576}, {@code "512m"}, {@code "2 GiB"}; a unit is a power of 1024. */
final class Sizes {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*([kmgt]?)(?:i?b)?");

    private Sizes() {}

    /** The number of bytes, or null where the text is no size. */
    static @Nullable Long read(String text) {
        Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            return null;
        }
        int power = size.group(2).isEmpty() ? 0 : 1 + "kmgt".indexOf(size.group(2));
        try {
            return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * power));
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /** A size as people write it. */
    static String text(long size) {
        int power = 0;
        long rest = size;
        while (power < 4 && rest > 0 && rest % 1024 == 0) {
            rest /= 1024;
            power++;
        }
        return power == 0 ? String.valueOf(size) : rest + "kmgt".substring(power - 1, power);
    }

    static String expected() {
        return "expected a size like 1048576, \"512m\" or \"2g\"";
    }
}
