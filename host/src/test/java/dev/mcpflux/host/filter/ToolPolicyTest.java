package dev.mcpflux.host.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.event.HostEvent.CallDecided;
import dev.mcpflux.host.event.HostEvent.CallDecided.Decision;
import dev.mcpflux.host.filter.PolicyRule.Action;
import dev.mcpflux.host.filter.PolicyRule.Target;
import dev.mcpflux.internal.Glob;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Subscriptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

/** What a policy allows, denies, asks about and rehearses. */
class ToolPolicyTest {

    private final FakeNext next = new FakeNext();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<ApprovalQuestion> questions = new ArrayList<>();

    private static PolicyRule rule(Action action, UnaryOperator<PolicyRule.Builder> conditions) {
        return conditions.apply(PolicyRule.builder().action(action)).build();
    }

    private ToolPolicy.Builder policy(PolicyRule... rules) {
        return ToolPolicy.builder().rules(List.of(rules)).timer(time);
    }

    private HostFilter filter(PolicyRule... rules) {
        return policy(rules).build().filter();
    }

    /** Answers each question by the next of these. */
    private HostFilter asking(Approval... answers) {
        List<Approval> left = new ArrayList<>(List.of(answers));
        return policy(PolicyRule.ask("*", "*"))
                .ask(question -> {
                    questions.add(question);
                    return Mono.just(left.remove(0));
                })
                .build()
                .filter();
    }

    private void allowed(HostFilter filter, HostCall call) {
        int before = next.calls.size();
        StepVerifier.create(filter.filter(call, next)).expectNextCount(1).verifyComplete();
        assertThat(next.calls).hasSize(before + 1);
    }

    private McpCallDeniedException denied(HostFilter filter, HostCall call) {
        int before = next.calls.size();
        List<McpCallDeniedException> failure = new ArrayList<>();
        StepVerifier.create(filter.filter(call, next))
                .verifyErrorSatisfies(e -> failure.add((McpCallDeniedException) e));
        assertThat(next.calls).hasSize(before);
        return failure.get(0);
    }

    private static Context caller(String name) {
        return Context.of(CallContext.PRINCIPAL, name);
    }

    // -- rules

    @Test
    void firstRuleThatMatchesDecides() {
        HostFilter filter =
                filter(PolicyRule.deny("other", "*"), PolicyRule.allow("s", "wr*"), PolicyRule.deny("s", "*"));

        allowed(filter, FakeNext.call());
        denied(filter, new HostCall.CallTool("s", "read", null, null, false));
        denied(filter, new HostCall.CallTool("other", "write", null, null, false));
        allowed(filter, new HostCall.CallTool("third", "write", null, null, false));
    }

    @Test
    void deniedCallNamesServerToolAndRule() {
        McpCallDeniedException failure = denied(filter(PolicyRule.deny("s", "wri?e")), FakeNext.call());

        assertThat(failure).hasMessage("server 's': tools/call of 's__write' was denied: rule 1, deny tool s/wri?e");
        assertThat(failure.server()).isEqualTo("s");
        assertThat(failure.subject()).isEqualTo("s__write");
        assertThat(failure.reason()).isEqualTo("rule 1, deny tool s/wri?e");
        assertThat(failure.outcome()).isEqualTo(CallOutcome.NOT_SENT);
        assertThat(failure.isTransient()).isFalse();
        assertThat(next.events)
                .containsExactly(new CallDecided("s", "s__write", Decision.DENIED, "rule 1, deny tool s/wri?e"));
    }

    @Test
    void whatNoRuleIsAboutIsDecidedOtherwise() {
        allowed(filter(), FakeNext.call());
        HostFilter strict = policy(PolicyRule.allow("s", "read"))
                .otherwise(Action.DENY)
                .build()
                .filter();
        assertThat(denied(strict, FakeNext.call()).reason()).isEqualTo("no rule is about it");
        denied(strict, FakeNext.prompt());
    }

    @ParameterizedTest
    @CsvSource({
        "*, true",
        "write, true",
        "w*e, true",
        "*r*t*, true",
        "wr?te, true",
        "writ, false",
        "writex, false",
        "Write, false",
        "?, false",
        "w*x, false",
        "'', false",
        "**e, true"
    })
    void globs(String glob, boolean matches) {
        assertThat(new Glob(glob).matches("write")).isEqualTo(matches);
    }

