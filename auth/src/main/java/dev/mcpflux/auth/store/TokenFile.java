package dev.mcpflux.auth.store;

import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file of a {@link FileTokenStore}. Only its owner can read it, it is replaced as a whole, and one process changes it at a
 * time. Its methods block.
 */
final class TokenFile {

    private static final int VERSION = 1;
    private static final long MAX_BYTES = 16L * 1024 * 1024;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String CIPHER = "AES/GCM/NoPadding";

    /** Part of what is authenticated, so that nothing else can be put in its place. */
    private static final byte[] PURPOSE = "mcpflux tokens 1".getBytes(StandardCharsets.UTF_8);

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** One for each file that this process has changed. */
    private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();

    private final Path file;

    TokenFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** The file, as it is: what it holds may have to be decrypted. */
    record Content(Map<TokenStore.Key, String> entries, boolean encrypted) {}

    boolean exists() {
        return Files.exists(file);
    }

    /** Whether a key is needed to read it. */
    boolean encrypted() throws IOException {
        return exists() && tree().path("data").isString();
    }

    /**
     * Reads it.
     *
     * @param key null where there is none
     * @throws IOException if it cannot be read, or not without another key; the message quotes nothing of it
     */
    Content read(byte @Nullable [] key) throws IOException {
        if (!exists()) {
            return new Content(new LinkedHashMap<>(), false);
        }
        requireOwnerOnly();
        JsonNode tree = tree();
        boolean encrypted = tree.path("data").isString();
        JsonNode entries = encrypted ? decrypted(tree.path("data").stringValue(), key) : tree.path("entries");
        Map<TokenStore.Key, String> read = new LinkedHashMap<>();
        for (JsonNode entry : entries) {
            try {
                read.put(
                        new TokenStore.Key(
                                TokenStore.Kind.valueOf(entry.path("kind").asString("")),
                                entry.path("server").asString(""),
                                entry.path("resource").asString(""),
                                entry.path("caller").asString(""),
                                entry.path("issuer").asString("")),
                        entry.path("secret").asString(""));
            } catch (IllegalArgumentException e) {
                // of a newer version: it is lost when the file is written
            }
        }
        return new Content(read, encrypted);
    }

    private JsonNode tree() throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("it is larger than " + MAX_BYTES + " bytes");
        }
        try {
            JsonNode tree = McpJson.mapper().readTree(Files.readString(file));
            if (tree.path("version").asInt(0) == VERSION) {
                return tree;
            }
        } catch (JacksonException e) {
            // without its cause, which may quote the file
        }
        throw new IOException("it is no token file of this version; remove it to log in anew");
    }

    private static JsonNode decrypted(String data, byte @Nullable [] key) throws IOException {
        if (key == null) {
            throw new IOException("it is encrypted with a key of the keychain, which cannot be had now");
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(data);
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new GCMParameterSpec(TAG_BITS, bytes, 0, NONCE));
            cipher.updateAAD(PURPOSE);
            return McpJson.mapper().readTree(cipher.doFinal(bytes, NONCE, bytes.length - NONCE));
        } catch (GeneralSecurityException | JacksonException | IllegalArgumentException e) {
            throw new IOException(
                    "it is encrypted with another key than that of the keychain; remove it to log in anew");
        }
    }

    /** Tokens that others can read are no longer secret. */
    private void requireOwnerOnly() throws IOException {
        if (POSIX) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ)) {
                throw new IOException("others can read it: chmod 600 it, and log in anew if somebody may have");
            }
        }
    }

    /** Changes the entries. */
    @FunctionalInterface
    interface Change {
        void apply(Map<TokenStore.Key, String> entries);
    }

    /**
     * Reads, changes and replaces it, while no other process does.
     *
     * @param key encrypts it; null to write it as it is
     */
    void change(byte @Nullable [] key, Change change) throws IOException {
        // the lock of the file is for other processes: within this one it would fail, not wait
        synchronized (LOCKS.computeIfAbsent(file, path -> new Object())) {
            changeAlone(key, change);
        }
    }

    private void changeAlone(byte @Nullable [] key, Change change) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent(), "a file has a directory");
        Files.createDirectories(directory, attributes("rwx------"));
        Path lock = directory.resolve(file.getFileName() + ".lock");
        try {
            Files.createFile(lock, attributes("rw-------"));
        } catch (FileAlreadyExistsException e) {
            // of another process, or an earlier time
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            assert held.isValid();
            Map<TokenStore.Key, String> entries = read(key).entries();
            change.apply(entries);
            replace(written(entries, key));
        }
    }

    private static String written(Map<TokenStore.Key, String> entries, byte @Nullable [] key) throws IOException {
        ArrayNode list = McpJson.mapper().createArrayNode();
        entries.forEach((name, secret) -> list.addObject()
                .put("kind", name.kind().name())
                .put("server", name.server())
                .put("resource", name.resource())
                .put("caller", name.caller())
                .put("issuer", name.issuer())
                .put("secret", secret));
        ObjectNode tree = McpJson.mapper().createObjectNode().put("version", VERSION);
        if (key == null) {
            tree.set("entries", list);
        } else {
            tree.put("data", encrypted(list.toString().getBytes(StandardCharsets.UTF_8), key));
        }
        return tree.toString();
    }

    private static String encrypted(byte[] plain, byte[] key) throws IOException {
        try {
            byte[] nonce = new byte[NONCE];
            new SecureRandom().nextBytes(nonce);
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(PURPOSE);
            byte[] sealed = cipher.doFinal(plain);
            return Base64.getEncoder()
                    .encodeToString(ByteBuffer.allocate(NONCE + sealed.length)
                            .put(nonce)
                            .put(sealed)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new IOException("it cannot be encrypted", e);
        }
    }

    private void replace(String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            // nobody else can read it at any moment
            Files.createFile(fresh, attributes("rw-------"));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
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
