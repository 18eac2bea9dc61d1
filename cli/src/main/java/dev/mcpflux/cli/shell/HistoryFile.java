package dev.mcpflux.cli.shell;

import dev.mcpflux.host.approval.ApprovalStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The lines of earlier sessions, in a file that only its owner can read; one line each, with line breaks written as
 * {@code \n}. A file that cannot be read or written costs one note, and the session goes on without it. Blocks.
 */
public final class HistoryFile {

    /** The most lines that are kept. */
    static final int MAX_LINES = 1_000;

    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_LINE = 20_000;

    private static final FileAttribute<?>[] NONE = {};

    private final @Nullable Path file;
    private final Consumer<String> note;
    private boolean failed;

    private HistoryFile(@Nullable Path file, Consumer<String> note) {
        this.file = file;
        this.note = note;
    }

    /** No file: lines are forgotten at the end of the session. */
    public static HistoryFile none() {
        return new HistoryFile(null, text -> {});
    }

    static HistoryFile of(Path file, Consumer<String> note) {
        return new HistoryFile(file, note);
    }

    /**
     * The file of the user, beside what else is kept for them; none where {@code MCPFLUX_HISTORY} is {@code off}, and another
     * where it is an absolute path.
     *
     * @param note gets what went wrong
     */
    public static HistoryFile ofUser(UnaryOperator<@Nullable String> environment, Consumer<String> note) {
        String named = environment.apply("MCPFLUX_HISTORY");
        if (named != null && named.strip().toLowerCase(Locale.ROOT).equals("off")) {
            return none();
        }
        return of(
                named != null && !named.isBlank() && Path.of(named).isAbsolute()
                        ? Path.of(named)
                        : ApprovalStore.ofUser().directory().resolveSibling("history"),
                note);
    }

    /** The lines, the latest last. */
    List<String> read() {
        Path from = file;
        if (from == null || !Files.exists(from)) {
            return List.of();
        }
        try {
            if (Files.size(from) > MAX_BYTES) {
                return List.of();
            }
            List<String> lines = new String(Files.readAllBytes(from), StandardCharsets.UTF_8)
                    .lines()
                    .map(HistoryFile::decoded)
                    .filter(line -> !line.isBlank())
                    .toList();
            return lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size());
        } catch (IOException e) {
            failed("read", e);
            return List.of();
        }
    }

    /** Adds a line at the end. */
    void add(String line) {
        Path to = file;
        if (to == null || failed || line.length() > MAX_LINE) {
            return;
        }
        try {
            Path directory = to.toAbsolutePath().getParent();
            boolean posix = posix(to);
            if (directory != null && !Files.isDirectory(directory)) {
                Files.createDirectories(directory, posix ? permissions("rwx------") : NONE);
            }
            if (Files.isSymbolicLink(to)) {
                throw new IOException("it is a link");
            }
            if (!Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                Files.createFile(to, posix ? permissions("rw-------") : NONE);
            } else if (posix) {
                Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
            }
            Files.writeString(to, encoded(line) + "\n", StandardOpenOption.APPEND);
        } catch (IOException | UnsupportedOperationException e) {
            failed("written", e);
        }
    }

    /** Drops the oldest lines of a file that has become long. */
    void shorten() {
        Path to = file;
        if (to == null || failed) {
            return;
        }
        List<String> kept = read();
        try {
            if (!Files.exists(to) || Files.size(to) == 0 || count(to) <= MAX_LINES + MAX_LINES / 5) {
                return;
            }
            List<String> lines = new ArrayList<>();
            kept.forEach(line -> lines.add(encoded(line)));
            Path directory = to.toAbsolutePath().getParent();
            // made for its owner alone
            Path next = Files.createTempFile(directory, "history", ".tmp");
            Files.write(next, lines);
            Files.move(next, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            failed("shortened", e);
        }
    }

    private static long count(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.count();
        }
    }

    private void failed(String what, Exception e) {
        if (!failed) {
            failed = true;
            note.accept("mcpflux: warning: the history " + file + " cannot be " + what + ": " + e.getMessage());
        }
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] permissions(String text) {
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))};
    }

    private static String encoded(String line) {
        return line.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "");
    }

    private static String decoded(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                line.append(next == 'n' ? '\n' : next);
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }
}
