package dev.mcpflux.cli.doctor.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.approval.ApprovalStore;
import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.ConfigFile;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.StartGuard;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The checks that have little to tell apart. */
class EntryChecksTest {

    private final FakeMachine machine = new FakeMachine();

    @Test
    void invalidAndDisabledEntriesAreFound() {
        ServerDefinition invalid =
                new ServerDefinition.Invalid("s", "expected \"command\"", null, ServerOptions.defaults());

        assertThat(FakeMachine.found(new EntryCheck(), FakeMachine.server(invalid)))
                .containsExactly("invalid-entry");
        assertThat(FakeMachine.found(
                        new EntryCheck(),
                        FakeMachine.server(FakeMachine.process("x").with(options -> options.disabled("\"disabled\"")))))
                .containsExactly("switched-off");
        assertThat(FakeMachine.found(new EntryCheck(), FakeMachine.server(FakeMachine.process("x"))))
                .isEmpty();
    }

    @Test
    void approvalIsLookedUp(@TempDir Path directory) throws IOException {
        Path file = Files.createDirectories(directory.resolve("project")).resolve("mcp.json");
        Files.writeString(file, """
                {"mcpServers": {"s": {"command": "cat"}, "r": {"command": "cat", "env": {"LD_PRELOAD": "x"}}}}""");
        ProjectApproval approval = ProjectApproval.of(file, ApprovalStore.in(directory.resolve("store")));
        List<ServerDefinition> servers = new ConfigFile(file, name -> null)
                .read().servers().stream()
                        .map(server -> server.with(options -> options.guard(approval)))
                        .toList();

        assertThat(FakeMachine.found(new ApprovalCheck(), FakeMachine.server(servers.get(0))))
                .containsExactly("not-approved");
        assertThat(FakeMachine.found(new ApprovalCheck(), FakeMachine.server(servers.get(1))))
                .containsExactly("approval-refused");

        approval.review(servers.get(0)).flatMap(approval::approve).block();
        assertThat(FakeMachine.found(new ApprovalCheck(), FakeMachine.server(servers.get(0))))
                .isEmpty();
        assertThat(FakeMachine.found(new ApprovalCheck(), FakeMachine.server(FakeMachine.process("cat"))))
                .isEmpty();
    }

    /** The guard of a file may be wrapped, such as to be asked about the entry as it is written. */
    @Test
    void anyGuardIsAsked() {
        StartGuard guard = new StartGuard() {
            @Override
            public boolean covers(Path file) {
                return true;
            }

            @Override
            public Mono<Void> permit(ServerDefinition server) {
                return Mono.error(new McpApprovalRequiredException("s", FakeMachine.FILE, false, "not approved"));
            }

            @Override
            public void checkEnvironment(ServerDefinition server, Map<String, String> environment) {}
        };

        assertThat(FakeMachine.findings(
                        new ApprovalCheck(),
                        FakeMachine.server(FakeMachine.process("cat").with(options -> options.guard(guard)))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.rule().id() + ": " + finding.text())
                        .isEqualTo("not-approved: not approved."));
    }

    @Test
    void sandboxHasToBeThere() {
        ServerDefinition.Stdio sandboxed = FakeMachine.process("cat")
                .withStdio(StdioOptions.builder()
                        .sandbox(SandboxOptions.builder().enabled(true).build())
                        .build());

        assertThat(FakeMachine.found(new SandboxCheck(machine.machine()), FakeMachine.server(sandboxed)))
                .containsExactly("sandbox-unavailable sandbox");
        machine.sandbox = true;
        assertThat(FakeMachine.found(new SandboxCheck(machine.machine()), FakeMachine.server(sandboxed)))
                .isEmpty();
        assertThat(FakeMachine.found(new UnconfinedCheck(machine.machine()), List.of(FakeMachine.server(sandboxed))))
                .isEmpty();
    }

    @Test
    void sandboxIsAdvisedWhereThereIsOne() {
        List<ConfiguredServer> servers = List.of(
                FakeMachine.server(FakeMachine.process("cat")),
                FakeMachine.server(ServerDefinition.stdio("c", "docker", "run", "x")));

        assertThat(FakeMachine.found(new UnconfinedCheck(machine.machine()), servers))
                .isEmpty();
        machine.sandbox = true;
        assertThat(FakeMachine.findings(new UnconfinedCheck(machine.machine()), servers))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).isEqualTo("With all rights of this user runs s."));
    }

    @Test
    void serversOfOneNameAreCompared() {
        ConfiguredServer one = FakeMachine.server(FakeMachine.environment(VariableStyle.VSCODE, "T", "${env:T}"));
        ConfiguredServer same = new ConfiguredServer(
                FakeMachine.environment(VariableStyle.CURSOR, "T", "${env:T}"),
                "s",
                Path.of("/other/mcp.json"),
                false,
                List.of());
        ConfiguredServer other =
                new ConfiguredServer(FakeMachine.process("dog"), "s", Path.of("/other/mcp.json"), false, List.of());

        assertThat(FakeMachine.found(new SeveralFilesCheck(), List.of(one, same)))
                .isEmpty();
        assertThat(FakeMachine.found(new SeveralFilesCheck(), List.of(one, other)))
                .containsExactly("name-in-several-files s");
    }
}
