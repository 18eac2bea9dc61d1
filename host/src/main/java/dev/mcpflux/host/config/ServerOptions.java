package dev.mcpflux.host.config;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a host does with one server, however that is reached. Immutable. Two are equal if they say the same; where a limit
 * comes from does not count.
 *
 * @param required whether the host fails when this server fails to start; default false: it fails alone
 * @param startTimeout instead of the host's default, or null
 * @param startTimeoutSource where {@code startTimeout} comes from, for the message when it is exceeded, or null
 * @param request limits of its requests instead of the host's default, or null
 * @param era which era of the protocol to speak with it instead of the host's default, or null
 * @param disabled why the server is switched off, and never started, or null if it is on
 */
public record ServerOptions(
        boolean required,
        @Nullable Duration startTimeout,
        @Nullable String startTimeoutSource,
        @Nullable RequestOptions request,
        @Nullable EraPolicy era,
        @Nullable String disabled) {

    private static final ServerOptions DEFAULTS = new ServerOptions(false, null, null, null, null, null);

    public ServerOptions {
        if (startTimeout != null && (startTimeout.isZero() || startTimeout.isNegative())) {
            throw new IllegalArgumentException("startTimeout must be positive: " + startTimeout);
        }
    }

    /** A server that is on, fails alone, and has the host's limits. */
    public static ServerOptions defaults() {
        return DEFAULTS;
    }

    public ServerOptions withRequired(boolean value) {
        return new ServerOptions(value, startTimeout, startTimeoutSource, request, era, disabled);
    }

    public ServerOptions withStartTimeout(Duration limit) {
        return withStartTimeout(limit, null);
    }

    /** As {@link #withStartTimeout(Duration)}, with a name for where the limit comes from. */
    public ServerOptions withStartTimeout(Duration limit, @Nullable String source) {
        return new ServerOptions(required, limit, source, request, era, disabled);
    }

    public ServerOptions withRequest(@Nullable RequestOptions options) {
        return new ServerOptions(required, startTimeout, startTimeoutSource, options, era, disabled);
    }

    public ServerOptions withEra(@Nullable EraPolicy policy) {
        return new ServerOptions(required, startTimeout, startTimeoutSource, request, policy, disabled);
    }

    /**
     * A server that is switched off: it is shown, and never started; what is asked of it fails with {@code
     * McpServerUnavailableException}.
     *
     * @param reason why, for messages; null switches it on
     */
    public ServerOptions withDisabled(@Nullable String reason) {
        return new ServerOptions(required, startTimeout, startTimeoutSource, request, era, reason);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServerOptions that
                && required == that.required
                && Objects.equals(startTimeout, that.startTimeout)
                && Objects.equals(withoutSource(request), withoutSource(that.request))
                && era == that.era
                && (disabled == null) == (that.disabled == null);
    }

    @Override
    public int hashCode() {
        return Objects.hash(required, startTimeout, withoutSource(request), era, disabled == null);
    }

    private static @Nullable RequestOptions withoutSource(@Nullable RequestOptions request) {
        return request == null ? null : request.withSource(null);
    }
}
