package dev.mcpflux.samples.weather;

import java.text.Normalizer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Compares names with tolerance for typing: ignores case, accents and separators, but not letters. */
final class Names {

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern SEPARATORS = Pattern.compile("[\\s_\\-]+");
    private static final int MOST_SUGGESTIONS = 3;

    private Names() {}

    /** The form in which two spellings of one name are equal: {@code "São-Paulo "} becomes {@code "sao paulo"}. */
    static String fold(String name) {
        String decomposed = Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        String plain = MARKS.matcher(decomposed).replaceAll("");
        // these letters have no decomposition in Unicode, but people type the plain letter
        plain = plain.replace('ø', 'o').replace('ł', 'l').replace("ß", "ss");
        return SEPARATORS.matcher(plain).replaceAll(" ").strip();
    }

    /**
     * The candidates with a similar spelling, the nearest first, at most three.
     *
     * <p>Up to a third of the letters may differ; with more, all short names would be similar. Only candidates close to
     * the nearest one count: beside one with a single wrong letter, a candidate with three is noise. A candidate with
     * slashes, such as a time zone, is also compared by the part after the last one.
     */
    static List<String> near(String name, Collection<String> candidates) {
        String wanted = fold(name);
        int tolerance = Math.max(1, wanted.length() / 3);
        List<Scored> near = candidates.stream()
                .map(candidate -> new Scored(candidate, distance(wanted, candidate)))
                .filter(scored -> scored.distance <= tolerance)
                .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::candidate))
                .toList();
        return near.stream()
                .filter(scored -> scored.distance <= near.get(0).distance + 1)
                .limit(MOST_SUGGESTIONS)
                .map(Scored::candidate)
                .toList();
    }

    private static int distance(String wanted, String candidate) {
        String folded = fold(candidate);
        int whole = editDistance(wanted, folded);
        int slash = folded.lastIndexOf('/');
        if (slash < 0) {
            return whole;
        }
        String last = folded.substring(slash + 1);
        return Math.min(whole, editDistance(wanted.substring(wanted.lastIndexOf('/') + 1), last) + lostPath(wanted));
    }

    // "Asia/Lisbon" is further from "Europe/Lisbon" than a bare "Lisbon" is
    private static int lostPath(String wanted) {
        return wanted.indexOf('/') < 0 ? 0 : 1;
    }

    /** Levenshtein's distance: how many letters to insert, delete or replace. */
    static int editDistance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }

    private record Scored(String candidate, int distance) {}
}
