package dev.mcpflux.host;

import static dev.mcpflux.host.RunningHost.SECOND;
import static dev.mcpflux.host.RunningHost.subscribed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.catalogue.CatalogueChange;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.CallPolicy.Action;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.host.filter.McpCallDeniedException;
import dev.mcpflux.host.filter.PolicyRule;
import dev.mcpflux.host.filter.ToolPolicy;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.InMemoryServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;
import tools.jackson.databind.JsonNode;

/** Which tools a host offers and calls, by the definitions of its servers. */
class ToolRulesTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<HostEvent> events = new CopyOnWriteArrayList<>();
    private final List<ApprovalQuestion> questions = new ArrayList<>();

    private static InMemoryServer server(String name) {
        return InMemoryServer.named(name)
                .tool("read_file", arguments -> name + " reads")
                .tool("write_file", arguments -> name + " writes")
                .tool("delete_file", arguments -> name + " deletes")
                .prompt("ask", arguments -> "?");
    }

    private static ServerDefinition with(InMemoryServer server, UnaryOperator<ServerOptions.Builder> options) {
        return ServerDefinition.of(server.transport()).with(options);
    }

    private static HostConfig.Builder config(ServerDefinition... servers) {
        HostConfig.Builder config = HostConfig.builder().shutdownHook(false);
        for (ServerDefinition server : servers) {
            config.server(server);
        }
        return config;
    }

    private <T> T use(HostConfig.Builder config, Function<McpHost, Mono<T>> body) {
        return McpHost.useOne(config.build(), host -> {
                    EventSink.direct(host.events()).subscribe(events::add);
                    return body.apply(host);
                })
                .block(LIMIT);
    }

    private List<String> listed(HostConfig.Builder config) {
        return use(config, ToolRulesTest::names);
    }

    private String said(HostConfig.Builder config, Function<McpHost, Mono<CallToolResult>> call) {
        return use(config, host -> text(call.apply(host)));
    }

    private static Mono<List<String>> names(McpHost host) {
        return host.tools().map(CatalogueTool::name).collectList();
    }

    private static Mono<String> text(Mono<CallToolResult> call) {
        return call.map(CallToolResult::text).onErrorResume(e -> Mono.just(String.valueOf(e.getMessage())));
    }

    private String called(UnaryOperator<ServerOptions.Builder> options, String tool) {
        return use(config(with(server("s"), options)), host -> text(host.callTool(tool, null)));
    }

    private List<HostEvent.ConfigurationWarning> warnings() {
        return events.stream()
                .filter(HostEvent.ConfigurationWarning.class::isInstance)
                .map(HostEvent.ConfigurationWarning.class::cast)
                .toList();
    }

    private Function<ApprovalQuestion, Mono<Approval>> answering(Approval answer) {
        return question -> {
            questions.add(question);
            return Mono.just(answer);
        };
    }

    // -- which tools are offered

    @Test
    void onlySelectedToolsAreListed() {
        assertThat(listed(config(
                        with(
                                server("a"),
                                o -> o.tools(t -> t.include(List.of("*_file")).exclude(List.of("delete_*")))),
                        with(server("b"), o -> o))))
                .containsExactly("a__read_file", "a__write_file", "b__read_file", "b__write_file", "b__delete_file");
    }

    @ParameterizedTest
    @CsvSource({"s__delete_file, exclude", "delete_file, exclude", "s__write_file, include", "write_file, include"})
    void toolThatIsLeftOutIsNotCalled(String tool, String key) {
        InMemoryServer server = server("s");
        String problem = use(
                config(with(
                        server,
                        o -> o.tools(
                                t -> t.include(List.of("read_*", "delete_*")).exclude(List.of("delete_*"))))),
                host -> text(host.callTool(tool, null)));

        assertThat(problem)
                .isEqualTo("no tool is called 's__" + tool.replace("s__", "") + "': \"tools." + key
                        + "\" of server 's' leaves it out");
        assertThat(server.receivedMethods()).doesNotContain("tools/call");
    }

    @Test
    void streamAndLookUpRefuseWhatIsLeftOut() {
        HostConfig.Builder config = config(with(server("s"), o -> o.tools(t -> t.exclude(List.of("delete_*")))));
        List<Throwable> failures = use(
                config,
                host -> Flux.<Publishers>just(
                                () -> host.streamTool("s__delete_file", null).then(),
                                () -> host.tool("s__delete_file").then(),
                                () -> host.callToolAs("s__delete_file", null, Map.class)
                                        .then())
                        .concatMap(
                                call -> call.get().then(Mono.<Throwable>empty()).onErrorResume(Mono::just))
                        .collectList());

        assertThat(failures).hasSize(3).allSatisfy(e -> assertThat(e).isInstanceOf(McpToolNotFoundException.class));
    }

    @FunctionalInterface
    private interface Publishers {
        Mono<Void> get();
    }

    @Test
    void bareNameMeansTheServerThatStillOffersIt() {
        assertThat(said(
                        config(
                                with(server("a"), o -> o.tools(t -> t.exclude(List.of("read_file")))),
                                with(server("b"), o -> o)),
                        host -> host.callTool("read_file", null)))
                .isEqualTo("b reads");
    }

    // -- names

    @Test
    void renamedToolIsCalledByItsNewName() {
        InMemoryServer server = server("s");
        List<String> seen = use(
                config(with(server, o -> o.tools(t -> t.names(Map.of("read_file", "look"))))),
                host -> Flux.concat(
                                names(host).map(String::valueOf),
                                text(host.callTool("s__look", null)),
                                text(host.callTool("look", null)),
                                host.streamTool("s__look", null)
                                        .ofType(ToolSignal.Result.class)
                                        .map(result -> result.result().text()),
                                host.tool("s__look").map(tool -> tool.name() + " is " + tool.bareName()))
                        .collectList());

        assertThat(seen)
                .containsExactly(
                        "[s__look, s__write_file, s__delete_file]",
                        "s reads",
                        "s reads",
                        "s reads",
                        "s__look is read_file");
        assertThat(server.received())
                .filteredOn(message -> message.path("method").asString("").equals("tools/call"))
                .extracting(message -> message.at("/params/name").asString())
                .containsOnly("read_file");
    }

    @ParameterizedTest
    @CsvSource({"s__read_file", "read_file"})
    void oldNameNamesTheNewOne(String name) {
        assertThatThrownBy(() -> use(
                        config(with(server("s"), o -> o.tools(t -> t.names(Map.of("read_file", "look"))))),
                        host -> host.callTool(name, null)))
                .isInstanceOfSatisfying(
                        McpToolNotFoundException.class,
                        e -> assertThat(e.candidates()).containsExactly("s__look"))
                .hasMessage(
                        "no tool is called 's__read_file': \"tools.rename\" of server 's' gives it the name 's__look'");
    }

    @Test
    void namesMayBeExchanged() {
        Map<String, String> names = Map.of("read_file", "write_file", "write_file", "read_file");
        assertThat(called(o -> o.tools(t -> t.names(names)), "s__write_file")).isEqualTo("s reads");
        assertThat(called(o -> o.tools(t -> t.names(names)), "read_file")).isEqualTo("s writes");
        assertThat(warnings()).isEmpty();
    }

    @Test
    void renamedToolTakesANameFromAnother() {
        HostConfig.Builder config =
                config(with(server("s"), o -> o.tools(t -> t.names(Map.of("delete_file", "read_file")))));

        assertThat(listed(config)).containsExactly("s__write_file", "s__read_file");
        assertThat(said(config, host -> host.callTool("s__read_file", null))).isEqualTo("s deletes");
        assertThat(warnings().get(0).problem())
                .isEqualTo("the server has a tool 'read_file', which is left out, since 'delete_file' gets its name");
    }

    @Test
    void sameNamesOfTwoServersAreToldApart() {
        List<String> seen = use(
                config(
                        with(server("a"), o -> o.tools(t -> t.names(Map.of("read_file", "read_a")))),
                        with(server("b"), o -> o.policy(p -> p.tools(Map.of("read_*", Action.DENY))))),
                host -> Flux.concat(
                                names(host).map(String::valueOf),
                                text(host.callTool("read_a", null)),
                                text(host.callTool("a__delete_file", null)),
                                text(host.callTool("b__delete_file", null)))
                        .collectList());

        assertThat(seen)
                .containsExactly(
                        "[a__read_a, a__write_file, a__delete_file, b__write_file, b__delete_file]",
                        "a reads",
                        "a deletes",
                        "b deletes");
    }

    private static Tool measuring() {
        JsonNode tool = McpJson.mapper().readTree("""
                {"name": "measure", "inputSchema": {"type": "object"},
                 "outputSchema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}""");
        return McpJson.bind(tool, Tool.class);
    }

    private record Measured(int n) {}

    @Test
    void outputSchemaOfARenamedToolIsChecked() {
        List<Object> values = new ArrayList<>(List.of(Map.of("n", 7), Map.of("n", "many")));
        InMemoryServer server = InMemoryServer.named("s")
                .handle(measuring(), call -> Mono.just(InMemoryServer.structured(values.remove(0))));
        HostConfig.Builder config = config(with(server, o -> o.tools(t -> t.names(Map.of("measure", "size")))));

        List<String> results = use(
                config,
                host -> host.tools()
                        .thenMany(Flux.concat(
                                host.callToolAs("s__size", null, Measured.class).map(String::valueOf),
                                text(host.callTool("s__size", null))))
                        .collectList());

        assertThat(results.get(0)).isEqualTo("Measured[n=7]");
        assertThat(results.get(1)).contains("schema").contains("/n");
    }

    @Test
    void timeoutsAreForNamesAtTheServer() {
        RunningHost it = new RunningHost();
        try {
            ServerDefinition definition = it.server("s")
                    .with(o -> o.tools(t -> t.names(Map.of("hang", "wait")))
                            .policy(p -> p.tools(Map.of("echo", Action.DENY)))
                            .toolTimeouts(Map.of("hang", SECOND)));
            it.host.apply(it.config(definition)).block(LIMIT);
            it.host.start().block(LIMIT);
            TestSubscriber<CallToolResult> call = subscribed(it.host.callTool("s__wait", null));
            it.pass(SECOND.plusMillis(100));

            assertThat(call.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        } finally {
            it.close();
        }
    }

    // -- policy

    @Test
    void deniedToolIsNeitherListedNorCalled() {
        InMemoryServer server = server("s");
        HostConfig.Builder config = config(with(server, o -> o.policy(p -> p.tools(Map.of("delete_*", Action.DENY)))));
        assertThatThrownBy(() -> use(
                        config,
                        host -> names(host)
                                .doOnNext(listed -> assertThat(listed).containsExactly("s__read_file", "s__write_file"))
                                .then(host.callTool("s__delete_file", null))))
                .isInstanceOf(McpCallDeniedException.class)
                .hasMessage("server 's': tools/call of 's__delete_file' was denied: \"policy.tools\" says \"delete_*\":"
                        + " \"deny\"");
        assertThat(server.receivedMethods()).doesNotContain("tools/call");
        assertThat(events)
                .contains(new HostEvent.CallDecided(
                        "s",
                        "s__delete_file",
                        HostEvent.CallDecided.Decision.DENIED,
                        "\"policy.tools\" says \"delete_*\": \"deny\""));
    }

    @Test
    void firstPatternDecides() {
        Map<String, Action> tools = new LinkedHashMap<>();
        tools.put("read_*", Action.ALLOW);
        tools.put("*_file", Action.DENY);
        UnaryOperator<ServerOptions.Builder> options = o -> o.policy(p -> p.tools(tools));

        assertThat(called(options, "s__read_file")).isEqualTo("s reads");
        assertThat(called(options, "s__write_file")).contains("denied");
    }

    @ParameterizedTest
    @EnumSource
    void everyActionWithoutAnApprover(Action action) {
        String text = called(o -> o.policy(p -> p.otherwise(action)), "s__write_file");

        assertThat(text)
                .isEqualTo(
                        switch (action) {
                            case ALLOW, ASK_IF_POSSIBLE -> "s writes";
                            case ASK ->
                                "server 's': tools/call of 's__write_file' was denied: \"policy.otherwise\" is \"ask\","
                                        + " and there is nobody to ask";
                            case DENY ->
                                "server 's': tools/call of 's__write_file' was denied: \"policy.otherwise\" is \"deny\"";
                            case REHEARSE ->
                                "Dry run: 's__write_file' was not called. Its arguments would have been {}";
                        });
    }

    @ParameterizedTest
    @EnumSource(names = {"ASK", "ASK_IF_POSSIBLE"})
    void approverIsAsked(Action action) {
        ServerDefinition server = with(
                server("s"),
                o -> o.tools(t -> t.names(Map.of("write_file", "put")))
                        .policy(p -> p.otherwise(action).tools(Map.of("read_*", Action.ALLOW))));
        List<String> texts = use(
                config(server).approver(answering(Approval.denied("not today"))),
                host -> Flux.concat(
                                text(host.callTool("s__read_file", null)),
                                text(host.callTool("s__put", Map.of("path", "/x"))))
                        .collectList());

        assertThat(texts).containsExactly("s reads", "server 's': tools/call of 's__put' was denied: not today");
        assertThat(questions).singleElement().satisfies(question -> {
            assertThat(question.arguments().path("path").asString()).isEqualTo("/x");
            assertThat(question.tool()).isNotNull();
            assertThat(question.tool().name()).isEqualTo("s__put");
            assertThat(question.reason()).isEqualTo("\"policy.otherwise\" is \"" + action.word() + "\"");
        });
    }

    @Test
    void waitingForAPersonHoldsNoPlaceOfTheServer() {
        Sinks.One<Approval> answer = Sinks.one();
        ServerDefinition server = with(
                server("s"),
                o -> o.limits(limits -> limits.maxInFlight(1)).policy(p -> p.tools(Map.of("write_*", Action.ASK))));
        String both = use(
                config(server).approver(question -> answer.asMono()),
                host -> Mono.zip(
                                text(host.callTool("s__write_file", null)),
                                text(host.callTool("s__read_file", null))
                                        .doOnNext(read -> answer.tryEmitValue(Approval.once())))
                        .map(String::valueOf));

        assertThat(both).isEqualTo("[s writes,s reads]");
    }

    @Test
    void applicationsPolicyIsNotLoosened() {
        ServerDefinition server = with(server("s"), o -> o.policy(p -> p.tools(Map.of("write_*", Action.DENY))));
        HostConfig.Builder config = config(server)
                .filter(ToolPolicy.builder()
                        .rules(List.of(PolicyRule.deny("s", "delete_*")))
                        .build()
                        .filter());
        List<String> texts = use(
                config,
                host -> Flux.concat(
                                names(host).map(String::valueOf),
                                text(host.callTool("s__delete_file", null)),
                                text(host.callTool("s__write_file", null)),
                                text(host.callTool("s__read_file", null)))
                        .collectList());

        assertThat(texts.get(0)).isEqualTo("[s__read_file]");
        assertThat(texts.get(1)).endsWith("was denied: rule 1, deny tool s/delete_*");
        assertThat(texts.get(2)).endsWith("was denied: \"policy.tools\" says \"write_*\": \"deny\"");
        assertThat(texts.get(3)).isEqualTo("s reads");
    }

    @Test
    void policyDecidesAboutWhatFiltersMakeOfACall() {
        ServerDefinition server = with(server("s"), o -> o.policy(p -> p.tools(Map.of("delete_*", Action.DENY))));
        List<HostCall> seen = new ArrayList<>();
        String text = use(
                config(server).filter((call, next) -> {
                    seen.add(call);
                    return next.proceed(
                            call instanceof HostCall.CallTool tool
                                    ? new HostCall.CallTool("s", "delete_file", null, null, tool.streamed())
                                    : call);
                }),
                host -> text(host.callTool("s__read_file", null)));

        assertThat(text).contains("denied");
        assertThat(seen).singleElement().extracting(HostCall::subject).isEqualTo("s__read_file");
    }

    @Test
    void filterSeesBothNamesOfARenamedTool() {
        List<String> seen = new ArrayList<>();
        use(
                config(with(server("s"), o -> o.tools(t -> t.names(Map.of("read_file", "look")))))
                        .filter((call, next) -> {
                            HostCall.CallTool tool = (HostCall.CallTool) call;
                            seen.add(tool.subject() + " " + tool.tool());
                            return next.tool(tool)
                                    .doOnNext(found -> seen.add(found.name()))
                                    .thenMany(next.proceed(call));
                        }),
                host -> text(host.callTool("s__look", null)));

        assertThat(seen).containsExactly("s__look read_file", "s__look");
    }

    @Test
    void promptsAreNotItsBusiness() {
        int messages = use(
                config(with(server("s"), o -> o.policy(p -> p.otherwise(Action.DENY)))),
                host -> host.getPrompt("s__ask", Map.of())
                        .map(result -> result.messages().size()));

        assertThat(messages).isEqualTo(1);
    }

    @Test
    void taskOfADeniedServerIsNotFollowed() {
        assertThatThrownBy(() -> use(
                        config(with(server("s"), o -> o.policy(p -> p.otherwise(Action.DENY)))),
                        host -> host.resumeTask("s", "t").then(Mono.<String>empty())))
                .isInstanceOf(McpCallDeniedException.class);
    }

    // -- what changes while the host runs

    @Test
    void newDefinitionIsAppliedToCallsThatWereMadeBefore() {
        RunningHost it = RunningHost.of("s");
        try {
            Mono<CallToolResult> call = it.host.callTool("s__echo", null);
            assertThat(subscribed(call).getReceivedOnNext()).hasSize(1);
            List<CatalogueChange> changes = new ArrayList<>();
            it.host.catalogueChanges().subscribe(changes::add);

            replace(it, it.server("s").with(o -> o.policy(p -> p.tools(Map.of("echo", Action.DENY)))));
            assertThat(subscribed(call).expectTerminalError()).isInstanceOf(McpCallDeniedException.class);

            replace(it, it.server("s").with(o -> o.tools(t -> t.names(Map.of("echo", "say")))));
            assertThat(subscribed(call).expectTerminalError()).isInstanceOf(McpToolNotFoundException.class);
            assertThat(subscribed(it.host.callTool("s__say", null)).getReceivedOnNext())
                    .hasSize(1);

            replace(it, it.server("s"));
            assertThat(subscribed(call).getReceivedOnNext()).hasSize(1);
        } finally {
            it.close();
        }
    }

    private static void replace(RunningHost it, ServerDefinition definition) {
        subscribed(it.host.replace(definition));
        it.pass(SECOND);
    }

    @Test
    void renamingIsAChangeOfTheCatalogue() {
        CatalogueTool tool = CatalogueTool.of("s", measuring());
        CatalogueChange change = CatalogueChange.between(
                "s", tool.kind(), List.of(tool), List.of(new CatalogueTool("s__size", "s", measuring())));

        assertThat(change).isNotNull();
        assertThat(change.added()).extracting(CatalogueEntry::name).containsExactly("s__size");
        assertThat(change.removed()).extracting(CatalogueEntry::name).containsExactly("s__measure");
    }

    // -- what is kept for the next run

    @Test
    void keptListsAreThoseOfTheServer(@TempDir Path directory) {
        UnaryOperator<ServerOptions.Builder> lazy = o -> o.lifetime(life -> life.lazy(true));
        InMemoryServer server = server("s");
        use(
                config(with(
                                server,
                                o -> lazy.apply(o)
                                        .tools(t ->
                                                t.exclude(List.of("delete_*")).names(Map.of("read_file", "look")))))
                        .catalogueCache(directory),
                ToolRulesTest::names);
        int before = server.received().size();

        List<String> all = use(config(with(server, lazy)).catalogueCache(directory), ToolRulesTest::names);
        List<String> some = use(
                config(with(server, o -> lazy.apply(o).policy(p -> p.tools(Map.of("write_*", Action.DENY)))))
                        .catalogueCache(directory),
                ToolRulesTest::names);
        String called = use(
                config(with(server, o -> lazy.apply(o).tools(t -> t.names(Map.of("read_file", "look")))))
                        .catalogueCache(directory),
                host -> host.tools().then(text(host.callTool("look", null))));

        assertThat(all).containsExactly("s__read_file", "s__write_file", "s__delete_file");
        assertThat(some).containsExactly("s__read_file", "s__delete_file");
        assertThat(called).isEqualTo("s reads");
        assertThat(server.received()).hasSizeGreaterThan(before);
        assertThat(events).noneMatch(HostEvent.CatalogueChanged.class::isInstance);
    }

    // -- mistakes

    @Test
    void patternsThatMatchNothingAreReportedOnce() {
        ServerDefinition definition = with(
                server("s"),
                o -> o.tools(t -> t.include(List.of("*_file", "serch_*"))
                                .exclude(List.of("writ_file"))
                                .names(Map.of("read_fil", "look", "delete_file", "drop")))
                        .policy(p -> p.tools(Map.of("delte_*", Action.DENY))));
        use(config(definition), host -> names(host).then(names(host)));

        assertThat(warnings())
                .extracting(warning -> warning.key() + ": " + warning.problem())
                .containsExactlyInAnyOrder(
                        "tools.include: 'serch_*' matches no tool of the server",
                        "tools.exclude: 'writ_file' matches no tool of the server; did you mean 'write_file'?",
                        "policy.tools: 'delte_*' matches no tool of the server; did you mean 'delete_file'?",
                        "tools.rename: 'read_fil' matches no tool of the server; did you mean 'read_file'?");
    }

    @Test
    void renamingWhatIsLeftOutIsReported() {
        use(
                config(with(
                        server("s"),
                        o -> o.tools(t -> t.exclude(List.of("read_*")).names(Map.of("read_file", "look"))))),
                ToolRulesTest::names);

        assertThat(warnings())
                .containsExactly(new HostEvent.ConfigurationWarning(
                        "s", "tools.rename", "'read_file' is left out by \"tools.exclude\""));
    }
}
