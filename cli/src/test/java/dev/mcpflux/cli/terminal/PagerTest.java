package dev.mcpflux.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PagerTest {

    @TempDir
    private Path directory;

    private static @Nullable Pager pager(@Nullable String own, @Nullable String common) {
        Map<String, @Nullable String> environment = new HashMap<>();
        environment.put("MCPFLUX_PAGER", own);
        environment.put("PAGER", common);
        return Pager.of(
                new Display(Terminal.Target.TERMINAL, () -> true, environment::get, () -> new ScreenSize(80, 24)));
    }

    private static List<String> command(@Nullable String own, @Nullable String common) {
        return Objects.requireNonNull(pager(own, common)).command();
    }

    @Test
    void environmentNamesThePager() {
        assertThat(command(null, null)).containsExactly("less", "-FRX");
        assertThat(command(null, "most -s")).containsExactly("most", "-s");
        assertThat(command("more", "most")).containsExactly("more");
        assertThat(command("sed 's/a/b/' | less", null)).containsExactly("sh", "-c", "sed 's/a/b/' | less");
    }

    @Test
    void environmentAsksForNone() {
        assertThat(pager("", "less")).isNull();
        assertThat(pager("cat", "less")).isNull();
        assertThat(pager(null, " ")).isNull();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pagerGetsTheText() throws Exception {
        Path file = directory.resolve("seen");

        assertThat(Objects.requireNonNull(pager("cat > '" + file + "'", null)).show("one\ntwo ü\n"))
                .isTrue();
        assertThat(Files.readString(file)).isEqualTo("one\ntwo ü\n");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void leavingThePagerEarlyIsNoError() {
        // more than a pipe holds
        assertThat(Objects.requireNonNull(pager("head -c 1 > /dev/null", null)).show("x".repeat(1 << 20)))
                .isTrue();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pagerThatIsNotThereShowsNothing() {
        assertThat(Objects.requireNonNull(pager("/no/such/pager", null)).show("x"))
                .isFalse();
        assertThat(Objects.requireNonNull(pager("/no/such/pager 2>/dev/null; exit $?", null))
                        .show("x"))
                .isFalse();
    }
}
