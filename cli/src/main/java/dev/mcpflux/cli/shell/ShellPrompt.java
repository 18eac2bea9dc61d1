package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.text.SafeText;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The prompt: how many servers are ready, and which one is used by default. Any thread may ask for it. */
final class ShellPrompt implements Supplier<String> {

    private static final int NARROW = 50;
    private static final int MAX_SERVER = 20;

    private final McpHost host;
    private final ShellState state;
    private final boolean colours;
    private final IntSupplier columns;

    ShellPrompt(McpHost host, ShellState state, boolean colours, IntSupplier columns) {
        this.host = host;
        this.state = state;
        this.colours = colours;
        this.columns = columns;
    }

    @Override
    public String get() {
        List<ServerStatus> servers = host.servers();
        long all = servers.stream()
                .filter(server -> server.state() != ServerState.DISABLED)
                .count();
        long ready = servers.stream()
                .filter(server -> server.state().isUsable() || server.state() == ServerState.IDLE)
                .count();
        Style style = ready == all ? Style.GOOD : ready == 0 ? Style.BAD : Style.WARNING;
        boolean narrow = columns.getAsInt() < NARROW;
        String used = state.server();
        String server = used == null || narrow ? "" : " " + TextColumns.cut(SafeText.line(used), MAX_SERVER);
        return (narrow ? "" : Style.BOLD.of("mcpflux", colours) + " ")
                + style.of(ready + "/" + all, colours)
                + server + "> ";
    }
}
