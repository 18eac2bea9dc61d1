package dev.mcpflux.transport.stdio;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A process and all its descendants. They are found by their parents and, where there is a {@code /proc}, by the mark
 * that each inherits in its environment. A process whose parent has ended (a double fork, a daemon) is no longer
 * anybody's descendant, but still carries the mark. The methods query the operating system and therefore block briefly.
 */
final class ProcessTree {

    /** The environment variable that marks the processes of one launch. */
    static final String MARK = "MCPFLUX_LAUNCH_ID";

    private static final Path PROC = Path.of("/proc");

    /** Whether the kernel lists the children of a thread. */
    private static final boolean CHILDREN =
            Files.exists(PROC.resolve("thread-self").resolve("children"));

    /** The number of consecutive scans that must find nothing when processes are started at the same time. */
    private static final int LOOKS = 3;

    /**
     * The number of rounds in which running processes are stopped before the kill, so that children started meanwhile
     * are found.
     */
    private static final int FREEZES = 5;

    private static final long STOP_MILLIS = 500;

    private static final long KILL_AGAIN_NANOS = 1_000_000;

    /** How long a process with an empty environment is assumed to be in the middle of {@code exec}. */
    private static final long EXEC_NANOS = 50_000_000;

    private static final int LATE_SCANS = 6;

    private static final long LATE_SCAN_PAUSE_NANOS = 2_000_000;

    private static final File NOTHING = new File("/dev/null");

    private static final AtomicBoolean NUMBERED = new AtomicBoolean();

    private final ProcessHandle root;
    private final String launchId;
    private final boolean sandboxed;
    private final Set<ProcessHandle> seen = Collections.newSetFromMap(new ConcurrentHashMap<>());
    /** The processes that have been sent KILL. */
    private final Set<ProcessHandle> killed = Collections.newSetFromMap(new ConcurrentHashMap<>());

    /** Whether a process was found by its mark alone, because its parent had ended. */
    private volatile boolean orphanSeen;

    ProcessTree(ProcessHandle root, String launchId) {
        this(root, launchId, false);
    }

    /**
     * The tree below a process.
     *
     * @param sandboxed whether the process is that of a sandbox, with which the kernel kills everything within
     */
    ProcessTree(ProcessHandle root, String launchId, boolean sandboxed) {
        this.root = root;
        this.launchId = launchId;
        this.sandboxed = sandboxed;
    }

    /**
     * Whether the newest id that the system reports belongs to the same numbering as the processes seen here. In some
     * containers it belongs to that of the machine.
     */
    static boolean numbered() {
        return NUMBERED.get();
    }

    /**
     * Compares the reported ids with those of a process that was just started.
     *
     * @param before the value of {@link Proc#newest} before the start
     */
    static void made(long before, long pid) {
        long after = Proc.newest();
        if (before > 0 && before < pid && pid <= after) {
            NUMBERED.set(true);
        }
    }

    /** Records the current descendants, as long as their parents still run and list them. */
    void look() {
        look(root);
        for (ProcessHandle known : List.copyOf(seen)) {
            look(known);
        }
    }

    private void look(ProcessHandle parent) {
        // the id of a process that has ended may have been given to another one, with unrelated children
        if (parent.isAlive() && !recordChildren(parent)) {
            parent.descendants().forEach(seen::add);
        }
    }

