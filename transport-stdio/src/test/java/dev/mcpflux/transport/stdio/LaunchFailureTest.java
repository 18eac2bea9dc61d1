package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpStartException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.test.StepVerifier;

/** Programs that exist and cannot be started. */
class LaunchFailureTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void onUnix() {
        assumeThat(File.separatorChar).isEqualTo('/');
    }

    private Path file(String content) throws IOException {
        Path file = directory.resolve("server");
        Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
        assumeThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static void failsWith(StdioTransport.Builder server, String... texts) {
        StepVerifier.create(McpSession.create(server.build(), SessionOptions.defaults())
                        .open())
                .expectErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(McpStartException.class).hasMessageContainingAll(texts))
                .verify(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#!/no/such/interpreter -x | the script is there, but its interpreter is not: /no/such/interpreter",
                "#!/bin/sh<CR> | carriage return, which makes it part of the name of the interpreter",
                "#!/usr/bin/env sh<CR> | carriage return, which makes it part of the name of the interpreter",
                "#!/etc/passwd | the interpreter of the script is not an executable file: /etc/passwd",
                "#!/etc | the interpreter of the script is not an executable file: /etc",
            })
    void explainsScriptThatCannotBeInterpreted(String firstLine, String message) throws IOException {
        Path script = file(firstLine.replace("<CR>", "\r") + "\nexit 0\n");
        failsWith(StdioTransport.builder("s", script.toString()), message);
    }

    @Test
    void explainsMessagesOfTheSystem() throws IOException {
        Path program = file("\u007fELF and more");
        assertThat(LaunchFailure.explain(program, "error=2, No such file or directory"))
                .isEqualTo("the program is there, but its dynamic loader is not: it was built for another system");
        assertThat(LaunchFailure.explain(program, "Exec failed, error: 8 (Exec format error) "))
                .contains("for another system or processor");
        assertThat(LaunchFailure.explain(program, "error=13, Permission denied"))
                .contains("may be mounted without permission to execute");
    }

    @Test
    void tooLongArgumentsSaySo() {
        failsWith(
                StdioTransport.builder("s", "/bin/sh").arguments("-c", "exit 0", "x".repeat(4 << 20)),
                "its arguments and its environment are longer than the system allows");
    }

    @Test
    void reportsWorkingDirectoryThatIsAFile() throws IOException {
        failsWith(
                StdioTransport.builder("s", "/bin/sh").workingDirectory(file("x")),
                "its working directory is not a directory");
    }
}
