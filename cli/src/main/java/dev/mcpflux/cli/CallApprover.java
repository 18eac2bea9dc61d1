package dev.mcpflux.cli;

import dev.mcpflux.cli.question.QuestionQueue;
import dev.mcpflux.host.config.CallPolicy;
import dev.mcpflux.host.config.CallPolicy.Action;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Decides about calls that the configuration of their server wants approved: the person at the terminal does, or {@code --yes}
 * approves, or they are denied.
 */
final class CallApprover {

    private final boolean approves;
    private final boolean silent;
    private final @Nullable QuestionQueue person;

    /**
     * Chooses who decides.
     *
     * @param approves whether all calls are approved, at the user's request
     * @param silent whether all calls are denied, at the user's request
     * @param person asks the person at the terminal, or null without a terminal
     */
    CallApprover(boolean approves, boolean silent, @Nullable QuestionQueue person) {
        this.approves = approves;
        this.silent = silent;
        this.person = person;
    }

    Mono<Approval> decide(ApprovalQuestion question) {
        if (approves) {
            return Mono.just(new Approval(true, Approval.Scope.ONCE, "approved by --yes"));
        }
        return person == null
                ? Mono.just(Approval.denied(question.reason()
                        + (silent
                                ? ", and --no-input answers no; use --yes to approve it"
                                : ", and there is no terminal to ask at; use --yes to approve it")))
                : person.approval(question);
    }

    /**
     * A server whose calls are made where a person would only be asked if possible: there is none, or the person has named the
     * tool in the command itself.
     */
    static ServerDefinition withoutOptionalQuestions(ServerDefinition server) {
        if (!server.options().hasToolRules()) {
            return server;
        }
        CallPolicy policy = server.options().policy();
        Map<String, Action> tools = new LinkedHashMap<>();
        policy.tools().forEach((pattern, action) -> tools.put(pattern, withoutOptionalQuestion(action)));
        return server.with(options ->
                options.policy(own -> own.tools(tools).otherwise(withoutOptionalQuestion(policy.otherwise()))));
    }

    private static Action withoutOptionalQuestion(Action action) {
        return action == Action.ASK_IF_POSSIBLE ? Action.ALLOW : action;
    }
}
