package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server does not support the revision of a request (error -32022, specification 2026-07-28: basic/versioning). */
public final class McpUnsupportedVersionException extends McpPeerErrorException {

    private static final long serialVersionUID = 1L;

    McpUnsupportedVersionException(@Nullable String server, String method, JsonRpcError error) {
        super(server, method, error);
    }

    /** The revisions that the server supports; empty if it does not name them. */
    public List<String> supported() {
        List<String> versions = new ArrayList<>();
        if (error().data() != null) {
            error().data().path("supported").forEach(version -> versions.add(version.asString()));
        }
        return versions;
    }
}
