package dev.mcpflux.cli.manual;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the command reads besides its command line. */
final class Surroundings {

    static final Map<String, String> VARIABLES = variables();

    static final Map<String, String> FILES = files();

    private Surroundings() {}

    private static Map<String, String> variables() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("MCPFLUX_ARCHIVE", "With the value off, the launcher makes and uses no archive of classes.");
        all.put(
                "MCPFLUX_PAGER, PAGER",
                "The program that shows what is longer than the screen; the first that is set counts, and cat shows it"
                        + " at once. Default: less.");
        all.put("MCPFLUX_HISTORY", "The file with the history of the shell; with the value off, none is kept.");
        all.put("MCPFLUX_TOKENS", "The file with the tokens of logins, instead of the one below.");
        all.put("MCPFLUX_REGISTRY", "The address of the registry in which names of servers are looked up.");
        all.put(
                "MCPFLUX_SERVER_NAME, MCPFLUX_SERVER_URL",
                "Set for a helper command that hands out the credentials of a server: which server they are for.");
        all.put(
                "NO_COLOR, CLICOLOR_FORCE",
                "If set, no colors are used; if set, they are used without a terminal too.");
        all.put("TERM", "With the value dumb, the terminal gets no colors and no live screen.");
        all.put("COLUMNS", "The width of the output where there is no terminal to ask.");
        all.put("LESS", "Options of less. Default here: FRX.");
        all.put("JAVA_HOME", "The Java, 17 or newer, that the launcher starts; otherwise the one on the PATH.");
        all.put(
                "HTTP_PROXY, HTTPS_PROXY, NO_PROXY",
                "The proxy to servers that are reached by HTTP, also in lower case.");
        all.put(
                "XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_DATA_HOME, XDG_CACHE_HOME",
                "The directories that hold the files below, instead of ~/.config, ~/.local/state, ~/.local/share and"
                        + " ~/.cache.");
        return all;
    }

    private static Map<String, String> files() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(
                "mcp.json, .mcp.json",
                "The servers of the project in this directory, which you approve before they are started.");
        all.put("~/.config/mcpflux/mcp.json", "The servers of the user.");
        all.put("~/.local/state/mcpflux/approvals", "What was approved in which project.");
        all.put("~/.local/state/mcpflux/tokens.json", "The tokens of logins, readable for the user only.");
        all.put("~/.local/share/mcpflux", "Servers that were installed from bundles.");
        all.put("~/.cache/mcpflux", "Archives of classes, which make the next start faster. Can be deleted.");
        return all;
    }
}
