package dev.mcpflux.host.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.approval.EntryReview.Status;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.host.event.HostChange;
import dev.mcpflux.host.server.ServerState;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Servers of a project in a host. The servers are programs that leave a file behind when they are started, and end. */
@DisabledOnOs(OS.WINDOWS)
class ProjectApprovalTest {

    private Path directory;
    private Project project;

    @BeforeEach
    void directory(@TempDir Path temporary) {
        directory = temporary;
        project = new Project(temporary);
    }

    private String server(String name) {
        return "\"" + name + "\": {\"command\": \"sh\", \"args\": [\"-c\", \"touch " + mark(name) + "; exit 1\"]}";
    }

    private Path mark(String name) {
        return directory.resolve(name + ".started");
    }

    private HostConfig config(String... servers) {
        project.write("mcp.json", "{\"mcpServers\": {" + String.join(",", servers) + "}}");
        HostConfig read = HostConfig.load(project.file)
                .mutate()
                .shutdownHook(false)
                .servers(each -> each.with(o -> o.restart(restart -> restart.enabled(false))))
                .build();
        return ProjectApproval.required(read, project.file, project.store);
    }

    private void approve(ServerDefinition server) {
        project.approval().approve(project.review(server)).block(Project.LIMIT);
    }

    private static ServerDefinition named(HostConfig config, String name) {
        return config.servers().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Throwable error(McpHost host, String name) {
        return host.server(name).status().error();
    }

    @Test
    void approvedServersAreStartedAndOthersNot() {
        HostConfig config = config(server("a"), server("b"));
        approve(named(config, "a"));

        List<Throwable> errors = McpHost.useOne(config, host -> Mono.just(List.of(error(host, "a"), error(host, "b"))))
                .block(Project.LIMIT);

        assertThat(mark("a")).exists();
        assertThat(mark("b")).doesNotExist();
        assertThat(errors.get(0)).isNotInstanceOf(McpApprovalRequiredException.class);
        assertThat(errors.get(1))
                .isInstanceOf(McpApprovalRequiredException.class)
                .hasMessage("server 'b': not approved, and it comes with a project: " + project.file);
    }

    @Test
    void serversOfTheApplicationAreNotConcerned() {
        HostConfig config = config().mutate()
                .server(ServerDefinition.stdio("own", "sh", "-c", "touch " + mark("own")))
                .build();

        McpHost.useOne(config, host -> Mono.empty()).block(Project.LIMIT);

        assertThat(mark("own")).exists();
    }

    @Test
    void callStartsAServerOnceItIsApproved() {
        HostConfig config = config(server("a"));
        McpHost.useOne(config, host -> {
                    assertThat(error(host, "a")).isInstanceOf(McpApprovalRequiredException.class);
                    return project.approval()
                            .review(named(config, "a"))
                            .flatMap(project.approval()::approve)
                            .then(host.server("a")
                                    .useOne(session -> Mono.empty())
                                    .onErrorComplete());
                })
                .block(Project.LIMIT);

        assertThat(mark("a")).exists();
    }

    @Test
    void everyStartIsDecidedAnew() {
        HostConfig config = config(server("a"));
        approve(named(config, "a"));
        TransportFactory transports = new TransportFactory(System::getenv, null, null);

        StepVerifier.create(transports.transport(named(config, "a")))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(project.approval().forget("a").block(Project.LIMIT)).isTrue();
        StepVerifier.create(transports.transport(named(config, "a"))).verifyError(McpApprovalRequiredException.class);
    }

    @Test
    void deniedAndChangedSayWhatTheyAre() {
        HostConfig config = config(server("a"));
        project.approval().deny(project.review(named(config, "a"))).block(Project.LIMIT);

        StepVerifier.create(project.approval().permit(named(config, "a")))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageStartingWith("server 'a': denied"));
        StepVerifier.create(project.approval().permit(ServerDefinition.stdio("a", "other")))
                .verifyErrorSatisfies(
                        e -> assertThat(e).hasMessageStartingWith("server 'a': not approved since it has changed"));
    }

