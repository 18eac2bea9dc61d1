package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder may contain an {@code mcp.json} that somebody else wrote. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the servers are shell commands")
class FoundConfigTest {

    /** A server that leaves a file behind when it is started, and a server that cannot be reached. */
    private static final String SERVERS = """
            {"mcpServers": {
              "bad": {"command": "sh", "args": ["-c", "touch started; exit 7", "--token", "s3cr3t\\u001b[2J"],
                      "env": {"KEY": "hidden-value"}},
              "far": {"url": "http://127.0.0.1:1/mcp?key=s3cr3t", "headers": {"X-Key": "hidden-value"}},
              "off": {"command": "never", "disabled": true}}}""";

    private Path home;
    private Path directory;

    @BeforeEach
    void directories(@TempDir Path temporary) throws IOException {
        home = Files.createDirectory(temporary.resolve("home"));
        directory = Files.createDirectory(temporary.resolve("project"));
        Files.writeString(directory.resolve("mcp.json"), SERVERS);
    }

    private Path started() {
        return directory.resolve("started");
    }

    @Test
    void defaultConfigurationIsShownBeforeTheStart() throws Exception {
        String err = run("tools", "--from", "bad", "--approve-project").err;

        assertThat(err)
                .startsWith("mcpflux: approved by --approve-project: bad\nmcpflux: using "
                        + directory.toRealPath().resolve("mcp.json"))
                .contains("bad: sh -c 'touch started; exit 7' --token …")
                .doesNotContain("s3cr3t", "hidden-value", "\u001b", "far", "off");
        assertThat(err.indexOf("touch started")).isLessThan(err.indexOf("exit code 7"));
        assertThat(started()).exists();
        assertThat(run("tools", "--approve-project").err)
                .contains("far: http://127.0.0.1:1\n")
                .doesNotContain("s3cr3t", "hidden-value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools", "tools --yes", "tools --no-input", "call bad__x", "logs", "watch --for 100ms"})
    void nothingIsStartedWithoutApproval(String command) throws Exception {
        Run run = run(command.split(" "));

        assertThat(started()).doesNotExist();
        assertThat(run.err)
                .contains("not approved, so not started: bad")
                .doesNotContain("which starts", "s3cr3t", "hidden-value");
        assertThat(run.code).isEqualTo(3);
    }

    @Test
    void serversShowsWhatNeedsApproval() throws Exception {
        Run servers = run("servers");
        assertThat(servers.out).containsPattern("bad +NEEDS APPROVAL").containsPattern("far +NEEDS APPROVAL");
        assertThat(servers.err).contains("approve it with: mcpflux approve bad");
        assertThat(run("servers", "--json", "--from", "bad").out).contains("\"needsApproval\" : true");
        assertThat(run("approve", "--deny", "bad").out).isEqualTo("denied: bad\n");
        assertThat(run("servers").out).containsPattern("bad +DENIED").containsPattern("far +NEEDS APPROVAL");
        assertThat(started()).doesNotExist();
    }

    @Test
    void approvedServerIsStartedUntilItChanges() throws Exception {
        assertThat(run("approve", "bad").out)
                .contains("  | command       sh -c 'touch started; exit 7' --token '…'\n", "approved: bad\n")
                .doesNotContain("s3cr3t", "hidden-value");
        assertThat(started()).doesNotExist();

        assertThat(run("tools").err)
                .contains("not started: far", "which starts:\n  bad: sh")
                .contains("exit code 7");
        assertThat(started()).exists();

        Files.delete(started());
        Files.writeString(directory.resolve("mcp.json"), SERVERS.replace("exit 7", "exit 8"));
        assertThat(run("tools", "--from", "bad").err).contains("not approved since it has changed");
        assertThat(run("approve", "--list", "bad").out)
                .containsPattern("bad +changed")
                .contains("  | * changed: argument 2: touch started; exit 7 -> touch started; exit 8\n");
        assertThat(started()).doesNotExist();
    }

