package dev.mcpflux.testing.junit;

import dev.mcpflux.testing.Leftovers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares the processes and threads before something is opened with those after it was closed. */
final class LeftBehind {

    private static final String PREFIX = "mcpflux-";

    private final Duration limit;
    private final Set<McpTestExtension.Left> tolerated;
    private final boolean parallel;
    private final OpenNames names;
    private final Set<Long> processesBefore = Leftovers.processes();
    private final List<String> threadsBefore = Leftovers.threads();
    private final Set<String> mine = ConcurrentHashMap.newKeySet();
    private final Set<String> ambiguous = ConcurrentHashMap.newKeySet();
    private final Set<Long> pids = ConcurrentHashMap.newKeySet();

    LeftBehind(Duration limit, Set<McpTestExtension.Left> tolerated, boolean parallel, OpenNames names) {
        this.limit = limit;
        this.tolerated = tolerated;
        this.parallel = parallel;
        this.names = names;
    }

    /** These servers belong to what was opened. */
    void belongs(Map<String, @Nullable Long> servers) {
        mine.addAll(servers.keySet());
        names.add(this, servers.keySet());
        servers.values().stream()
                .flatMap(pid -> pid == null ? Stream.empty() : ProcessHandle.of(pid).stream())
                .forEach(process -> {
                    pids.add(process.pid());
                    // while their parent lives: afterwards they are nobody's
                    process.descendants().forEach(child -> pids.add(child.pid()));
                });
    }

    /** Another test has a server of this name open too. */
    void ambiguous(String name) {
        ambiguous.add(name);
    }

    /** Waits until there is nothing left, up to the limit. */
    void assertNothing() {
        List<String> left = new ArrayList<>();
        try {
            if (!tolerated.contains(McpTestExtension.Left.PROCESSES)) {
                addRest(left, "processes", this::processes);
            }
            if (!tolerated.contains(McpTestExtension.Left.THREADS)) {
                addRest(left, "threads", this::threads);
            }
        } finally {
            names.remove(this);
        }
        if (!left.isEmpty()) {
            throw new AssertionError("the test has left " + String.join(" and ", left));
        }
    }

    private Collection<Long> processes() {
        if (parallel) {
            return pids.stream().filter(Leftovers::running).sorted().toList();
        }
        Set<Long> now = Leftovers.processes();
        now.removeAll(processesBefore);
        return now;
    }

    private Collection<String> threads() {
        List<String> now = new ArrayList<>(Leftovers.threads());
        // one by one: two threads may have one name
        threadsBefore.forEach(now::remove);
        if (parallel) {
            now.removeIf(thread -> mine.stream().noneMatch(name -> isOf(name, thread)));
        }
        return now;
    }

    private boolean isOf(String server, String thread) {
        String start = PREFIX + server + "-";
        return !ambiguous.contains(server) && thread.startsWith(start) && thread.indexOf('-', start.length()) < 0;
    }

    private void addRest(List<String> left, String what, Supplier<? extends Collection<?>> look) {
        long deadline = System.nanoTime() + limit.toNanos();
        Collection<?> now = look.get();
        while (!now.isEmpty() && System.nanoTime() < deadline) {
            // they end on other threads, and nothing signals the end of the last one
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            now = look.get();
        }
        if (!now.isEmpty()) {
            left.add(what + " " + now);
        }
    }
}