    @Test
    void globIsMatchedInBoundedTime() {
        assertThat(new Glob("*a".repeat(50) + "b").matches("a".repeat(20_000))).isFalse();
    }

    /** Absent hints have the defaults of the specification. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{}                                                             | false | true  | false | true",
                "{'annotations':{}}                                             | false | true  | false | true",
                "{'annotations':{'readOnlyHint':true}}                          | true  | false | true  | true",
                "{'annotations':{'readOnlyHint':true,'destructiveHint':true}}   | true  | true  | true  | true",
                "{'annotations':{'destructiveHint':false}}                      | false | false | false | true",
                "{'annotations':{'idempotentHint':true,'openWorldHint':false}}  | false | true  | true  | false"
            })
    void annotationsAreConditions(
            String tool, boolean readOnly, boolean destructive, boolean idempotent, boolean openWorld) {
        next.tool = Mono.just(FakeNext.tool(tool));
        for (boolean wanted : new boolean[] {true, false}) {
            check(rule(Action.DENY, r -> r.readOnly(wanted)), wanted == readOnly);
            check(rule(Action.DENY, r -> r.destructive(wanted)), wanted == destructive);
            check(rule(Action.DENY, r -> r.idempotent(wanted)), wanted == idempotent);
            check(rule(Action.DENY, r -> r.openWorld(wanted)), wanted == openWorld);
        }
    }

    private void check(PolicyRule deny, boolean applies) {
        if (applies) {
            denied(filter(deny), FakeNext.call());
        } else {
            allowed(filter(deny), FakeNext.call());
        }
    }

    @Test
    void argumentsAreConditions() {
        HostFilter filter = filter(
                rule(Action.ALLOW, r -> r.arguments(Map.of("/path", "/tmp/*", "/depth", "1"))),
                rule(Action.DENY, r -> r));

        allowed(filter, FakeNext.call(Map.of("path", "/tmp/x", "depth", 1)));
        denied(filter, FakeNext.call(Map.of("path", "/etc/x", "depth", 1)));
        denied(filter, FakeNext.call(Map.of("path", "/tmp/x", "depth", 12)));
        denied(filter, FakeNext.call(Map.of("path", "/tmp/x")));
        denied(filter, FakeNext.call(null));
        record Arguments(String path, int depth) {}
        allowed(filter, FakeNext.call(new Arguments("/tmp/y", 1)));
    }

    @Test
    void argumentsAreSentAsTheyWereLookedAt() {
        Map<String, Object> mine = new HashMap<>(Map.of("path", "/tmp/x"));
        HostFilter filter =
                filter(rule(Action.ALLOW, r -> r.arguments(Map.of("/path", "/tmp/*"))), PolicyRule.deny("*", "*"));
        next.server = call -> {
            mine.put("path", "/etc/passwd");
            return Flux.just(FakeNext.text(String.valueOf(((HostCall.CallTool) call).arguments())));
        };
        StepVerifier.create(filter.filter(FakeNext.call(mine), next))
                .assertNext(signal -> assertThat(FakeNext.result(signal).text()).contains("/tmp/x"))
                .verifyComplete();
    }

    @Test
    void argumentConditionsAreForToolsOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule(Action.DENY, r -> r.target(Target.ANY).arguments(Map.of("/a", "b"))));
        assertThatIllegalArgumentException().isThrownBy(() -> rule(Action.DENY, r -> r.arguments(Map.of("a", "b"))));
    }

    // -- the tool

    @Test
    void unlistedToolHasNoHints() {
        next.tool = Mono.empty();
        denied(filter(rule(Action.DENY, r -> r.destructive(true))), FakeNext.call());
        allowed(filter(rule(Action.DENY, r -> r.readOnly(true))), FakeNext.call());
    }

    @Test
    void listThatCannotBeReadFailsTheCall() {
        McpPeerErrorException failure =
                new McpPeerErrorException("s", "tools/list", new JsonRpcError(-32603, "broken", null));
        next.tool = Mono.error(failure);
        StepVerifier.create(filter().filter(FakeNext.call(), next))
                .verifyErrorSatisfies(e -> assertThat(e).isSameAs(failure));
        assertThat(next.calls).isEmpty();
    }

    @Test
    void toolIsNotLookedUpForNothing() {
        HostFilter filter = policy(PolicyRule.allow("*", "*"), PolicyRule.ask("other", "*"))
                .honoursInteractionHint(false)
                .build()
                .filter();
        allowed(filter, FakeNext.call());
        assertThat(next.lookUps).hasValue(0);
    }

    // -- other operations

    @Test
    void promptsAndResourcesAreDenied() {
        HostFilter filter = filter(
                rule(Action.DENY, r -> r.target(Target.PROMPT).name("gr*")),
                rule(Action.DENY, r -> r.target(Target.RESOURCE).name("file:///etc/*")));

        assertThat(denied(filter, FakeNext.prompt()).subject()).isEqualTo("s__greet");
        allowed(filter, new HostCall.GetPrompt("s", "bye", Map.of(), null));
        denied(filter, FakeNext.read("file:///etc/passwd"));
        allowed(filter, FakeNext.read("file:///tmp/a"));
        allowed(filter, FakeNext.call());
        denied(filter, new HostCall.Complete("s", Completions.CompletionReference.prompt("greet"), "a", "b", Map.of()));
        denied(
                filter,
                new HostCall.Complete(
                        "s", Completions.CompletionReference.resource("file:///etc/{x}"), "a", "b", Map.of()));
        denied(
                filter,
                new HostCall.Listen("s", Subscriptions.SubscriptionFilter.resources("file:///x", "file:///etc/a")));
        allowed(filter, new HostCall.Listen("s", Subscriptions.SubscriptionFilter.lists()));
    }

    @Test
    void promptsAndResourcesOnlyRead() {
        allowed(filter(rule(Action.DENY, r -> r.target(Target.ANY).destructive(true))), FakeNext.prompt());
        allowed(filter(rule(Action.DENY, r -> r.target(Target.ANY).readOnly(false))), FakeNext.read("file:///a"));
        denied(filter(rule(Action.DENY, r -> r.target(Target.ANY).readOnly(true))), FakeNext.prompt());
    }

    @Test
    void absentArgumentMatchesNothing() {
        PolicyRule anyPath = rule(Action.DENY, r -> r.arguments(Map.of("/path", "*")));
        allowed(filter(anyPath), FakeNext.call(Map.of("other", 1)));
        denied(filter(anyPath), FakeNext.call(Map.of("path", "")));
    }

    @Test
    void whatTheHostKeepsIsNotDenied() {
        allowed(filter(rule(Action.DENY, r -> r.target(Target.ANY))), FakeNext.read("mcpflux://results/1"));
    }

    @Test
    void tasksAreDeniedWithAllToolsOfTheirServer() {
        HostCall task = new HostCall.ResumeTask("s", "t", null);
        denied(filter(PolicyRule.deny("s", "*")), task);
        allowed(filter(PolicyRule.deny("s", "write")), task);
        allowed(filter(PolicyRule.allow("s", "write"), PolicyRule.deny("*", "*")), task);
        denied(policy().otherwise(Action.DENY).build().filter(), task);
    }

    @Test
    void deniedEntriesAreNotListed() {
        HostFilter filter = filter(
                rule(Action.ALLOW, r -> r.name("delete_own")),
                rule(Action.DENY, r -> r.name("write").arguments(Map.of("/path", "/etc/*"))),
                rule(Action.DENY, r -> r.destructive(true).name("delete_*")),
                rule(Action.DENY, r -> r.target(Target.PROMPT).name("greet")),
                rule(Action.DENY, r -> r.target(Target.RESOURCE).name("file:///etc/*")));
        CatalogueEntry listed = FakeNext.tool("write", "{}");
        next.server = call -> Flux.<CatalogueEntry>just(
                        FakeNext.tool("delete_all", "{}"),
                        FakeNext.tool("delete_own", "{}"),
                        FakeNext.tool("delete_draft", "{'annotations':{'destructiveHint':false}}"),
                        listed,
                        CataloguePrompt.of("s", new Prompts.Prompt("greet", null, null, null, null, null)),
                        new CatalogueResource(
                                "s",
                                new Resources.Resource("file:///etc/a", "a", null, null, null, null, null, null, null)))
                .map(HostSignal.Entry::new);

        StepVerifier.create(filter.filter(new HostCall.ListEntries(ListKind.TOOLS), next)
                        .map(signal -> ((HostSignal.Entry) signal).entry().bareName()))
                .expectNext("delete_own", "delete_draft", "write")
                .verifyComplete();
        assertThat(next.events).isEmpty();
    }

    // -- rehearsal

    @Test
    void rehearsedCallIsNotSent() {
        HostFilter filter = filter(PolicyRule.rehearse("*", "*"));
        StepVerifier.create(filter.filter(FakeNext.call(), next))
                .assertNext(signal -> {
                    assertThat(FakeNext.result(signal).text())
                            .isEqualTo("Dry run: 's__write' was not called. Its arguments would have been"
                                    + " {\"path\":\"/tmp/a\"}");
                    assertThat(FakeNext.result(signal)
                                    .meta()
                                    .path("dev.mcpflux/rehearsed")
                                    .asBoolean())
                            .isTrue();
                    assertThat(FakeNext.result(signal).isError()).isFalse();
                })
                .verifyComplete();
        assertThat(next.calls).isEmpty();
        assertThat(next.events).extracting(e -> ((CallDecided) e).decision()).containsExactly(Decision.REHEARSED);
    }

    @Test
    void readsPassARehearsal() {
        next.tool = Mono.just(FakeNext.tool("{'annotations':{'readOnlyHint':true}}"));
        HostFilter filter = filter(rule(Action.REHEARSE, r -> r.target(Target.ANY)));
        allowed(filter, FakeNext.call());
        allowed(filter, FakeNext.prompt());
        allowed(filter, FakeNext.read("file:///a"));
        allowed(filter, new HostCall.ResumeTask("s", "t", null));
    }

    // -- asking

    @Test
    void approvedCallIsSent() {
        HostFilter filter = asking(Approval.once());
        StepVerifier.create(filter.filter(FakeNext.call(), next).contextWrite(caller("ada")))
                .expectNextCount(1)
                .verifyComplete();
        ApprovalQuestion question = questions.get(0);
        assertThat(question.caller().principal()).isEqualTo("ada");
        assertThat(question.tool()).isEqualTo(FakeNext.tool("{}"));
        assertThat(question.arguments()).isEqualTo(FakeNext.json("{'path':'/tmp/a'}"));
        assertThat(question.reason()).isEqualTo("rule 1, ask tool */*");
        assertThat(question.toString()).doesNotContain("/tmp/a");
        assertThat(next.events).containsExactly(new CallDecided("s", "s__write", Decision.ALLOWED, "approved"));
    }

    @Test
    void approvedArgumentsAreSent() {
        Map<String, Object> mine = new HashMap<>(Map.of("path", "/tmp/x"));
        HostFilter filter = policy(PolicyRule.ask("*", "*"))
                .ask(question -> {
                    mine.put("path", "/etc/passwd");
                    return Mono.just(Approval.once());
                })
                .build()
                .filter();
        allowed(filter, FakeNext.call(mine));
        assertThat(((HostCall.CallTool) next.calls.get(0)).arguments()).isEqualTo(FakeNext.json("{'path':'/tmp/x'}"));
    }

    @Test
    void refusedCallIsDenied() {
        McpCallDeniedException failure = denied(asking(Approval.denied("Ada says no")), FakeNext.call());
        assertThat(failure.reason()).isEqualTo("Ada says no");
    }

    @Test
    void withoutAnybodyToAskACallIsDenied() {
        assertThat(denied(filter(PolicyRule.ask("*", "*")), FakeNext.call()).reason())
                .isEqualTo("there is nobody to ask");
    }

    @Test
    void promptsAndResourcesAreAskedAbout() {
        HostFilter filter = policy(rule(Action.ASK, r -> r.target(Target.ANY)))
                .ask(question -> {
                    questions.add(question);
                    return Mono.just(Approval.once());
                })
                .build()
                .filter();
        allowed(filter, FakeNext.prompt());
        allowed(filter, FakeNext.read("file:///a"));
        assertThat(questions.get(0).arguments()).isEqualTo(FakeNext.json("{'name':'Ada'}"));
        assertThat(questions).extracting(ApprovalQuestion::tool).containsOnlyNulls();
    }

    @Test
    void approvalOnceHoldsOnce() {
        HostFilter filter = asking(Approval.once(), Approval.once());
        allowed(filter, FakeNext.call());
        allowed(filter, FakeNext.call());
        assertThat(questions).hasSize(2);
    }

    @Test
    void approvalForToolHoldsForAllArguments() {
        HostFilter filter = asking(Approval.forTool());
        allowed(filter, FakeNext.call());
        allowed(filter, FakeNext.call(Map.of("path", "/b")));
        assertThat(questions).hasSize(1);
    }

    @Test
    void approvalForSameArgumentsIgnoresTheirOrder() {
        HostFilter filter = asking(Approval.forSameArguments(), Approval.denied("no"));
        allowed(filter, FakeNext.call(FakeNext.json("{'a':{'x':1,'y':[1,{'p':1,'q':2}]},'b':2}")));
        allowed(filter, FakeNext.call(FakeNext.json("{'b':2,'a':{'y':[1,{'q':2,'p':1}],'x':1}}")));
        assertThat(questions).hasSize(1);
        denied(filter, FakeNext.call(FakeNext.json("{'b':2,'a':{'y':[{'q':2,'p':1},1],'x':1}}")));
    }

    @Test
    void approvalEndsWhenTheToolChanges() {
        HostFilter filter = asking(Approval.forTool(), Approval.denied("no"));
        allowed(filter, FakeNext.call());
        next.tool = Mono.just(FakeNext.tool("{'description':'now deletes everything'}"));
        denied(filter, FakeNext.call());
    }

    @Test
    void approvalHoldsForItsCallerOnly() {
        HostFilter filter = asking(Approval.forTool(), Approval.denied("bob"), Approval.denied("nobody"));
        StepVerifier.create(filter.filter(FakeNext.call(), next).contextWrite(caller("ada")))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(filter.filter(FakeNext.call(), next).contextWrite(caller("bob")))
                .verifyErrorMessage("server 's': tools/call of 's__write' was denied: bob");
        denied(filter, FakeNext.call());
        StepVerifier.create(filter.filter(FakeNext.call(), next).contextWrite(caller("ada")))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(questions).extracting(q -> q.caller().principal()).containsExactly("ada", "bob", null);
    }

    @Test
    void rememberedApprovalsAreBounded() {
        HostFilter filter = policy(PolicyRule.ask("*", "*"))
                .maxRemembered(2)
                .ask(question -> {
                    questions.add(question);
                    return Mono.just(Approval.forSameArguments());
                })
                .build()
                .filter();
        for (String path : List.of("a", "b", "a", "c", "a", "b")) {
            allowed(filter, FakeNext.call(Map.of("path", path)));
        }
        assertThat(questions)
                .extracting(q -> q.arguments().path("path").asString())
                .containsExactly("a", "b", "c", "b");
    }

    @Test
    void eachConcurrentCallIsAskedAbout() {
        List<Sinks.One<Approval>> answers = new ArrayList<>();
        HostFilter filter = policy(PolicyRule.ask("*", "*"))
                .ask(question -> {
                    answers.add(Sinks.one());
                    return answers.get(answers.size() - 1).asMono();
                })
                .build()
                .filter();
        List<String> heard = new ArrayList<>();
        filter.filter(FakeNext.call(), next).subscribe(s -> heard.add("first"));
        filter.filter(FakeNext.call(), next).subscribe(s -> heard.add("second"), e -> heard.add("no"));

        answers.get(1).tryEmitValue(Approval.denied("no"));
        assertThat(heard).containsExactly("no");
        answers.get(0).tryEmitValue(Approval.once());
        assertThat(heard).containsExactly("no", "first");
    }

    @Test
    void toolThatRequiresAPersonIsAskedAboutEachTime() {
        next.tool = Mono.just(FakeNext.tool("{'_meta':{'anthropic/requiresUserInteraction':true}}"));
        List<Approval> answers = new ArrayList<>(List.of(Approval.forTool(), Approval.denied("no")));
        HostFilter filter = policy(PolicyRule.allow("*", "*"))
                .ask(question -> Mono.just(answers.remove(0)))
                .build()
                .filter();
        allowed(filter, FakeNext.call());
        denied(filter, FakeNext.call());
    }

    @Test
    void ruleMayOverrideThatAToolRequiresAPerson() {
        next.tool = Mono.just(FakeNext.tool("{'_meta':{'anthropic/requiresUserInteraction':true}}"));
        allowed(filter(rule(Action.ALLOW, r -> r.overridesInteractionHint(true))), FakeNext.call());
        allowed(policy().honoursInteractionHint(false).build().filter(), FakeNext.call());
        denied(filter(PolicyRule.allow("*", "*")), FakeNext.call());
    }

    // -- what goes wrong while asking

    @Test
    void failedQuestionDeniesThatCallOnly() {
        List<Mono<Approval>> answers = new ArrayList<>(
                List.of(Mono.error(new IllegalStateException("no window")), Mono.empty(), Mono.just(Approval.once())));
        HostFilter filter = policy(PolicyRule.ask("*", "*"))
                .ask(question -> answers.remove(0))
                .build()
                .filter();
        McpCallDeniedException failure = denied(filter, FakeNext.call());
        assertThat(failure.reason()).isEqualTo("asking failed: java.lang.IllegalStateException: no window");
        assertThat(failure).hasRootCauseMessage("no window");
        assertThat(denied(filter, FakeNext.call()).reason()).isEqualTo("asking gave no answer");
        allowed(filter, FakeNext.call());
    }

    @Test
    void questionThatThrowsDeniesTheCall() {
        HostFilter filter = policy(PolicyRule.ask("*", "*"))
                .ask(question -> {
                    throw new NoClassDefFoundError("dialog");
                })
                .build()
                .filter();
        assertThat(denied(filter, FakeNext.call()).reason()).contains("dialog");
        HostFilter nothing =
                policy(PolicyRule.ask("*", "*")).ask(question -> null).build().filter();
        assertThat(denied(nothing, FakeNext.call()).reason()).startsWith("asking failed");
    }

    @Test
    void unansweredQuestionEndsInTime() {
        TestPublisher<Approval> answer = TestPublisher.create();
        HostFilter filter = policy(PolicyRule.ask("*", "*"))
                .ask(question -> answer.mono())
                .askTimeout(Duration.ofMinutes(1))
                .build()
                .filter();
        StepVerifier.create(filter.filter(FakeNext.call(), next))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(59)))
                .then(answer::assertNotCancelled)
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .expectErrorMessage("server 's': tools/call of 's__write' was denied: nobody answered within PT1M")
                .verify(Duration.ofSeconds(10));
        answer.assertCancelled();
        assertThat(next.calls).isEmpty();
    }

    @Test
    void cancellationWhileAskingSendsNothing() {
        TestPublisher<Approval> answer = TestPublisher.create();
        HostFilter filter = policy(PolicyRule.ask("*", "*"))
                .ask(question -> answer.mono())
                .build()
                .filter();
        Disposable call = filter.filter(FakeNext.call(), next).subscribe();
        call.dispose();
        answer.assertCancelled();
        answer.complete();
        assertThat(next.calls).isEmpty();
        assertThat(next.events).isEmpty();
    }

    @Test
    void answeredQuestionIsNotCancelled() {
        TestPublisher<Approval> answer = TestPublisher.create();
        HostFilter filter = policy(PolicyRule.ask("*", "*"))
                .ask(question -> answer.flux().single())
                .build()
                .filter();
        StepVerifier.create(filter.filter(FakeNext.call(), next))
                .then(() -> answer.next(Approval.once()).complete())
                .expectNextCount(1)
                .verifyComplete();
        answer.assertNotCancelled();
    }

    @Test
    void cancellationReachesTheServer() {
        TestPublisher<HostSignal> server = TestPublisher.create();
        next.server = call -> server.flux();
        filter(PolicyRule.allow("*", "*"))
                .filter(FakeNext.call(), next)
                .subscribe()
                .dispose();
        server.assertCancelled();
    }
}
