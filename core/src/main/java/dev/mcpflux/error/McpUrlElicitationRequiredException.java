package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A person has to open an address before the request can succeed (error -32042, specification 2025-11-25:
 * client/elicitation). The request may be retried after that.
 */
public final class McpUrlElicitationRequiredException extends McpPeerErrorException {

    private static final long serialVersionUID = 1L;

    McpUrlElicitationRequiredException(@Nullable String server, String method, JsonRpcError error) {
        super(server, method, error);
    }

    /** The addresses to open, with the reasons. */
    public List<Elicitation.ElicitParams> elicitations() {
        List<Elicitation.ElicitParams> all = new ArrayList<>();
        if (error().data() != null) {
            error().data().path("elicitations").forEach(one -> {
                try {
                    all.add(McpJson.bind(one, Elicitation.ElicitParams.class));
                } catch (JacksonException e) {
                    // invalid entries cannot be opened; the error itself is reported all the same
                }
            });
        }
        return all;
    }
}
