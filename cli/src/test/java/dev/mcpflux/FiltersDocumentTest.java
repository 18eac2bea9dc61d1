package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.CallPolicy;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.filter.AuditFile;
import dev.mcpflux.host.filter.AuditLog;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.filter.PolicyRule;
import dev.mcpflux.host.filter.PolicyRule.Action;
import dev.mcpflux.host.filter.PolicyRule.Target;
import dev.mcpflux.host.filter.Redaction;
import dev.mcpflux.host.filter.ResultLimits;
import dev.mcpflux.host.filter.RetryOptions;
import dev.mcpflux.host.filter.ToolPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** The snippets of docs/filters.md: they stand here, so they compile, and each can be used. */
class FiltersDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "filters.md");
    private static final Path THIS = Path.of("src/test/java/dev/mcpflux/FiltersDocumentTest.java");

    /** Without the indentation and the line breaks, which differ. */
    private static String code(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining());
    }

    private static List<String> snippets(String language) throws IOException {
        return Pattern.compile("```" + language + "\\n(.*?)\\n```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void filesAreRead(@TempDir Path directory) throws IOException {
        List<String> snippets = snippets("json");
        assertThat(snippets).hasSize(1);
        HostConfig config = HostConfig.load(Files.writeString(directory.resolve("mcp.json"), snippets.get(0)));
        assertThat(config.warnings()).isEmpty();
        assertThat(config.servers()).singleElement().satisfies(server -> {
            assertThat(server).isInstanceOf(ServerDefinition.Stdio.class);
            assertThat(server.options().tools().nameOf("list_directory")).isEqualTo("ls");
            assertThat(server.options().policy().actionOf("write_file")).isEqualTo(CallPolicy.Action.REHEARSE);
        });
        assertThat(careful(config, question -> Mono.empty())
                        .servers()
                        .get(0)
                        .options()
                        .policy()
                        .otherwise())
                .isEqualTo(CallPolicy.Action.ASK);
    }

    @Test
    void programsAreCompiled() throws IOException {
        String own = code(Files.readString(THIS));
        List<String> snippets = snippets("java");
        assertThat(snippets).hasSize(7).allSatisfy(snippet -> assertThat(own).contains(code(snippet)));
    }

    @Test
    void programsCanBeUsed(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("mcp.json"), "{\"mcpServers\":{}}");
        Path log = directory.resolve("audit.jsonl");
        HostConfig config = guarded(file, AuditFile.to(log), question -> Mono.just(Approval.denied("nobody")));
        assertThat(config.filters()).hasSize(5);
        assertThat(files()).hasSize(4);
        assertThat(limits()).isNotNull();
        assertThat(redaction(List.of("Ada"))).isNotNull();
        assertThat(slow(Duration.ofSeconds(1), name -> {})).isNotNull();

        assertThat(audited(file, log, host -> host.tools().count()).block()).isZero();
        assertThat(Files.readString(log)).contains("\"method\":\"tools/list\"");
    }

    // the programs of the document

    static HostConfig careful(HostConfig config, Function<ApprovalQuestion, Mono<Approval>> ask) {
        return config.mutate()
                .servers(server -> server.with(options -> options.tools(tools -> tools.exclude(List.of("delete_*")))
                        .policy(policy -> policy.otherwise(CallPolicy.Action.ASK))))
                .approver(ask)
                .build();
    }

    static HostConfig guarded(Path file, AuditFile audit, Function<ApprovalQuestion, Mono<Approval>> ask) {
        return HostConfig.load(file)
                .mutate()
                .filter(AuditLog.defaults().filter(audit))
                .filter(ResultLimits.defaults().filter())
                .filter(Redaction.defaults().filter())
                .filter(ToolPolicy.builder()
                        .rules(List.of(
                                PolicyRule.builder()
                                        .action(Action.ALLOW)
                                        .server("docs")
                                        .readOnly(true)
                                        .build(),
                                PolicyRule.deny("*", "delete_*"),
                                PolicyRule.ask("github", "*")))
                        .otherwise(Action.ASK)
                        .ask(ask)
                        .build()
                        .filter())
                .filter(RetryOptions.defaults().filter())
                .build();
    }

    static List<PolicyRule> files() {
        return List.of(
                PolicyRule.builder()
                        .server("fs")
                        .arguments(Map.of("/path", "*..*"))
                        .build(),
                PolicyRule.builder()
                        .action(Action.ALLOW)
                        .server("fs")
                        .arguments(Map.of("/path", "/srv/data/*"))
                        .build(),
                PolicyRule.deny("fs", "*"),
                PolicyRule.builder()
                        .target(Target.RESOURCE)
                        .name("file:///etc/*")
                        .build());
    }

    static HostFilter limits() {
        return ResultLimits.builder()
                .maxTokens(10_000)
                .exempt(List.of("warehouse__export_*"))
                .build()
                .filter();
    }

    static HostFilter redaction(List<String> names) {
        return Redaction.builder()
                .literals(names)
                .patterns(List.of("\\b\\d{3}-\\d{2}-\\d{4}\\b"))
                .build()
                .filter();
    }

    static <T> Mono<T> audited(Path file, Path log, Function<McpHost, Mono<T>> work) {
        AuditFile audit = AuditFile.to(log);
        HostConfig config = HostConfig.load(file)
                .mutate()
                .filter(AuditLog.builder()
                        .arguments(AuditLog.Arguments.SHOWN)
                        .build()
                        .filter(audit))
                .build();
        return McpHost.useOne(config, work)
                .flatMap(result -> audit.flush().thenReturn(result))
                .onErrorResume(e -> audit.flush().then(Mono.error(e)));
    }

    static HostFilter slow(Duration limit, Consumer<String> warn) {
        return (call, next) -> next.proceed(call)
                .elapsed()
                .doOnNext(timed -> {
                    if (timed.getT1() > limit.toMillis()) {
                        warn.accept(call.subject());
                    }
                })
                .map(Tuple2::getT2);
    }
}
