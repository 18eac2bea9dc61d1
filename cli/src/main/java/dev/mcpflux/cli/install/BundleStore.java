package dev.mcpflux.cli.install;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.McpConfigurationException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where bundles are unpacked: {@code bundles/NAME/VERSION} in the directory for data, and beside it the hash of the bundle. A
 * bundle is there as a whole or not at all. Immutable; several processes may use the same directory.
 */
public final class BundleStore {

    private static final String WORK = ".work-";
    private static final String HASH = ".sha256";
    private static final int MAX_NAME = 64;
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path root;

    private BundleStore(Path root) {
        this.root = root;
    }

    /**
     * The bundles of a user.
     *
     * @param dataDirectory as {@link InstallOptions#dataDirectory()}
     */
    public static BundleStore in(Path dataDirectory) {
        return new BundleStore(dataDirectory.toAbsolutePath().normalize().resolve("bundles"));
    }

    /**
     * The directory of the bundle that an entry starts.
     *
     * @param entry as in a configuration file
     * @return empty if it starts none of these
     */
    public Optional<Path> bundleOf(ObjectNode entry) {
        String prefix = root + root.getFileSystem().getSeparator();
        Optional<Path> found = Optional.empty();
        for (String key : new String[] {"cwd", "command"}) {
            String text = entry.path(key).asString("").replace("$${", "${");
            if (found.isEmpty() && text.startsWith(prefix)) {
                Path path = root.relativize(Path.of(text).normalize());
                boolean below = path.getNameCount() >= 2 && !path.startsWith("..");
                found = below ? Optional.of(root.resolve(path.subpath(0, 2))) : found;
            }
        }
        return found;
    }

    /**
     * Removes a bundle.
     *
     * @param bundle its directory, from {@link #bundleOf}
     * @return completes when it is removed, also if there was none; fails with {@link McpConfigurationException} if it is not
     *     the directory of a bundle, and with {@link McpConnectionException} if the file system refuses. <em>Cancellation</em>
     *     stops the removal; what is left is removed with the next bundle.
     */
    public Mono<Void> remove(Path bundle) {
        return blocking(() -> {
                    Path directory = bundle.toAbsolutePath().normalize();
                    boolean own = directory.startsWith(root)
                            && root.relativize(directory).getNameCount() == 2;
                    if (!own || directory.equals(root)) {
                        throw new McpConfigurationException(null, bundle + " is not the directory of a bundle");
                    }
                    Files.deleteIfExists(hashFile(directory));
                    Path away = root.resolve(WORK + UUID.randomUUID());
                    try {
                        Files.move(directory, away, StandardCopyOption.ATOMIC_MOVE);
                    } catch (NoSuchFileException e) {
                        return true;
                    }
                    delete(away);
                    deleteIfEmpty(Objects.requireNonNull(directory.getParent()));
                    deleteIfEmpty(root);
                    return true;
                })
                .then();
    }

    /** Runs something that blocks, on a thread for that; cancelling interrupts it. */
    static <T> Mono<T> blocking(Callable<T> work) {
        return Mono.fromCallable(work)
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorMap(
                        e -> !(e instanceof McpException)
                                && (e instanceof IOException || e instanceof UncheckedIOException),
                        e -> new McpConnectionException(
                                null,
                                "the file system refuses: " + e.getClass().getSimpleName() + " "
                                        + String.valueOf(e.getMessage())));
    }

    /** A place to unpack a bundle in. Nothing is made before {@link Workspace#open} is subscribed. */
    Workspace workspace() {
        return new Workspace(root.resolve(WORK + UUID.randomUUID()));
    }

    /** Where a bundle of this name and version is kept. */
    Path place(String name, String version) {
        return root.resolve(safe(name)).resolve(safe(version));
    }

    private static String safe(String text) {
        String name = text.replaceAll("[^A-Za-z0-9._+-]+", "-").replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
        String bounded = name.substring(0, Math.min(MAX_NAME, name.length())).replaceAll("[^A-Za-z0-9]+$", "");
        return bounded.isEmpty() ? "bundle" : bounded.endsWith(HASH) ? bounded + "-" : bounded;
    }

