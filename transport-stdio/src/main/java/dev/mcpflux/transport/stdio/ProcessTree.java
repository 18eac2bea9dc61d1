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

    /** How many looks in a row have to find nobody, where processes are made meanwhile. */
    private static final int LOOKS = 3;

    /** How often those that were found are stopped before they are killed, so that whoever they made meanwhile is found. */
    private static final int FREEZES = 5;

    private static final long STOP_MILLIS = 500;

    private static final long KILL_AGAIN_NANOS = 1_000_000;

    /** How long a process whose environment is empty is taken for one that is becoming another program. */
    private static final long BECOMING_NANOS = 50_000_000;

    private static final int LATE_LOOKS = 6;

    private static final long LATE_NANOS = 2_000_000;

    private static final File NOTHING = new File("/dev/null");

    private static final AtomicBoolean NUMBERED = new AtomicBoolean();

    private final ProcessHandle root;
    private final String launchId;
    private final Set<ProcessHandle> seen = Collections.newSetFromMap(new ConcurrentHashMap<>());
    /** Who was killed. */
    private final Set<ProcessHandle> told = Collections.newSetFromMap(new ConcurrentHashMap<>());

    /** Whether a process was found by its mark alone: its parent had ended. */
    private volatile boolean restless;

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
        // the number of one that has ended may be another's by now, whose children are none of ours
        if (parent.isAlive() && !lookAtChildren(parent)) {
            parent.descendants().forEach(seen::add);
        }
    }

    /**
     * Looks where the kernel lists the children of each thread, which takes a moment per process of this tree; the way of the
     * JDK reads about all processes of the machine. Returns false where there are no such lists.
     */
    private boolean lookAtChildren(ProcessHandle parent) {
        Path threads = PROC.resolve(Long.toString(parent.pid())).resolve("task");
        String[] ids = threads.toFile().list();
        if (ids == null) {
            // it has ended and has no children any more, or there is no /proc
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
                lookAtChildren(child);
            }
        });
    }

    /** Remembers who carries its mark now; returns whether one of them was not known. */
    private boolean lookForTheMark() {
        boolean met = false;
        for (long pid : Marks.carriers(launchId)) {
            if (pid != root.pid() && ProcessHandle.of(pid).map(seen::add).orElse(true)) {
                restless = true;
                met = true;
            }
        }
        return met;
    }

    /**
     * Remembers everyone: who carries the mark, and their children, which may have cleared their environment. Returns whether one
     * was met by its mark alone; it may have ended again since.
     */
    private boolean find() {
        // who has ended is not looked at again and again
        seen.removeIf(known -> !known.isAlive());
        look();
        boolean met = lookForTheMark();
        look();
        return met;
    }

    /**
     * Whether any process of the tree still runs; looks again before it says no. One look can miss a process that was made
     * while it went on and whose parent has ended meanwhile, so it takes several, or one during which no process was made. A
     * tree whose processes start others and end gets some more. Says yes too where one was met that has ended since: it may have
     * started the next.
     */
    boolean alive() {
        if (anyRuns()) {
            return true;
        }
        long patience = System.nanoTime() + BECOMING_NANOS;
        for (int looks = 0; looks < LOOKS; ) {
            long newest = numbered() ? Proc.newest() : 0;
            if (find() || anyRuns()) {
                return true;
            }
            if (Marks.unsure(restless) && System.nanoTime() - patience < 0) {
                LockSupport.parkNanos(KILL_AGAIN_NANOS);
                continue;
            }
            looks++;
            if (newest > 0 && newest == Proc.newest()) {
                break;
            }
        }
        return restless && appearsLater();
    }

    /**
     * Whether one is found by further looks at all processes. Where each starts the next and ends, a look misses them if this
     * thread has to wait for a processor between the list of processes and their environments; and one that is being made has
     * its number before it can be seen.
     */
    private boolean appearsLater() {
        long patience = System.nanoTime() + BECOMING_NANOS;
        for (int looks = 0; looks < LATE_LOOKS; looks++) {
            do {
                LockSupport.parkNanos(LATE_NANOS);
                Marks.lookAtEverythingNext();
                if (find() || anyRuns()) {
                    return true;
                }
            } while (Marks.unsure(true) && System.nanoTime() - patience < 0);
        }
        return false;
    }

    private boolean anyRuns() {
        return runs(root) || seen.stream().anyMatch(ProcessTree::runs);
    }

    /** Asks every process of the tree to end, leaves first. */
    void terminate() {
        find();
        List<ProcessHandle> processes = running();
        // a child has, almost always, a greater number than its parent
        Collections.reverse(processes);
        processes.forEach(ProcessHandle::destroy);
    }

    /**
     * Makes every process of the tree end, and whoever they start meanwhile.
     *
     * @param limit for all of it
     * @return whether none is left
     */
    boolean kill(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        freeze(deadline);
        do {
            find();
            // parents first: they cannot start another one for each that ends
            List<ProcessHandle> processes = running();
            processes.forEach(ProcessHandle::destroyForcibly);
            if (processes.isEmpty() && !alive()) {
                return true;
            }
            // whoever is new is dealt with at once; those that were told already need a moment
            if (told.containsAll(processes)) {
                LockSupport.parkNanos(KILL_AGAIN_NANOS);
            }
            told.addAll(processes);
        } while (System.nanoTime() - deadline < 0);
        return !alive();
    }

    /**
     * Stops them, so that none can have a child that clears its environment and loses its parent between the last look and the
     * end. The JDK sends no such signal, and where there is no {@code kill} it goes without.
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

    /** Those that run, the oldest first. */
    private List<ProcessHandle> running() {
        List<ProcessHandle> processes = new ArrayList<>(seen);
        processes.add(root);
        processes.removeIf(process -> !runs(process));
        processes.sort(Comparator.comparingLong(ProcessHandle::pid));
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

        /**
         * Processes whose environment was empty, as it is for a moment while a process becomes another program, and until when
         * they are looked at again.
         */
        private static final Map<Long, Long> becoming = new HashMap<>();

        /** Newer processes than this one that have no environment. */
        private static final Set<Long> without = new HashSet<>();

        private static final int MANY = 10_000;

        private static final long SELF = ProcessHandle.current().pid();

        /** Whether a process ended before its environment was read in the last look: it may have started the next. */
        private static boolean vanished;

        /** Who carries this mark; one that was seen earlier is looked at again, since it may be another by now. */
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
            becoming.putIfAbsent(pid, System.nanoTime() + BECOMING_NANOS);
        }

        /**
         * Whether the last look could not tell of each process whose it was.
         *
         * @param ended also of those that had ended before they were looked at
         */
        static synchronized boolean unsure(boolean ended) {
            return (ended && vanished) || !becoming.isEmpty();
        }

        static synchronized void lookAtEverythingNext() {
            begunAnew = begun - FRESH_NANOS - 1;
        }

        private static synchronized List<Long> since(long asked, String launchId) {
            if (begun - asked <= 0) {
                begun = System.nanoTime();
                lookAgain();
                boolean numbered = NUMBERED.get();
                long now = numbered ? Proc.newest() : 0;
                if (!known || now == 0 || begun - begunAnew > FRESH_NANOS) {
                    begunAnew = begun;
                    found = new HashMap<>();
                    becoming.clear();
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
            vanished = false;
            String[] names =
                    PROC.resolve("self").toFile().exists() ? PROC.toFile().list() : null;
            if (names == null) {
                // what the parents tell has to do
                return;
            }
            // the newest first: a process that starts the next and ends may have ended when its turn comes
            for (int i = names.length - 1; i >= 0; i--) {
                if (isNumber(names[i]) && within(after, upTo, Long.parseLong(names[i]))) {
                    examine(Long.parseLong(names[i]), begun + BECOMING_NANOS);
                }
            }
        }

        private static void lookAgain() {
            Map<Long, Long> again = Map.copyOf(becoming);
            becoming.clear();
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
                    becoming.put(pid, until);
                } else if (without.size() < MANY) {
                    without.add(pid);
                }
            }
        }

        /** The numbers begin anew when they have reached the greatest. */
        private static boolean within(long after, long upTo, long pid) {
            return after == upTo || (after < upTo ? pid > after && pid <= upTo : pid > after || pid <= upTo);
        }

        private static @Nullable String environment(long pid) {
            return Proc.read(PROC.resolve(Long.toString(pid)).resolve("environ"));
        }

        private static @Nullable String mark(String environment) {
            // most processes carry none
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
