package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplatesTest {

    @Test
    void namesVariables() {
        assertThat(Templates.variables("a://{x}/{y}/{x}")).containsExactly("x", "y");
        assertThat(Templates.variables("a://b")).isEmpty();
        assertThat(Templates.variables("a://{+path}{?q,lang*}{#part:3}"))
                .isEqualTo(List.of("path", "q", "lang", "part"));
    }

    @Test
    void expands() {
        assertThat(Templates.expand("a://{x}/{y}", Map.of("x", "1", "y", "ä/b c$1")))
                .isEqualTo("a://1/%C3%A4%2Fb%20c%241");
        assertThat(Templates.expand("a://{x}", Map.of())).isEqualTo("a://");
        assertThat(Templates.is("a://{x}")).isTrue();
        assertThat(Templates.is("a://x")).isFalse();
    }
}
