package dev.mcpflux.transport.stdio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process and all that it started, as far as it was seen. Descendants are remembered, since one whose parent has ended
 * is nobody's descendant any more. The methods look at the operating system and so block for a moment.
 */
final class ProcessTree {

    private final ProcessHandle root;
    private final Set<ProcessHandle> seen = Collections.newSetFromMap(new ConcurrentHashMap<>());

    ProcessTree(ProcessHandle root) {
        this.root = root;
    }

    /** Remembers what the tree consists of now. */
    void look() {
        root.descendants().forEach(seen::add);
        for (ProcessHandle known : List.copyOf(seen)) {
            known.descendants().forEach(seen::add);
        }
    }

    /** Whether any process of the tree still runs. */
    boolean alive() {
        return runs(root) || seen.stream().anyMatch(ProcessTree::runs);
    }

    /** Asks every process of the tree to end, leaves first; or makes it end. */
    void signal(boolean forcibly) {
        look();
        for (ProcessHandle process : leavesFirst()) {
            if (runs(process)) {
                boolean ignored = forcibly ? process.destroyForcibly() : process.destroy();
            }
        }
    }

    private List<ProcessHandle> leavesFirst() {
        Set<ProcessHandle> order = new LinkedHashSet<>(seen);
        List<ProcessHandle> processes = new ArrayList<>(order);
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
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
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
}
