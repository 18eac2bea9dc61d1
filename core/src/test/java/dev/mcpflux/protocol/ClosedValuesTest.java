package dev.mcpflux.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation.ElicitAction;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** The closed sets of texts in the protocol: each value as its record reads and writes it, and one that is unknown. */
class ClosedValuesTest {

    private static final String TEXT = "{\"type\":\"text\",\"text\":\"hi\"}";

    private final JsonMapper mapper = McpJson.mapper();

    /** Reads a record, and checks that it is written as it was read. */
    private <T> T read(Class<T> type, String json) {
        T value = mapper.readValue(json, type);
        assertThat(mapper.writeValueAsString(value)).isEqualTo(json);
        return value;
    }

    // elicitation: the action

    @Test
    void namesElicitActionsAsOnTheWire() {
        assertThat(Arrays.stream(ElicitAction.values()).map(ElicitAction::wire))
                .containsExactly("accept", "decline", "cancel");
    }

    @ParameterizedTest
    @EnumSource
    void elicitResultKeepsItsAction(ElicitAction action) {
        assertThat(read(Elicitation.ElicitResult.class, "{\"action\":\"" + action.wire() + "\"}")
                        .action())
                .isEqualTo(action);
    }

    @Test
    void unknownElicitActionIsNamedInTheError() {
        assertThatThrownBy(() -> mapper.readValue("{\"action\":\"defer\"}", Elicitation.ElicitResult.class))
                .hasMessageContaining("there is no action 'defer'; there are accept, decline, cancel");
    }

    // tasks: the status

    @Test
    void namesTaskStatusesAsOnTheWire() {
        assertThat(Arrays.stream(Tasks.Status.values()).map(Tasks.Status::wire))
                .containsExactly("working", "input_required", "completed", "failed", "cancelled");
    }

    @ParameterizedTest
    @EnumSource
    void taskKeepsItsStatus(Tasks.Status status) {
        Tasks.Task task = read(Tasks.Task.class, "{\"taskId\":\"t\",\"status\":\"" + status.wire() + "\"}");
        assertThat(task.status()).isEqualTo(status);
        assertThat(task.terminal()).isEqualTo(status.terminal());
        assertThat(task)
                .isEqualTo(new Tasks.Task("t", status, null, null, null, null, null, null, null, null, null, null));
    }

    @Test
    void unknownTaskStatusHasNotEnded() {
        Tasks.Task task = read(Tasks.Task.class, "{\"taskId\":\"t\",\"status\":\"paused\"}");
        assertThat(task.status()).isNull();
        assertThat(task.statusText()).isEqualTo("paused");
        assertThat(task.terminal()).isFalse();
        assertThat(task).hasToString("Task[t paused]");
    }

    // roles

    @Test
    void namesRolesAsOnTheWire() {
        assertThat(Arrays.stream(Role.values()).map(Role::wire)).containsExactly("user", "assistant");
    }

    @ParameterizedTest
    @EnumSource
    void messagesKeepTheirRole(Role role) {
        String said = "{\"role\":\"" + role.wire() + "\",\"content\":" + TEXT;
        Prompts.PromptMessage prompt = read(Prompts.PromptMessage.class, said + "}");
        assertThat(prompt.role()).isEqualTo(role);
        assertThat(prompt).isEqualTo(new Prompts.PromptMessage(role, new Content.Text("hi")));
        Sampling.SamplingMessage message = read(Sampling.SamplingMessage.class, said + "}");
        assertThat(message.role()).isEqualTo(role);
        assertThat(message).isEqualTo(new Sampling.SamplingMessage(role, List.of(new Content.Text("hi"))));
        assertThat(read(Sampling.CreateMessageResult.class, said + ",\"model\":\"m\"}")
                        .role())
                .isEqualTo(role);
    }

    @Test
    void unknownRoleIsKeptAsText() {
        String said = "{\"role\":\"system\",\"content\":" + TEXT + "}";
        Prompts.PromptMessage prompt = read(Prompts.PromptMessage.class, said);
        assertThat(prompt.role()).isNull();
        assertThat(prompt.roleText()).isEqualTo("system");
        Sampling.SamplingMessage message = read(Sampling.SamplingMessage.class, said);
        assertThat(message.role()).isNull();
        assertThat(message.roleText()).isEqualTo("system");
    }

    @Test
    void unknownRoleOfAnAnswerIsNamedInTheError() {
        String said = "{\"role\":\"system\",\"content\":" + TEXT + ",\"model\":\"m\"}";
        assertThatThrownBy(() -> mapper.readValue(said, Sampling.CreateMessageResult.class))
                .hasMessageContaining("there is no role 'system'; there are user, assistant");
    }

    @Test
    void audienceKeepsUnknownEntriesAsText() {
        Content.Annotations both = read(Content.Annotations.class, "{\"audience\":[\"user\",\"assistant\"]}");
        assertThat(both).isEqualTo(new Content.Annotations(List.of(Role.USER, Role.ASSISTANT), null, null));
        Content.Annotations some = read(Content.Annotations.class, "{\"audience\":[\"robot\",\"user\"]}");
        assertThat(some.audience()).containsExactly(Role.USER);
        assertThat(some.audienceTexts()).containsExactly("robot", "user");
        assertThat(read(Content.Annotations.class, "{\"priority\":0.5}").audience())
                .isNull();
    }

    // caching: the scope

    @Test
    void namesCacheScopesAsOnTheWire() {
        assertThat(Arrays.stream(CacheScope.values()).map(CacheScope::wire)).containsExactly("public", "private");
    }

    private static Stream<Class<?>> cacheable() {
        return Stream.of(
                ListToolsResult.class,
                Prompts.ListPromptsResult.class,
                Resources.ListResourcesResult.class,
                Resources.ListResourceTemplatesResult.class,
                Resources.ReadResourceResult.class,
                Discovery.DiscoverResult.class);
    }

    @ParameterizedTest
    @MethodSource("cacheable")
    void resultsKeepTheirCacheScope(Class<?> type) {
        String list = mapper.writeValueAsString(mapper.readValue("{}", type));
        for (CacheScope scope : CacheScope.values()) {
            assertThat(scope(type, list, scope.wire())).isEqualTo(scope);
        }
        assertThat(scope(type, list, "friends")).isEqualTo(CacheScope.PRIVATE);
        assertThat(scope(type, list, "PUBLIC")).isEqualTo(CacheScope.PRIVATE);
    }

    private CacheScope scope(Class<?> type, String list, String scope) {
        String json = list.substring(0, list.length() - 1) + ",\"cacheScope\":\"" + scope + "\"}";
        Object result = read(type, json);
        return result instanceof Resources.ReadResourceResult contents
                ? contents.cacheScope()
                : ((CacheableResult) result).cacheScope();
    }

    @Test
    void absentCacheScopeIsPrivate() {
        ListToolsResult tools = read(ListToolsResult.class, "{\"tools\":[]}");
        assertThat(tools.cacheScope()).isEqualTo(CacheScope.PRIVATE);
        assertThat(tools).isEqualTo(new ListToolsResult(List.of(), null, null, null, null, null));
        assertThat(new ListToolsResult(List.of(), null, null, CacheScope.PUBLIC, null, null).cacheScopeText())
                .isEqualTo("public");
    }
}
