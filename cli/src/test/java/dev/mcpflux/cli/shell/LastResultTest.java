package dev.mcpflux.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.testing.InMemoryServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastResultTest {

    private final ShellState state = new ShellState(false, null);
    private final LastResult last = new LastResult(state);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <$_>                       | <{"n":7}>
            n is ${_.text/n}           | n is 7
            ${_/content/0/type} $_     | text {"n":7}
            $$_ $${_.text} $_x ${x}    | $_ ${_.text} $_x ${x}
            """)
    void textHoldsTheResult(String text, String expected) {
        state.last(new ShellState.Result("s", "s__t", InMemoryServer.text("{\"n\":7}")));

        assertThat(last.text(text)).isEqualTo(expected);
    }

    @Test
    void valueKeepsItsType() {
        state.last(new ShellState.Result("s", "s__t", InMemoryServer.structured(Map.of("n", 7))));

        assertThat(last.value("${_/structuredContent/n}")).hasToString("7");
        assertThat(last.value("x$_")).isNull();
    }

    @Test
    void missingResultIsAMistake() {
        assertThatThrownBy(() -> last.text("$_"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("there is none yet");

        state.last(new ShellState.Result("s", "s__t", InMemoryServer.text("plain")));
        assertThatThrownBy(() -> last.text("${_.text/n}")).hasMessageContaining("is not JSON");
        assertThatThrownBy(() -> last.text("${_/nothing}")).hasMessageContaining("has no /nothing");
    }
}
