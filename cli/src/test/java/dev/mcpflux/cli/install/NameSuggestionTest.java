package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameSuggestionTest {

    @ParameterizedTest
    @CsvSource({
        "io.github.user/weather, weather",
        "io.github.user/weather-mcp-server, weather",
        "io.github.user/server, user",
        "com.example/mcp, example",
        "@acme/server-files@1.2.3, files",
        "@acme/mcp, acme",
        "mcp-server-git, git",
        "mcp_server_time==1.0, time",
        "images.example/acme/notes-mcp:2.1, notes",
        "localhost:5000/acme/notes, notes",
        "My.Tool, my-tool",
        "a__b_, a_b",
    })
    void packageLosesScopeVersionAndAffixes(String identifier, String name) {
        assertThat(NameSuggestion.ofPackage(identifier)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "https://mcp.example.com/mcp, example",
        "https://weather.example.co.uk/, example",
        "https://example.dev, example",
        "http://localhost:8080/mcp, localhost-8080",
        "http://10.0.0.7/mcp, 10-0-0-7",
        "http://[::1]:9/, 1-9",
        "https://my_host/mcp, server",
    })
    void urlGivesItsHost(String url, String name) {
        assertThat(NameSuggestion.ofUrl(url)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "npx -y @acme/server-files /tmp, files",
        "npx --package @acme/tools acme-mcp, acme",
        "uvx --from acme[all] acme-mcp-server, acme",
        "python3 -m weather_mcp, weather",
        "python3.12 /srv/weather/main.py, weather",
        "node ./dist/index.js, index",
        "node /srv/notes/dist/index.js, notes",
        "docker run -i --rm -e TOKEN images.example/acme/notes:1, notes",
        "java -jar build/tides-server.jar, tides",
        "C:\\tools\\tides.exe --stdio, tides",
        "/usr/local/bin/mcp-server-fs, fs",
        "npx -y, npx",
    })
    void commandGivesWhatItRuns(String command, String name) {
        assertThat(NameSuggestion.ofCommand(List.of(command.split(" ")))).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"'AWS API, MCP Server', AWS-API-MCP-Server", "'\u001b[31mred', 31mred", "'../..', server", "'x__', x"})
    void nameHoldsOnlyWhatANameMayHold(String text, String name) {
        assertThat(NameSuggestion.safe(text)).isEqualTo(name);
    }
}
