package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.transport.Caller;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownNamesTest {

    @Test
    void namesOfAllCallersAreBoundedInBytes() {
        KnownNames<Set<String>> known = new KnownNames<>(1000);
        for (int i = 0; i < 20; i++) {
            known.keep(Caller.of("c" + i, Map.of()), "s", Set.of(i + "-" + "x".repeat(300)));
        }
        assertThat(known.isKnown(Caller.of("c0", Map.of()), "s")).isFalse();
        assertThat(known.isKnown(Caller.of("c18", Map.of()), "s")).isTrue();
        assertThat(known.had(Caller.of("c19", Map.of()), "s", names -> names.contains("19-" + "x".repeat(300))))
                .isTrue();
    }
}
