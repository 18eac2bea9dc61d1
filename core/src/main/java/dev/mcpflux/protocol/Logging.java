package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** {@code logging/setLevel} (specification 2024-11-05 to 2025-11-25: server/utilities/logging). */
public final class Logging {

    private Logging() {}

    /** Parameters of {@code logging/setLevel}. */
    public record SetLevelParams(
            LogLevel level, @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams {

        @Override
        public SetLevelParams withMeta(RequestMeta meta) {
            return new SetLevelParams(level, meta);
        }
    }
}
