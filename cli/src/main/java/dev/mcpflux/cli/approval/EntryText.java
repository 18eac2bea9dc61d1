package dev.mcpflux.cli.approval;

import dev.mcpflux.host.approval.EntryReview;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An entry of a project as lines for a person; safe for a terminal, and nothing is left out. */
final class EntryText {

    /** More lines than this scroll out of sight. */
    private static final int LONG = 30;

    private static final int MOST_LABEL = 24;

    private EntryText() {}

    /** Shows all that there is to see. */
    static void show(EntryReview review, Page page) {
        page.say(review.server() + (review.status() == EntryReview.Status.CHANGED ? " has changed" : ""));
        lines(review).forEach(page::quote);
        differences(review).forEach(line -> page.quote("* " + line));
        notes(review).forEach(line -> page.say("  ! " + line));
        if (review.refusal() != null) {
            page.quote("! refused: " + oneLine(review.refusal().problem()));
        }
    }

    /** The whole entry, without its name. */
    static List<String> lines(EntryReview review) {
        Map<String, String> rows = new LinkedHashMap<>();
        review.fields().forEach((key, value) -> {
            String kind = key.replaceFirst(" \\d+$", "");
            if (kind.equals("command") || kind.equals("argument")) {
                rows.merge("command", quoted(value), (line, word) -> line + " " + word);
            } else if (kind.equals("helper")) {
                rows.merge("helper", quoted(value), (line, word) -> line + " " + word);
            } else if (!(kind.equals("auth") && value.startsWith("as ")) && !kind.equals("transport")) {
                rows.put(key, value);
            }
        });
        int width = rows.keySet().stream()
                .mapToInt(key -> label(key).length())
                .filter(length -> length <= MOST_LABEL)
                .max()
                .orElse(0);
        List<String> lines = new ArrayList<>();
        rows.forEach((key, value) -> {
            String label = label(key);
            lines.add(label + " ".repeat(Math.max(0, width - label.length()) + 2) + oneLine(value));
        });
        return lines;
    }

    private static String label(String key) {
        return oneLine(key);
    }

    /** What is different from what was decided about. */
    static List<String> differences(EntryReview review) {
        return review.differences().stream().map(EntryText::difference).toList();
    }

    private static String difference(EntryReview.Difference difference) {
        String field = oneLine(difference.field());
        String before = difference.before();
        String now = difference.now();
        if (before == null) {
            return "new: " + field + (now == null || hides(now) ? "" : " = " + oneLine(now));
        }
        if (now == null) {
            return "gone: " + field + (hides(before) ? "" : " = " + oneLine(before));
        }
        return "changed: " + field
                + (before.equals(now) || hides(before) || hides(now)
                        ? ""
                        : ": " + oneLine(before) + " -> " + oneLine(now));
    }

    private static boolean hides(String value) {
        return value == null || value.isEmpty() || value.equals("…");
    }

    /** What a person should notice. */
    static List<String> notes(EntryReview review) {
        List<String> notes =
                new ArrayList<>(review.notes().stream().map(EntryText::oneLine).toList());
        int lines =
                lines(review).stream().mapToInt(line -> 1 + line.length() / 80).sum();
        if (lines > LONG) {
            notes.add("the entry is long: " + lines + " lines; scroll up to see all of it");
        }
        return notes;
    }

    /** The status in one word. */
    static String status(EntryReview review) {
        return review.status().name().toLowerCase(Locale.ROOT);
    }

    /** The command line, or where the server is. */
    static String brief(EntryReview review) {
        List<String> lines = lines(review);
        return lines.isEmpty() ? "-" : lines.get(0).replaceFirst("^\\S+\\s+", "");
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./${}-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Line breaks are shown rather than joined: a second line of a script is not to be overlooked. */
    private static String oneLine(String text) {
        return SafeText.line(text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t"));
    }
}
