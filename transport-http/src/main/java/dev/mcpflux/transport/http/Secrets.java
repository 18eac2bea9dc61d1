package dev.mcpflux.transport.http;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Masker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one connection must show nowhere: the configured headers, and those of the callers that have used it last. It is the
 * one place that masks what a server says over HTTP. Any thread may use it.
 */
final class Secrets {

    /** How many sets of headers are remembered, those that were used last. */
    private static final int CALLERS = 256;

    private static final int MAX_QUOTE = 200;

    private final Masker configured;

    /** The last one, so that one caller after the other costs no lock. */
    private volatile @Nullable Map<String, String> latest;

    // guarded by itself; a masker is made when something is masked, which is rare
    private final Map<Map<String, String>, Masker> callers = new LinkedHashMap<>(16, 0.75f, true);

    Secrets(Masker configured) {
        this.configured = configured;
    }

    /** These headers are sent, or a response to them is about to be shown. */
    @SuppressWarnings("ReferenceEquality")
    void know(Map<String, String> headers) {
        if (headers.isEmpty() || headers == latest) {
            return;
        }
        synchronized (callers) {
            callers.putIfAbsent(headers, Masker.NONE);
            if (callers.size() > CALLERS) {
                callers.remove(callers.keySet().iterator().next());
            }
        }
        latest = headers;
    }

    String mask(String text) {
        String masked = configured.mask(text);
        if (latest == null) {
            return masked;
        }
        for (Masker one : known()) {
            masked = one.mask(masked);
        }
        return masked;
    }

    /** What others may log: masked, on one line, and short. */
    String quote(String text) {
        return SafeText.line(mask(text), MAX_QUOTE);
    }

    @SuppressWarnings("ReferenceEquality")
    private List<Masker> known() {
        synchronized (callers) {
            callers.replaceAll((headers, masker) -> masker == Masker.NONE ? Masker.NONE.with(headers) : masker);
            return new ArrayList<>(callers.values());
        }
    }

    /** The error behind another one, without what must not be shown: itself, or if it says such a thing, one that does not. */
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
