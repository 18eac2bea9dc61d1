package dev.mcpflux.transport.stdio.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the paths of the options, and remembers the symbolic links on the way. Mounts are made at real paths: bubblewrap would
 * follow a link at the place of a mount to somewhere else.
 */
final class PathResolver {

    private static final int MOST_LINKS = 40;

    private final Path base;
    private final @Nullable Path home;
    /** The links on the way, by their own real place, with what they lead to. */
    private final Map<Path, Path> links = new LinkedHashMap<>();

    /**
     * A resolver.
     *
     * @param base what relative paths are relative to
     * @param home what {@code ~} stands for; null where it is not known
     */
    PathResolver(Path base, @Nullable Path home) {
        this.base = base.toAbsolutePath();
        this.home = home;
    }

    /** A path as it is configured, absolute. */
    Path absolute(String configured) throws IOException {
        try {
            if (configured.equals("~") || configured.startsWith("~/")) {
                if (home == null) {
                    throw new IOException("its sandbox names '" + configured + "', and there is no home directory");
                }
                return configured.length() < 3 ? home : home.resolve(configured.substring(2));
            }
            return base.resolve(configured);
        } catch (InvalidPathException e) {
            throw new IOException("its sandbox names a path that is none: " + e.getReason());
        }
    }

    /** Where a path leads to, or null if there is nothing. */
    @Nullable
    Path real(Path path) throws IOException {
        return walk(path.toAbsolutePath(), 0);
    }

    private @Nullable Path walk(Path path, int followed) throws IOException {
        Path current = path.getRoot();
        for (int i = 0; i < path.getNameCount(); i++) {
            String name = path.getName(i).toString();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                Path parent = current.getParent();
                current = parent == null ? current : parent;
                continue;
            }
            Path next = current.resolve(name);
            if (Files.isSymbolicLink(next)) {
                if (followed > MOST_LINKS) {
                    return null;
                }
                Path target = walk(current.resolve(target(next)), followed + 1);
                if (target == null) {
                    return null;
                }
                links.put(next, target);
                current = target;
            } else if (Files.exists(next)) {
                current = next;
            } else {
                return null;
            }
        }
        return current;
    }

    private static Path target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link);
        } catch (NoSuchFileException e) {
            throw new IOException("its sandbox names a path that changes: " + link, e);
        }
    }

    Map<Path, Path> links() {
        return links;
    }
}
