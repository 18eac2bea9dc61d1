package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.cli.install.BundleArchive.Limits;
import dev.mcpflux.host.config.McpConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleArchiveTest {

    @TempDir
    Path dir;

    private Path zip() {
        return dir.resolve("a.zip");
    }

    private Path into() {
        return dir.resolve("in/content");
    }

    private void unpack(Limits limits) throws Exception {
        Files.createDirectories(into().getParent());
        new BundleArchive(zip(), limits).unpack(into());
    }

    private void refused(String problem) throws Exception {
        refused(Limits.USUAL, problem);
    }

    private void refused(Limits limits, String problem) throws Exception {
        assertThatThrownBy(() -> unpack(limits))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining(problem);
        // nothing beside the directory, wherever an entry led to
        try (Stream<Path> all = Files.list(dir)) {
            assertThat(all).containsExactlyInAnyOrder(zip(), into().getParent());
        }
    }

    @Test
    void filesAreUnpackedWithTheirModes() throws Exception {
        try (Zips zip = Zips.to(zip())) {
            zip.add("manifest.json", "{}")
                    .add("a/./b//c.txt", "c")
                    .add("bin/run", new byte[] {1}, Zips.PROGRAM | 06022)
                    .add("empty/", "");
        }
        Zips.append(zip(), "a signature".getBytes(StandardCharsets.UTF_8));
        unpack(Limits.USUAL);
        assertThat(into().resolve("a/b/c.txt")).hasContent("c");
        assertThat(into().resolve("empty")).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(into().resolve("bin/run"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(into().resolve("manifest.json"))))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "/etc/evil",
                "..\\evil",
                "C:/evil",
                "a:stream",
                "con.txt",
                "sub/NUL",
                "dot.",
                "blank ",
                "a\u0000b",
                "esc\u001b[2J",
                "flip\u202egnp"
            })
    void nameThatLeadsAstrayIsRefused(String name) throws Exception {
        try (Zips zip = Zips.to(zip())) {
            zip.add("ok", "").add(name, "evil");
        }
        refused("the bundle is refused, because it holds a ");
    }

    @Test
    void linksAndDevicesAreRefused() throws Exception {
        try (Zips zip = Zips.to(zip())) {
            zip.add("out", "/etc".getBytes(StandardCharsets.UTF_8), Zips.LINK).add("out/passwd", "evil");
        }
        refused("a symbolic link (out)");
        Files.delete(into());
        try (Zips zip = Zips.to(zip())) {
            zip.add("pipe", new byte[0], 0010644);
        }
        refused("something that is neither a file nor a directory (pipe)");
    }

    @Test
    void namesMustNotCollide() throws Exception {
        try (Zips zip = Zips.to(zip())) {
            zip.add("Readme", "a").add("README", "b");
        }
        refused("two files of one name (README)");
        BundleStore.delete(into());
        try (Zips zip = Zips.to(zip())) {
            zip.add("a", "a").add("a/b", "b");
        }
        refused("a file where a directory is needed (a/b)");
    }

    @Test
    void sizesAreBounded() throws Exception {
        try (Zips zip = Zips.to(zip())) {
            zip.add("zeros", new byte[1 << 20], Zips.FILE).add("b", "b").add("c", "c");
        }
        refused(new Limits(1 << 30, 2, 1 << 30, 1 << 20, 0), "more than 2 files");
        BundleStore.delete(into());
        refused(new Limits(1 << 30, 100, 1 << 19, 1 << 20, 0), "more than 524288 bytes");
        BundleStore.delete(into());
        refused(new Limits(1 << 30, 100, 1 << 30, 50, 1 << 16), "more than 50 times of what it is packed into");
    }

    @Test
    void countIsBoundedBeforeTheDirectoryIsRead() throws Exception {
        Files.write(zip(), "PK\u0001\u0002".repeat(9).getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> new BundleArchive(zip(), new Limits(99, 1, 99, 9, 0)).sha256())
                .hasMessageContaining("more than 1 files");
        assertThat(new BundleArchive(zip(), Limits.USUAL).sha256()).hasSize(64);
    }

    @Test
    void deepAndLongPathsAreRefused() throws Exception {
        try (Zips zip = Zips.to(zip())) {
            zip.add("a/".repeat(41) + "b", "");
        }
        refused("directories nested deeper than 40");
        Files.delete(into());
        try (Zips zip = Zips.to(zip())) {
            zip.add("x".repeat(401), "");
        }
        refused("a path of more than 400 characters");
    }

    @Test
    void damagedFileIsRefused() throws Exception {
        Files.writeString(zip(), "no zip file");
        refused("is no zip file, or a damaged one");
        Files.delete(into());
        try (Zips zip = Zips.to(zip())) {
            zip.add("noise", "0123456789".repeat(1000));
        }
        byte[] bytes = Files.readAllBytes(zip());
        java.util.Arrays.fill(bytes, 36, 60, (byte) 0xFF);
        Files.write(zip(), bytes);
        refused("damaged");
    }

    /** In the directory of the file: the general purpose flags are the 9th byte of an entry, the method is the 11th. */
    @ParameterizedTest
    @CsvSource({"8, 1", "10, 12"})
    void encryptedAndUnusualFilesAreRefused(int offset, int value) throws Exception {
        try (Zips zip = Zips.to(zip())) {
            zip.add("odd", "0123456789".repeat(10));
        }
        byte[] bytes = Files.readAllBytes(zip());
        int entry = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
        bytes[entry + offset] = (byte) value;
        Files.write(zip(), bytes);
        refused("encrypted or packed in an unusual way (odd)");
    }

    @Test
    void interruptStopsTheUnpacking() throws Exception {
        try (Zips zip = Zips.to(zip())) {
            zip.add("a", "a");
        }
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> unpack(Limits.USUAL)).isInstanceOf(IOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
