package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.internal.Masker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchSpecTest {

    @Test
    void aChildInheritsWhatItNeedsAndWhatIsConfigured() {
        LaunchSpec spec = new LaunchSpec("s", "x", List.of(), Map.of("API_KEY", "k", "HOME", "/other"), Map.of(), null);
        Map<String, String> child = spec.childEnvironment(Map.of(
                        "PATH", "/bin",
                        "HOME", "/home/me",
                        "LC_ALL", "C.UTF-8",
                        "AWS_SECRET_ACCESS_KEY", "secret",
                        "LD_PRELOAD", "/evil.so",
                        "LANG", "() { :; }"))
                .variables();
        assertThat(child)
                .containsOnly(
                        Map.entry("PATH", "/bin"),
                        Map.entry("HOME", "/other"),
                        Map.entry("LC_ALL", "C.UTF-8"),
                        Map.entry("API_KEY", "k"));
    }

    @Test
    void textShowsNeitherArgumentsNorEnvironment() {
        StdioTransport transport = StdioTransport.builder("s", "server")
                .arguments("--token=secret")
                .environment(Map.of("KEY", "hidden"))
                .build();
        assertThat(transport.toString()).isEqualTo("StdioTransport[s: server, 1 arguments]");
        assertThat(new LaunchSpec("s", "server", List.of("secret"), Map.of("K", "hidden"), Map.of(), null).toString())
                .doesNotContain("secret")
                .doesNotContain("hidden");
    }

    @Test
    void configuredValuesAreMaskedByTheirNamesLongestFirst() {
        Masker masker = new Masker(
                Map.of("TOKEN", "abcdef", "LONG", "abcdefghi", "FLAG", "true"), Map.of("env:ARG", "argument"));
        assertThat(masker.mask("abcdefghi abcdef true argument")).isEqualTo("${LONG} ${TOKEN} true ${env:ARG}");
    }
}
