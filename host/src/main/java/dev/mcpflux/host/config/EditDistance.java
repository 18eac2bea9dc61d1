package dev.mcpflux.host.config;

/** How near two words are, to suggest what somebody may have meant. */
public final class EditDistance {

    private EditDistance() {}

    /** Levenshtein's distance, 0 where one is a part of the other: {@code weather} stands for {@code weather_lookup}. */
    public static int of(String a, String b) {
        if (b.contains(a) || a.contains(b)) {
            return 0;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
