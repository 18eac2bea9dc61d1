package dev.mcpflux.host.approval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The folder of a project: what somebody else may have written. */
final class ProjectFolder {

    private final Path file;
    private final Path root;

    private ProjectFolder(Path file, Path root) {
        this.file = file;
        this.root = root;
    }

    /** The project that a configuration file belongs to; blocks while it looks at files. */
    static ProjectFolder of(Path file) {
        Path real = real(file);
        Path directory = Objects.requireNonNullElse(real.getParent(), real);
        for (Path each = directory; each != null; each = each.getParent()) {
            if (Files.exists(each.resolve(".git")) || Files.exists(each.resolve(".hg"))) {
                return new ProjectFolder(real, each);
            }
        }
        // .vscode/mcp.json belongs to the folder above
        Path above = directory.getParent();
        boolean hidden = directory.getFileName() != null
                && directory.getFileName().toString().startsWith(".");
        return new ProjectFolder(real, hidden && above != null ? above : directory);
    }

    /** The file without links, as far as it exists. */
    static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }

    /** The configuration file, without links. */
    Path file() {
        return file;
    }

    Path root() {
        return root;
    }

    /** Whether a file or directory belongs to the project, also by a link. */
    boolean contains(Path path) {
        return real(path).startsWith(root) || path.toAbsolutePath().normalize().startsWith(root);
    }

    /** A file of the project as {@code ./path}; any other as it is. */
    String shown(Path path) {
        Path real = real(path);
        return real.startsWith(root) ? "./" + root.relativize(real) : path.toString();
    }

    /**
     * Whether a file is the configuration of the user rather than of a project: it stands in the home directory, in a hidden
     * directory there, or in the directory for configuration.
     */
    static boolean isOfUser(Path file, Path home, @Nullable Path configuration) {
        Path directory = real(file).getParent();
        Path own = real(home);
        if (directory == null) {
            return false;
        }
        boolean hidden = own.equals(directory.getParent())
                && directory.getFileName() != null
                && directory.getFileName().toString().startsWith(".");
        return directory.equals(own)
                || hidden
                || directory.startsWith(own.resolve(".config"))
                || directory.startsWith(own.resolve("Library").resolve("Application Support"))
                || (configuration != null && directory.startsWith(real(configuration)));
    }
}
