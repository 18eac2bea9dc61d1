package dev.mcpflux.host.filter;

import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.event.HostEvent.CallDecided.Decision;
import dev.mcpflux.host.filter.PolicyRule.Action;
import dev.mcpflux.host.filter.PolicyRule.Target;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Applies a {@link ToolPolicy}. What it remembers is keyed by caller. */
final class PolicyFilter implements HostFilter {

    static final String REHEARSED = "dev.mcpflux/rehearsed";

    /** In characters; a person reads the text of a rehearsal. */
    private static final int MAX_SHOWN = 10_000;

    private static final JsonNode NO_ARGUMENTS = JsonNodeFactory.instance.objectNode();

    private final ToolPolicy policy;
    private final Approvals approvals;

    /** Of the rules, in their order: calls that are allowed make no texts. */
    private final List<Verdict> verdicts = new ArrayList<>();

    private final Verdict unmatched;
    private final boolean readsArguments;

    PolicyFilter(ToolPolicy policy) {
        this(policy, (rule, number) -> "rule " + number + ", " + rule);
    }

    /**
     * A filter that gives its reasons otherwise.
     *
     * @param reasons says why a rule decides, given the rule and its number from 1 on
     */
    PolicyFilter(ToolPolicy policy, BiFunction<PolicyRule, Integer, String> reasons) {
        this.policy = policy;
        for (PolicyRule rule : policy.rules()) {
            String reason = reasons.apply(rule, verdicts.size() + 1);
            verdicts.add(new Verdict(rule.action(), reason, rule.overridesInteractionHint()));
        }
        this.unmatched = new Verdict(policy.otherwise(), "no rule is about it", false);
        this.readsArguments = policy.rules().stream().anyMatch(PolicyRule::readsArguments);
        this.approvals = new Approvals(policy.maxRemembered());
    }

    /** What a rule says, and which one. */
    private record Verdict(Action action, String reason, boolean overridesHint) {}

    @Override
    public Flux<HostSignal> filter(HostCall call, Next next) {
        if (call instanceof HostCall.CallTool tool) {
            return tool(tool, next);
        }
        if (call instanceof HostCall.ListEntries) {
            return next.proceed(call)
                    .filter(signal -> !(signal instanceof HostSignal.Entry entry) || isListed(entry.entry()));
        }
        if (call instanceof HostCall.GetPrompt prompt) {
            return other(
                    call,
                    verdict(Target.PROMPT, call.server(), prompt.prompt()),
                    CanonicalJson.tree(prompt.arguments()),
                    next);
        }
        if (call instanceof HostCall.ReadResource resource) {
            // what the host keeps itself was given to its caller before
            return call.server().isEmpty()
                    ? next.proceed(call)
                    : other(call, verdict(Target.RESOURCE, call.server(), resource.uri()), NO_ARGUMENTS, next);
        }
        if (call instanceof HostCall.Complete complete) {
            return completion(complete, next);
        }
        return call instanceof HostCall.Listen listen ? listen(listen, next) : resume(call, next);
    }

    // -- tools

    private Flux<HostSignal> tool(HostCall.CallTool call, Next next) {
        if (!mayNeedTool(call)) {
            return decided(call, null, Optional.empty(), next);
        }
        return ToolHints.lookUp(call, next)
                .flatMapMany(found -> decided(
                        call, found.map(tool -> ToolHints.of(tool.tool())).orElse(ToolHints.UNKNOWN), found, next));
    }

    /** Whether anything about the tool counts before it is decided, or for the question. */
    private boolean mayNeedTool(HostCall.CallTool call) {
        if (policy.honoursInteractionHint()
                || policy.otherwise() == Action.ASK
                || policy.otherwise() == Action.REHEARSE) {
            return true;
        }
        for (PolicyRule rule : policy.rules()) {
            boolean decides = rule.readsHints() || rule.action() == Action.ASK || rule.action() == Action.REHEARSE;
            if (decides && rule.isAbout(Target.TOOL, call.server(), call.tool())) {
                return true;
            }
        }
        return false;
    }

