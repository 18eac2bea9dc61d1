package dev.mcpflux.testing;

import java.util.List;

/**
 * A real stdio server of the legacy era that behaves well, in a few lines for {@code sh}: it starts in a millisecond, so
 * a test can start thousands. It answers {@code initialize}, and every call with a text; a tool called {@code hang} is
 * never answered.
 */
public final class TinyServer {

    private static final String SCRIPT = """
            answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$1" "$2"; }
            while IFS= read -r line; do
              id=${line#*\\"id\\":}; id=${id%%,*}
              case $line in
                *\\"method\\":\\"initialize\\"*)
                  answer "$id" '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
            "serverInfo":{"name":"tiny","version":"1"}}' ;;
                *\\"name\\":\\"hang\\"*) ;;
                *\\"method\\":\\"tools/list\\"*)
                  answer "$id" '{"tools":[{"name":"tiny","inputSchema":{"type":"object"}}]}' ;;
                *\\"id\\":*)
                  answer "$id" '{"content":[{"type":"text","text":"hi"}]}' ;;
              esac
            done
            """;

    private TinyServer() {}

    /** The command line that starts it. */
    public static List<String> command() {
        return List.of("sh", "-c", SCRIPT);
    }
}
