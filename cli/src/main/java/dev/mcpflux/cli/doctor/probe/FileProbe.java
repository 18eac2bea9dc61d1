package dev.mcpflux.cli.doctor.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Asks for files of this machine. Its methods block for a moment. */
public interface FileProbe {

    boolean isDirectory(Path path);

    boolean isFile(Path path);

    /** Whether users other than the owner may read it; false where that is not known. */
    boolean isReadableByOthers(Path path);

    /** The files of this machine. */
    static FileProbe ofThisMachine() {
        return new FileProbe() {
            @Override
            public boolean isDirectory(Path path) {
                return Files.isDirectory(path);
            }

            @Override
            public boolean isFile(Path path) {
                return Files.isRegularFile(path);
            }

            @Override
            public boolean isReadableByOthers(Path path) {
                try {
                    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
                    return permissions.contains(PosixFilePermission.OTHERS_READ)
                            || permissions.contains(PosixFilePermission.GROUP_READ);
                } catch (IOException | UnsupportedOperationException e) {
                    return false;
                }
            }
        };
    }
}
