package dev.mcpflux.host.filter;

import dev.mcpflux.host.config.CallPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Makes the rules of a {@link ToolPolicy} from what is configured for one server. */
final class ConfiguredPolicy {

    private ConfiguredPolicy() {}

    static HostFilter filter(CallPolicy policy, @Nullable Function<ApprovalQuestion, Mono<Approval>> ask) {
        List<PolicyRule> rules = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        policy.tools().forEach((pattern, action) -> {
            rules.add(rule(pattern, action, ask != null));
            reasons.add("\"policy.tools\" says \"" + pattern + "\": \"" + action.word() + "\"");
        });
        // a rule about all tools, since the policy decides about nothing else
        rules.add(rule("*", policy.otherwise(), ask != null));
        reasons.add("\"policy.otherwise\" is \"" + policy.otherwise().word() + "\"");
        ToolPolicy made = ToolPolicy.builder()
                .rules(rules)
                .ask(ask == null ? ConfiguredPolicy::nobody : ask)
                .honoursInteractionHint(ask != null)
                .build();
        return new PolicyFilter(made, (rule, number) -> reasons.get(number - 1));
    }

    private static PolicyRule rule(String pattern, CallPolicy.Action action, boolean someoneToAsk) {
        return PolicyRule.builder()
                .name(pattern)
                .action(
                        switch (action) {
                            case ALLOW -> PolicyRule.Action.ALLOW;
                            case ASK -> PolicyRule.Action.ASK;
                            case ASK_IF_POSSIBLE -> someoneToAsk ? PolicyRule.Action.ASK : PolicyRule.Action.ALLOW;
                            case DENY -> PolicyRule.Action.DENY;
                            case REHEARSE -> PolicyRule.Action.REHEARSE;
                        })
                .build();
    }

    private static Mono<Approval> nobody(ApprovalQuestion question) {
        return Mono.just(Approval.denied(question.reason() + ", and there is nobody to ask"));
    }
}
