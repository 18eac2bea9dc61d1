package dev.mcpflux.transport.wire;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files and directories that only their owner may read, where the file system knows owners. The permissions are set
 * before the first byte is written.
 */
final class OwnerOnly {

    private OwnerOnly() {}

    /**
     * Creates a file.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     */
    static OutputStream create(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(Files.createFile(file, attributes(file, "rw-------"))));
    }

    /** Creates a directory and those above it, unless they exist. */
    static void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory, attributes(directory, "rwx------"));
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
