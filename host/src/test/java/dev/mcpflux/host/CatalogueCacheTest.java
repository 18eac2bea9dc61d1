package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** A host lists what its servers offered in an earlier run, without starting them. */
class CatalogueCacheTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final List<HostEvent> events = new CopyOnWriteArrayList<>();

    private static InMemoryServer server(String name) {
        return InMemoryServer.named(name)
                .tool("look", arguments -> "seen by " + name)
                .tool("touch", arguments -> "touched")
                .prompt("ask", arguments -> "?")
                .resource(name + "://x", "x");
    }

    private HostConfig config(InMemoryServer... servers) {
        HostConfig.Builder config = HostConfig.builder().shutdownHook(false).catalogueCache(directory.resolve("lists"));
        for (InMemoryServer server : servers) {
            config.server(ServerDefinition.of(server.transport()).with(o -> o.lifetime(life -> life.lazy(true))));
        }
        return config.build();
    }

    private <T> T use(HostConfig config, Function<McpHost, Mono<T>> body) {
        return McpHost.useOne(config, host -> {
                    EventSink.direct(host.events()).subscribe(events::add);
                    return body.apply(host);
                })
                .block(LIMIT);
    }

    private static Mono<List<String>> names(McpHost host) {
        return host.tools()
                .map(CatalogueTool::name)
                .concatWith(host.prompts().map(CatalogueEntry::name))
                .concatWith(host.resources().map(CatalogueEntry::name))
                .collectList();
    }

    @Test
    void fiftyLazyServersAreListedWithoutBeingStarted() {
        InMemoryServer[] servers =
                IntStream.range(0, 50).mapToObj(i -> server("s" + i)).toArray(InMemoryServer[]::new);
        List<String> first = use(config(servers), CatalogueCacheTest::names);
        assertThat(first).hasSize(200).contains("s7__look", "s49__ask", "s3://x");
        Stream.of(servers)
                .forEach(server -> assertThat(server.receivedMethods()).isNotEmpty());
        int before = servers[7].received().size();

        List<String> again = use(
                config(servers),
                host -> names(host)
                        .doOnNext(listed -> assertThat(host.servers())
                                .extracting(status -> status.state())
                                .containsOnly(ServerState.IDLE)));

        assertThat(again).isEqualTo(first);
        assertThat(servers[7].received()).hasSize(before);
    }

    @Test
    void firstCallStartsItsServerOnly() {
        InMemoryServer a = server("a");
        InMemoryServer b = server("b");
        use(config(a, b), CatalogueCacheTest::names);

        String text = use(
                config(a, b),
                host -> host.tools()
                        .then(host.callTool("b__look", null))
                        .map(CallToolResult::text)
                        .doOnNext(answer -> assertThat(host.servers())
                                .extracting(status -> status.state())
                                .containsExactly(ServerState.IDLE, ServerState.READY)));

        assertThat(text).isEqualTo("seen by b");
        assertThat(events).noneMatch(HostEvent.CatalogueChanged.class::isInstance);
    }

    @Test
    void changedListIsReportedBeforeTheCall() {
        InMemoryServer a = server("a");
        use(config(a), CatalogueCacheTest::names);
        a.removeTool("touch").tool("new", arguments -> "new");
        List<String> order = new ArrayList<>();
        a.tool("look", arguments -> {
            order.add("called");
            return "seen";
        });

        use(config(a), host -> {
            EventSink.direct(host.events())
                    .ofType(HostEvent.CatalogueChanged.class)
                    .subscribe(event ->
                            order.add("added " + event.change().added().get(0).name() + ", removed "
                                    + event.change().removed().get(0).name()));
            return host.tools().then(host.callTool("a__look", null));
        });

        assertThat(order).containsExactly("added a__new, removed a__touch", "called");
        assertThat(use(config(a), CatalogueCacheTest::names))
                .as("kept for the next run")
                .contains("a__new")
                .doesNotContain("a__touch");
    }

    @Test
    void callOfAToolThatIsGoneIsNotMade() {
        InMemoryServer a = server("a");
        use(config(a), CatalogueCacheTest::names);
        a.removeTool("touch");

        assertThatThrownBy(() -> use(config(a), host -> host.tools().then(host.callTool("a__touch", null))))
                .isInstanceOf(McpToolNotFoundException.class);

        assertThat(a.receivedMethods()).doesNotContain("tools/call");
    }

    @Test
    void listsOfACallerAreNotKept() {
        InMemoryServer a = server("a");
        use(config(a), host -> names(host).contextWrite(context -> context.put(CallContext.PRINCIPAL, "ada")));
        int before = a.received().size();

        use(config(a), CatalogueCacheTest::names);

        assertThat(a.received().size()).as("the server was asked").isGreaterThan(before);
    }

    @Test
    void whatOneCallerSeesWithoutServerIsOnlyHis() {
        InMemoryServer a = server("a");
        use(config(a), CatalogueCacheTest::names);
        int before = a.received().size();

        use(config(a), host -> names(host).contextWrite(context -> context.put(CallContext.PRINCIPAL, "ada")));

        assertThat(a.received().size()).as("asked for the other caller").isGreaterThan(before);
    }

    @Test
    void unreadableFilesAreIgnored() throws IOException {
        InMemoryServer a = server("a");
        List<String> listed = use(config(a), CatalogueCacheTest::names);
        for (String content :
                List.of("", "{", "[]", "{\"format\":9}", "{\"format\":1,\"lists\":{\"tools/list\":[1]}}")) {
            try (Stream<Path> files = Files.list(directory.resolve("lists"))) {
                for (Path file : files.toList()) {
                    Files.writeString(file, content);
                }
            }
            assertThat(use(config(a), CatalogueCacheTest::names)).as(content).isEqualTo(listed);
        }
    }

    @Test
    void directoryThatCannotBeWrittenChangesNothing() throws IOException {
        Files.writeString(directory.resolve("lists"), "a file");
        InMemoryServer a = server("a");
        assertThat(use(config(a), CatalogueCacheTest::names)).contains("a__look");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has other permissions")
    void onlyTheOwnerReadsTheFiles() throws IOException {
        use(config(server("a")), CatalogueCacheTest::names);
        Path lists = directory.resolve("lists");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lists)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(lists)) {
            assertThat(files)
                    .hasSize(1)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void anotherDefinitionHasAnotherFile() {
        ServerDefinition.Stdio one = ServerDefinition.stdio("s", "run", "a", "b");
        assertThat(Stream.of(
                                one,
                                ServerDefinition.stdio("s", "run", "ab"),
                                ServerDefinition.stdio("s", "run"),
                                one.withEnvironment(Map.of("A", dev.mcpflux.host.config.Template.of("b"))),
                                ServerDefinition.http("s", "https://run/a"),
                                ServerDefinition.http("s", "https://run/b"))
                        .map(DefinitionHash::fileName))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("s-[0-9a-f]{32}\\.json"));
        assertThat(DefinitionHash.fileName(one.with(options -> options.required(true))))
                .isEqualTo(DefinitionHash.fileName(one));
    }
}
