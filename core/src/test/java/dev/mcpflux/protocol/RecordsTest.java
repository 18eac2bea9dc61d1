package dev.mcpflux.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecordsTest {

    private final JsonMapper mapper = McpJson.mapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"text\",\"text\":\"hi\",\"annotations\":{\"audience\":[\"user\"],\"priority\":0.5,"
                        + "\"lastModified\":\"2025-01-12T15:00:58Z\"},\"_meta\":{\"a\":1}}",
                "{\"type\":\"image\",\"data\":\"aGk=\",\"mimeType\":\"image/png\"}",
                "{\"type\":\"audio\",\"data\":\"aGk=\",\"mimeType\":\"audio/wav\"}",
                "{\"type\":\"resource_link\",\"uri\":\"file:///a\",\"name\":\"a\",\"size\":5}",
                "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///a\",\"mimeType\":\"text/plain\",\"text\":\"x\"}}",
                "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///a\",\"blob\":\"aGk=\"}}",
                "{\"type\":\"resource_link\",\"uri\":\"file:///a\",\"name\":\"a\",\"title\":\"A\",\"description\":\"d\","
                        + "\"mimeType\":\"text/plain\",\"icons\":[{\"src\":\"data:,\",\"mimeType\":\"image/png\","
                        + "\"sizes\":[\"any\"],\"theme\":\"light\"}],\"annotations\":{\"audience\":[\"user\"]},"
                        + "\"_meta\":{\"k\":1}}",
                "{\"type\":\"tool_use\",\"id\":\"u\",\"name\":\"t\",\"input\":{\"a\":[1]},\"_meta\":{\"k\":1}}",
                "{\"type\":\"tool_result\",\"toolUseId\":\"u\",\"content\":[{\"type\":\"text\",\"text\":\"x\"},"
                        + "{\"type\":\"image\",\"data\":\"aGk=\",\"mimeType\":\"image/png\"}],"
                        + "\"structuredContent\":{\"a\":1},\"isError\":true}",
                "{\"type\":\"hologram\",\"depth\":3,\"parts\":[{}]}",
            })
    void contentIsWrittenAsItWasRead(String block) {
        String result = "{\"content\":[" + block + "]}";
        CallToolResult read = mapper.readValue(result, CallToolResult.class);
        assertThat(mapper.readTree(mapper.writeValueAsString(read))).isEqualTo(mapper.readTree(result));
    }

    @Test
    void blockTypeMayBeAnywhere() {
        CallToolResult read =
                mapper.readValue("{\"content\":[{\"text\":\"hi\",\"type\":\"text\"}]}", CallToolResult.class);
        assertThat(read.content()).containsExactly(new Content.Text("hi"));
    }

    @Test
    void resultWithoutContentIsEmpty() {
        CallToolResult read = mapper.readValue("{\"structuredContent\":{\"a\":1}}", CallToolResult.class);
        assertThat(read.content()).isEmpty();
        assertThat(read.isError()).isFalse();
        assertThat(String.valueOf(read.structuredContent())).isEqualTo("{\"a\":1}");
    }

    @Test
    void toolsKeepTheirSchemasAndHints() {
        String json = "{\"name\":\"t\",\"title\":\"T\",\"inputSchema\":{\"type\":\"object\",\"x-any\":[1]},"
                + "\"outputSchema\":{\"type\":\"object\"},\"annotations\":{\"readOnlyHint\":true},"
                + "\"icons\":[{\"src\":\"data:,\"}],\"execution\":{\"taskSupport\":\"optional\"},\"_meta\":{\"k\":0}}";
        Tool tool = mapper.readValue(json, Tool.class);
        assertThat(mapper.readTree(mapper.writeValueAsString(tool))).isEqualTo(mapper.readTree(json));
    }

    @Test
    void unknownCapabilitiesAreKept() {
        ServerCapabilities read = mapper.readValue(
                "{\"tools\":{},\"logging\":{},\"prompts\":{\"listChanged\":true},\"future\":{\"a\":1}}",
                ServerCapabilities.class);
        assertThat(read.tools()).isNotNull();
        assertThat(read.prompts()).isEqualTo(new ServerCapabilities.ListCapability(true));
        assertThat(read.resources()).isNull();
        assertThat(read.others()).containsOnlyKeys("future");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"text\"", "null", "[]", "{\"a\":1}"})
    void memberCalledOthersIsUnknownMember(String value) {
        Map<Class<?>, String> members = Map.of(
                Prompts.Prompt.class, "\"name\":\"p\"",
                Prompts.PromptArgument.class, "\"name\":\"a\"",
                Resources.Resource.class, "\"uri\":\"u\",\"name\":\"r\"",
                Resources.ResourceTemplate.class, "\"uriTemplate\":\"u\",\"name\":\"r\"",
                Icon.class, "\"src\":\"data:,\"",
                ServerCapabilities.class, "\"tools\":{}");
        members.forEach((type, known) -> {
            JsonNode json = mapper.readTree("{" + known + ",\"others\":" + value + "}");
            Object read = McpJson.bind(json, type);
            assertThat(mapper.readTree(mapper.writeValueAsString(read))).isEqualTo(json);
        });
    }

    @Test
    void callArgumentsAreNotShown() {
        assertThat(new CallToolParams("t", "secret", null).toString()).doesNotContain("secret");
    }

    // what requests carry

    @Test
    void requestMetadataUsesNamesOfTheSpecification() {
        RequestMeta meta = new RequestMeta(
                RequestId.of(7),
                "2026-07-28",
                new Implementation("c", "1"),
                ClientCapabilities.NONE,
                LogLevel.WARNING,
                "00-a-b-01",
                "k=v",
                "b=1",
                Map.of("com.example/x", 1));
        String json = "{\"progressToken\":7,\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"c\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":{},\"io.modelcontextprotocol/logLevel\":\"warning\","
                + "\"traceparent\":\"00-a-b-01\",\"tracestate\":\"k=v\",\"baggage\":\"b=1\",\"com.example/x\":1}";
        assertThat(mapper.readTree(mapper.writeValueAsString(meta))).isEqualTo(mapper.readTree(json));
        assertThat(mapper.readValue(json, RequestMeta.class)).isEqualTo(meta);
    }

    @Test
    void emptyMetadataIsOmitted() {
        assertThat(mapper.writeValueAsString(new RequestMeta(null))).isEqualTo("{}");
        assertThat(mapper.writeValueAsString(new RequestMeta(RequestId.of("t"))))
                .isEqualTo("{\"progressToken\":\"t\"}");
    }

    @Test
    void declaredCapabilityIsAlwaysAnObject() {
        ClientCapabilities all = new ClientCapabilities(
                new ClientCapabilities.RootsCapability(true),
                new ClientCapabilities.SamplingCapability(null, ClientCapabilities.EmptyCapability.YES),
                new ClientCapabilities.ElicitationCapability(
                        ClientCapabilities.EmptyCapability.YES, ClientCapabilities.EmptyCapability.YES),
                null,
                Map.of("io.modelcontextprotocol/tasks", mapper.createObjectNode()));
        String json = "{\"roots\":{\"listChanged\":true},\"sampling\":{\"tools\":{}},\"elicitation\":{\"form\":{},"
                + "\"url\":{}},\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";
        assertThat(mapper.readTree(mapper.writeValueAsString(all))).isEqualTo(mapper.readTree(json));
        assertThat(mapper.readValue(json, ClientCapabilities.class)).isEqualTo(all);
        assertThat(mapper.writeValueAsString(new ClientCapabilities(
                        new ClientCapabilities.RootsCapability(null),
                        new ClientCapabilities.SamplingCapability(null, null),
                        null,
                        null,
                        null)))
                .isEqualTo("{\"roots\":{},\"sampling\":{}}");
        assertThat(mapper.writeValueAsString(ClientCapabilities.NONE)).isEqualTo("{}");
    }

    // what servers ask

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"text\",\"text\":\"a\"}",
                "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"tool_use\",\"id\":\"u\",\"name\":\"t\",\"input\":{}}]"
            })
    void samplingMessageHasOneBlockOrSeveral(String content) {
        String message = "{\"role\":\"user\",\"content\":" + content + "}";
        Sampling.SamplingMessage read = mapper.readValue(message, Sampling.SamplingMessage.class);
        assertThat(read.text()).isEqualTo("a");
        assertThat(mapper.readTree(mapper.writeValueAsString(read))).isEqualTo(mapper.readTree(message));
        String answer = "{\"role\":\"assistant\",\"content\":" + content
                + ",\"model\":\"m\",\"stopReason\":\"toolUse\",\"_meta\":{\"k\":1}}";
        Sampling.CreateMessageResult result = mapper.readValue(answer, Sampling.CreateMessageResult.class);
        assertThat(mapper.readTree(mapper.writeValueAsString(result))).isEqualTo(mapper.readTree(answer));
    }

    @Test
    void samplingParamsKeepAllMembers() {
        String json = "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"a\"},"
                + "\"_meta\":{\"m\":1}}],\"modelPreferences\":{\"hints\":[{\"name\":\"x\"}],\"costPriority\":0.1,"
                + "\"speedPriority\":0.2,\"intelligencePriority\":0.3},\"systemPrompt\":\"p\","
                + "\"includeContext\":\"none\",\"temperature\":0.7,\"maxTokens\":100,\"stopSequences\":[\"s\"],"
                + "\"metadata\":{\"a\":1},\"tools\":[{\"name\":\"t\",\"inputSchema\":{}}],"
                + "\"toolChoice\":{\"mode\":\"auto\"},\"_meta\":{\"k\":1}}";
        Sampling.CreateMessageParams read = mapper.readValue(json, Sampling.CreateMessageParams.class);
        assertThat(mapper.readTree(mapper.writeValueAsString(read))).isEqualTo(mapper.readTree(json));
    }

    @Test
    void formHasDefaultsOfItsSchema() {
        Elicitation.ElicitParams form = mapper.readValue(
                "{\"message\":\"m\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{"
                        + "\"s\":{\"type\":\"string\",\"default\":\"x\"},\"i\":{\"type\":\"integer\",\"default\":3},"
                        + "\"n\":{\"type\":\"number\",\"default\":0.5},\"b\":{\"type\":\"boolean\",\"default\":false},"
                        + "\"e\":{\"type\":\"array\",\"items\":{\"enum\":[\"p\",\"q\"]},\"default\":[\"p\"]},"
                        + "\"none\":{\"type\":\"string\"},\"null\":{\"type\":\"string\",\"default\":null}}}}",
                Elicitation.ElicitParams.class);
        assertThat(form.form()).isTrue();
        assertThat(form.defaults())
                .containsExactlyInAnyOrderEntriesOf(Map.of("s", "x", "i", 3, "n", 0.5, "b", false, "e", List.of("p")));
    }

    @Test
    void urlElicitationHasNoDefaults() {
        Elicitation.ElicitParams url = mapper.readValue(
                "{\"mode\":\"url\",\"url\":\"https://example.com/\",\"elicitationId\":\"e\",\"message\":\"m\"}",
                Elicitation.ElicitParams.class);
        assertThat(url.form()).isFalse();
        assertThat(url.defaults()).isEmpty();
    }

    @Test
    void userAnswersAreNotShown() {
        Elicitation.ElicitResult accepted = Elicitation.ElicitResult.accept(Map.of("password", "secret"));
        assertThat(accepted.toString()).doesNotContain("secret");
        assertThat(mapper.writeValueAsString(accepted))
                .isEqualTo("{\"action\":\"accept\",\"content\":{\"password\":\"secret\"}}");
        assertThat(mapper.writeValueAsString(Elicitation.ElicitResult.decline()))
                .isEqualTo("{\"action\":\"decline\"}");
        assertThat(mapper.writeValueAsString(Elicitation.ElicitResult.cancel())).isEqualTo("{\"action\":\"cancel\"}");
    }

    // tasks

    @ParameterizedTest
    @ValueSource(strings = {"\"ttl\":60000,\"pollInterval\":5000", "\"ttlMs\":60000,\"pollIntervalMs\":5000"})
    void taskReadsNamesOfBothRevisions(String members) {
        Tasks.Task task =
                mapper.readValue("{\"taskId\":\"t\",\"status\":\"working\"," + members + "}", Tasks.Task.class);
        assertThat(task.ttlMs()).isEqualTo(60_000);
        assertThat(task.pollIntervalMs()).isEqualTo(5000);
        assertThat(task.terminal()).isFalse();
        assertThat(task.complete()).isTrue();
        assertThat(task.subscriptionId()).isNull();
    }

    @Test
    void taskHasResultErrorAndInputRequests() {
        Tasks.Task task = mapper.readValue(
                "{\"taskId\":\"t\",\"status\":\"input_required\",\"ttlMs\":null,\"resultType\":\"complete\","
                        + "\"inputRequests\":{\"k\":{\"method\":\"roots/list\"}},\"result\":{\"content\":[]},"
                        + "\"error\":{\"code\":-32603,\"message\":\"m\"},"
                        + "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":3,\"k\":1}}",
                Tasks.Task.class);
        assertThat(task.inputRequests()).containsEntry("k", new Tasks.InputRequest("roots/list", null));
        assertThat(String.valueOf(task.result())).isEqualTo("{\"content\":[]}");
        assertThat(task.error()).isEqualTo(new JsonRpcError(-32603, "m"));
        assertThat(task.subscriptionId()).isEqualTo(RequestId.of(3));
        assertThat(task.ttlMs()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "failed", "cancelled"})
    void endedTaskIsTerminal(String status) {
        assertThat(mapper.readValue("{\"taskId\":\"t\",\"status\":\"" + status + "\"}", Tasks.Task.class)
                        .terminal())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"taskId\":\"t\"}", "{\"status\":\"working\"}"})
    void rejectsTaskWithoutIdOrStatus(String json) {
        assertThatThrownBy(() -> mapper.readValue(json, Tasks.Task.class)).isInstanceOf(JacksonException.class);
    }

    // levels

    @ParameterizedTest
    @EnumSource(LogLevel.class)
    void levelIsWrittenInLowerCaseAndReadInAnyCase(LogLevel level) {
        String wire = level.name().toLowerCase(Locale.ROOT);
        assertThat(mapper.writeValueAsString(level)).isEqualTo("\"" + wire + "\"");
        assertThat(mapper.readValue("\"" + wire + "\"", LogLevel.class)).isEqualTo(level);
        assertThat(LogLevel.of(level.name())).isEqualTo(level);
    }

    @Test
    void levelsAreOrderedBySeverity() {
        assertThat(LogLevel.values()).isSorted();
        assertThat(LogLevel.DEBUG).isLessThan(LogLevel.INFO);
        assertThat(LogLevel.ALERT).isLessThan(LogLevel.EMERGENCY);
        assertThatThrownBy(() -> LogLevel.of("loud"))
                .hasMessageContaining("'loud'")
                .hasMessageContaining("debug, info");
    }
}
