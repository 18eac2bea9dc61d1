package dev.mcpflux.host;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Transport;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One server of a host. Immutable.
 *
 * @param transport how it is reached; its name is the server's name
 * @param required whether the host fails when this server fails to start; default false: it fails alone
 * @param startTimeout instead of the host's default, or null
 * @param request limits of its requests instead of the host's default, or null
 * @param era which era of the protocol to speak with it instead of the host's default, or null
 * @param startTimeoutSource where {@code startTimeout} comes from, for the message when it is exceeded, or null
 * @param disabled why the server is switched off, and never started, or null if it is on
 */
public record ServerConfig(
        Transport transport,
        boolean required,
        @Nullable Duration startTimeout,
        @Nullable RequestOptions request,
        @Nullable EraPolicy era,
        @Nullable String startTimeoutSource,
        @Nullable String disabled) {

    public ServerConfig {
        Objects.requireNonNull(transport, "transport");
        if (startTimeout != null && (startTimeout.isZero() || startTimeout.isNegative())) {
            throw new IllegalArgumentException("startTimeout must be positive: " + startTimeout);
        }
        String problem = nameProblem(transport.name());
        if (problem != null) {
            throw new McpConfigurationException(null, "the name of server '" + transport.name() + "' " + problem);
        }
    }

    /** A server that is on. */
    public ServerConfig(
            Transport transport,
            boolean required,
            @Nullable Duration startTimeout,
            @Nullable RequestOptions request,
            @Nullable EraPolicy era) {
        this(transport, required, startTimeout, request, era, null, null);
    }

    /** A server that fails alone and has the host's limits. */
    public static ServerConfig of(Transport transport) {
        return new ServerConfig(transport, false, null, null, null);
    }

    public ServerConfig withRequired(boolean value) {
        return new ServerConfig(transport, value, startTimeout, request, era, startTimeoutSource, disabled);
    }

    public ServerConfig withStartTimeout(Duration limit) {
        return withStartTimeout(limit, null);
    }

    /** As {@link #withStartTimeout(Duration)}, with a name for where the limit comes from. */
    public ServerConfig withStartTimeout(Duration limit, @Nullable String source) {
        return new ServerConfig(transport, required, limit, request, era, source, disabled);
    }

    public ServerConfig withRequest(RequestOptions limits) {
        return new ServerConfig(transport, required, startTimeout, limits, era, startTimeoutSource, disabled);
    }

    public ServerConfig withEra(@Nullable EraPolicy policy) {
        return new ServerConfig(transport, required, startTimeout, request, policy, startTimeoutSource, disabled);
    }

    /**
     * A server that is switched off: it is shown, and never started; what is asked of it fails with
     * {@link McpServerUnavailableException}.
     *
     * @param reason why, for messages; null switches it on
     */
    public ServerConfig withDisabled(@Nullable String reason) {
        return new ServerConfig(transport, required, startTimeout, request, era, startTimeoutSource, reason);
    }

    /** The name of the server. */
    public String name() {
        return transport.name();
    }

    /** What is wrong with a name, or null. */
    static @Nullable String nameProblem(String name) {
        if (name.isBlank()) {
            return "is empty";
        }
        if (name.contains(CatalogueEntry.SEPARATOR)) {
            return "contains '__', which separates it from the names of its tools";
        }
        if (name.endsWith("_")) {
            return "ends in '_', which cannot be told from the '__' before the names of its tools";
        }
        boolean safe = SafeText.text(name).equals(name) && name.indexOf('\n') < 0 && name.indexOf('\t') < 0;
        return safe ? null : "contains a control character or an invisible one";
    }
}
