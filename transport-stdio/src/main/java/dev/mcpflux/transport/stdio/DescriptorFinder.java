package dev.mcpflux.transport.stdio;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the numbers of the file descriptors of pipes, which the JDK does not expose. The kernel lists what an epoll
 * instance watches, with the number, the events and the inode of each. So this class registers the pipes with a
 * selector of its own, each for other operations, and reads that list. Nothing else is ever registered there, so the
 * result does not depend on what other threads open. The time does not depend on the number of open descriptors.
 *
 * <p>The selector stays open as long as this JVM runs. Not thread-safe.
 */
final class DescriptorFinder {

    static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static final Path INFO = Path.of("/proc/self/fdinfo");

    // Linux's EPOLLIN and EPOLLOUT
    private static final int READING = 1;
    private static final int WRITING = 4;

    /** A descriptor that the selector watches. */
    private record Watched(int number, int events, String inode) {}

    /** The numbers of one descriptor of each pipe; either end of a pipe can be opened by it in either direction. */
    record Numbers(int in, int out, int err) {}

    private final Selector selector;
    /** The file with the list. */
    private final Path list;
    /** What the selector watches for itself. */
    private final Set<Integer> own = new HashSet<>();

    private DescriptorFinder(Selector selector, Path list) {
        this.selector = selector;
        this.list = list;
        watched(list).forEach(each -> own.add(each.number));
    }

    /** Whether this system has the files that are needed. */
    static boolean isPossible() {
        return System.getProperty("os.name", "").equals("Linux") && Files.isDirectory(INFO);
    }

    /** Creates a finder; returns null if its own descriptor is not found, for instance because others were opened. */
    static @Nullable DescriptorFinder create() throws IOException {
        Set<String> before = descriptors();
        // the listing had a descriptor itself, whose number is free again
        before.removeIf(number -> Files.notExists(DESCRIPTORS.resolve(number)));
        Selector selector = Selector.open();
        boolean found = false;
        try {
            Set<String> fresh = descriptors();
            fresh.removeAll(before);
            fresh.removeIf(number -> watched(INFO.resolve(number)).isEmpty());
            found = fresh.size() == 1;
            return found
                    ? new DescriptorFinder(
                            selector, INFO.resolve(fresh.iterator().next()))
                    : null;
        } finally {
            if (!found) {
                selector.close();
            }
        }
    }

    private static Set<String> descriptors() throws IOException {
        String[] names = DESCRIPTORS.toFile().list();
        if (names == null) {
            throw new IOException(DESCRIPTORS + " cannot be listed");
        }
        return new HashSet<>(List.of(names));
    }

    /**
     * Returns the numbers, or null if the kernel does not list them. Leaves these ends in non-blocking mode: the sink of
     * {@code in}, the source of {@code out}, both of {@code err}.
     */
    @Nullable
    Numbers find(Pipe in, Pipe out, Pipe err) throws IOException {
        in.sink().configureBlocking(false);
        out.source().configureBlocking(false);
        err.sink().configureBlocking(false);
        err.source().configureBlocking(false);
        try {
            in.sink().register(selector, SelectionKey.OP_WRITE);
            out.source().register(selector, SelectionKey.OP_READ);
            err.sink().register(selector, SelectionKey.OP_WRITE);
            err.source().register(selector, SelectionKey.OP_READ);
            selector.selectNow(key -> {});
            return numbers(watched(list));
        } finally {
            selector.keys().forEach(SelectionKey::cancel);
            selector.selectNow(key -> {});
        }
    }

    private @Nullable Numbers numbers(List<Watched> all) {
        // both ends of a pipe have the same inode
        Map<String, Integer> events = new HashMap<>();
        all.removeIf(each -> own.contains(each.number));
        all.forEach(each -> events.merge(each.inode, each.events, (a, b) -> a | b));
        int in = -1;
        int out = -1;
        int err = -1;
        for (Watched each : all) {
            switch (events.getOrDefault(each.inode, 0)) {
                case WRITING -> in = each.number;
                case READING -> out = each.number;
                default -> err = each.number;
            }
        }
        return events.size() == 3 && in >= 0 && out >= 0 && err >= 0 ? new Numbers(in, out, err) : null;
    }

    /** Reads lines like {@code tfd: 12 events: 19 data: c pos:0 ino:2a sdev:f}. */
    private static List<Watched> watched(Path file) {
        List<Watched> found = new ArrayList<>();
        String text = Proc.read(file);
        for (int at = text == null ? -1 : text.indexOf("tfd:"); text != null && at >= 0; ) {
            int end = text.indexOf('\n', at);
            String line = text.substring(at, end < 0 ? text.length() : end);
            String inode = field(line, "ino:");
            String number = field(line, "tfd:");
            String events = field(line, "events:");
            if (!inode.isEmpty() && !number.isEmpty() && !events.isEmpty()) {
                // the kernel adds the events that are always reported
                found.add(new Watched(
                        Integer.parseInt(number), (int) Long.parseLong(events, 16) & (READING | WRITING), inode));
            }
            at = text.indexOf("tfd:", at + 1);
        }
        return found;
    }

    private static String field(String line, String name) {
        int at = line.indexOf(name);
        if (at < 0) {
            return "";
        }
        int from = at + name.length();
        while (from < line.length() && line.charAt(from) == ' ') {
            from++;
        }
        int to = line.indexOf(' ', from);
        return line.substring(from, to < 0 ? line.length() : to);
    }
}
