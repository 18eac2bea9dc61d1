package dev.mcpflux.host.filter;

import org.jspecify.annotations.Nullable;

/** A part of a result that did not fit: text, or a blob in Base64. */
record KeptPart(
        @Nullable String mimeType,
        @Nullable String text,
        @Nullable String blob) {

    static KeptPart text(String mimeType, String text) {
        return new KeptPart(mimeType, text, null);
    }

    long weight() {
        return (text == null ? 0L : text.length()) + (blob == null ? 0L : blob.length());
    }
}
