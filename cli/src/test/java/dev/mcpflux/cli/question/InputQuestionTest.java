package dev.mcpflux.cli.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.Echo;
import dev.mcpflux.host.variable.InputDefinition;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputQuestionTest {

    private final StringWriter out = new StringWriter();
    private final List<String> echo = new ArrayList<>();
    private boolean hidden = true;

    private @Nullable String ask(InputDefinition input, String typed) throws InterruptedException {
        Echo terminal = new Echo() {
            @Override
            public boolean hide() {
                echo.add("hide");
                return hidden;
            }

            @Override
            public void show() {
                echo.add("show");
            }
        };
        return new InputQuestion(new Dialog(new StringReader(typed), out), terminal).ask(input, "tracker");
    }

    @Test
    void asksForALine() throws InterruptedException {
        InputDefinition input =
                InputDefinition.text("url", "Where is \033[2J it?").withFile(Path.of("mcp.json"));

        assertThat(ask(input, "\nhttps://h\n")).isEqualTo("https://h");
        assertThat(out.toString().lines())
                .startsWith("server 'tracker' needs 'url', which mcp.json asks for:")
                .anyMatch(line -> line.startsWith("  | Where is"))
                .contains("url:   ! type a value, or !cancel for none");
        assertThat(out.toString()).doesNotContain("\033");
        assertThat(echo).isEmpty();
    }

    @Test
    void takesTheDefault() throws InterruptedException {
        assertThat(ask(InputDefinition.text("level", null).withPreset("3"), "\n"))
                .isEqualTo("3");
        assertThat(out.toString()).contains("level [3]: ");
    }

    @Test
    void passwordIsNotShown() throws InterruptedException {
        assertThat(ask(InputDefinition.password("token", "The token").withPreset("s3cr3t"), "typed\n"))
                .isEqualTo("typed");
        assertThat(echo).containsExactly("hide", "show");
        assertThat(out.toString())
                .contains("token [a default that is not shown]: ")
                .doesNotContain("s3cr3t");
    }

    @Test
    void passwordIsShownAgainIfThePersonGivesUp() throws InterruptedException {
        assertThat(ask(InputDefinition.password("token", null), "")).isNull();
        assertThat(echo).containsExactly("hide", "show");
    }

    @Test
    void saysWhenTheTerminalShowsAPassword() throws InterruptedException {
        hidden = false;
        assertThat(ask(InputDefinition.password("token", null), "x\n")).isEqualTo("x");
        assertThat(out.toString()).contains("this terminal shows what you type");
        assertThat(echo).containsExactly("hide");
    }

    @ParameterizedTest
    @CsvSource({"2, prod", "prod, prod", "7;1, dev", ", dev"})
    void choosesByNumberOrWord(@Nullable String typed, String expected) throws InterruptedException {
        InputDefinition input =
                InputDefinition.choice("stage", null, List.of("dev", "prod")).withPreset("dev");

        String lines = typed == null ? "" : typed.replace(';', '\n');
        assertThat(ask(input, lines + "\n")).isEqualTo(expected);
        assertThat(out.toString()).contains("  1  dev (default)", "  2  prod");
    }
}
