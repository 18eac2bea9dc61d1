package dev.mcpflux.host.config.document;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text. Converts offsets in UTF-16 units, which is what a {@code String} has, from and to what libraries
 * count: code points, and lines with columns.
 */
final class LineIndex {

    private final int length;
    private final int[] starts;
    /** The offset of each code point, or null where both are the same. */
    private final int @Nullable [] points;
    /** The first code point of each line. */
    private final int[] linePoints;

    LineIndex(String text) {
        this.length = text.length();
        int[] found = new int[16];
        int lines = 1;
        boolean pairs = false;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            pairs |= Character.isHighSurrogate(c);
            if (c == '\n' || (c == '\r' && (i + 1 == length || text.charAt(i + 1) != '\n'))) {
                if (lines == found.length) {
                    found = Arrays.copyOf(found, lines * 2);
                }
                found[lines++] = i + 1;
            }
        }
        this.starts = Arrays.copyOf(found, lines);
        this.points = pairs ? points(text) : null;
        this.linePoints = starts.clone();
        if (points != null) {
            for (int i = 0; i < lines; i++) {
                linePoints[i] = Arrays.binarySearch(points, starts[i]);
            }
        }
    }

    private static int[] points(String text) {
        int count = text.codePointCount(0, text.length());
        int[] points = new int[count + 1];
        int offset = 0;
        for (int i = 0; i < count; i++) {
            points[i] = offset;
            offset += Character.charCount(text.codePointAt(offset));
        }
        points[count] = offset;
        return points;
    }

    /** The line of an offset, from 1. */
    int line(int offset) {
        int at = Arrays.binarySearch(starts, offset);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /** The column of an offset, from 1. */
    int column(int offset) {
        return offset - starts[line(offset) - 1] + 1;
    }

    /** The offset of a code point. */
    int ofPoint(int point) {
        return points == null ? Math.min(point, length) : points[Math.min(point, points.length - 1)];
    }

    /** The offset of a line and a column, both from 1, where a column is a code point. */
    int ofPoint(int line, int column) {
        return ofPoint(linePoints[Math.min(line, starts.length) - 1] + column - 1);
    }
}
