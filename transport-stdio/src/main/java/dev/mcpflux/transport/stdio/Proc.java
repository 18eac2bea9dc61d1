package dev.mcpflux.transport.stdio;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads small files of {@code /proc}, whose content Linux produces while they are read. */
final class Proc {

    private static final Path LOAD = Path.of("/proc/loadavg");

    private Proc() {}

    /** The content of the file, one character for each byte; null if it is absent or not readable. */
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

    /** The id of the newest process or thread; 0 where the system does not report it. */
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