    /**
     * Reads the children of each thread from {@code /proc}, where the kernel lists them. This takes a moment for each
     * process of this tree; the JDK's way reads all processes of the machine. Returns false where there are no such
     * lists.
     */
    private boolean recordChildren(ProcessHandle parent) {
        Path threads = PROC.resolve(Long.toString(parent.pid())).resolve("task");
        String[] ids = threads.toFile().list();
        if (ids == null) {
            // the process has ended and has no children any more, or there is no /proc
            return CHILDREN;
        }
        List<Long> found = new ArrayList<>();
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
                    found.add(Long.parseLong(child.strip()));
                }
            }
        }
        if (parent.isAlive()) {
            found.forEach(this::remember);
        }
        return true;
    }

    private void remember(long pid) {
        ProcessHandle.of(pid).ifPresent(child -> {
            if (seen.add(child)) {
                recordChildren(child);
            }
        });
    }

    /** Records the processes that carry the mark now; returns whether one of them is new. */
    private boolean recordMarked() {
        boolean met = false;
        for (long pid : Marks.carriers(launchId)) {
            if (pid != root.pid() && ProcessHandle.of(pid).map(seen::add).orElse(true)) {
                orphanSeen = true;
                met = true;
            }
        }
        return met;
    }

    /**
     * Records all processes of the tree: those with the mark, and their children, which may have cleared their
     * environment. Returns whether one was found by its mark alone; it may have ended since.
     */
    private boolean find() {
        // a process that has ended need not be examined again
        seen.removeIf(known -> !known.isAlive());
        look();
        boolean met = recordMarked();
        look();
        return met;
    }

    /**
     * Whether any process of the tree still runs. One scan can miss a process that was started during the scan and
     * whose parent has ended meanwhile. So before it returns false, it scans several times, or until no process was
     * started during a scan; and more often for a tree whose processes start others and end. Also returns true if a
     * process was found that has ended since, because it may have started another one.
     */
    boolean alive() {
        if (anyRuns()) {
            return true;
        }
        long deadline = System.nanoTime() + EXEC_NANOS;
        for (int looks = 0; looks < LOOKS; ) {
            long newest = numbered() ? Proc.newest() : 0;
            if (find() || anyRuns()) {
                return true;
            }
            if (Marks.unsure(orphanSeen) && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(KILL_AGAIN_NANOS);
                continue;
            }
            looks++;
            if (newest > 0 && newest == Proc.newest()) {
                break;
            }
        }
        return orphanSeen && foundByFurtherScans();
    }

    /**
     * Whether further scans of all processes find one. When each process starts the next and ends, a scan misses them
     * if this thread has to wait for a processor between listing the processes and reading their environments. A
     * process that is being created has an id before it is visible.
     */
    private boolean foundByFurtherScans() {
        long deadline = System.nanoTime() + EXEC_NANOS;
        for (int looks = 0; looks < LATE_SCANS; looks++) {
            do {
                LockSupport.parkNanos(LATE_SCAN_PAUSE_NANOS);
                Marks.scanAllNext();
                if (find() || anyRuns()) {
                    return true;
                }
            } while (Marks.unsure(true) && System.nanoTime() - deadline < 0);
        }
        return false;
    }

    private boolean anyRuns() {
        return runs(root) || seen.stream().anyMatch(ProcessTree::runs);
    }

    /**
     * Sends TERM to every process of the tree, leaves first. A sandbox is left to end with what is in it: it would end at once,
     * and leave the server no time.
     */
    void terminate() {
        find();
        List<ProcessHandle> processes = running();
        if (sandboxed && processes.size() > 1) {
            processes.remove(root);
        }
        // a child has, almost always, a higher id than its parent
        Collections.reverse(processes);
        processes.forEach(ProcessHandle::destroy);
    }

    /**
     * Kills every process of the tree, including those started meanwhile.
     *
     * @param limit for the whole operation
     * @return whether no process is left
     */
    boolean kill(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        freeze(deadline);
        do {
            find();
            // parents first, so that a parent cannot replace a child that ends
            List<ProcessHandle> processes = running();
            processes.forEach(ProcessHandle::destroyForcibly);
            if (processes.isEmpty() && !alive()) {
                return true;
            }
            // new processes are killed at once; those already killed need a moment to end
            if (killed.containsAll(processes)) {
                LockSupport.parkNanos(KILL_AGAIN_NANOS);
            }
            killed.addAll(processes);
        } while (System.nanoTime() - deadline < 0);
        return !alive();
    }

    /**
     * Stops the processes, so that none can start a child that clears its environment and loses its parent between the
     * last scan and the kill. The JDK cannot send this signal; without a {@code kill} command this step is left out.
     */
    private void freeze(long deadline) {
        Set<ProcessHandle> frozen = new HashSet<>();
        for (int round = 0; round < FREEZES && System.nanoTime() - deadline < 0; round++) {
            find();
            List<ProcessHandle> next = running();
            next.removeAll(frozen);
            if (next.isEmpty() || !stop(next)) {
                return;
            }
            frozen.addAll(next);
        }
    }

    private static boolean stop(List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-STOP"));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            Process stop = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(NOTHING))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stop.waitFor(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                stop.destroyForcibly();
            }
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The running processes, the oldest first. */
    private List<ProcessHandle> running() {
        List<ProcessHandle> processes = new ArrayList<>(seen);
        processes.add(root);
        processes.removeIf(process -> !runs(process));
        processes.sort(Comparator.comparingLong(ProcessHandle::pid));
        return processes;
    }

    /**
     * Whether the process runs. A zombie, which only its parent can remove, does not run, although {@code isAlive}
     * returns true for it.
     */
    private static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        Path stat = PROC.resolve(Long.toString(process.pid())).resolve("stat");
        String text = Proc.read(stat);
        if (text == null) {
            // it ended at this moment, or the system has no /proc
            return process.isAlive();
        }
        // "pid (name) S …": the name may contain any character, parentheses too
        int state = text.lastIndexOf(')') + 2;
        return state >= text.length() || (text.charAt(state) != 'Z' && text.charAt(state) != 'X');
    }

    /**
     * Maps marks to the processes that carry them. Scanning all processes takes milliseconds, so one scan serves all
     * requests made before it began, and the next scan looks at newer processes only: the kernel assigns ids in
     * ascending order.
     */
    private static final class Marks {
        private static final Pattern MARKED = Pattern.compile("(?:^|\0)" + MARK + "=([^\0]*)");

        /** After this time all processes are scanned again, because the ids may have started over. */
        private static final long FULL_SCAN_NANOS = 5_000_000_000L;

        private static long begun = System.nanoTime();
        /** The time of the last scan of all processes. */
        private static long lastFullScan = begun - FULL_SCAN_NANOS;
        /** The newest process or thread at the beginning of the last scan; 0 where that is not known. */
        private static long newest;
        /** Whether that value was known, and belonged to the numbering of the processes here, when the scan began. */
        private static boolean known;

        private static Map<String, Set<Long>> found = new HashMap<>();

        /**
         * Processes with an empty environment, as one has briefly during {@code exec}, and until when they are scanned
         * again.
         */
        private static final Map<Long, Long> inExec = new HashMap<>();

        /** Processes newer than this JVM that have no environment. */
        private static final Set<Long> without = new HashSet<>();

        private static final int MANY = 10_000;

        private static final long SELF = ProcessHandle.current().pid();

        /**
         * Whether a process ended during the last scan before its environment was read; it may have started another
         * one.
         */
        private static boolean vanished;

        /**
         * The processes that carry this mark. A process found earlier is examined again, since its id may belong to
         * another one now.
         */
        static List<Long> carriers(String launchId) {
            List<Long> carriers = new ArrayList<>();
            for (long pid : since(System.nanoTime(), launchId)) {
                String environment = environment(pid);
                if (environment != null && launchId.equals(mark(environment))) {
                    carriers.add(pid);
                } else if (environment != null && environment.isEmpty()) {
                    expect(pid);
                }
            }
            return carriers;
        }

        private static synchronized void expect(long pid) {
            inExec.putIfAbsent(pid, System.nanoTime() + EXEC_NANOS);
        }

        /**
         * Whether the last scan could not assign every process to a tree.
         *
         * @param ended whether to count processes that ended before they were examined
         */
        static synchronized boolean unsure(boolean ended) {
            return (ended && vanished) || !inExec.isEmpty();
        }

        static synchronized void scanAllNext() {
            lastFullScan = begun - FULL_SCAN_NANOS - 1;
        }

        private static synchronized List<Long> since(long asked, String launchId) {
            if (begun - asked <= 0) {
                begun = System.nanoTime();
                lookAgain();
                boolean numbered = NUMBERED.get();
                long now = numbered ? Proc.newest() : 0;
                if (!known || now == 0 || begun - lastFullScan > FULL_SCAN_NANOS) {
                    lastFullScan = begun;
                    found = new HashMap<>();
                    inExec.clear();
                    look(0, 0);
                } else if (now != newest) {
                    look(newest, now);
                }
                newest = now;
                known = now > 0;
            }
            return List.copyOf(found.getOrDefault(launchId, Set.of()));
        }

        /**
         * Scans the processes with ids above the first and up to the second argument; all processes, if both are equal.
         */
        private static void look(long after, long upTo) {
            vanished = false;
            String[] names =
                    PROC.resolve("self").toFile().exists() ? PROC.toFile().list() : null;
            if (names == null) {
                // only the lists of children are available
                return;
            }
            // the newest first: a process that starts another one and ends may have ended when its turn comes
            for (int i = names.length - 1; i >= 0; i--) {
                if (isNumber(names[i]) && within(after, upTo, Long.parseLong(names[i]))) {
                    examine(Long.parseLong(names[i]), begun + EXEC_NANOS);
                }
            }
        }

        private static void lookAgain() {
            Map<Long, Long> again = Map.copyOf(inExec);
            inExec.clear();
            again.forEach(Marks::examine);
        }

        private static void examine(long pid, long until) {
            String environment = environment(pid);
            String mark = environment == null ? null : mark(environment);
            vanished |= environment == null && !Files.exists(PROC.resolve(Long.toString(pid)));
            if (mark != null) {
                found.computeIfAbsent(mark, id -> new HashSet<>()).add(pid);
            } else if (environment != null && environment.isEmpty() && pid > SELF && !without.contains(pid)) {
                if (begun - until < 0) {
                    inExec.put(pid, until);
                } else if (without.size() < MANY) {
                    without.add(pid);
                }
            }
        }

        /** After the highest id the numbering starts over. */
        private static boolean within(long after, long upTo, long pid) {
            return after == upTo || (after < upTo ? pid > after && pid <= upTo : pid > after || pid <= upTo);
        }

        private static @Nullable String environment(long pid) {
            return Proc.read(PROC.resolve(Long.toString(pid)).resolve("environ"));
        }

        private static @Nullable String mark(String environment) {
            // most processes carry no mark
            if (!environment.contains(MARK)) {
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
