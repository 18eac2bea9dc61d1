package dev.mcpflux.cli.install;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Writes zip files for tests, honest and hostile ones. */
final class Zips implements AutoCloseable {

    static final int FILE = 0100644;
    static final int PROGRAM = 0100755;
    static final int LINK = 0120777;

    private final ZipArchiveOutputStream out;

    private Zips(Path file) throws IOException {
        out = new ZipArchiveOutputStream(file);
    }

    static Zips to(Path file) throws IOException {
        return new Zips(file);
    }

    /** A bundle with a manifest and a server. */
    static Path bundle(Path file, String manifest) throws IOException {
        try (Zips zip = to(file)) {
            zip.add("manifest.json", manifest).add("server/index.js", "// tides");
        }
        return file;
    }

    Zips add(String name, String content) throws IOException {
        return add(name, content.getBytes(StandardCharsets.UTF_8), FILE);
    }

    Zips add(String name, byte[] content, int mode) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name) {
            @Override
            public String getName() {
                // a name is written as it is given, backslashes among it
                return name;
            }
        };
        entry.setUnixMode(mode);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
        return this;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** Adds bytes after the end, as a signature does. */
    static void append(Path file, byte[] bytes) throws IOException {
        try (OutputStream more = Files.newOutputStream(file, java.nio.file.StandardOpenOption.APPEND)) {
            more.write(bytes);
        }
    }
}
