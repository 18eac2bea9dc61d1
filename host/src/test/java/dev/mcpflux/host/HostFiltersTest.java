package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.AuditLog;
import dev.mcpflux.host.filter.AuditRecord;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.filter.McpCallDeniedException;
import dev.mcpflux.host.filter.PolicyRule;
import dev.mcpflux.host.filter.Redaction;
import dev.mcpflux.host.filter.ResultLimits;
import dev.mcpflux.host.filter.RetryOptions;
import dev.mcpflux.host.filter.ToolPolicy;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The filters together, in a host, before a server. */
class HostFiltersTest {

    private static final String TOOLS = """
            {'tools':[{'name':'read','annotations':{'readOnlyHint':true},'_meta':{'anthropic/alwaysLoad':true}},
                      {'name':'write'},
                      {'name':'drop','_meta':{'anthropic/alwaysLoad':'yes'}}]}""";

    private final List<AuditRecord> records = new ArrayList<>();

    private static HostConfig config(ScriptedPeer peer, HostFilter... filters) {
        HostConfig.Builder config =
                HostConfig.builder().server(peer.transport()).shutdownHook(false);
        for (HostFilter filter : filters) {
            config.filter(filter);
        }
        return config.build();
    }

    private static ScriptedPeer listed() {
        return ScriptedPeer.named("s").handshake().expect("tools/list").reply(TOOLS);
    }

    private static String text(String text) {
        return "{'content':[{'type':'text','text':'" + text + "'}]}";
    }

    private HostFilter[] all(UnaryOperator<ToolPolicy.Builder> policy) {
        return new HostFilter[] {
            AuditLog.defaults().filter(records::add),
            ResultLimits.builder().maxBytes(2_000).build().filter(),
            Redaction.builder().literals(List.of("s3cr3t")).build().filter(),
            policy.apply(ToolPolicy.builder()).build().filter(),
            RetryOptions.defaults().filter()
        };
    }

    @Test
    void allFiltersActOnOneCall() {
        ScriptedPeer peer = listed().expect(
                        "tools/call",
                        call -> call.at("/params/arguments/text").asString("").equals("of [redacted]"))
                .reply(text("s3cr3t ".repeat(400)));
        List<HostEvent> events = new ArrayList<>();
        String result = McpHost.useOne(
                        config(
                                peer,
                                all(policy -> policy.rules(List.of(PolicyRule.ask("s", "*")))
                                        .ask(question -> Mono.just(Approval.once())))),
                        host -> {
                            EventSink.direct(host.events()).subscribe(events::add);
                            return host.callTool("s__write", Map.of("text", "of s3cr3t"))
                                    .flatMap(cut -> host.readResource(uri(cut.text()) + "?offset=3000")
                                            .map(rest -> cut.text() + rest.text()));
                        })
                .block(Servers.LIMIT);

        assertThat(result)
                .startsWith("[redacted] [redacted]")
                .doesNotContain("s3cr3t")
                .endsWith("[redacted] ");
        assertThat(records)
                .extracting(AuditRecord::method, AuditRecord::outcome)
                .contains(org.assertj.core.groups.Tuple.tuple("tools/call", AuditRecord.Outcome.ANSWERED));
        assertThat(events)
                .hasAtLeastOneElementOfType(HostEvent.CallDecided.class)
                .hasAtLeastOneElementOfType(HostEvent.ResultCut.class);
        peer.verify();
    }

    private static String uri(String text) {
        Matcher uri = Pattern.compile("mcpflux://results/[\\w-]+").matcher(text);
        assertThat(uri.find()).isTrue();
        return uri.group();
    }

