package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.variable.InputAsker;
import dev.mcpflux.host.variable.InputDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class InputAnswersTest {

    @Test
    void commandLineAnswers() {
        InputAsker asker = InputAnswers.of(List.of("token=a=b", "empty="), null);

        StepVerifier.create(asker.ask(InputDefinition.password("token", null), "s"))
                .expectNext("a=b")
                .verifyComplete();
        StepVerifier.create(asker.ask(InputDefinition.text("empty", null), "s"))
                .expectNext("")
                .verifyComplete();
        StepVerifier.create(asker.ask(InputDefinition.text("level", null).withPreset("3"), "s"))
                .expectNext("3")
                .verifyComplete();
        StepVerifier.create(asker.ask(InputDefinition.text("other", null), "s"))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConfigurationException.class)
                        .hasMessage(
                                "server 's': the input other has no answer, and there is nobody to ask; give it by --input"
                                        + " other=VALUE"));
    }

    @Test
    void answersHaveAnId() {
        assertThatThrownBy(() -> InputAnswers.of(List.of("=s3cr3t"), null))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("ID=VALUE")
                .hasMessageNotContaining("s3cr3t");
    }
}
