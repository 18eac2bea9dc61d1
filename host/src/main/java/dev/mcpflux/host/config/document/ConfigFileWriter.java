package dev.mcpflux.host.config.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that is read in order to be written. The file is replaced as a whole: a reader sees the old text or
 * the new one, and a failure leaves the old one. It keeps its permissions; a new file is for its owner alone. A symbolic link
 * stays, and the file behind it is replaced.
 *
 * <p>Everything here blocks.
 */
public final class ConfigFileWriter {

    /** More links than that lead in a circle. */
    private static final int MOST_LINKS = 40;

    private final Path file;
    private final Path target;
    private final ConfigSyntax syntax;
    private final String text;
    /** As they were read; null where there was no file. */
    private byte @Nullable [] bytes;

    private ConfigFileWriter(Path file, Path target, ConfigSyntax syntax, String text, byte @Nullable [] bytes) {
        this.file = file;
        this.target = target;
        this.syntax = syntax;
        this.text = text;
        this.bytes = bytes;
    }

    /**
     * Reads a file that may be missing or empty.
     *
     * @param syntax null for the one that its name or its text says
     * @throws DocumentException if it cannot be read, is too large, is no UTF-8 or no regular file
     */
    public static ConfigFileWriter open(Path file, @Nullable ConfigSyntax syntax) {
        try {
            Path target = target(file);
            boolean present = Files.exists(target);
            if (present && !Files.isDirectory(target) && !Files.isRegularFile(target)) {
                throw new DocumentException("it is not a regular file");
            }
            FileText read = present ? FileText.of(target) : new FileText(new byte[0], "");
            ConfigSyntax ofName = syntax == null ? ConfigSyntax.of(file) : syntax;
            return new ConfigFileWriter(
                    file,
                    target,
                    ofName == null ? ConfigSyntax.ofText(read.text()) : ofName,
                    read.text(),
                    present ? read.bytes() : null);
        } catch (DocumentException e) {
            throw e.in(file);
        } catch (IOException e) {
            throw failed(file, "it cannot be read: ", e);
        }
    }

    private static Path target(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MOST_LINKS) {
                throw new DocumentException("it is a symbolic link that leads to itself");
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    /** Whether there was a file when this one was opened. */
    public boolean exists() {
        return bytes != null;
    }

    /**
     * An editor of the text as it was read.
     *
     * @throws DocumentException if the text is not of its syntax
     */
    public DocumentEditor editor() {
        try {
            return DocumentEditor.of(text, syntax);
        } catch (DocumentException e) {
            throw e.in(file);
        }
    }

    /**
     * Replaces the file; makes its directory where that is missing. Returns whether anything had to be written.
     *
     * @throws DocumentException if the file is read-only, has changed since it was read, or cannot be written; it is as it was
     *     then
     */
    public boolean write(String changed) {
        byte[] written = encoded(changed);
        if (Arrays.equals(written, bytes)) {
            return false;
        }
        try {
            Path directory = target.getParent();
            if (directory == null) {
                throw new DocumentException("it has no directory");
            }
            checkUnchanged();
            Files.createDirectories(directory);
            if (exists() && !Files.isWritable(target)) {
                throw new DocumentException("it is read-only");
            }
            Path temporary = Files.createTempFile(directory, ".mcpflux-", ".tmp");
            try {
                fill(temporary, written);
                // the moment in which another program may write is as short as it can be
                checkUnchanged();
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            bytes = written;
            force(directory);
            return true;
        } catch (DocumentException e) {
            throw e.in(file);
        } catch (IOException e) {
            throw failed(file, "it cannot be written: ", e);
        }
    }

    private byte[] encoded(String changed) {
        try {
            ByteBuffer buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(changed));
            return Arrays.copyOf(buffer.array(), buffer.limit());
        } catch (CharacterCodingException e) {
            throw new DocumentException("the new text is no Unicode text").in(file);
        }
    }

    private void fill(Path temporary, byte[] written) throws IOException {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(written);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            // a temporary file is for its owner alone already
            PosixFileAttributeView mode = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            if (exists() && mode != null) {
                mode.setPermissions(Files.getPosixFilePermissions(target));
            }
            channel.force(true);
        }
    }

    private void checkUnchanged() {
        byte[] now = Files.exists(target) ? FileText.bytes(target) : null;
        if (!Arrays.equals(now, bytes)) {
            throw new DocumentException(
                    "another program has changed it since it was read; nothing is written, try again");
        }
    }

    /** Makes the new name last, where the system can. */
    private static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // not on Windows; the file is written
        }
    }

    private static DocumentException failed(Path file, String what, IOException e) {
        String reason = e instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : e.getClass().getSimpleName();
        return new DocumentException(file, 0, 0, what + reason, e);
    }
}
