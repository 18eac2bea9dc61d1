package dev.mcpflux.transport.stdio;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the small files that Linux makes up while they are read. */
final class Proc {

    private static final Path LOAD = Path.of("/proc/loadavg");

    private Proc() {}

    /** What is in the file, a byte a character; null if it is not there or not ours to read. */
    static @Nullable String read(Path file) {
        byte[] bytes = new byte[1024];
        int size = 0;
        try (InputStream in = new FileInputStream(file.toFile())) {
            for (int n = in.read(bytes, 0, bytes.length); n > 0; n = in.read(bytes, size, bytes.length - size)) {
                size += n;
                if (size == bytes.length) {
                    bytes = Arrays.copyOf(bytes, size * 2);
                }
            }
        } catch (IOException e) {
            return null;
        }
        return new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
    }

    /** The id of the process or thread that was made last; 0 where that is not told. */
    static long newest() {
        String load = read(LOAD);
        if (load == null) {
            return 0;
        }
        try {
            return Long.parseLong(load.substring(load.lastIndexOf(' ') + 1).strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
