package dev.mcpflux.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DisplayTest {

    private final Map<String, String> environment = new HashMap<>();
    private final AtomicInteger measured = new AtomicInteger();
    private final Display display = new Display(Terminal.Target.TERMINAL, () -> true, environment::get, () -> {
        measured.incrementAndGet();
        return new ScreenSize(100, 30);
    });

    @Test
    void sizeIsMeasuredOnceAndWhenItIsNeeded() {
        assertThat(measured).hasValue(0);
        assertThat(display.size()).isEqualTo(new ScreenSize(100, 30));
        assertThat(display.columns()).isEqualTo(100);
        assertThat(measured).hasValue(1);
    }

    @Test
    void environmentChangesTheSize() {
        environment.putAll(Map.of("COLUMNS", "60", "LINES", "7"));
        assertThat(display.size()).isEqualTo(new ScreenSize(60, 7));
    }

    @Test
    void uselessSizesAreIgnored() {
        environment.putAll(Map.of("COLUMNS", "wide", "LINES", "0"));
        assertThat(display.size()).isEqualTo(new ScreenSize(100, 30));
        environment.put("COLUMNS", "3");
        assertThat(new Display(Terminal.Target.OTHER, () -> false, environment::get, () -> new ScreenSize(1, 1))
                        .columns())
                .isEqualTo(40);
    }

    @Test
    void dumbTerminalsAreNotDrawnOn() {
        assertThat(display.redraws()).isFalse();
        environment.put("TERM", "xterm");
        assertThat(display.redraws()).isTrue();
        assertThat(Display.of(Terminal.Target.TERMINAL).redraws()).isFalse();
    }
}
