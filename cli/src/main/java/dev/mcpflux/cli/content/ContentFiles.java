package dev.mcpflux.cli.content;

import dev.mcpflux.cli.output.UsageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes content into new files of one directory. No name comes from a server: it is made of the tool's name as far as that
 * is letters, digits, hyphens and underscores, the number of the content, and an ending by media type. Nothing is ever
 * overwritten: a name that exists gets a number.
 */
final class ContentFiles {

    private static final int MAX_NAME = 60;
    private static final int MAX_TRIES = 10_000;

    private final @Nullable Path wanted;
    private @Nullable Path made;

    /**
     * Files in a directory, which is made when it is needed.
     *
     * @param directory null for a new temporary one that only its owner can read
     */
    ContentFiles(@Nullable Path directory) {
        this.wanted = directory;
    }

    /**
     * Writes a part.
     *
     * @param name the tool, and what tells its calls apart
     * @throws UsageException if it cannot be written
     */
    Path save(String name, ContentPart part) {
        String stem = safe(name) + "-" + part.label();
        Path directory = directory();
        for (int i = 1; i <= MAX_TRIES; i++) {
            Path file = directory.resolve(stem + (i == 1 ? "" : "-" + i) + "." + part.extension());
            try {
                return Files.write(file, part.bytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                // the next number
            } catch (IOException e) {
                throw new UsageException(file + " cannot be written: " + e.getMessage());
            }
        }
        throw new UsageException(directory + " holds too many files called " + stem);
    }

    private Path directory() {
        Path known = made;
        if (known == null) {
            try {
                known = wanted == null ? Files.createTempDirectory("mcpflux-") : Files.createDirectories(wanted);
            } catch (IOException e) {
                throw new UsageException(
                        "the directory " + (wanted == null ? "for the content" : wanted) + " cannot be made: "
                                + (e instanceof FileAlreadyExistsException ? "it is a file" : e.getMessage()));
            }
            made = known;
        }
        return known;
    }

    private static String safe(String name) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < name.length() && safe.length() < MAX_NAME; i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            if (plain) {
                safe.append(c);
            } else if (safe.length() > 0 && safe.charAt(safe.length() - 1) != '-') {
                safe.append('-');
            }
        }
        return safe.length() == 0 ? "content" : safe.toString();
    }
}
