package dev.mcpflux.transport.stdio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process and all that it started. Descendants are found by their parents and, where there is a {@code /proc}, by the
 * mark that every one of them has inherited in its environment: one whose parent has ended (a double fork, a daemon) is
 * nobody's descendant any more, and the mark still tells whose it is. The methods look at the operating system and so
 * block for a moment.
 */
final class ProcessTree {

    /** The variable that marks the processes of one launch. */
    static final String MARK = "MCPFLUX_LAUNCH_ID";

    private static final Path PROC = Path.of("/proc");

    private final ProcessHandle root;
    private final String launchId;
    private final Set<ProcessHandle> seen = Collections.newSetFromMap(new ConcurrentHashMap<>());

    ProcessTree(ProcessHandle root, String launchId) {
        this.root = root;
        this.launchId = launchId;
    }

    /** Remembers who descends from it now, while their parents still tell. */
    void look() {
        root.descendants().forEach(seen::add);
        for (ProcessHandle known : List.copyOf(seen)) {
            known.descendants().forEach(seen::add);
        }
    }

    /** Remembers who carries its mark now. */
    private void lookForTheMark() {
        for (long pid : Marks.carriers(launchId)) {
            if (pid != root.pid()) {
                ProcessHandle.of(pid).ifPresent(seen::add);
            }
        }
    }

    /** Whether any process of the tree still runs; looks again before it says no. */
    boolean alive() {
        if (anyRuns()) {
            return true;
        }
        lookForTheMark();
        return anyRuns();
    }

    private boolean anyRuns() {
        return runs(root) || seen.stream().anyMatch(ProcessTree::runs);
    }

    /** Asks every process of the tree to end, leaves first; or makes it end. */
    void signal(boolean forcibly) {
        look();
        lookForTheMark();
        for (ProcessHandle process : leavesFirst()) {
            if (runs(process)) {
                boolean ignored = forcibly ? process.destroyForcibly() : process.destroy();
            }
        }
    }

    private List<ProcessHandle> leavesFirst() {
        List<ProcessHandle> processes = new ArrayList<>(seen);
        // a child has, almost always, a greater pid than its parent
        processes.sort((a, b) -> Long.compare(b.pid(), a.pid()));
        processes.add(root);
        return processes;
    }

    /** Whether it runs: a zombie, which only its parent can remove, does not, though {@code isAlive} says so. */
    private static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        Path stat = PROC.resolve(Long.toString(process.pid())).resolve("stat");
        try {
            // "pid (name) S …": the name may hold anything, parentheses too
            String text = new String(Files.readAllBytes(stat), StandardCharsets.ISO_8859_1);
            int state = text.lastIndexOf(')') + 2;
            return state >= text.length() || (text.charAt(state) != 'Z' && text.charAt(state) != 'X');
        } catch (IOException e) {
            // gone this moment, or a system without /proc
            return process.isAlive();
        }
    }

    /**
     * Who carries which mark. Looking at every process takes milliseconds, so one look serves all who asked before it
     * began: a hundred connections that close at once look twice or so, not a hundred times.
     */
    private static final class Marks {
        private static final Pattern MARKED = Pattern.compile("(?:^|\0)" + MARK + "=([^\0]*)");
        private static long begun = System.nanoTime();
        private static Map<String, List<Long>> found = Map.of();

        static List<Long> carriers(String launchId) {
            return since(System.nanoTime()).getOrDefault(launchId, List.of());
        }

        private static synchronized Map<String, List<Long>> since(long asked) {
            if (begun - asked <= 0) {
                begun = System.nanoTime();
                found = scan();
            }
            return found;
        }

        private static Map<String, List<Long>> scan() {
            Map<String, List<Long>> marks = new HashMap<>();
            if (!Files.isDirectory(PROC.resolve("self"))) {
                return marks;
            }
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
                for (Path process : processes) {
                    Matcher matcher = MARKED.matcher(environment(process));
                    if (matcher.find()) {
                        marks.computeIfAbsent(matcher.group(1), id -> new ArrayList<>())
                                .add(Long.parseLong(process.getFileName().toString()));
                    }
                }
            } catch (IOException | DirectoryIteratorException e) {
                // what the parents tell has to do
            }
            return marks;
        }

        private static String environment(Path process) {
            try {
                return new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                // gone this moment, or somebody else's
                return "";
            }
        }
    }
}
