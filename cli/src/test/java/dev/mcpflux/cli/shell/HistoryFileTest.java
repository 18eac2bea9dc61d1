package dev.mcpflux.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "permissions are those of Unix")
class HistoryFileTest {

    @TempDir
    private Path directory;

    private final List<String> notes = new ArrayList<>();

    private HistoryFile history(String name) {
        return HistoryFile.of(directory.resolve(name), notes::add);
    }

    @Test
    void linesComeBack() {
        history("new/history").add("call a \\\n  x='1'");
        history("new/history").add("tools");

        assertThat(history("new/history").read()).containsExactly("call a \\\n  x='1'", "tools");
        assertThat(notes).isEmpty();
    }

    @Test
    void onlyTheOwnerCanRead() throws IOException {
        history("new/history").add("tools");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("new"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("new/history"))))
                .isEqualTo("rw-------");
    }

    @Test
    void openFileIsClosedToOthers() throws IOException {
        Path file = Files.writeString(directory.resolve("history"), "old\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        history("history").add("tools");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void doesNotWriteThroughALink() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "");
        Files.createSymbolicLink(directory.resolve("history"), other);

        HistoryFile history = history("history");
        history.add("tools");
        history.add("servers");

        assertThat(other).isEmptyFile();
        assertThat(notes).singleElement().asString().contains("it is a link");
    }

    @Test
    void longFileIsShortened() throws IOException {
        Path file = directory.resolve("history");
        Files.write(file, Collections.nCopies(HistoryFile.MAX_LINES * 2, "old"));
        history("history").add("new");

        history("history").shorten();

        assertThat(Files.readAllLines(file)).hasSize(HistoryFile.MAX_LINES).endsWith("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void isSwitchedOffAndMovedByTheEnvironment() {
        HistoryFile.ofUser(name -> "off", notes::add).add("tools");
        assertThat(directory).isEmptyDirectory();

        Path file = directory.resolve("mine");
        HistoryFile.ofUser(name -> name.equals("MCPFLUX_HISTORY") ? file.toString() : null, notes::add)
                .add("tools");
        assertThat(file).hasContent("tools");
    }
}
