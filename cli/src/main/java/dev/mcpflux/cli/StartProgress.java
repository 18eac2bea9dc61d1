package dev.mcpflux.cli;

import dev.mcpflux.cli.terminal.Screen;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.host.HostMonitor;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * Shows on the terminal how many servers are ready while they start. The line is erased when all of them are ready or have
 * failed, and before anything else is printed.
 */
final class StartProgress implements HostMonitor {

    private final Screen screen;
    private final IntSupplier columns;

    StartProgress(Screen screen, IntSupplier columns) {
        this.screen = screen;
        this.columns = columns;
    }

    @Override
    public Watch watch(McpHost host) {
        Map<String, ServerState> states = new LinkedHashMap<>();
        host.servers().forEach(server -> states.put(server.name(), server.state()));
        return new Starting(states);
    }

    private final class Starting implements Watch {

        private final Map<String, ServerState> states;
        private boolean over;

        Starting(Map<String, ServerState> states) {
            this.states = states;
        }

        @Override
        public synchronized void onEvent(HostEvent event) {
            if (over) {
                return;
            }
            if (event instanceof HostEvent.StateChanged changed) {
                states.put(changed.server(), changed.to());
            } else if (event instanceof HostEvent.CurrentState now) {
                states.put(now.server(), now.state());
            } else {
                return;
            }
            over = states.values().stream().noneMatch(StartProgress::waits)
                    || states.containsValue(ServerState.CLOSING)
                    || states.containsValue(ServerState.CLOSED);
            if (over) {
                screen.statusDone();
            } else {
                // a line that is as wide as the terminal would be broken
                screen.status(TextColumns.cut(line(states), columns.getAsInt() - 1));
            }
        }

        @Override
        public synchronized void onClosed() {
            over = true;
            screen.statusDone();
        }
    }

    private static boolean waits(ServerState state) {
        return state == ServerState.PENDING || state == ServerState.STARTING;
    }

    /** {@code 7/10 ready, 1 failed, waiting for files, git}. */
    static String line(Map<String, ServerState> states) {
        long all = states.values().stream()
                .filter(state -> state != ServerState.DISABLED)
                .count();
        long ready = states.values().stream()
                .filter(state -> state.isUsable() || state == ServerState.IDLE)
                .count();
        String waiting = states.entrySet().stream()
                .filter(entry -> waits(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        long failed = states.values().stream()
                .filter(state -> !waits(state)
                        && !state.isUsable()
                        && state != ServerState.IDLE
                        && state != ServerState.DISABLED)
                .count();
        return ready + "/" + all + " ready" + (failed == 0 ? "" : ", " + failed + " failed") + ", waiting for "
                + waiting;
    }
}
