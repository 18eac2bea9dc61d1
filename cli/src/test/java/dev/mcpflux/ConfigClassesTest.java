package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.ConfigFile;
import dev.mcpflux.host.config.document.ConfigDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parser of a syntax is loaded when a file of that syntax is read. */
class ConfigClassesTest {

    private static final List<String> PARSERS = List.of("org.tomlj.", "org.snakeyaml.");

    @TempDir
    private Path directory;

    /** Reads a configuration file, in a JVM of its own. */
    static final class Reads {

        private Reads() {}

        public static void main(String[] files) {
            Path file = Path.of(files[0]);
            System.out.println(
                    files[1].equals("document")
                            ? ConfigDocument.read(file).root()
                            : new ConfigFile(file, name -> null)
                                    .read()
                                    .servers()
                                    .size());
        }
    }

    @Test
    void jsonNeedsNoOtherParser() throws Exception {
        assertThat(loaded("mcp.json", "{\"mcpServers\": {\"a\": {\"command\": \"a\"}}}", "servers"))
                .anyMatch(line -> line.contains("dev.mcpflux.host.config.document.ConfigDocument "))
                .noneMatch(line -> PARSERS.stream().anyMatch(line::contains));
    }

    @ParameterizedTest
    @CsvSource({"a.toml, a = 1, org.tomlj.", "a.yaml, a: 1, org.snakeyaml."})
    void eachSyntaxNeedsItsOwn(String name, String text, String parser) throws Exception {
        assertThat(loaded(name, text, "document"))
                .anyMatch(line -> line.contains(parser))
                .noneMatch(line -> PARSERS.stream().anyMatch(other -> !other.equals(parser) && line.contains(other)));
    }

    private List<String> loaded(String name, String text, String reader) throws Exception {
        Path file = Files.writeString(directory.resolve(name), text);
        Path log = directory.resolve("classes.txt");
        Path printed = directory.resolve("out.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + log + "::filecount=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reads.class.getName(),
                        file.toString(),
                        reader)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
        return Files.readAllLines(log);
    }
}
