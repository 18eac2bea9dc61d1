package dev.mcpflux.transport.http;

import dev.mcpflux.internal.Masker;
import dev.mcpflux.text.SafeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Masks secrets in every text of a server that is shown: the configured headers, and those of the requests that were sent last.
 * Any thread may use it.
 */
final class Secrets {

    /** How many sets of headers are kept; the least recently used ones are dropped first. */
    private static final int MAX_SETS = 256;

    private static final int MAX_QUOTE = 200;

    private final Masker configured;

    /** The last one, so that several requests of one caller take no lock. */
    private volatile @Nullable Map<String, String> latest;

    // guarded by itself; a masker is made when a text is masked, which is rare
    private final Map<Map<String, String>, Masker> kept = new LinkedHashMap<>(16, 0.75f, true);

    Secrets(Masker configured) {
        this.configured = configured;
    }

    /** These headers are sent, or a response to them is about to be shown. */
    @SuppressWarnings("ReferenceEquality")
    void remember(Map<String, String> headers) {
        if (headers.isEmpty() || headers == latest) {
            return;
        }
        synchronized (kept) {
            kept.putIfAbsent(headers, Masker.NONE);
            if (kept.size() > MAX_SETS) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
        latest = headers;
    }

    String mask(String text) {
        String masked = configured.mask(text);
        if (latest == null) {
            return masked;
        }
        for (Masker one : maskers()) {
            masked = one.mask(masked);
        }
        return masked;
    }

    /** A text that other libraries may log: masked, on one line, and short. */
    String quote(String text) {
        return SafeText.line(mask(text), MAX_QUOTE);
    }

    @SuppressWarnings("ReferenceEquality")
    private List<Masker> maskers() {
        synchronized (kept) {
            kept.replaceAll((headers, masker) -> masker == Masker.NONE ? Masker.NONE.with(headers) : masker);
            return new ArrayList<>(kept.values());
        }
    }

    /** The exception itself, or in place of one whose message shows a secret, one with the message masked. */
    @Nullable
    Throwable cause(@Nullable Throwable e) {
        int depth = 0;
        for (Throwable one = e; e != null && one != null && depth < 32; one = one.getCause(), depth++) {
            if (shows(one) || Arrays.stream(one.getSuppressed()).anyMatch(this::shows)) {
                IOException masked = new IOException(SafeText.line(mask(e.toString())));
                masked.setStackTrace(e.getStackTrace());
                return masked;
            }
        }
        return e;
    }

    private boolean shows(Throwable e) {
        String text = e.toString();
        return !mask(text).equals(text);
    }
}
