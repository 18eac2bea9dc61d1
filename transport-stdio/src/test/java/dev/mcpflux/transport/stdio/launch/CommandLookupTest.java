package dev.mcpflux.transport.stdio.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.mcpflux.transport.stdio.launch.CommandLookup.Program;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of Windows, on any system. */
class CommandLookupTest {

    private static final String PATH = "C:\\Windows\\System32;;.;bin;\"C:\\Program Files\\nodejs\\\";C:\\tools";

    /** All files there are; the current directory is {@code C:\project}. */
    private static final Set<String> FILES = Set.of(
            "C:\\Program Files\\nodejs\\npx",
            "C:\\Program Files\\nodejs\\npx.cmd",
            "C:\\Program Files\\nodejs\\npx.ps1",
            "C:\\Program Files\\nodejs\\node.exe",
            "C:\\tools\\uvx.exe",
            "C:\\tools\\uvx.cmd",
            "C:\\tools\\npx.exe",
            "C:\\tools\\both.bat",
            "C:\\tools\\both.exe",
            "C:\\tools\\only.js",
            "C:\\project\\git.exe",
            "C:\\project\\evil.bat",
            "C:\\project\\bin\\local.exe",
            ".\\git.exe",
            "git.exe",
            "bin\\local.exe");

    private static Program find(String command) throws IOException {
        return CommandLookup.onWindows(command, PATH, ".COM;.EXE;.BAT;.CMD;.VBS;.JS", "C:\\project", FILES::contains);
    }

    @ParameterizedTest
    @CsvSource({
        // the file without extension is a script for another shell
        "npx,C:\\Program Files\\nodejs\\npx.cmd,true",
        "npx.cmd,C:\\Program Files\\nodejs\\npx.cmd,true",
        "NODE,C:\\Program Files\\nodejs\\NODE.exe,false",
        "uvx,C:\\tools\\uvx.exe,false",
        "both,C:\\tools\\both.exe,false",
        ".\\evil,C:\\project\\evil.bat,true",
        "./bin/local,C:\\project\\bin/local.exe,false",
        "bin\\local.exe,C:\\project\\bin\\local.exe,false",
        "C:\\tools\\uvx.exe,C:\\tools\\uvx.exe,false",
    })
    void findsProgram(String command, String file, boolean batch) throws IOException {
        Set<String> ignoringCase = Set.copyOf(FILES.stream()
                .map(name -> name.toLowerCase(java.util.Locale.ROOT).replace('/', '\\'))
                .toList());
        assertThat(CommandLookup.onWindows(
                        command,
                        PATH,
                        ".COM;.EXE;.BAT;.CMD;.VBS;.JS",
                        "C:\\project",
                        name -> ignoringCase.contains(
                                name.toLowerCase(java.util.Locale.ROOT).replace('/', '\\'))))
                .isEqualTo(new Program(file, batch));
    }

    @Test
    void theOrderOfPathExtCounts() throws IOException {
        assertThat(CommandLookup.onWindows("both", PATH, ".bat;.exe", null, FILES::contains))
                .isEqualTo(new Program("C:\\tools\\both.bat", true));
        assertThat(CommandLookup.onWindows("both", PATH, "", null, FILES::contains))
                .isEqualTo(new Program("C:\\tools\\both.exe", false));
    }

    /** Neither by an empty entry of the PATH, nor by a dot, nor by a relative directory. */
    @ParameterizedTest
    @ValueSource(strings = {"git", "git.exe", "evil", "local", "only", "only.js", "npx.ps1"})
    void neverFromTheCurrentDirectory(String command) {
        assertThatIOException()
                .isThrownBy(() -> find(command))
                .withMessageContaining("command not found: " + command)
                .withMessageContaining("on PATH: C:\\Windows\\System32");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "npx.cmd ",
                "npx.cmd.",
                "C:\\tools\\both.bat. .",
                "npx.cmd::$DATA",
                "C:npx.cmd",
                "npx\".cmd",
                "np*",
                "np\nx",
            })
    void refusesNamesThatHideWhatTheyAre(String command) {
        assertThatIOException().isThrownBy(() -> find(command)).withMessageStartingWith("its command ");
    }
}
