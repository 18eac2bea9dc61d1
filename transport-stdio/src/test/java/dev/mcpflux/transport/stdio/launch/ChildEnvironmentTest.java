package dev.mcpflux.transport.stdio.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.transport.stdio.launch.ChildEnvironment.Rules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildEnvironmentTest {

    private static final Rules USUAL = new Rules(List.of(), false, false, false);

    private static ChildEnvironment of(Rules rules, String... parent) {
        Map<String, String> variables = new HashMap<>();
        for (String variable : parent) {
            variables.put(variable.replaceFirst("=.*", ""), variable.replaceFirst("[^=]*=", ""));
        }
        return ChildEnvironment.of(variables, Map.of(), rules);
    }

    @Test
    void inheritsWhatServersNeed() {
        String[] needed = {
            "PATH=/bin",
            "HTTP_PROXY=http://proxy:3128",
            "https_proxy=http://proxy:3128",
            "ALL_PROXY=socks5://proxy",
            "no_proxy=.example.com,user@host",
            "SSL_CERT_FILE=/a",
            "SSL_CERT_DIR=/b",
            "NODE_EXTRA_CA_CERTS=/c",
            "REQUESTS_CA_BUNDLE=/d",
            "CURL_CA_BUNDLE=/e",
            "XDG_CONFIG_HOME=/f",
            "XDG_DATA_DIRS=/g",
            "DISPLAY=:0",
            "WAYLAND_DISPLAY=w",
            "SSH_AUTH_SOCK=/s",
            "DOCKER_HOST=ssh://me@host",
            "LC_CTYPE=C.UTF-8"
        };
        assertThat(of(USUAL, needed).variables()).hasSize(needed.length);
        assertThat(of(USUAL, needed).withheld()).isEmpty();
    }

    @Test
    void inheritsNothingElse() {
        assertThat(of(
                                USUAL,
                                "AWS_SECRET_ACCESS_KEY=x",
                                "NODE_OPTIONS=--require=/evil.js",
                                "LD_PRELOAD=/evil.so",
                                "Http_Proxy=http://proxy",
                                "XDG_ACTIVATION_TOKEN=x",
                                "GITHUB_TOKEN=x",
                                "LANG=() { :; }")
                        .variables())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_PROXY,http://user:word@proxy:3128",
        "https_proxy,user:word@proxy",
        "ALL_PROXY,http://token@proxy",
        "DOCKER_HOST,tcp://user:word@host:2376",
    })
    void valuesWithCredentialsStayOut(String name, String value) {
        ChildEnvironment child = of(USUAL, name + "=" + value);
        assertThat(child.variables()).isEmpty();
        assertThat(child.withheld()).containsExactly(name);
        assertThat(child.toString()).doesNotContain("word");
        Rules named = new Rules(List.of(name), false, false, false);
        assertThat(of(named, name + "=" + value).variables()).containsEntry(name, value);
        assertThat(ChildEnvironment.of(Map.of(name, value), Map.of(name, "own"), USUAL))
                .isEqualTo(new ChildEnvironment(Map.of(name, "own"), Map.of(), List.of()));
    }

    @Test
    void namedVariablesAreInheritedAndSecretOnesAmongThemMasked() {
        Rules rules = new Rules(List.of("AWS_*", "EDITOR"), false, false, false);
        ChildEnvironment child =
                of(rules, "AWS_SECRET_ACCESS_KEY=x", "AWS_REGION=eu", "EDITOR=vi", "AWSX=1", "MY_AWS_A=1");
        assertThat(child.variables()).containsOnlyKeys("AWS_SECRET_ACCESS_KEY", "AWS_REGION", "EDITOR");
        assertThat(child.secrets()).containsOnlyKeys("AWS_SECRET_ACCESS_KEY");
        Rules everything = new Rules(List.of(ChildEnvironment.EVERYTHING), true, true, false);
        assertThat(of(everything, "A=1", "DISPLAY=:0", "F=() { :; }").variables())
                .containsOnlyKeys("A", "DISPLAY");
    }

    @Test
    void minimumIsWhatAProgramNeedsToStart() {
        Rules minimal = new Rules(List.of(), true, false, false);
        assertThat(of(minimal, "PATH=/bin", "HOME=/h", "LC_ALL=C", "SHELL=/bin/sh", "HTTP_PROXY=x", "XDG_A=1")
                        .variables())
                .containsOnlyKeys("PATH", "HOME", "LC_ALL");
        Rules windows = new Rules(List.of(), true, false, true);
        assertThat(of(windows, "Path=C:\\", "SystemRoot=C:\\W", "AppData=C:\\A", "PathExt=.EXE", "HOME=x")
                        .variables())
                .containsOnlyKeys("Path", "SystemRoot", "PathExt");
    }

    @Test
    void socketsOfOtherProgramsAreNotNamedInASandbox() {
        Rules sandboxed = new Rules(List.of(), false, true, false);
        assertThat(of(sandboxed, "SSH_AUTH_SOCK=/s", "DOCKER_HOST=unix:///d", "DISPLAY=:0", "TZ=UTC")
                        .variables())
                .containsOnlyKeys("TZ");
    }

    @Test
    void casesAreOneOnWindows() {
        Rules windows = new Rules(List.of("my_*"), false, false, true);
        Map<String, String> parent = Map.of(
                "Path", "C:\\a", "LocalAppData", "C:\\l", "ProgramFiles(x86)", "C:\\p", "My_Var", "1", "Secret", "x");
        assertThat(ChildEnvironment.of(parent, Map.of("PATH", "C:\\b"), windows).variables())
                .isEqualTo(
                        Map.of("PATH", "C:\\b", "LocalAppData", "C:\\l", "ProgramFiles(x86)", "C:\\p", "My_Var", "1"));
    }

    @ParameterizedTest
    @CsvSource({
        "A*,A,true",
        "A*,AB,true",
        "A*,BA,false",
        "*_X,A_X,true",
        "*_X,A_XY,false",
        "A*B*C,AxBC,true",
        "A,AB,false"
    })
    void starStandsForAnyCharacters(String pattern, String name, boolean matches) {
        assertThat(ChildEnvironment.matches(pattern, name)).isEqualTo(matches);
    }
}
