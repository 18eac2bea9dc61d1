package dev.mcpflux.cli.doctor.offer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.inspect.ReadList;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.protocol.ListKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartCheckTest {

    private static final ServerDefinition SERVER = ServerDefinition.stdio("s", "x");

    private static List<Finding> failed(Throwable error) {
        return Offers.findings(new StartCheck(), new Offer(SERVER, null, error));
    }

    @Test
    void startIsReported() {
        assertThat(Offers.findings(new StartCheck(), Offers.of("s", "a", "b")))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text())
                        .isEqualTo("It started in 10 ms: revision 2025-11-25 (legacy era), 2 tools."));
    }

    @Test
    void slowStartAndUnreadableListAreFound() {
        McpException error = new McpConfigurationException("s", "no list");

        assertThat(Offers.found(
                        new StartCheck(),
                        Offers.started(
                                SERVER,
                                Duration.ofMillis(5001),
                                null,
                                List.of(new ReadList(ListKind.PROMPTS, List.of(), Duration.ZERO, error)))))
                .containsExactly("started", "slow-start", "list-failed");
        assertThat(Offers.found(
                        new StartCheck(), Offers.started(SERVER, Duration.ofSeconds(5), null, Offers.lists("a"))))
                .containsExactly("started");
    }

    @Test
    void failureIsReportedWithoutTheNameOfTheServer() {
        assertThat(failed(new McpConfigurationException("s", "it has no command")))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule().id()).isEqualTo("not-started");
                    assertThat(finding.text()).isEqualTo("it has no command.");
                    assertThat(finding.command()).isEqualTo("mcpflux logs s");
                });
    }

    @Test
    void remoteServerPrintsNothing() {
        assertThat(Offers.findings(
                        new StartCheck(),
                        new Offer(
                                ServerDefinition.http("s", "https://h/"),
                                null,
                                new McpConfigurationException("s", "no answer"))))
                .extracting(Finding::fix, Finding::command)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Check its address, and the headers that it wants.", null));
    }

    @Test
    void loginAndApprovalAreNoFailures() {
        assertThat(failed(new McpAuthorizationRequiredException("s", "login", null, null)))
                .extracting(finding -> finding.rule().id(), Finding::command)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("needs-login", "mcpflux login s"));
        assertThat(failed(new McpApprovalRequiredException("s", Path.of("f"), false, "not approved")))
                .isEmpty();
    }
}
