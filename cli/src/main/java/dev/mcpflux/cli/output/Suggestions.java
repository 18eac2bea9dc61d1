package dev.mcpflux.cli.output;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Suggests names that a mistyped name may mean. */
public final class Suggestions {

    private Suggestions() {}

    /** {@code ; did you mean a or b?}, or an empty text if no name is similar. */
    public static String of(String typed, Collection<String> names) {
        int most = Math.max(1, typed.replace("-", "").length() / 3);
        List<String> near = names.stream()
                .filter(name -> distance(typed, name) <= most)
                .sorted(Comparator.comparingInt(name -> distance(typed, name)))
                .limit(3)
                .toList();
        return near.isEmpty() ? "" : near.stream().collect(Collectors.joining(" or ", "; did you mean ", "?"));
    }

    /** Letters left out, added or changed, and neighbours that changed places (optimal string alignment). */
    public static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
