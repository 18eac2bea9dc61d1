package dev.mcpflux.cli.doctor.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageCheckTest {

    private static Stream<String> found(String line) {
        List<String> words = Arrays.asList(line.split(" "));
        return FakeMachine.found(
                new PackageCheck(),
                FakeMachine.server(FakeMachine.process(
                        words.get(0), words.subList(1, words.size()).toArray(String[]::new))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "npx -y @scope/server@1.2.3 /tmp",
                "npx -y server@v2.0.0-beta.1",
                "npx -p tool@1.0.0 run",
                "npx ./local",
                "/usr/bin/npx.cmd server@1",
                "npm start",
                "uvx mcp-server-git==2025.1.1",
                "uvx --from git+https://host/x tool",
                "uvx --with extra mcp-server@1.0",
                "pipx run server==1.0",
                "docker run -i --rm -e TOKEN ghcr.io/me/server:1.2",
                "docker run -i --rm image@sha256:abc",
                "docker ps",
                "node server.js"
            })
    void pinned(String line) {
        assertThat(found(line)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "npx -y @scope/server",
                "npx -y server@latest",
                "npx -y server@^1.0.0",
                "bunx server",
                "pnpm dlx server",
                "uvx mcp-server-git",
                "uvx --python 3.12 mcp-server-git",
                "uvx --from mcp-tools tool",
                "uv tool run server",
                "uvx server>=1.0",
                "docker run -i --rm -e TOKEN ghcr.io/me/server",
                "docker run --env-file x host:5000/server:latest arg:1"
            })
    void notPinned(String line) {
        assertThat(found(line)).singleElement().asString().startsWith("unpinned-package args[");
    }
}
