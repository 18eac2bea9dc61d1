package dev.mcpflux.host.approval;

import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was decided about the servers of one configuration file, in a file that only its owner can read and write. It is
 * replaced as a whole, and one process changes it at a time. Its methods block.
 */
final class ApprovalFile {

    private static final int VERSION = 1;
    private static final int MOST_BYTES = 1024 * 1024;
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** One for each directory that this process has changed. */
    private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();

    private final Path file;
    private final Path project;

    /**
     * A file that need not exist.
     *
     * @param project the configuration file that it is about, without links
     */
    ApprovalFile(Path file, Path project) {
        this.file = file.toAbsolutePath();
        this.project = project;
    }

    /**
     * A decision.
     *
     * @param approved whether the server may be started, as long as its form has this hash
     * @param form what was shown, without secrets
     */
    record Decision(boolean approved, String hash, Map<String, String> form, Instant time) {}

    /** Changes what is remembered, by the names of servers. */
    @FunctionalInterface
    interface Change {
        void apply(Map<String, Decision> decisions);
    }

    /**
     * Reads it.
     *
     * @throws IOException if it is there and cannot be read or trusted: then nothing is approved
     */
    Map<String, Decision> read() throws IOException {
        Map<String, Decision> read = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return read;
        }
        requireOwnerOnly(file);
        requireOwnerOnly(directory());
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("it is larger than " + MOST_BYTES + " bytes");
        }
        try {
            JsonNode tree = McpJson.mapper().readTree(Files.readString(file));
            if (tree.path("version").asInt(0) != VERSION
                    || !tree.path("file").asString("").equals(project.toString())
                    || !tree.path("servers").isObject()) {
                throw new IOException("it is no list of approvals for this file");
            }
            tree.path("servers").forEachEntry((name, entry) -> {
                Map<String, String> form = new TreeMap<>();
                entry.path("form").forEachEntry((key, value) -> form.put(key, value.asString("")));
                read.put(
                        name,
                        new Decision(
                                entry.path("decision").asString("").equals("approved"),
                                entry.path("hash").asString(""),
                                form,
                                Instant.parse(entry.path("time").asString(""))));
            });
            return read;
        } catch (JacksonException | java.time.format.DateTimeParseException e) {
            // without its cause, which may quote the file
            throw new IOException("it is damaged");
        }
    }

    /** What others can write was perhaps not written by the owner. */
    private static void requireOwnerOnly(Path path) throws IOException {
        if (POSIX) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IOException("others can write " + path + ": chmod go-w it");
            }
        }
    }

    /**
     * Reads, changes and replaces it, while no other process does. One that cannot be read is replaced by a new one.
     */
    void change(Change change) throws IOException {
        // the lock of the file is for other processes: within this one it would fail, not wait
        synchronized (LOCKS.computeIfAbsent(directory(), path -> new Object())) {
            Files.createDirectories(directory(), attributes("rwx------"));
            Path lock = directory().resolve("lock");
            try {
                Files.createFile(lock, attributes("rw-------"));
            } catch (FileAlreadyExistsException e) {
                // of another process, or an earlier time
            }
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                assert held.isValid();
                Map<String, Decision> decisions = readOrNone();
                change.apply(decisions);
                if (decisions.isEmpty()) {
                    Files.deleteIfExists(file);
                } else {
                    replace(written(decisions));
                }
            }
        }
    }

    private Map<String, Decision> readOrNone() {
        try {
            return read();
        } catch (IOException e) {
            // whoever asked was told when it was read
            return new LinkedHashMap<>();
        }
    }

    private byte[] written(Map<String, Decision> decisions) throws IOException {
        ObjectNode tree =
                McpJson.mapper().createObjectNode().put("version", VERSION).put("file", project.toString());
        ObjectNode servers = tree.putObject("servers");
        decisions.forEach((name, decision) -> {
            ObjectNode entry = servers.putObject(name)
                    .put("decision", decision.approved() ? "approved" : "denied")
                    .put("hash", decision.hash())
                    .put("time", decision.time().toString());
            ObjectNode form = entry.putObject("form");
            decision.form().forEach(form::put);
        });
        byte[] bytes = McpJson.mapper().writeValueAsBytes(tree);
        if (bytes.length > MOST_BYTES) {
            throw new IOException("it would be larger than " + MOST_BYTES + " bytes: the entries are too large");
        }
        return bytes;
    }

    private void replace(byte[] content) throws IOException {
        Path fresh = directory().resolve("." + UUID.randomUUID() + ".tmp");
        try {
            // nobody else can read it at any moment
            Files.createFile(fresh, attributes("rw-------"));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private Path directory() {
        return Objects.requireNonNull(file.getParent(), "a file has a directory");
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
