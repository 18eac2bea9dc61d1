package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/** Parameters of a request of this side. They are a value; only the {@code _meta} depends on the subscription. */
public interface RequestParams {

    /** The {@code _meta}, null where there is none. */
    @Nullable
    RequestMeta meta();

    /** The same with this {@code _meta}. */
    RequestParams withMeta(RequestMeta meta);

    /** The subject of the request. */
    default RequestSubject subject() {
        return RequestSubject.NONE;
    }
}
