package dev.mcpflux.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Finds what a test has left behind: processes, threads, descriptors. */
public final class Leftovers {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Leftovers() {}

    /** Whether a process runs. A zombie, which only waits to be removed by its parent, does not. */
    public static boolean running(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            char state = text.charAt(text.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException e) {
            return !Files.exists(Path.of("/proc/self/stat"))
                    && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
    }

    /** The processes that this JVM has started, directly or not, and that run. */
    public static Set<Long> processes() {
        return ProcessHandle.current()
                .descendants()
                .map(ProcessHandle::pid)
                .filter(Leftovers::running)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of the threads that belong to connections. */
    public static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("mcpflux-"))
                .sorted()
                .toList();
    }

    /** How many descriptors this JVM has open; 0 on a system that does not report it. */
    public static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    /**
     * Waits until no process is there that was not there before, and no thread of a connection. Returns at once if they have
     * ended.
     *
     * @throws AssertionError that lists what is left after 20 s
     */
    public static void assertNone(Set<Long> processesBefore) {
        eventually("processes left", () -> {
            Set<Long> now = processes();
            now.removeAll(processesBefore);
            return now;
        });
        eventually("threads left", Leftovers::threads);
    }

    private static void eventually(String what, Supplier<? extends java.util.Collection<?>> left) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (java.util.Collection<?> now = left.get(); !now.isEmpty(); now = left.get()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + ": " + now);
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