    @Test
    void loaderVariableIsRefusedAlsoWhereTheEntryWasApprovedBefore() {
        HostConfig config = config("\"a\": {\"command\": \"sh\", \"env\": {\"LD_PRELOAD\": \"./evil.so\"}}");
        StepVerifier.create(new TransportFactory(System::getenv, null, null).transport(named(config, "a")))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConfigurationException.class)
                        .hasMessageContaining("it sets LD_PRELOAD"));
    }

    /** Its value is known when it is started, and not before. */
    @Test
    void resolvedEnvironmentIsCheckedAtTheStart() {
        HostConfig config = config("\"a\": {\"command\": \"sh\", \"env\": {\"PATH\": \"${LATER}\"}}");
        EntryReview review = project.review(named(config, "a"));
        assertThat(review.status()).isEqualTo(Status.NEW);
        project.approval().approve(review).block(Project.LIMIT);

        StepVerifier.create(new TransportFactory(name -> "./bin", null, null).transport(named(config, "a")))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("it sets PATH"));
    }

    @Test
    void followedFileStartsNothingUnapproved() {
        HostConfig config = config(server("a"));
        approve(named(config, "a"));
        McpHost.useOne(config, host -> {
                    project.write(
                            "mcp.json",
                            "{\"mcpServers\": {" + server("a").replace("exit 1", "touch " + mark("evil")) + ","
                                    + server("b") + "}}");
                    return host.follow(project.file, read -> read)
                            .next()
                            .doOnNext(change -> {
                                assertThat(change.replaced()).containsExactly("a");
                                assertThat(change.added()).containsExactly("b");
                                assertThat(host.server("a").status().state()).isEqualTo(ServerState.FAILED);
                                assertThat(error(host, "a")).isInstanceOf(McpApprovalRequiredException.class);
                                assertThat(error(host, "b")).isInstanceOf(McpApprovalRequiredException.class);
                            })
                            .then();
                })
                .block(Project.LIMIT);

        assertThat(mark("evil")).doesNotExist();
        assertThat(mark("b")).doesNotExist();
    }

    @Test
    void followedFileThatNamedNoServerHasItsGuard() {
        HostConfig config = config();
        HostChange change = McpHost.useOne(config, host -> {
                    project.write("mcp.json", "{\"mcpServers\": {" + server("b") + "}}");
                    return host.follow(project.file, read -> read).next();
                })
                .block(Project.LIMIT);

        assertThat(change.added()).containsExactly("b");
        assertThat(mark("b")).doesNotExist();
    }

    @Test
    void variablesOfAFileAreChecked() {
        project.write(".env", "FINE=1\nNODE_OPTIONS=--require=./s3cr3t.js\n");
        HostConfig config = config("\"a\": {\"command\": \"sh\", \"envFile\": \".env\"}");
        approve(named(config, "a"));

        StepVerifier.create(new TransportFactory(System::getenv, null, null).transport(named(config, "a")))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .hasMessageContaining("it sets NODE_OPTIONS")
                        .hasMessageNotContaining("s3cr3t"));
    }

    @Test
    void inputsOfAProjectRunNoProgram() {
        HostConfig allowed = HostConfig.builder()
                .variables(sources -> sources.commandInputs(true))
                .build();

        assertThat(project.approval().guard(allowed).variables().commandInputs())
                .isFalse();
    }

    @Test
    void requiredServerFailsTheHost() {
        HostConfig config = config(server("a").replace("{\"command\"", "{\"required\": true, \"command\""));

        StepVerifier.create(McpHost.useOne(config, host -> Mono.just("ran")))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("not approved"));
    }

    @Test
    void cancelledReviewEmitsNothing() {
        HostConfig config = config(server("a"));
        StepVerifier.create(project.approval().permit(named(config, "a")))
                .thenCancel()
                .verify();
        assertThat(mark("a")).doesNotExist();
    }

    @Test
    void configurationsAreComparedWithTheirGuards() {
        HostConfig config = config(server("a"));

        assertThat(config(server("a")).servers()).isEqualTo(config.servers());
        assertThat(HostConfig.load(project.file).servers()).isNotEqualTo(config.servers());
        assertThat(config.guards()).containsExactly(project.approval());
    }
}
