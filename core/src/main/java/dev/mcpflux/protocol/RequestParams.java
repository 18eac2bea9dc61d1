package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/** Parameters of a request of this side, as far as a transport that words a part of them in headers has to know them. */
public interface RequestParams {

    /** The {@code _meta}, null where there is none. */
    @Nullable
    RequestMeta meta();

    /**
     * What the request is about, where intermediaries may want to know: the name of a tool or prompt, the URI of a resource,
     * the id of a task (specification 2026-07-28: basic/transports/streamable-http, request metadata headers). Null where
     * there is nothing of the kind.
     */
    default @Nullable String routingName() {
        return null;
    }
}
