package dev.mcpflux.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture that stands for something (specification: basic, Icons).
 *
 * @param src where it is, an URI
 * @param theme {@code light} or {@code dark}, the background it is made for
 */
public record Icon(
        String src,
        @Nullable String mimeType,
        @Nullable List<String> sizes,
        @Nullable String theme) {}