    /** Without a terminal, what is only asked about if possible is allowed: no reason to ask about the server again. */
    @Test
    void optionsOfACommandDoNotChangeWhatWasApproved() throws Exception {
        Files.writeString(
                directory.resolve("mcp.json"), SERVERS.replace("\"env\"", "\"policy\": \"ask-if-possible\", \"env\""));

        assertThat(run("approve", "bad").out).endsWith("approved: bad\n");

        assertThat(run("list").out).containsPattern("bad .* approved\n");
        assertThat(run("tools", "--from", "bad", "--timeout", "9s", "--era", "legacy").err)
                .contains("which starts:\n  bad: sh", "exit code 7");
        assertThat(run("approve", "--list").out).containsPattern("bad +approved");
    }

    @Test
    void userFileIsUsedBesideTheFound() throws Exception {
        Path own = home.resolve(".config/mcpflux/mcp.json");
        Files.createDirectories(own.getParent());
        Files.writeString(own, """
                {"mcpServers": {"bad": {"command": "never"}, "mine": {"command": "sh", "args": ["-c", "touch mine"]}}}""");

        Run run = run("tools", "-v");

        assertThat(run.err)
                .contains("not started: bad, far", "using " + own.toRealPath())
                .contains("the server 'bad' of " + own + " is not used");
        assertThat(started()).doesNotExist();
        assertThat(directory.resolve("mine")).exists();
    }

    @Test
    void decisionsCanBeForgotten() throws Exception {
        assertThat(run("approve", "--all").out).endsWith("approved: bad, far\n");
        assertThat(run("approve").out).isEqualTo("nothing approved\n");
        assertThat(run("approve", "--forget", "bad").out).isEqualTo("forgotten: bad\n");
        assertThat(run("approve", "--list").out)
                .containsPattern("bad +new")
                .containsPattern("far +approved")
                .doesNotContain("off");
        assertThat(run("approve", "--list", "--json", "bad").out).contains("\"status\" : \"new\"");
    }

    @Test
    void approveNeedsAPersonOrNames() throws Exception {
        Run run = run("approve");

        assertThat(run.err).contains("there is no terminal to ask at");
        assertThat(run.code).isEqualTo(2);
        assertThat(run("approve", "bda").err).contains("no server is called 'bda'");
        assertThat(run("approve", "--deny").err).contains("--deny takes the names of servers, or --all");
        assertThat(run("approve", "--deny", "--list").err).contains("exclude each other");
    }

    @Test
    void loaderVariableIsRefused() throws Exception {
        Files.writeString(
                directory.resolve("mcp.json"),
                SERVERS.replace("\"KEY\": \"hidden-value\"", "\"LD_PRELOAD\": \"hidden-value\""));

        Run run = run("approve", "--all");

        assertThat(run.err)
                .contains("mcp.json, line 3, column 33, /mcpServers/bad/env/LD_PRELOAD: it sets LD_PRELOAD")
                .doesNotContain("hidden-value");
        assertThat(run.out).endsWith("approved: far\n");
        assertThat(run.code).isEqualTo(2);
        assertThat(run("tools", "--approve-project", "--from", "bad").err).contains("it sets LD_PRELOAD");
        assertThat(started()).doesNotExist();
    }

    /** Whoever names a file has decided to use it. */
    @Test
    void namedFileNeedsNoApproval() throws Exception {
        assertThat(run("tools", "-c", "mcp.json", "--from", "bad").err)
                .doesNotContain("using", "approve")
                .contains("exit code 7");
        assertThat(started()).exists();
    }

    @Test
    void fileOfTheUserNeedsNoApproval() throws Exception {
        home = directory;

        assertThat(run("tools", "--from", "bad").err).contains("which starts:").doesNotContain("approve");
        assertThat(started()).exists();
    }

    @Test
    void namedConfigurationIsNotAnnounced() throws Exception {
        Files.writeString(directory.resolve("mcp.json"), """
                {"mcpServers": {}}""");

        assertThat(run("tools", "-c", "mcp.json").err)
                .doesNotContain("using")
                .contains("mcpflux: no server offers a tool");
    }

    private record Run(String out, String err, int code) {}

    /** Runs a process, because only a process has its own working directory. */
    private Run run(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.mcpflux.cli.Mcpflux");
        builder.command().addAll(List.of(words));
        builder.environment().remove("XDG_STATE_HOME");
        builder.environment().remove("XDG_CONFIG_HOME");
        Path out = home.resolveSibling("out.txt");
        Process process = builder.directory(directory.toFile())
                .redirectOutput(out.toFile())
                .start();
        process.getOutputStream().close();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        return new Run(Files.readString(out), err, code);
    }
}
