package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.text.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The zip file of a bundle. Unpacks regular files and directories below one directory and nothing else; a file that holds
 * anything else, or too much, is refused as a whole. All methods block.
 *
 * @param file the zip file
 * @param limits how much it may hold
 */
record BundleArchive(Path file, Limits limits) {

    private static final int BUFFER = 64 * 1024;
    private static final int EXECUTABLE = 0111;
    private static final int MAX_PATH = 400;
    private static final int MAX_DEPTH = 40;

    /** How an entry of the directory of a zip file begins. */
    private static final byte[] ENTRY = {'P', 'K', 1, 2};

    /** Names of devices on Windows, with any extension. */
    private static final Pattern DEVICE = Pattern.compile("(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\\..*)?");

    /**
     * How much a bundle may hold.
     *
     * @param packed the size of the zip file in bytes
     * @param files files and directories
     * @param unpacked all files together, in bytes
     * @param ratio how often larger than the zip file the files may be; not looked at below {@code small}
     * @param small in bytes
     */
    record Limits(long packed, int files, long unpacked, int ratio, long small) {

        static final Limits USUAL = new Limits(512L << 20, 50_000, 2L << 30, 100, 32L << 20);
    }

    /**
     * The SHA-256 of the file, in hexadecimal.
     *
     * @throws McpConfigurationException if it holds far too many entries to be read at all
     */
    String sha256() throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        long entries = 0;
        int matched = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                checkInterrupt();
                digest.update(buffer, 0, n);
                for (int i = 0; i < n; i++) {
                    matched = buffer[i] == ENTRY[matched] ? matched + 1 : buffer[i] == ENTRY[0] ? 1 : 0;
                    if (matched == ENTRY.length) {
                        entries++;
                        matched = 0;
                    }
                }
            }
        }
        // the directory is held in memory; archives within the archive look like entries too, so this is generous
        if (entries > 8L * limits.files) {
            throw refused("more than " + limits.files + " files");
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Unpacks the file.
     *
     * @param into a directory that does not exist yet; what is in it when this fails has to be removed
     * @throws McpConfigurationException if the file is no zip file, or holds what is not allowed
     */
    void unpack(Path into) throws IOException {
        makeDirectory(into);
        Set<String> names = new HashSet<>();
        Budget budget = new Budget(Files.size(file));
        try (ZipFile zip = open()) {
            List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
            if (entries.size() > limits.files) {
                throw refused("more than " + limits.files + " files");
            }
            for (ZipArchiveEntry entry : entries) {
                checkInterrupt();
                List<String> path = path(entry.getName());
                check(zip, entry);
                if (!names.add(String.join("/", path).toLowerCase(Locale.ROOT))) {
                    throw refused("two files of one name (" + entry.getName() + ")");
                }
                Path target = into;
                for (String part : path) {
                    target = target.resolve(part);
                }
                if (entry.isDirectory()) {
                    makeDirectories(into, target, entry);
                } else {
                    makeDirectories(into, Objects.requireNonNull(target.getParent()), entry);
                    write(zip, entry, target, budget);
                }
            }
        }
    }

    private ZipFile open() throws IOException {
        try {
            return ZipFile.builder().setPath(file).get();
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new McpConfigurationException(null, "the bundle is no zip file, or a damaged one");
        }
    }

    /** The parts of the name of an entry. */
    private List<String> path(String name) {
        if (name.length() > MAX_PATH) {
            throw refused("a path of more than " + MAX_PATH + " characters");
        }
        if (name.startsWith("/") || name.indexOf('\\') >= 0 || name.indexOf(':') >= 0) {
            throw refused("a path that is not relative (" + name + ")");
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/")) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                throw refused("a path that leads out of it (" + name + ")");
            }
            boolean odd = part.endsWith(".")
                    || part.endsWith(" ")
                    || DEVICE.matcher(part).matches();
            if (odd || !SafeText.line(part).equals(part)) {
                throw refused("a name that not every system has (" + name + ")");
            }
            parts.add(part);
        }
        if (parts.size() > MAX_DEPTH) {
            throw refused("directories nested deeper than " + MAX_DEPTH);
        }
        return parts;
    }

    private void check(ZipFile zip, ZipArchiveEntry entry) {
        int type = entry.getUnixMode() & 0170000;
        if (entry.isUnixSymlink()) {
            throw refused("a symbolic link (" + entry.getName() + ")");
        }
        if (type != 0 && type != 0100000 && type != 0040000) {
            throw refused("something that is neither a file nor a directory (" + entry.getName() + ")");
        }
        boolean usual = entry.getMethod() == ZipEntry.STORED || entry.getMethod() == ZipEntry.DEFLATED;
        if (!usual || !zip.canReadEntryData(entry)) {
            throw refused("a file that is encrypted or packed in an unusual way (" + entry.getName() + ")");
        }
    }

    private void makeDirectories(Path root, Path directory, ZipArchiveEntry entry) throws IOException {
        if (directory.equals(root) || Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("a file where a directory is needed (" + entry.getName() + ")");
        }
        makeDirectories(root, Objects.requireNonNull(directory.getParent()), entry);
        makeDirectory(directory);
    }

    /** Makes a directory that only its owner can enter. */
    static void makeDirectory(Path directory) throws IOException {
        if (isPosix(directory)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(directory);
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private void write(ZipFile zip, ZipArchiveEntry entry, Path target, Budget budget) throws IOException {
        byte[] buffer = new byte[BUFFER];
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("two files of one name (" + entry.getName() + ")");
        }
        try (InputStream in = zip.getInputStream(entry);
                OutputStream out =
                        Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
                checkInterrupt();
                budget.spend(n);
                out.write(buffer, 0, n);
            }
        }
        if (isPosix(target)) {
            boolean executable = (entry.getUnixMode() & EXECUTABLE) != 0;
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------"));
        }
    }

    private static int read(InputStream in, byte[] buffer) throws IOException {
        try {
            return in.read(buffer);
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new McpConfigurationException(null, "the bundle is a damaged zip file");
        }
    }

    private static void checkInterrupt() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("cancelled");
        }
    }

    private static McpConfigurationException refused(String what) {
        return new McpConfigurationException(null, "the bundle is refused, because it holds " + what);
    }

    /** What may still be written. */
    private final class Budget {

        private final long packed;
        private long spent;

        Budget(long packed) {
            this.packed = packed;
        }

        void spend(int bytes) {
            spent += bytes;
            if (spent > limits.unpacked) {
                throw refused("more than " + limits.unpacked + " bytes");
            }
            if (spent > limits.small && spent > limits.ratio * packed) {
                throw refused("more than " + limits.ratio + " times of what it is packed into");
            }
        }
    }
}
