package dev.mcpflux.host.config.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "permissions and symbolic links")
class ConfigFileWriterTest {

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("mcp.json");
    }

    private static String disabled(ConfigFileWriter writer) {
        return writer.editor()
                .set(List.of("disabled"), JsonNodeFactory.instance.booleanNode(true))
                .text();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void replacesAFileAndKeepsItsMode() throws IOException {
        Files.writeString(file(), "\uFEFF{} // é😀\r\n");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        ConfigFileWriter writer = ConfigFileWriter.open(file(), null);

        assertThat(writer.exists()).isTrue();
        assertThat(writer.write(disabled(writer))).isTrue();

        assertThat(Files.readString(file())).isEqualTo("\uFEFF{\r\n  \"disabled\": true\r\n} // é😀\r\n");
        assertThat(mode(file())).isEqualTo("rw-r--r--");
        assertThat(names()).containsExactly("mcp.json");
    }

    @Test
    void aNewFileIsForItsOwner() throws IOException {
        Path file = directory.resolve("a/b/config.toml");
        ConfigFileWriter writer = ConfigFileWriter.open(file, null);

        assertThat(writer.exists()).isFalse();
        writer.write(disabled(writer));

        assertThat(Files.readString(file)).isEqualTo("disabled = true\n");
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void anEqualTextIsNotWritten() throws IOException {
        Files.writeString(file(), "{}");
        Object before = Files.readAttributes(file(), "unix:ino").get("ino");

        assertThat(ConfigFileWriter.open(file(), null).write("{}")).isFalse();

        assertThat(Files.readAttributes(file(), "unix:ino").get("ino")).isEqualTo(before);
    }

    @Test
    void linksStay() throws IOException {
        Path target = directory.resolve("dotfiles/mcp.json");
        Files.createDirectories(target.getParent());
        Files.writeString(target, "{}");
        Files.createSymbolicLink(directory.resolve("middle"), Path.of("dotfiles/mcp.json"));
        Files.createSymbolicLink(file(), Path.of("middle"));
        ConfigFileWriter writer = ConfigFileWriter.open(file(), null);

        writer.write(disabled(writer));

        assertThat(file()).isSymbolicLink();
        assertThat(directory.resolve("middle")).isSymbolicLink();
        assertThat(Files.readString(target)).contains("disabled");
        assertThat(names()).containsExactly("dotfiles", "mcp.json", "middle");
    }

    @Test
    void aLinkToNothingGetsItsFile() throws IOException {
        Files.createSymbolicLink(file(), Path.of("later.json"));
        ConfigFileWriter writer = ConfigFileWriter.open(file(), null);

        writer.write(disabled(writer));

        assertThat(file()).isSymbolicLink();
        assertThat(directory.resolve("later.json")).content().contains("disabled");
    }

    @Test
    void aCircleOfLinksIsRefused() throws IOException {
        Files.createSymbolicLink(file(), Path.of("mcp.json"));

        assertThatThrownBy(() -> ConfigFileWriter.open(file(), null))
                .isInstanceOf(DocumentException.class)
                .hasMessage(file() + ": it is a symbolic link that leads to itself");
    }

    @Test
    void aFileThatChangedIsNotOverwritten() throws IOException {
        Files.writeString(file(), "{}");
        ConfigFileWriter writer = ConfigFileWriter.open(file(), null);
        Files.writeString(file(), "[]");

        assertThatThrownBy(() -> writer.write("{\"a\": 1}"))
                .isInstanceOf(DocumentException.class)
                .hasMessage(
                        file() + ": another program has changed it since it was read; nothing is written, try again");

        assertThat(file()).content().isEqualTo("[]");
        assertThat(names()).containsExactly("mcp.json");
    }

    @Test
    void aFileThatCameOrWentIsNotOverwritten() throws IOException {
        ConfigFileWriter writer = ConfigFileWriter.open(file(), null);
        Files.writeString(file(), "");
        assertThatThrownBy(() -> writer.write("{}")).hasMessageContaining("another program has changed it");

        ConfigFileWriter second = ConfigFileWriter.open(file(), null);
        Files.delete(file());
        assertThatThrownBy(() -> second.write("{}")).hasMessageContaining("another program has changed it");
        assertThat(names()).isEmpty();
    }

    @Test
    void aWriterWritesTwice() throws IOException {
        ConfigFileWriter writer = ConfigFileWriter.open(file(), null);

        writer.write("{}");
        writer.write("[]");

        assertThat(file()).content().isEqualTo("[]");
    }

    @Test
    void aReadOnlyFileStays() throws IOException {
        Files.writeString(file(), "{}");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--r--r--"));
        assumeThat(Files.isWritable(file())).as("run by root").isFalse();

        assertThatThrownBy(() -> ConfigFileWriter.open(file(), null).write("[]"))
                .hasMessage(file() + ": it is read-only");
    }

    @Test
    void directoriesAndWrongTextsAreRefused() throws IOException {
        assertThatThrownBy(() -> ConfigFileWriter.open(directory, ConfigSyntax.JSON))
                .hasMessage(directory + ": it cannot be read: it is a directory");
        assertThatThrownBy(() -> ConfigFileWriter.open(file(), null).write("\uD800"))
                .hasMessage(file() + ": the new text is no Unicode text");
        Files.writeString(file(), "oops");
        assertThatThrownBy(() -> ConfigFileWriter.open(file(), null).editor())
                .hasMessageStartingWith(file() + ", line 1, column ");
    }
}
