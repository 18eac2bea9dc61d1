package dev.mcpflux.cli.shell;

import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.LogLevel;
import org.jspecify.annotations.Nullable;

/** What a session remembers between its lines. Any thread may use it. */
public final class ShellState {

    /**
     * The result of the latest call.
     *
     * @param tool its qualified name
     */
    public record Result(String server, String tool, CallToolResult result) {}

    private volatile @Nullable String server;
    private volatile boolean json;
    private volatile boolean nextJson;
    private volatile @Nullable Result last;
    private volatile @Nullable CatalogueTool tool;
    private volatile @Nullable LogLevel logs;

    /**
     * The state at the begin.
     *
     * @param json whether results are printed as JSON
     * @param logs the lowest level of log messages that are printed; null for none
     */
    public ShellState(boolean json, @Nullable LogLevel logs) {
        this.json = json;
        this.logs = logs;
    }

    /** The server whose tools need no prefix; null without one. */
    public @Nullable String server() {
        return server;
    }

    void server(@Nullable String name) {
        server = name;
    }

    boolean json() {
        return json;
    }

    void json(boolean on) {
        json = on;
    }

    void nextJson() {
        nextJson = true;
    }

    /** Whether the line that is run now prints JSON. */
    boolean takeJson() {
        boolean next = nextJson;
        nextJson = false;
        return json || next;
    }

    /** The latest result; null before the first one. */
    public @Nullable Result last() {
        return last;
    }

    /** A call has this result. */
    public void last(Result result) {
        last = result;
    }

    /** The line that is run now calls this tool. */
    public void tool(CatalogueTool found) {
        tool = found;
    }

    @Nullable
    CatalogueTool takeTool() {
        CatalogueTool found = tool;
        tool = null;
        return found;
    }

    /** The lowest level of log messages that are printed; null for none. */
    public @Nullable LogLevel logs() {
        return logs;
    }

    void logs(@Nullable LogLevel least) {
        logs = least;
    }
}
