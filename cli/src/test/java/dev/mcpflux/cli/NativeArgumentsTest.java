package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NativeArgumentsTest {

    private static String[] recover(String line, String... args) {
        return NativeArguments.recover(
                args, line.replace(' ', '\0').concat("\0").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void recoversBytesLostByTheLocale() {
        assertThat(recover("java -jar x.jar call message=Zürich why?", "call", "message=Z??rich", "why?"))
                .containsExactly("call", "message=Zürich", "why?");
        assertThat(recover("java a ü", "\uFFFD\uFFFD")).containsExactly("ü");
        assertThat(recover("java a  b", "a", "", "b")).containsExactly("a", "", "b");
    }

    @Test
    void unmatchedBytesAreIgnored() {
        assertThat(recover("java x", "Z??rich")).containsExactly("Z??rich");
        assertThat(recover("Zürich", "a", "Z??rich")).containsExactly("a", "Z??rich");
        assertThat(NativeArguments.recover(new String[] {"?a"}, new byte[] {(byte) 0xFC, 'a', 0}))
                .containsExactly("?a");
        assertThat(NativeArguments.recover(new String[] {"a"}, new byte[0])).containsExactly("a");
    }
}
