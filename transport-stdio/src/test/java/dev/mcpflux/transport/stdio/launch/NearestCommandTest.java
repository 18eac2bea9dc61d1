package dev.mcpflux.transport.stdio.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestCommandTest {

    @ParameterizedTest
    @CsvSource({"npx,npx,0", "npx,nxp,1", "node,noed,1", "python,pyhton3,2", "a,b,1", "'',abc,3", "uvx,npx,2"})
    void distanceCountsMistakes(String a, String b, int distance) {
        assertThat(NearestCommand.distance(a, b)).isEqualTo(distance);
        assertThat(NearestCommand.distance(b, a)).isEqualTo(distance);
    }

    @Test
    void suggestsProgramsOnly(@TempDir Path directory) throws IOException {
        Files.createDirectory(directory.resolve("serverx"));
        Files.createFile(directory.resolve("servery"));
        Path program = Files.createFile(directory.resolve("server12"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        String path = "/no/such" + File.pathSeparator + File.pathSeparator + directory;
        assertThat(NearestCommand.on(path, "server")).isEqualTo("server12");
        assertThat(NearestCommand.on(path, "other")).isNull();
    }
}