    private static Path hashFile(Path directory) {
        return directory.resolveSibling(directory.getFileName() + HASH);
    }

    /**
     * Puts an unpacked bundle where it belongs. The same bundle that is there already is kept; another one of its name and
     * version is not replaced, since a server of the user runs from it. Blocks.
     *
     * @throws McpConfigurationException if another bundle is there
     */
    Unpacked adopt(Path content, Path place, String sha256) throws IOException {
        Path hash = hashFile(place);
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.exists(hash)) {
                if (Files.readString(hash).strip().equals(sha256)) {
                    return new Unpacked(this, place, false);
                }
                throw taken(place);
            }
            // a bundle without its hash is left over from a removal or an installation that was interrupted
            Files.move(place, root.resolve(WORK + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.createDirectories(place.getParent());
        try {
            Files.move(content, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            throw taken(place);
        }
        Files.writeString(hash, sha256 + "\n");
        return new Unpacked(this, place, true);
    }

    private static McpConfigurationException taken(Path place) {
        return new McpConfigurationException(
                null,
                "another bundle of this name and version is in " + place
                        + "; remove its server first, if it is no longer needed");
    }

    private static void deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // others are in it
        }
    }

    /** Deletes a directory and what is in it; links are deleted, and not followed. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * A directory of its own for one bundle that is being unpacked. Its work and its end exclude each other: what is cancelled is
     * interrupted, ends, and only then is removed.
     */
    final class Workspace {

        private final Path directory;

        private boolean closed;
        private @Nullable Unpacked adopted;

        private Workspace(Path directory) {
            this.directory = directory;
        }

        /**
         * Does something in the directory.
         *
         * @return emits its result; fails if the workspace is closed. <em>Cancellation</em> interrupts it.
         */
        <T> Mono<T> work(Callable<T> work) {
            return blocking(() -> {
                synchronized (this) {
                    if (closed) {
                        throw new InterruptedIOException("cancelled");
                    }
                    return work.call();
                }
            });
        }

        /** Makes it, and removes what others have left. */
        Mono<Path> open() {
            return work(() -> {
                Files.createDirectories(root);
                removeAbandoned();
                BundleArchive.makeDirectory(directory);
                return directory;
            });
        }

        /** As {@link BundleStore#adopt}; called by work. */
        Unpacked adopt(Path place, String sha256) throws IOException {
            Unpacked unpacked = BundleStore.this.adopt(content(), place, sha256);
            adopted = unpacked;
            return unpacked;
        }

        private void removeAbandoned() throws IOException {
            Instant before = Instant.now().minus(ABANDONED);
            try (Stream<Path> all = Files.list(root)) {
                for (Path each : all.toList()) {
                    boolean work = String.valueOf(each.getFileName()).startsWith(WORK);
                    if (work
                            && Files.getLastModifiedTime(each, LinkOption.NOFOLLOW_LINKS)
                                    .toInstant()
                                    .isBefore(before)) {
                        delete(each);
                    }
                }
            }
        }

        Path zip() {
            return directory.resolve("bundle.zip");
        }

        Path content() {
            return directory.resolve("content");
        }

        /** Removes it; completes also if there is nothing. */
        Mono<Void> close() {
            return blocking(() -> {
                        synchronized (this) {
                            closed = true;
                            delete(directory);
                            deleteIfEmpty(root);
                            return true;
                        }
                    })
                    .then();
        }

        /** The same for one whose result nobody receives: a bundle that it put in its place is removed as well. */
        Mono<Void> cancel() {
            return close().then(Mono.defer(() -> {
                Unpacked unpacked;
                synchronized (this) {
                    unpacked = adopted;
                }
                return unpacked == null ? Mono.empty() : unpacked.discard();
            }));
        }
    }

    /**
     * A bundle that is in its place.
     *
     * @param fresh whether it was not there before
     */
    record Unpacked(BundleStore store, Path directory, boolean fresh) {

        Mono<Void> discard() {
            return fresh ? store.remove(directory) : Mono.empty();
        }
    }
}