    private Flux<HostSignal> decided(
            HostCall.CallTool call, @Nullable ToolHints known, Optional<CatalogueTool> tool, Next next) {
        ToolHints hints = known == null ? ToolHints.UNKNOWN : known;
        JsonNode arguments = readsArguments ? CanonicalJson.tree(call.arguments()) : NO_ARGUMENTS;
        // what was looked at is what is sent
        HostCall.CallTool seen = readsArguments && call.arguments() != null ? call.withArguments(arguments) : call;
        Verdict verdict = verdict(call, hints, arguments);
        boolean personNeeded = policy.honoursInteractionHint() && hints.requiresInteraction();
        return switch (verdict.action()) {
            case DENY -> denied(call, verdict.reason(), null, next);
            case REHEARSE -> hints.readOnly() ? next.proceed(seen) : rehearsed(call, verdict.reason(), next);
            case ASK -> asked(seen, tool.orElse(null), verdict.reason(), personNeeded, next);
            case ALLOW ->
                personNeeded && !verdict.overridesHint()
                        ? asked(seen, tool.orElse(null), "the tool requires a person", true, next)
                        : next.proceed(seen);
        };
    }

    private Verdict verdict(HostCall.CallTool call, ToolHints hints, JsonNode arguments) {
        List<PolicyRule> rules = policy.rules();
        for (int i = 0; i < rules.size(); i++) {
            PolicyRule rule = rules.get(i);
            if (rule.isAbout(Target.TOOL, call.server(), call.tool())
                    && rule.acceptsHints(hints)
                    && rule.acceptsArguments(arguments)) {
                return verdicts.get(i);
            }
        }
        return unmatched;
    }

    private Flux<HostSignal> rehearsed(HostCall.CallTool call, String reason, Next next) {
        return Flux.defer(() -> {
            report(call, Decision.REHEARSED, reason, next);
            String text = "Dry run: '" + call.subject() + "' was not called. Its arguments would have been "
                    + SafeText.shortened(CanonicalJson.tree(call.arguments()).toString(), MAX_SHOWN);
            JsonNode meta = JsonNodeFactory.instance.objectNode().put(REHEARSED, true);
            return Flux.just(
                    new HostSignal.ToolResult(new CallToolResult(List.of(new Content.Text(text)), null, null, meta)));
        });
    }

    /** Which tool began the task is not known: it is denied where every call of a tool of its server is. */
    private Flux<HostSignal> resume(HostCall call, Next next) {
        for (int i = 0; i < policy.rules().size(); i++) {
            PolicyRule rule = policy.rules().get(i);
            if (rule.mayBeAbout(Target.TOOL, call.server())) {
                if (rule.action() != Action.DENY) {
                    return next.proceed(call);
                }
                if (rule.isAboutAll()) {
                    return denied(call, verdicts.get(i).reason(), null, next);
                }
            }
        }
        return policy.otherwise() == Action.DENY ? denied(call, unmatched.reason(), null, next) : next.proceed(call);
    }

    // -- prompts and resources

    private Verdict verdict(Target target, String server, String name) {
        List<PolicyRule> rules = policy.rules();
        for (int i = 0; i < rules.size(); i++) {
            PolicyRule rule = rules.get(i);
            if (rule.isAbout(target, server, name) && rule.acceptsHints(ToolHints.READS)) {
                return verdicts.get(i);
            }
        }
        return unmatched;
    }

    private Flux<HostSignal> other(HostCall call, Verdict verdict, JsonNode arguments, Next next) {
        return switch (verdict.action()) {
            case DENY -> denied(call, verdict.reason(), null, next);
            case ASK -> asked(call, arguments, null, verdict.reason(), false, next);
            case ALLOW, REHEARSE -> next.proceed(call);
        };
    }

    private Flux<HostSignal> completion(HostCall.Complete call, Next next) {
        Completions.CompletionReference reference = call.reference();
        Verdict verdict = reference.name() != null
                ? verdict(Target.PROMPT, call.server(), reference.name())
                : verdict(Target.RESOURCE, call.server(), reference.uri() == null ? "" : reference.uri());
        return verdict.action() == Action.DENY ? denied(call, verdict.reason(), null, next) : next.proceed(call);
    }

