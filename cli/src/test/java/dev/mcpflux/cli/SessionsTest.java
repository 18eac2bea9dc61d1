package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.Display;
import dev.mcpflux.cli.terminal.ScreenSize;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a person sees on terminals of 60 and 120 columns, compared with the files in {@code src/test/resources/sessions}.
 * {@code -Dgolden.update=true} writes them anew.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "one of the servers is a shell script")
class SessionsTest {

    private static final Path FILES = Path.of("src/test/resources/sessions");

    /** Messages name it, and are broken at the width of the terminal: so its name is always the same. */
    private static final Path CONFIG = Path.of("target", "sessions", "mcp.json");

    private static WeatherServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new WeatherServer();
        Files.createDirectories(CONFIG.getParent());
        Files.writeString(CONFIG, """
                {"mcpServers": {
                  "weather": {"type": "http", "url": "%s"},
                  "broken": {"command": "sh", "args": ["-c", "echo 'the database is locked' >&2; exit 7"]},
                  "archive": {"command": "archive", "disabled": true}}}
                """.formatted(server.url()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            servers       | servers
            servers-wide  | servers -o wide
            servers-color | servers --color=always
            servers-yaml  | servers -o yaml --from archive
            tools         | tools
            tools-names   | tools -o name
            call          | call weather__lookup city=Paris
            call-error    | call weather__stations
            tool          | tool weather__forecast
            inspect       | inspect weather
            call-unknown  | call weather__lokup city=Paris
            from-unknown  | tools --from wether
            failed        | call broken__x
            option        | tools --outptu json
            command       | toosl
            format        | tools -o jso
            help          | --help
            help-tools    | tools --help
            """)
    void sessionLooksAsBefore(String name, String line) throws IOException {
        for (int columns : new int[] {60, 120}) {
            assertUnchanged(name + "-" + columns + ".txt", "$ mcpflux " + line + "\n" + session(columns, line));
        }
    }

    private static String session(int columns, String line) {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        Map<String, String> environment = new HashMap<>(Map.of("TERM", "xterm", "NO_COLOR", "1"));
        Display display = new Display(
                Terminal.Target.TERMINAL, () -> true, environment::get, () -> new ScreenSize(columns, 1000));
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        if (!line.contains("--help")) {
            words.addAll(0, List.of("-c", CONFIG.toString()));
        }
        int code = new Mcpflux(new WatchedStream(terminal), display).execute(words.toArray(String[]::new), terminal);

        String printed = terminal.toString(StandardCharsets.UTF_8)
                .replace(server.url(), "http://127.0.0.1/mcp")
                // a start takes up to 9999 ms, and the header of its column is wider
                .replaceAll("(?m)\\b[0-9]{1,4} ms +", "… ms        ")
                .replaceAll("(?m)\\b[0-9.]+ ms(?=\\)|$)", "… ms")
                .replaceAll("since: .*", "since: …")
                .replace(System.lineSeparator(), "\n");
        ScreenModel screen = new ScreenModel(columns).print(printed);
        return (line.contains("--color") ? screen.styled() : screen.text()) + "[exit code " + code + "]\n";
    }

    private static void assertUnchanged(String name, String session) throws IOException {
        Path file = FILES.resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FILES);
            Files.writeString(file, session);
        }
        assertThat(file).as(name).content().isEqualToNormalizingNewlines(session);
    }
}
