package dev.mcpflux.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SecretWordsTest {

    private static final JsonNode SCHEMA = McpJson.mapper().readTree("""
            {"properties": {"pin": {"format": "password"}, "seed": {"writeOnly": true}, "city": {"type": "string"},
              "login": {"properties": {"pin": {"type": "string", "format": "password"}}}}}""");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=x",
                "db.passWord=x",
                "api_key=x",
                "apiKey:=1",
                "GITHUB_TOKEN=x",
                "client-secret=@f",
                "pin=1",
                "pin:=1",
                "seed=x",
                "login.pin=1",
                "login:={\"pin\": 1}",
                "{\"a\": {\"token\": \"x\"}}",
                "{\"login\": {\"pin\": 1}}",
                "--args={\"seed\": 1}",
                "{\"token\": broken",
                "list:=[{\"secret\": 1}]"
            })
    void lineWithASecretIsNotKept(String word) {
        assertThat(SecretWords.in(List.of("call", "x", word), SCHEMA)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"city=Paris", "max_tokens=5", "{\"city\": \"token\"}", "token", "login.name=x", "text='a=b'"})
    void otherLinesAreKept(String word) {
        assertThat(SecretWords.in(List.of("call", "x", word), SCHEMA)).isFalse();
    }
}