    private Flux<HostSignal> listen(HostCall.Listen call, Next next) {
        List<String> uris = call.filter().resourceSubscriptions();
        for (String uri : uris == null ? List.<String>of() : uris) {
            Verdict verdict = verdict(Target.RESOURCE, call.server(), uri);
            if (verdict.action() == Action.DENY) {
                return denied(call, verdict.reason(), null, next);
            }
        }
        return next.proceed(call);
    }

    // -- lists

    /** Whether some call of an entry may be made. */
    private boolean isListed(CatalogueEntry entry) {
        Target target = switch (entry.kind()) {
            case TOOLS -> Target.TOOL;
            case PROMPTS -> Target.PROMPT;
            case RESOURCES, RESOURCE_TEMPLATES -> Target.RESOURCE;
        };
        if (!(entry instanceof CatalogueTool tool)) {
            return verdict(target, entry.server(), entry.bareName()).action() != Action.DENY;
        }
        ToolHints hints = ToolHints.of(tool.tool());
        for (PolicyRule rule : policy.rules()) {
            if (rule.isAbout(target, entry.server(), entry.bareName()) && rule.acceptsHints(hints)) {
                boolean denies = rule.action() == Action.DENY;
                if (!denies || !rule.readsArguments()) {
                    return !denies;
                }
            }
        }
        return policy.otherwise() != Action.DENY;
    }

    // -- asking

    private Flux<HostSignal> asked(
            HostCall.CallTool call, @Nullable CatalogueTool tool, String reason, boolean everyTime, Next next) {
        JsonNode arguments = CanonicalJson.tree(call.arguments());
        HostCall sent = call.arguments() == null ? call : call.withArguments(arguments);
        return asked(sent, arguments, tool, reason, everyTime, next);
    }

    private Flux<HostSignal> asked(
            HostCall call,
            JsonNode arguments,
            @Nullable CatalogueTool tool,
            String reason,
            boolean everyTime,
            Next next) {
        return Flux.deferContextual(context -> {
            ApprovalQuestion question = new ApprovalQuestion(Caller.of(context), call, tool, arguments, reason);
            Approval known = approvals.find(question);
            if (known != null) {
                return answered(call, known, next);
            }
            return answer(question)
                    .flatMapMany(approval -> {
                        // what has to be asked every time is never remembered
                        if (!everyTime) {
                            approvals.keep(question, approval);
                        }
                        return answered(call, approval, next);
                    })
                    .onErrorResume(AskFailed.class, e -> denied(call, String.valueOf(e.getMessage()), e.cause(), next));
        });
    }

    private Mono<Approval> answer(ApprovalQuestion question) {
        return Callbacks.<Approval>deferred(() -> policy.ask().apply(question))
                .singleOrEmpty()
                .timeout(policy.askTimeout(), policy.timer())
                .defaultIfEmpty(Approval.denied("asking gave no answer"))
                .onErrorMap(e -> e instanceof TimeoutException
                        ? new AskFailed("nobody answered within " + policy.askTimeout(), null)
                        : new AskFailed("asking failed: " + SafeText.line(e), e));
    }

    /** Asking did not end with an answer; becomes a {@link McpCallDeniedException}. */
    private static final class AskFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AskFailed(String message, @Nullable Throwable cause) {
            super(message, cause, false, false);
        }

        @Nullable
        Throwable cause() {
            return getCause();
        }
    }

    private Flux<HostSignal> answered(HostCall call, Approval approval, Next next) {
        if (!approval.approved()) {
            return denied(call, approval.reason(), null, next);
        }
        return Flux.defer(() -> {
            report(call, Decision.ALLOWED, approval.reason(), next);
            return next.proceed(call);
        });
    }

    private static Flux<HostSignal> denied(HostCall call, String reason, @Nullable Throwable cause, Next next) {
        return Flux.defer(() -> {
            report(call, Decision.DENIED, reason, next);
            return Flux.error(new McpCallDeniedException(call, shown(call, next), reason, cause));
        });
    }

    private static String shown(HostCall call, Next next) {
        return next.mask(call.server(), call.subject());
    }

    private static void report(HostCall call, Decision decision, String reason, Next next) {
        next.report(new HostEvent.CallDecided(call.server(), shown(call, next), decision, reason));
    }
}
