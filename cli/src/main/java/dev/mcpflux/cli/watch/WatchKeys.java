package dev.mcpflux.cli.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of the live table: what a key changes in the view, and what it asks for. */
final class WatchKeys {

    /** The hint in the last line of the screen. */
    static final String HINT = "q quit  ? help  j/k select  r restart  u release  s sort  e error  l log  space pause";

    static final List<String> HELP = List.of(
            "q           quit",
            "up, k       select the server above",
            "down, j     select the server below",
            "r           restart the selected server",
            "u           release the selected server from quarantine",
            "s           sort by name, state or P99",
            "space       pause the screen; servers go on",
            "e           show the whole error of the selected server",
            "l           show the log of the selected server",
            "?           show or hide this help");

    private static final int ESCAPE = 27;

    private State state = State.PLAIN;

    private enum State {
        PLAIN,
        ESCAPED,
        SEQUENCE
    }

    /** A key, as far as it means something here. */
    enum Key {
        QUIT,
        UP,
        DOWN,
        RESTART,
        RELEASE,
        SORT,
        PAUSE,
        ERROR,
        LOGS,
        HELP
    }

    /** What a key asks for besides another view. */
    enum Request {
        NONE,
        QUIT,
        RESTART,
        RELEASE
    }

    /**
     * The result of a key.
     *
     * @param server the server that the request is about; null without servers
     */
    record Pressed(
            WatchView view, Request request, @Nullable String server) {}

    /**
     * The key that ends with this character of the terminal; null within an escape sequence, and for a key without a
     * meaning. Escape alone has no meaning, so nothing waits for what may follow it.
     */
    @Nullable
    Key decode(int c) {
        switch (state) {
            case ESCAPED -> {
                state = c == '[' || c == 'O' ? State.SEQUENCE : State.PLAIN;
                if (state == State.SEQUENCE) {
                    return null;
                }
            }
            case SEQUENCE -> {
                // parameters come first; the last character is a letter or ~
                state = c >= '@' && c <= '~' ? State.PLAIN : State.SEQUENCE;
                return c == 'A' ? Key.UP : c == 'B' ? Key.DOWN : null;
            }
            case PLAIN -> {}
        }
        if (c == ESCAPE) {
            state = State.ESCAPED;
            return null;
        }
        return switch (c) {
            case 'q', 'Q', 3 -> Key.QUIT;
            case 'k' -> Key.UP;
            case 'j' -> Key.DOWN;
            case 'r' -> Key.RESTART;
            case 'u' -> Key.RELEASE;
            case 's' -> Key.SORT;
            case ' ' -> Key.PAUSE;
            case 'e' -> Key.ERROR;
            case 'l' -> Key.LOGS;
            case '?', 'h' -> Key.HELP;
            default -> null;
        };
    }

    /** What a key does to the view of these servers. */
    static Pressed press(Key key, WatchView view, List<WatchRow> rows) {
        List<WatchRow> sorted = view.sort().sorted(rows);
        int at = view.index(sorted);
        String server = sorted.isEmpty() ? null : sorted.get(at).name();
        WatchView next = switch (key) {
            case UP -> move(view, sorted, at - 1);
            case DOWN -> move(view, sorted, at + 1);
            // the selection stays with the server, also one that was the first by default
            case SORT -> view.select(server).sorted();
            case PAUSE -> view.pause();
            case ERROR -> view.toggle(WatchView.Panel.ERROR);
            case LOGS -> view.toggle(WatchView.Panel.LOGS);
            case HELP -> view.toggle(WatchView.Panel.HELP);
            case RESTART, RELEASE, QUIT -> view;
        };
        Request request = switch (key) {
            case QUIT -> Request.QUIT;
            case RESTART -> server == null ? Request.NONE : Request.RESTART;
            case RELEASE -> server == null ? Request.NONE : Request.RELEASE;
            default -> Request.NONE;
        };
        return new Pressed(next, request, server);
    }

    private static WatchView move(WatchView view, List<WatchRow> sorted, int to) {
        return sorted.isEmpty()
                ? view
                : view.select(sorted.get(Math.max(0, Math.min(sorted.size() - 1, to)))
                        .name());
    }
}
