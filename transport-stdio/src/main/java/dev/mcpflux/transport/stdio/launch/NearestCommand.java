package dev.mcpflux.transport.stdio.launch;

import java.io.File;
import org.jspecify.annotations.Nullable;

/** Suggests what somebody may have meant by a command that does not exist. */
public final class NearestCommand {

    private NearestCommand() {}

    /**
     * The name of a program in one of the directories that differs in two characters at most, and in one if it is short; null
     * where there is none. Reads the directories.
     */
    public static @Nullable String on(String path, String command) {
        int least = command.length() < 5 ? 2 : 3;
        String best = null;
        for (String directory : path.split(File.pathSeparator)) {
            String[] names = directory.isEmpty() ? null : new File(directory).list();
            for (String name : names == null ? new String[0] : names) {
                if (Math.abs(name.length() - command.length()) < least) {
                    int distance = distance(name, command);
                    boolean nearer =
                            distance < least || (distance == least && best != null && name.compareTo(best) < 0);
                    if (nearer && isProgram(new File(directory, name))) {
                        least = distance;
                        best = name;
                    }
                }
            }
        }
        return best;
    }

    private static boolean isProgram(File file) {
        return file.isFile() && file.canExecute();
    }

    /** Levenshtein's distance, in which two characters in the wrong order count as one mistake. */
    static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] next = new int[b.length() + 1];
            next[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                next[j] = Math.min(row[j - 1] + same, Math.min(row[j], next[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    next[j] = Math.min(next[j], before[j - 2] + 1);
                }
            }
            before = row;
            row = next;
        }
        return row[b.length()];
    }
}
