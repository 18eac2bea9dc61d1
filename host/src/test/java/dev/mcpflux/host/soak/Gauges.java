package dev.mcpflux.host.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What this JVM holds over time: heap after a collection, resident memory, descriptors, threads. */
final class Gauges {

    private final List<String> rows = new ArrayList<>();
    private final long begin = System.nanoTime();

    /** One measurement, in a line of a table. */
    void measure(int servers, Ledger ledger) {
        rows.add("| %d | %d | %d | %d | %d | %d | %d | %d |"
                .formatted(
                        (System.nanoTime() - begin) / 1_000_000_000,
                        servers,
                        ledger.made(),
                        ledger.pending(),
                        heap() >> 20,
                        resident() >> 10,
                        descriptors(),
                        Thread.activeCount()));
    }

    String table() {
        return "| s | ready | calls | pending | heap MiB | RSS MiB | descriptors | threads |\n|---|---|---|---|---|---|---|---|\n"
                + String.join("\n", rows);
    }

    static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** In KiB; 0 where the system does not say. */
    static long resident() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** 0 where the system does not say. */
    static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            return 0;
        }
    }
}
