package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;

/** Tells the codec which types the parts of a message are bound to, while it reads the message. */
public interface Bindings {

    /** The type of the result that answers this request, or null if nobody waits for it: then it is skipped. */
    @Nullable
    Class<?> resultType(RequestId id);

    /** The type of the parameters of this method; {@link tools.jackson.databind.JsonNode} where no other is known. */
    Class<?> paramsType(String method);
}
