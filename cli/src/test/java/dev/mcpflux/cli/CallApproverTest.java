package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.CallPolicy.Action;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallApproverTest {

    private static Approval decide(boolean approves, boolean silent) {
        return new CallApprover(approves, silent, null).decide(question()).block();
    }

    private static ApprovalQuestion question() {
        return new ApprovalQuestion(
                Caller.ANONYMOUS,
                new HostCall.CallTool("files", "delete", Map.of(), null, false),
                null,
                McpJson.mapper().createObjectNode(),
                "\"policy.otherwise\" is \"ask\"");
    }

    @Test
    void optionsDecideWithoutAPerson() {
        assertThat(decide(true, false).approved()).isTrue();
        assertThat(decide(false, true))
                .isEqualTo(Approval.denied(
                        "\"policy.otherwise\" is \"ask\", and --no-input answers no; use --yes to approve it"));
        assertThat(decide(false, false))
                .isEqualTo(
                        Approval.denied(
                                "\"policy.otherwise\" is \"ask\", and there is no terminal to ask at; use --yes to approve it"));
    }

    @Test
    void optionalQuestionsAreLeftOut() {
        Map<String, Action> tools = new LinkedHashMap<>();
        tools.put("a", Action.ASK_IF_POSSIBLE);
        tools.put("b", Action.ASK);
        tools.put("*", Action.DENY);
        ServerDefinition server = ServerDefinition.stdio("s", "c")
                .with(o -> o.policy(p -> p.tools(tools).otherwise(Action.ASK_IF_POSSIBLE))
                        .tools(t -> t.exclude(List.of("x"))));

        ServerDefinition own = CallApprover.withoutOptionalQuestions(server);

        assertThat(own.options().policy().tools().values()).containsExactly(Action.ALLOW, Action.ASK, Action.DENY);
        assertThat(own.options().policy().otherwise()).isEqualTo(Action.ALLOW);
        assertThat(own.options().tools()).isEqualTo(server.options().tools());
        ServerDefinition plain = ServerDefinition.stdio("s", "c");
        assertThat(CallApprover.withoutOptionalQuestions(plain)).isSameAs(plain);
    }
}
