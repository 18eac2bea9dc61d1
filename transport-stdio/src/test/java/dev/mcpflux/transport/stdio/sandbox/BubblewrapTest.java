package dev.mcpflux.transport.stdio.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(OS.WINDOWS)
class BubblewrapTest {

    @TempDir
    private Path directory;

    private String script(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("bwrap"), "#!/bin/sh\n" + content + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }

    @Test
    void saysWhatToInstall() {
        assertThatIOException()
                .isThrownBy(() -> Bubblewrap.checked(null))
                .withMessageStartingWith(
                        "its sandbox cannot be made: there is no program bwrap: install the package bubblewrap")
                .withMessageEndingWith("without \"sandbox\" the server runs with all rights of this user");
    }

    @Test
    void quotesWhatTheProgramComplainsAbout() throws IOException {
        String bwrap = script("printf 'bwrap: No permissions \\033[1mto create\\n' >&2; exit 1");
        assertThatIOException()
                .isThrownBy(() -> Bubblewrap.checked(bwrap))
                .withMessageContaining(
                        "says 'bwrap: No permissions \\u001b[1mto create'; user namespaces may be forbidden");
        assertThatIOException()
                .isThrownBy(() -> Bubblewrap.checked(script("exit 4")))
                .withMessageContaining("says 'exit code 4'");
        assertThat(Bubblewrap.checked(script("exit 0"))).isEqualTo(bwrap);
    }

    @Test
    void relativeDirectoriesOfThePathAreSkipped() throws IOException {
        String program = script("exit 0");
        assertThat(Bubblewrap.find("bwrap", ".:" + directory)).isEqualTo(program);
        Path relative = Path.of("").toAbsolutePath().relativize(directory.toAbsolutePath());
        assertThat(Bubblewrap.find("bwrap", relative.toString())).isNotEqualTo(relative + "/bwrap");
        assertThat(Bubblewrap.find("no-such-program", null)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "6.18.44,me,true",
        "5.14,me,true",
        "5.13.9-x,me,false",
        "4.19.0,me,false",
        "6.1,root,false",
        "unknown,me,false",
    })
    void processesAreCountedForASandboxAloneByNewKernels(String kernel, String user, boolean counted) {
        assertThat(Sandbox.uncounted(kernel, user) == null).isEqualTo(counted);
    }
}
