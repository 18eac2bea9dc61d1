package dev.mcpflux.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColoursTest {

    @ParameterizedTest
    @CsvSource({
        // when, terminal, environment, expected
        "AUTO,   true,  TERM=xterm, true",
        "AUTO,   false, TERM=xterm, false",
        "AUTO,   true,  TERM=dumb, false",
        "AUTO,   true,  '', false",
        "AUTO,   true,  TERM=xterm NO_COLOR=1, false",
        "AUTO,   true,  TERM=xterm NO_COLOR=, true",
        "AUTO,   true,  TERM=xterm CLICOLOR=0, false",
        "AUTO,   false, CLICOLOR_FORCE=1, true",
        "AUTO,   false, CLICOLOR_FORCE=0, false",
        "AUTO,   false, CLICOLOR_FORCE=, false",
        "AUTO,   true,  NO_COLOR=1 CLICOLOR_FORCE=1, false",
        "ALWAYS, false, NO_COLOR=1 TERM=dumb, true",
        "NEVER,  true,  TERM=xterm CLICOLOR_FORCE=1, false"
    })
    void environmentDecidesUnlessTheCommandLineDoes(Colours when, boolean terminal, String environment, boolean on) {
        Map<String, String> variables = Arrays.stream(environment.split(" "))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.toMap(each -> each.split("=")[0], each -> each.substring(each.indexOf('=') + 1)));

        assertThat(when.on(terminal, variables::get)).isEqualTo(on);
    }
}
