package dev.mcpflux.benchmarks.client;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has used so far. Where the system does not tell, the number is -1.
 *
 * @param cpuNanos of all threads, the compiler's and the collector's included
 * @param allocatedBytes of all Java threads that live
 * @param contextSwitches voluntary ones: how often a thread waited
 */
record Usage(long cpuNanos, long allocatedBytes, long contextSwitches) {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path TASKS = Path.of("/proc/self/task");

    static Usage now() {
        long switches = sumOfSwitches();
        long allocated = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        return new Usage(SYSTEM.getProcessCpuTime(), allocated, switches);
    }

    private static long sumOfSwitches() {
        if (!Files.isDirectory(TASKS)) {
            return -1;
        }
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                sum += field(task.resolve("status"), "voluntary_ctxt_switches:");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sum;
    }

    /** Threads of the operating system, those of the JVM itself included. */
    static long threads() {
        return Files.isDirectory(TASKS) ? field(Path.of("/proc/self/status"), "Threads:") : -1;
    }

    static long residentKilobytes() {
        return Files.isDirectory(TASKS) ? field(Path.of("/proc/self/status"), "VmRSS:") : -1;
    }

    static long heapUsed() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long field(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(
                            line.substring(name.length()).replace("kB", "").strip());
                }
            }
            return 0;
        } catch (IOException e) {
            return 0; // the thread has ended
        }
    }
}
