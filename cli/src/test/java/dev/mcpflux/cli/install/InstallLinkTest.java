package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.host.config.McpConfigurationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstallLinkTest {

    private static final String ENTRY = "{\"command\":\"npx\",\"args\":[\"-y\",\"tides@1.0\",\"~~~???>>>\"]}";
    private static final String READ = "{\"command\":\"npx\",\"args\":[\"-y\",\"tides@1.0\",\"~~~???>>>\"]}";

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String url(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static Stream<String> linksToTides() {
        String named = "{\"name\":\"tides\"," + ENTRY.substring(1);
        String urlSafe = Base64.getUrlEncoder().withoutPadding().encodeToString(ENTRY.getBytes(StandardCharsets.UTF_8));
        return Stream.of(
                "cursor://anysphere.cursor-deeplink/mcp/install?name=tides&config=" + base64(ENTRY),
                "cursor://anysphere.cursor-deeplink/mcp/install?name=tides&config=" + url(base64(ENTRY)),
                "cursor://anysphere.cursor-deeplink/mcp/install?name=tides&config=" + urlSafe,
                "cursor://anysphere.cursor-deeplink/mcp/install?config=" + base64("{\"tides\":" + ENTRY + "}"),
                "cursor://anysphere.cursor-deeplink/mcp/install?name=tides&config="
                        + base64("{\"tides\":" + ENTRY + "}"),
                "https://cursor.com/install-mcp?name=tides&config=" + base64(ENTRY),
                "https://cursor.com/en/install-mcp?name=tides&config=" + base64(ENTRY) + "#top",
                "https://cursor.com/link/mcp/install?name=tides&config=" + url(base64(ENTRY)),
                "lmstudio://add_mcp?name=tides&config=" + url(base64(ENTRY)),
                "https://lmstudio.ai/install-mcp?config=" + url(base64("{\"tides\":" + ENTRY + "}")),
                "vscode:mcp/install?" + url(named),
                "vscode://mcp/install?" + url(named),
                "vscode-insiders:mcp/install?" + url(named),
                "https://insiders.vscode.dev/redirect/mcp/install?name=tides&config=" + url(ENTRY),
                "https://vscode.dev/redirect/mcp/install?name=tides&config=" + url(ENTRY) + "&quality=insiders",
                "https://vscode.dev/redirect?url=" + url("vscode:mcp/install?" + url(named)),
                "https://insiders.vscode.dev/redirect?url=vscode:mcp/install?" + url(named));
    }

    @ParameterizedTest
    @MethodSource("linksToTides")
    void everyFormOfLinkIsRead(String link) {
        assertThat(InstallLink.isLink(link)).isTrue();
        Proposal proposal = InstallLink.read(link, null);
        assertThat(proposal.name()).isEqualTo("tides");
        assertThat(proposal.entry().toString()).isEqualTo(READ);
        assertThat(InstallLink.read(link, "mine").name()).isEqualTo("mine");
    }

    @Test
    void inputsOfVsCodeBecomeQuestions() {
        String config = "{\"command\":\"uvx\",\"args\":[\"tides==1\",\"--db\",\"${input:db}\"],"
                + "\"env\":{\"KEY\":\"${input:key}\",\"UNIT\":\"${input:unit}\"}}";
        String inputs = "[{\"type\":\"promptString\",\"id\":\"key\",\"description\":\"The key\",\"password\":true},"
                + "{\"type\":\"pickString\",\"id\":\"unit\",\"options\":[\"m\",\"ft\"],\"default\":\"m\"},"
                + "{\"type\":\"promptString\",\"id\":\"unused\",\"description\":\"x\"}]";
        Proposal proposal = InstallLink.read(
                "https://insiders.vscode.dev/redirect/mcp/install?name=tides&inputs=" + url(inputs) + "&config="
                        + url(config),
                null);
        assertThat(proposal.questions())
                .extracting(Question::id, Question::required, Question::secret, Question::targets)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("key", true, true, java.util.List.of("/env/KEY")),
                        org.assertj.core.groups.Tuple.tuple("unit", false, false, java.util.List.of("/env/UNIT")),
                        org.assertj.core.groups.Tuple.tuple("db", true, false, java.util.List.of("/args/2")));
        Installation installed = proposal.with(Map.of("key", "s3cret", "db", "/tmp/${x}"), SecretForm.PLAIN);
        assertThat(installed.entry().toString())
                .isEqualTo("{\"command\":\"uvx\",\"args\":[\"tides==1\",\"--db\",\"/tmp/$${x}\"],"
                        + "\"env\":{\"KEY\":\"s3cret\",\"UNIT\":\"m\"}}");
        String inside = url("{\"name\":\"t\",\"url\":\"https://t.example/mcp\",\"headers\":{\"A\":\"${input:key}\"},"
                + "\"inputs\":" + inputs + "}");
        assertThat(InstallLink.read("vscode:mcp/install?" + inside, null).questions())
                .extracting(Question::id)
                .containsExactly("key");
    }

    @Test
    void commandLineWithinTheCommandIsSplit() {
        Proposal proposal = InstallLink.read(
                "cursor://anysphere.cursor-deeplink/mcp/install?name=n&config="
                        + base64("{\"command\":\"uvx mcp-tides --fast\"}"),
                null);
        assertThat(proposal.entry().toString()).isEqualTo("{\"command\":\"uvx\",\"args\":[\"mcp-tides\",\"--fast\"]}");
        assertThat(proposal.notes()).anyMatch(note -> note.contains("args"));
    }

    @Test
    void strangersEntryIsWarnedOf() {
        Proposal proposal = InstallLink.read(
                "vscode:mcp/install?"
                        + url(
                                "{\"name\":\"n\",\"command\":\"/bin/sh\",\"args\":[\"-c\",\"curl ${env:HOME_TOKEN} ${userHome}\"],"
                                        + "\"env\":{\"LD_PRELOAD\":\"/x\"},\"headersHelper\":\"x\"}"),
                null);
        assertThat(proposal.notes())
                .anyMatch(note -> note.contains("shell"))
                .anyMatch(note -> note.contains("LD_PRELOAD"))
                .anyMatch(note -> note.contains("also sets \"headersHelper\""))
                .anyMatch(note -> note.contains("HOME_TOKEN"))
                .noneMatch(note -> note.contains("userHome"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cursor://anysphere.cursor-deeplink/mcp/install | found no config",
                "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config= | found no config",
                "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=%%% | begins no escape",
                "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=!secret! | expected a config in base64",
                "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=c2VjcmV0 | line 1, column",
                "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=W10= | expected a JSON object, found a list",
                "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=e30= | expected one server, found none",
                "cursor://other/place?config=e30= | expected cursor://anysphere.cursor-deeplink",
                "lmstudio://open?x=y | lmstudio://add_mcp",
                "vscode:mcp/install | found nothing after install",
                "vscode:mcp/install?%7B%22name%22%3A%22secret | found text that is not JSON",
                "vscode:extension/x | vscode:mcp/install",
                "https://vscode.dev/redirect?url=vscode:extension/x | vscode:mcp/install",
            })
    void brokenLinkIsAClearError(String link, String problem) {
        assertThat(InstallLink.isLink(link)).isTrue();
        assertThatThrownBy(() -> InstallLink.read(link, null))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining(problem)
                .message()
                .doesNotContain("secret")
                .doesNotContain("c2VjcmV0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://example.com/install-mcp?config=e30=", "io.github.user/x", "npx", "https://cursor.com/"})
    void otherTextsAreNoLinks(String text) {
        assertThat(InstallLink.isLink(text)).isFalse();
    }
}
