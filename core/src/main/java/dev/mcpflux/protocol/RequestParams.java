package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/** Parameters of a request of this side: a value, of which only the {@code _meta} depends on who subscribes. */
public interface RequestParams {

    /** The {@code _meta}, null where there is none. */
    @Nullable
    RequestMeta meta();

    /** The same with this {@code _meta}. */
    RequestParams withMeta(RequestMeta meta);

    /** What the request is about. */
    default RequestSubject subject() {
        return RequestSubject.NONE;
    }
}
