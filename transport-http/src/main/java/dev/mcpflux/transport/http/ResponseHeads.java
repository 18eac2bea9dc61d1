package dev.mcpflux.transport.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;

/** What the head of an HTTP response says. */
final class ResponseHeads {

    static final String JSON = "application/json";
    static final String EVENTS = "text/event-stream";

    private ResponseHeads() {}

    /** The media type without its parameters, in lower case; empty where there is none. */
    static String mediaType(HttpClientResponse response) {
        String type = response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE);
        if (type == null) {
            return "";
        }
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** Whether a body that has to be a stream of events is one, or has no media type. */
    static boolean mayBeEvents(HttpClientResponse response) {
        String type = mediaType(response);
        return type.equals(EVENTS) || type.isEmpty();
    }

    /** Whether a body of this media type is JSON: whatever the case, and "+json" as well (RFC 6839). */
    static boolean isJson(String mediaType) {
        return mediaType.equals(JSON) || mediaType.equals("text/json") || mediaType.endsWith("+json");
    }

    /** How long the body is, as the server says; negative if it does not. */
    static long contentLength(HttpClientResponse response) {
        String value = response.responseHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
        try {
            return value == null ? -1 : Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Where a redirect points to; null where the response is none. */
    static @Nullable URI redirectTarget(URI from, HttpClientResponse response) {
        String location = response.responseHeaders().get(HttpHeaderNames.LOCATION);
        if (location == null || response.status().code() / 100 != 3) {
            return null;
        }
        try {
            return Uris.resolve(from, location);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Closes the connection of this response after it, so that no other request uses it. */
    static void closeAfter(HttpClientResponse response) {
        if (response instanceof Connection connection) {
            connection.markPersistent(false);
        }
    }
}
