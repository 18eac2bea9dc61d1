package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UriTemplatesTest {

    @Test
    void namesVariables() {
        assertThat(UriTemplates.variables("a://{x}/{y}/{x}")).containsExactly("x", "y");
        assertThat(UriTemplates.variables("a://b")).isEmpty();
        assertThat(UriTemplates.variables("a://{+path}{?q,lang*}{#part:3}"))
                .isEqualTo(List.of("path", "q", "lang", "part"));
    }

    @Test
    void expands() {
        assertThat(UriTemplates.expand("a://{x}/{y}", Map.of("x", "1", "y", "ä/b c$1")))
                .isEqualTo("a://1/%C3%A4%2Fb%20c%241");
        assertThat(UriTemplates.expand("a://{x}", Map.of())).isEqualTo("a://");
        assertThat(UriTemplates.is("a://{x}")).isTrue();
        assertThat(UriTemplates.is("a://x")).isFalse();
    }
}