    @Test
    void deniedToolIsNeitherListedNorCalled() {
        ScriptedPeer peer = listed();
        StepVerifier.create(McpHost.use(
                        config(peer, all(policy -> policy.rules(List.of(PolicyRule.deny("s", "drop"))))),
                        host -> Flux.concat(
                                host.tools().map(CatalogueTool::name),
                                host.callTool("s__drop", null).map(Object::toString))))
                .expectNext("s__read", "s__write")
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpCallDeniedException.class)
                        .hasMessage("server 's': tools/call of 's__drop' was denied: rule 1, deny tool s/drop"));
        assertThat(records)
                .extracting(AuditRecord::subject, AuditRecord::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("tools", AuditRecord.Outcome.ANSWERED),
                        org.assertj.core.groups.Tuple.tuple("s__drop", AuditRecord.Outcome.NOT_SENT));
        peer.verify();
    }

    @Test
    void rehearsedCallHasNoStructuredContent() {
        ScriptedPeer peer = listed();
        StepVerifier.create(McpHost.useOne(
                        config(peer, all(policy -> policy.rules(List.of(PolicyRule.rehearse("*", "*"))))),
                        host -> host.callToolAs("s__write", Map.of("a", 1), Map.class)))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                McpToolErrorException.class,
                                failure -> assertThat(failure.result().text()).startsWith("Dry run")));
        peer.verify();
    }

    @Test
    void unlistedToolIsDecidedWithoutHints() {
        ScriptedPeer peer = listed().expect("tools/call").reply(text("hidden"));
        StepVerifier.create(McpHost.useOne(
                        config(peer, all(policy -> policy)),
                        host -> host.callTool("s__hidden", null).map(result -> result.text())))
                .expectNext("hidden")
                .verifyComplete();
    }

    @Test
    void readOnlyToolIsRetried() {
        ScriptedPeer peer = listed().expect("tools/call").reply(text("again"));
        List<Integer> attempts = new ArrayList<>();
        HostFilter failsOnce = (call, next) -> {
            if (call instanceof dev.mcpflux.host.filter.HostCall.CallTool && attempts.isEmpty()) {
                attempts.add(1);
                return Flux.error(
                        new dev.mcpflux.error.McpOverloadException("s", "lost", dev.mcpflux.error.CallOutcome.UNKNOWN));
            }
            return next.proceed(call);
        };
        StepVerifier.create(McpHost.useOne(
                        config(peer, RetryOptions.defaults().filter(), failsOnce),
                        host -> host.callTool("s__read", null).map(result -> result.text())))
                .expectNext("again")
                .verifyComplete();
        assertThat(attempts).hasSize(1);
    }

    @Test
    void unknownKeptResultIsNotFound() {
        ScriptedPeer peer = ScriptedPeer.named("s").handshake();
        StepVerifier.create(McpHost.useOne(
                        config(peer, all(policy -> policy)), host -> host.readResource("mcpflux://results/nothing")))
                .verifyErrorSatisfies(e -> assertThat(e).isInstanceOf(McpNameNotFoundException.class));
    }

    @Test
    void toolsThatAreAlwaysLoadedAreKnown() {
        StepVerifier.create(McpHost.use(
                        config(listed()),
                        host -> host.tools().filter(CatalogueTool::alwaysLoad).map(CatalogueTool::name)))
                .expectNext("s__read")
                .verifyComplete();
    }

    @Test
    void filterThatThrowsFailsItsCallOnly() {
        ScriptedPeer peer = listed().expect("tools/call").reply(text("fine"));
        HostFilter broken = (call, next) -> {
            if (call.subject().equals("s__drop")) {
                throw new IllegalStateException("a bug in a filter");
            }
            return next.proceed(call);
        };
        StepVerifier.create(McpHost.use(
                        config(peer, AuditLog.defaults().filter(records::add), broken),
                        host -> host.tools()
                                .then(host.callTool("s__drop", null).map(Object::toString))
                                .onErrorResume(e -> Mono.just(String.valueOf(e.getMessage())))
                                .concatWith(host.callTool("s__write", null).map(result -> result.text()))))
                .expectNext("a bug in a filter", "fine")
                .verifyComplete();
        assertThat(records)
                .extracting(AuditRecord::outcome)
                .containsExactly(
                        AuditRecord.Outcome.ANSWERED, AuditRecord.Outcome.FAILED, AuditRecord.Outcome.ANSWERED);
    }
}
