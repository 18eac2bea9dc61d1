package dev.mcpflux.host.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.host.approval.EntryReview.Status;
import dev.mcpflux.host.config.McpConfigurationException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables that no file of a project may set. */
class LoaderVariablesTest {

    private Project project;

    @BeforeEach
    void directory(@TempDir Path directory) {
        project = new Project(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LD_PRELOAD",
                "LD_LIBRARY_PATH",
                "LD_AUDIT",
                "DYLD_INSERT_LIBRARIES",
                "NODE_OPTIONS",
                "NODE_PATH",
                "PYTHONPATH",
                "PYTHONSTARTUP",
                "PYTHONHOME",
                "PERL5OPT",
                "PERL5LIB",
                "RUBYOPT",
                "RUBYLIB",
                "JAVA_TOOL_OPTIONS",
                "JDK_JAVA_OPTIONS",
                "_JAVA_OPTIONS",
                "BASH_ENV",
                "ENV",
                "GIT_SSH_COMMAND",
                "GIT_CONFIG_COUNT",
                "BASH_FUNC_ls%%",
                "npm_config_node_options",
                "NPM_CONFIG_NODE_OPTIONS"
            })
    void entryThatSetsOneIsRefused(String variable) {
        EntryReview review =
                project.review("{\"command\": \"sh\", \"env\": {\"FINE\": \"1\", \"" + variable + "\": \"s3cr3t\"}}");

        assertThat(review.status()).isEqualTo(Status.REFUSED);
        assertThat(review.refusal())
                .hasMessageContaining("it sets " + variable)
                .hasMessageContaining("/mcpServers/a/env/" + variable)
                .hasMessageContaining("mcp.json, line 1")
                .hasMessageNotContaining("s3cr3t");
        assertThatThrownBy(() -> project.approval().approve(review).block(Project.LIMIT))
                .isInstanceOf(McpConfigurationException.class);
        assertThat(project.store.directory()).doesNotExist();
    }

    @Test
    void caseMattersExceptOnWindows() {
        assertThat(new LoaderVariables(false).contains("node_options")).isFalse();
        assertThat(new LoaderVariables(true).contains("node_options")).isTrue();
        assertThat(new LoaderVariables(true).contains("Ld_Preload")).isTrue();
        assertThat(new LoaderVariables(false).isPath("Path")).isFalse();
        assertThat(new LoaderVariables(true).isPath("Path")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HOMEPAGE",
                "ENVIRONMENT",
                "LDAP_URL",
                "NODE_ENV",
                "PYTHONUNBUFFERED",
                "JAVA_HOME",
                "GIT_DIR",
                "API_KEY"
            })
    void othersAreNot(String variable) {
        assertThat(project.review("{\"command\": \"sh\", \"env\": {\"" + variable + "\": \"1\"}}")
                        .status())
                .isEqualTo(Status.NEW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./bin:/usr/bin",
                "/usr/bin:",
                ":/usr/bin",
                "bin",
                "${HOME}/bin:node_modules/.bin",
                "${PROJECT}/bin"
            })
    void pathIntoTheProjectIsRefused(String path) {
        String value = path.replace("${PROJECT}", project.root.toString());

        assertThat(project.review("{\"command\": \"sh\", \"env\": {\"PATH\": \"" + value + "\"}}")
                        .refusal())
                .hasMessageContaining("it sets PATH to look for programs in");
    }

    @Test
    void pathElsewhereIsNot() {
        assertThat(project.review("{\"command\": \"sh\", \"env\": {\"PATH\": \"/opt/x/bin:/usr/bin:/bin\"}}")
                        .status())
                .isEqualTo(Status.NEW);
    }

    /** What comes from an envFile, or was unknown before, is only known at the start. */
    @Test
    void environmentIsCheckedAgainAtTheStart() {
        var server = project.entry("{\"command\": \"sh\"}");

        assertThatThrownBy(() -> project.approval().checkEnvironment(server, Map.of("A", "1", "LD_PRELOAD", "s3cr3t")))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining("server 'a': it sets LD_PRELOAD")
                .hasMessageNotContaining("s3cr3t");
        assertThatThrownBy(() -> project.approval().checkEnvironment(server, Map.of("PATH", "./bin")))
                .hasMessageContaining("it sets PATH");
        project.approval().checkEnvironment(server, Map.of("A", "1", "PATH", "/usr/bin"));
    }

    @Test
    void hiddenCharactersArePointedOut() {
        assertThat(project.review(
                                "{\"command\": \"sh\", \"args\": [\"ok\", \"a\\u202eb\"], \"env\": {\"FO\\u200bO\": \"x\"}}")
                        .notes())
                .hasSize(2)
                .anySatisfy(note -> assertThat(note).startsWith("invisible or right-to-left characters in argument 2"))
                .allSatisfy(note -> assertThat(note).doesNotContain("\u202e", "\u200b"));
        assertThat(project.review("{\"url\": \"https://xn--pple-43d.com/mcp\"}").notes())
                .containsExactly("the host may look like another one: it has letters beyond a to z");
    }
}
