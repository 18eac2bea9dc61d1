package dev.mcpflux.transport.stdio;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    /** Whether the kernel lists the children of threads. */
    private static final boolean CHILDREN =
            Files.exists(PROC.resolve("thread-self").resolve("children"));

    private static final AtomicBoolean NUMBERED = new AtomicBoolean();

    private final ProcessHandle root;
    private final String launchId;
    private final Set<ProcessHandle> seen = Collections.newSetFromMap(new ConcurrentHashMap<>());

    ProcessTree(ProcessHandle root, String launchId) {
        this.root = root;
        this.launchId = launchId;
    }

    /**
     * Whether the newest number that the system tells is one of those that processes have here: in some containers it is the
     * machine's.
     */
    static boolean numbered() {
        return NUMBERED.get();
    }

    /**
     * Learns of a process that was made.
     *
     * @param before what {@link Proc#newest} told before it was made
     */
    static void made(long before, long pid) {
        long after = Proc.newest();
        if (before > 0 && before < pid && pid <= after) {
            NUMBERED.set(true);
        }
    }

    /** Remembers who descends from it now, while their parents still tell. */
    void look() {
        look(root);
        for (ProcessHandle known : List.copyOf(seen)) {
            look(known);
        }
    }

    private void look(ProcessHandle parent) {
        if (!lookAtChildren(parent.pid())) {
            parent.descendants().forEach(seen::add);
        }
    }

    /**
     * Looks where the kernel lists the children of each thread, which takes a moment per process of this tree; the way of the
     * JDK reads about all processes of the machine. Returns false where there are no such lists.
     */
    private boolean lookAtChildren(long parent) {
        Path threads = PROC.resolve(Long.toString(parent)).resolve("task");
        String[] ids = threads.toFile().list();
        if (ids == null) {
            // it has ended and has no children any more, or there is no /proc
            return CHILDREN;
        }
        for (String id : ids) {
            String children = Proc.read(threads.resolve(id).resolve("children"));
            if (children == null) {
                if (!CHILDREN) {
                    return false;
                }
                continue;
            }
            for (String child : children.split(" ", -1)) {
                if (!child.isBlank()) {
                    remember(Long.parseLong(child.strip()));
                }
            }
        }
        return true;
    }

    private void remember(long pid) {
        ProcessHandle.of(pid).ifPresent(child -> {
            if (seen.add(child)) {
                lookAtChildren(pid);
            }
        });
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
        String text = Proc.read(stat);
        if (text == null) {
            // gone this moment, or a system without /proc
            return process.isAlive();
        }
        // "pid (name) S …": the name may hold anything, parentheses too
        int state = text.lastIndexOf(')') + 2;
        return state >= text.length() || (text.charAt(state) != 'Z' && text.charAt(state) != 'X');
    }

    /**
     * Who carries which mark. Looking at every process takes milliseconds, so one look serves all who asked before it
     * began, and the next looks at what is newer only: the kernel numbers processes in the order in which they are made.
     */
    private static final class Marks {
        private static final Pattern MARKED = Pattern.compile("(?:^|\0)" + MARK + "=([^\0]*)");

        /** After this long everything is looked at again: the numbers may have begun anew. */
        private static final long FRESH_NANOS = 5_000_000_000L;

        private static long begun = System.nanoTime();
        /** When everything was looked at. */
        private static long begunAnew = begun - FRESH_NANOS;
        /** The newest process or thread when the last look began; 0 where that is not known. */
        private static long newest;
        /** Whether that was known, and in the numbers that processes have here, when it began. */
        private static boolean known;

        private static Map<String, Set<Long>> found = new HashMap<>();

        /** Who carries this mark; one that was seen earlier is looked at again, since it may be another by now. */
        static List<Long> carriers(String launchId) {
            List<Long> carriers = new ArrayList<>();
            for (long pid : since(System.nanoTime(), launchId)) {
                if (launchId.equals(mark(Long.toString(pid)))) {
                    carriers.add(pid);
                }
            }
            return carriers;
        }

        private static synchronized List<Long> since(long asked, String launchId) {
            if (begun - asked <= 0) {
                begun = System.nanoTime();
                boolean numbered = NUMBERED.get();
                long now = numbered ? Proc.newest() : 0;
                if (!known || now == 0 || begun - begunAnew > FRESH_NANOS) {
                    begunAnew = begun;
                    found = new HashMap<>();
                    look(0, 0);
                } else if (now != newest) {
                    look(newest, now);
                }
                newest = now;
                known = now > 0;
            }
            return List.copyOf(found.getOrDefault(launchId, Set.of()));
        }

        /** Looks at the processes that were made after one and up to another; at all, if these are the same. */
        private static void look(long after, long upTo) {
            String[] names =
                    PROC.resolve("self").toFile().exists() ? PROC.toFile().list() : null;
            if (names == null) {
                // what the parents tell has to do
                return;
            }
            for (String name : names) {
                if (isNumber(name) && within(after, upTo, Long.parseLong(name))) {
                    String mark = mark(name);
                    if (mark != null) {
                        found.computeIfAbsent(mark, id -> new HashSet<>()).add(Long.parseLong(name));
                    }
                }
            }
        }

        /** The numbers begin anew when they have reached the greatest. */
        private static boolean within(long after, long upTo, long pid) {
            return after == upTo || (after < upTo ? pid > after && pid <= upTo : pid > after || pid <= upTo);
        }

        private static @Nullable String mark(String pid) {
            String environment = Proc.read(PROC.resolve(pid).resolve("environ"));
            // most processes carry none
            if (environment == null || !environment.contains(MARK)) {
                return null;
            }
            Matcher matcher = MARKED.matcher(environment);
            return matcher.find() ? matcher.group(1) : null;
        }

        private static boolean isNumber(String name) {
            return !name.isEmpty() && name.charAt(0) >= '0' && name.charAt(0) <= '9';
        }
    }
}
