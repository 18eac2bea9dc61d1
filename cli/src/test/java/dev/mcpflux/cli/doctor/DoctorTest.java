package dev.mcpflux.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mcpflux.cli.discover.DiscoveredFile;
import dev.mcpflux.cli.discover.FileDiscovery;
import dev.mcpflux.cli.doctor.entry.ConfiguredServer;
import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.finding.Severity;
import dev.mcpflux.cli.doctor.offer.Offer;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.host.approval.ApprovalStore;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.form.FormFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class DoctorTest {

    private static <S> Check<S> check(Rule rule, Function<S, @Nullable String> server) {
        return new Check<>() {
            @Override
            public Set<Rule> rules() {
                return EnumSet.of(rule);
            }

            @Override
            public Flux<Finding> check(S subject) {
                return Flux.just(new Finding(rule, server.apply(subject), null, "text", null, "mcpflux logs x"));
            }
        };
    }

    private static final Checks CHECKS = new Checks(
            List.of(check(Rule.FILE_UNREADABLE, file -> null)),
            List.of(check(Rule.COMMAND_FOUND, ConfiguredServer::name)),
            List.of(check(Rule.ADDRESS_REACHABLE, ConfiguredServer::name)),
            List.of(check(Rule.SANDBOX_OFF, servers -> null)),
            List.of(check(Rule.STARTED, Offer::name)),
            List.of(check(Rule.TOO_MANY_TOOLS, offers -> null)));

    private static Patients patients(ServerDefinition... servers) {
        return Patients.of(List.of(servers), server -> null, List.of(), List.of());
    }

    private static ServerDefinition server(String name) {
        return ServerDefinition.stdio(name, "x");
    }

    private static Mono<Diagnosis> examine(
            Patients patients, @Nullable Function<ConfiguredServer, Mono<Offer>> start, List<String> finished) {
        return new Doctor(CHECKS, (server, command) -> command + "!" + server.name(), finished::add)
                .examine(patients, start);
    }

    @Test
    void allChecksRun() {
        List<String> finished = new ArrayList<>();
        Diagnosis diagnosis = Objects.requireNonNull(examine(
                        patients(server("a"), server("b")),
                        server -> Mono.just(new Offer(server.definition(), null, null)),
                        finished)
                .block());

        assertThat(diagnosis.findings())
                .extracting(Finding::rule, Finding::server, Finding::command)
                .containsExactly(
                        tuple(Rule.FILE_UNREADABLE, null, "mcpflux logs x"),
                        tuple(Rule.SANDBOX_OFF, null, "mcpflux logs x"),
                        tuple(Rule.COMMAND_FOUND, "a", "logs!a"),
                        tuple(Rule.ADDRESS_REACHABLE, "a", "logs!a"),
                        tuple(Rule.COMMAND_FOUND, "b", "logs!b"),
                        tuple(Rule.ADDRESS_REACHABLE, "b", "logs!b"),
                        tuple(Rule.STARTED, "a", "logs!a"),
                        tuple(Rule.STARTED, "b", "logs!b"),
                        tuple(Rule.TOO_MANY_TOOLS, null, "mcpflux logs x"));
        assertThat(finished).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void offlineStartsAndContactsNothing() {
        Diagnosis diagnosis = Objects.requireNonNull(
                examine(patients(server("a")), null, new ArrayList<>()).block());

        assertThat(diagnosis.findings())
                .extracting(Finding::rule)
                .doesNotContain(Rule.ADDRESS_REACHABLE, Rule.STARTED)
                .contains(Rule.COMMAND_FOUND);
    }

    /** Its address may hold variables of the environment, and go anywhere. */
    @Test
    void serverThatIsNotApprovedIsNotContacted() {
        Checks checks = new Checks(
                List.of(),
                List.of(check(Rule.NOT_APPROVED, ConfiguredServer::name)),
                List.of(check(Rule.ADDRESS_REACHABLE, ConfiguredServer::name)),
                List.of(),
                List.of(),
                List.of());

        assertThat(Objects.requireNonNull(new Doctor(checks, (server, command) -> command, server -> {})
                                .examine(patients(server("a")), server -> Mono.empty())
                                .block())
                        .findings())
                .extracting(Finding::rule)
                .containsExactly(Rule.NOT_APPROVED);
    }

    @Test
    void disabledServersAreNotStarted() {
        List<String> started = new ArrayList<>();
        examine(
                        patients(server("a").with(options -> options.disabled("x")), server("b")),
                        server -> {
                            started.add(server.name());
                            return Mono.empty();
                        },
                        new ArrayList<>())
                .block();

        assertThat(started).containsExactly("b");
    }

    @Test
    void cancellationEndsTheStarts() {
        AtomicBoolean cancelled = new AtomicBoolean();

        examine(
                        patients(server("a")),
                        server -> Mono.<Offer>never().doOnCancel(() -> cancelled.set(true)),
                        new ArrayList<>())
                .subscribe()
                .dispose();

        assertThat(cancelled).isTrue();
    }

    private static Diagnosis diagnosis(Rule... rules) {
        return new Diagnosis(
                List.of(new ConfiguredServer(server("a"), "a", Path.of("/f/mcp.json"), false, List.of())),
                Arrays.stream(rules)
                        .map(rule -> Finding.of(rule, "a", "te\nxt")
                                .at("here")
                                .fix("Do it.")
                                .command("mcpflux x"))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "COMMAND_FOUND,     0, 0",
        "SANDBOX_OFF,       0, 0",
        "PLAIN_HTTP,        0, 1",
        "COMMAND_NOT_FOUND, 1, 1",
        "NOT_STARTED,       3, 3"
    })
    void exitCodeSaysHowBadItIs(Rule rule, int code, int strict) {
        assertThat(diagnosis(Rule.STARTED, rule).exitCode(false)).isEqualTo(code);
        assertThat(diagnosis(Rule.STARTED, rule).exitCode(true)).isEqualTo(strict);
    }

    @Test
    void textSaysWhatToDo() {
        Diagnosis diagnosis = diagnosis(Rule.STARTED, Rule.PLAIN_HTTP, Rule.NOT_STARTED);

        assertThat(printed(diagnosis, Severity.WARNING, false)).isEqualToNormalizingNewlines("""
                a  (/f/mcp.json)
                ! warning: plain-http (here): te xt
                           → Do it.
                             mcpflux x
                ✗ problem: not-started (here): te xt
                           → Do it.
                             mcpflux x

                1 server checked: 1 problem, 1 warning
                """);
        assertThat(printed(diagnosis, Severity.PROBLEM, true))
                .contains("\"id\" : \"not-started\"", "\"file\" : \"/f/mcp.json\"", "\"warning\" : 1")
                .doesNotContain("plain-http");
        assertThat(diagnosis(Rule.STARTED).summary()).isEqualTo("1 server checked: no problem, no warning");
    }

    private static String printed(Diagnosis diagnosis, Severity least, boolean json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Output(json, out, Terminal.Target.OTHER, new PrintWriter(new ByteArrayOutputStream()))
                .show(diagnosis.document(least, path -> path));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void serversOfAllFilesHaveNamesOfTheirOwn(@TempDir Path directory) throws IOException {
        Path home = Files.createDirectories(directory.resolve("home/.cursor")).getParent();
        Path project = Files.createDirectories(directory.resolve("project"));
        Files.writeString(home.resolve(".cursor/mcp.json"), """
                {"mcpServers": {"a": {"command": "x"}, "b": {"command": "y"}}}""");
        Files.writeString(project.resolve(".mcp.json"), """
                {"mcpServers": {"a": {"command": "z"}}}""");
        Files.writeString(project.resolve("mcp.json"), "{");
        Files.createDirectories(home.resolve(".lmstudio"));
        Files.writeString(home.resolve(".lmstudio/mcp.json"), """
                {"mcpServers": {"b": {"command": "y"}, "off": {"command": "y", "disabled": true}}}""");
        List<DiscoveredFile> files = Objects.requireNonNull(new FileDiscovery(project, name -> null)
                .read(new FormFiles(home, home.resolve(".config")).in(project))
                .collectList()
                .block());

        Patients patients = Patients.of(files, ApprovalStore.in(directory.resolve("store")));

        assertThat(patients.names()).containsExactlyInAnyOrder("a", "a-cursor", "b", "b-lm-studio", "off");
        assertThat(patients.started()).extracting(ConfiguredServer::original).containsExactlyInAnyOrder("a", "a", "b");
        assertThat(patients.servers())
                .filteredOn(ConfiguredServer::project)
                .allMatch(server -> server.definition().options().guard() != null)
                .extracting(ConfiguredServer::name)
                .containsExactly("a");
        assertThat(patients.files()).filteredOn(file -> file.problem() != null).hasSize(1);
        assertThat(patients.only(List.of("b")).names()).containsExactly("b");
    }

    @Test
    void warningsOfFilesAreFindings() {
        assertThat(Flux.merge(
                                new FileCheck().check(new ReadFile("broken", List.of("odd"))),
                                new FileCheck().check(new ReadFile(null, List.of())))
                        .collectList()
                        .block())
                .extracting(Finding::rule)
                .containsExactly(Rule.FILE_UNREADABLE, Rule.CONFIGURATION_WARNING);
    }
}
