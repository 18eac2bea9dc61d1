package dev.mcpflux.cli.watch;

import static dev.mcpflux.cli.watch.WatchTableTest.ready;
import static dev.mcpflux.cli.watch.WatchTableTest.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchKeysTest {

    private static final List<WatchRow> ROWS = List.of(
            row("c", ready(1), RoundTrips.NONE.with(3), null),
            row("a", ready(1), RoundTrips.NONE.with(1), null),
            row("b", ready(1), RoundTrips.NONE.with(2), null));

    private static List<WatchKeys.Key> decode(String typed) {
        WatchKeys keys = new WatchKeys();
        List<WatchKeys.Key> decoded = new ArrayList<>();
        typed.chars().mapToObj(keys::decode).filter(key -> key != null).forEach(decoded::add);
        return decoded;
    }

    private static WatchKeys.Pressed press(WatchView view, String typed) {
        WatchKeys.Pressed pressed = new WatchKeys.Pressed(view, WatchKeys.Request.NONE, null);
        for (WatchKeys.Key key : decode(typed)) {
            pressed = WatchKeys.press(key, pressed.view(), ROWS);
        }
        return pressed;
    }

    @Test
    void decodesKeysAndArrows() {
        assertThat(decode("\033[A\033OB")).containsExactly(WatchKeys.Key.UP, WatchKeys.Key.DOWN);
        assertThat(decode("qkjrus el?h\003"))
                .containsExactly(
                        WatchKeys.Key.QUIT,
                        WatchKeys.Key.UP,
                        WatchKeys.Key.DOWN,
                        WatchKeys.Key.RESTART,
                        WatchKeys.Key.RELEASE,
                        WatchKeys.Key.SORT,
                        WatchKeys.Key.PAUSE,
                        WatchKeys.Key.ERROR,
                        WatchKeys.Key.LOGS,
                        WatchKeys.Key.HELP,
                        WatchKeys.Key.HELP,
                        WatchKeys.Key.QUIT);
    }

    @Test
    void otherSequencesDoNothing() {
        // page up, F5, a mouse, a pasted q in brackets is a q
        assertThat(decode("\033[5~\033[15~\033[1;5C\033[Z")).isEmpty();
        assertThat(decode("xyz\033x1")).isEmpty();
        assertThat(decode("\033q")).containsExactly(WatchKeys.Key.QUIT);
        assertThat(decode("\033\033[A")).containsExactly(WatchKeys.Key.UP);
    }

    @Test
    void selectionStaysWithinTheRows() {
        assertThat(press(WatchView.FIRST, "j").view().selected()).isEqualTo("b");
        assertThat(press(WatchView.FIRST, "jjjjj").view().selected()).isEqualTo("c");
        assertThat(press(WatchView.FIRST, "jjjjjk").view().selected()).isEqualTo("b");
        assertThat(press(WatchView.FIRST, "kk").view().selected()).isEqualTo("a");
        assertThat(press(WatchView.FIRST.select("gone"), "j").view().selected()).isEqualTo("b");
    }

    @Test
    void requestsAreAboutTheSelectedServer() {
        assertThat(press(WatchView.FIRST, "jr"))
                .isEqualTo(new WatchKeys.Pressed(WatchView.FIRST.select("b"), WatchKeys.Request.RESTART, "b"));
        assertThat(press(WatchView.FIRST, "u").request()).isEqualTo(WatchKeys.Request.RELEASE);
        assertThat(press(WatchView.FIRST, "q").request()).isEqualTo(WatchKeys.Request.QUIT);
        assertThat(press(WatchView.FIRST, "s").request()).isEqualTo(WatchKeys.Request.NONE);
        for (WatchKeys.Key key : WatchKeys.Key.values()) {
            WatchKeys.Pressed pressed = WatchKeys.press(key, WatchView.FIRST, List.of());
            assertThat(pressed.server()).isNull();
            assertThat(pressed.request())
                    .isEqualTo(key == WatchKeys.Key.QUIT ? WatchKeys.Request.QUIT : WatchKeys.Request.NONE);
        }
    }

    @Test
    void selectionFollowsTheServerWhenSorted() {
        WatchView sorted = press(WatchView.FIRST, "ss").view();

        assertThat(sorted.sort()).isEqualTo(WatchView.Sort.P99);
        assertThat(sorted.selected()).isEqualTo("a");
        assertThat(sorted.index(sorted.sort().sorted(ROWS))).isEqualTo(2);
        assertThat(press(WatchView.FIRST, "sss").view().sort()).isEqualTo(WatchView.Sort.NAME);
    }

    @Test
    void panelsToggle() {
        assertThat(press(WatchView.FIRST, "e").view().panel()).isEqualTo(WatchView.Panel.ERROR);
        assertThat(press(WatchView.FIRST, "ee").view().panel()).isEqualTo(WatchView.Panel.EVENTS);
        assertThat(press(WatchView.FIRST, "el").view().panel()).isEqualTo(WatchView.Panel.LOGS);
        assertThat(press(WatchView.FIRST, "?").view().panel()).isEqualTo(WatchView.Panel.HELP);
        assertThat(press(WatchView.FIRST, " ").view().paused()).isTrue();
        assertThat(press(WatchView.FIRST, "  ").view().paused()).isFalse();
    }
}
