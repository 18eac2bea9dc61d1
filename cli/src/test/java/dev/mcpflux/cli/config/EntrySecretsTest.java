package dev.mcpflux.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.jsonrpc.McpJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class EntrySecretsTest {

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"env": {"A": "x", "N": 7}}                          | {"env": {"A": "…", "N": "…"}}
            {"env": {"A": "${B}", "C": "x-${B}-a-long-secret"}}  | {"env": {"A": "${B}", "C": "x-${B}…"}}
            {"headers": {"Authorization": "Bearer x"}}           | {"headers": {"Authorization": "Bearer …"}}
            {"http_headers": {"X": "y"}}                         | {"http_headers": {"X": "…"}}
            {"args": ["-y", "p", "--token", "x", "q"]}           | {"args": ["-y", "p", "--token", "…", "q"]}
            {"args": ["--api-key=x", "API_KEY=x", "-k"]}         | {"args": ["--api-key=…", "API_KEY=…", "-k"]}
            {"args": ["ghp_0123456789abcdef"]}                   | {"args": ["…"]}
            {"command": ["x", "--password", "y"]}                | {"command": ["x", "--password", "…"]}
            {"url": "https://h/p?a=b#c"}                         | {"url": "https://h/p?…"}
            {"url": "https://user:pw@h/p"}                       | {"url": "https://…"}
            {"url": "https://h/p"}                               | {"url": "https://h/p"}
            {"oauth": {"clientId": "a", "clientSecret": "b"}}    | {"oauth": {"clientId": "a", "clientSecret": "…"}}
            {"bearer_token_env_var": "NAME", "auth": "oauth"}    | {"bearer_token_env_var": "NAME", "auth": "oauth"}
            {"mcpflux": {"env": {"A": "x"}}}                     | {"mcpflux": {"env": {"A": "…"}}}
            """)
    void masksWhatMayBeSecret(String entry, String masked) {
        assertThat(EntrySecrets.masked(json(entry), VariableStyle.MCPFLUX)).isEqualTo(json(masked));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"env": {"LEVEL": "debug", "API_KEY": "x"}}           | env.API_KEY
            {"env": {"API_KEY": "${X}", "B": "", "TOKEN": " "}}   | ``
            {"headers": {"Accept": "x", "Authorization": "y"}}    | headers.Authorization
            {"headers": {"Authorization": "Bearer ${T}"}}         | ``
            {"args": ["--token", "${T}", "--token", "x"]}         | args.3
            {"url": "https://h/?q=words"}                         | ``
            {"url": "https://h/?api_key=x"}                       | url
            """)
    void findsSecretsInPlainText(String entry, String places) {
        assertThat(EntrySecrets.plain(json(entry), VariableStyle.MCPFLUX).stream()
                        .map(EntrySecrets.Plain::shown)
                        .toList())
                .isEqualTo(places.isEmpty() ? java.util.List.of() : java.util.List.of(places));
    }

    @Test
    void replacesTheSecretPartOnly() {
        ObjectNode entry = (ObjectNode) json(
                "{\"args\": [\"--key=x\"], \"headers\": {\"Authorization\": \"Bearer x\"}, \"env\": {\"L\": \"d\"}}");

        assertThat(EntrySecrets.replaced(entry, VariableStyle.MCPFLUX, secret -> "<" + secret.name() + ">"))
                .isEqualTo(json(
                        "{\"args\": [\"--key=<key>\"], \"headers\": {\"Authorization\": \"Bearer <Authorization>\"},"
                                + " \"env\": {\"L\": \"d\"}}"));
    }

    @Test
    void variablesOfOtherFormsStay() {
        JsonNode entry = json("{\"environment\": {\"A\": \"{env:TOKEN}\", \"B\": \"x\"}}");

        assertThat(EntrySecrets.masked(entry, VariableStyle.OPENCODE).toString())
                .contains("{env:TOKEN}", "\"B\":\"…\"");
    }
}
