package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StderrLinesTest {

    private final List<String> passedOn = new ArrayList<>();
    private final StderrLines stderr =
            new StderrLines("s", 20, line -> line.replace("secret", "${KEY}"), passedOn::add, () -> {});

    private List<String> kept(String text) {
        stderr.readAll(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))::read);
        return stderr.kept();
    }

    private static String usage(int lines) {
        return IntStream.rangeClosed(1, lines)
                .mapToObj(i -> "  --flag" + i + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void aReasonBeforeUsageTextIsKept() {
        assertThat(kept("Error: no context\n" + usage(40)))
                .hasSize(31)
                .startsWith("Error: no context", "  --flag1")
                .contains("… (11 lines left out) …")
                .endsWith("  --flag39", "  --flag40");
        assertThat(passedOn).hasSize(41);
    }

    @Test
    void aFewLinesAreKeptAsTheyAre() {
        assertThat(kept(usage(30))).hasSize(30).doesNotContain("…");
    }

    @Test
    void oneLineTooManyIsCounted() {
        assertThat(kept(usage(31))).hasSize(31).contains("… (1 line left out) …");
    }

    @Test
    void longLinesAreCutAndAllOfThemAreBounded() {
        List<String> lines = kept((("x".repeat(999) + "😀").repeat(7) + "\n").repeat(100));
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(1_001));
        assertThat(lines.get(0)).isEqualTo("x".repeat(999) + "…");
        assertThat(lines.stream().mapToInt(String::length).sum()).isLessThan(21_000);
        assertThat(passedOn).hasSize(100);
    }

    @Test
    void aSecretIsMaskedBeforeItsLineIsCut() {
        assertThat(kept("x".repeat(998) + "secret\n")).containsExactly("x".repeat(998) + "${…");
    }
}
