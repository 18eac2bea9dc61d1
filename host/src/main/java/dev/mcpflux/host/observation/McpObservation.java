package dev.mcpflux.host.observation;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.transport.spi.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Observes hosts: {@code McpObservation.of(observations, meters).observe(HostConfig.builder()…)}.
 *
 * <ul>
 *   <li>Each operation of a host is an {@code Observation} of the kind <em>client</em>. Its parent is the observation in the Reactor
 *       context of the caller (key {@code micrometer.observation}), else that of the thread that subscribes. The tracer of the
 *       registry writes the trace into the {@code _meta} of the requests ({@code traceparent}, {@code tracestate},
 *       {@code baggage}), in place of one that the caller has set by hand. Operations through
 *       {@code ServerHandle.use} pass no filter and are not observed.
 *   <li>Each start of a server, and each session from ready to its end, is an {@code Observation} without a parent.
 *   <li>With a {@code MeterRegistry}, servers are counted and measured: {@code docs/observability.md} lists the meters.
 * </ul>
 *
 * <p>Names and attributes are those of OpenTelemetry's conventions for MCP, and can be changed by conventions. Arguments and results
 * are recorded nowhere, and neither are ids of sessions, which are credentials.
 *
 * <p>Immutable; may serve any number of hosts, one after the other and at the same time. Servers of the same name are one in the
 * meters. Gauges are removed when the host is closed; counters stay.
 */
public final class McpObservation {

    private final ObservationRegistry observations;
    private final @Nullable McpCallConvention calls;
    private final @Nullable McpServerConvention starts;
    private final @Nullable McpServerConvention sessions;
    private final @Nullable ServerMeters meters;

    /** Where the servers are, by their names. */
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();

    private McpObservation(Builder builder) {
        this.observations = builder.observations;
        this.calls = builder.calls;
        this.starts = builder.starts;
        this.sessions = builder.sessions;
        this.meters = builder.meters == null ? null : new ServerMeters(builder.meters);
    }

    /** Observes with these registries and the conventions of OpenTelemetry. */
    public static McpObservation of(ObservationRegistry observations, MeterRegistry meters) {
        return builder(observations).meters(meters).build();
    }

    /**
     * Observes with this registry.
     *
     * @param observations {@code ObservationRegistry.NOOP} for meters alone
     */
    public static Builder builder(ObservationRegistry observations) {
        return new Builder(observations);
    }

    /**
     * Adds everything to a configuration. Filters that were added before see a call first: the time that they take, and the calls
     * that they refuse, are not observed. Behind a filter that repeats calls each attempt would be observed.
     */
    public HostConfig.Builder observe(HostConfig.Builder config) {
        return config.filter(new CallObserver(observations, calls))
                .decorator(this::decorated)
                .monitor(host -> new ServerObserver(host, this));
    }

    private Transport decorated(Transport transport) {
        Endpoint endpoint = Endpoint.of(transport);
        endpoints.put(transport.name(), endpoint);
        return ObservedConnection.decorate(transport, endpoint, meters);
    }

    ObservationRegistry observations() {
        return observations;
    }

    @Nullable
    McpServerConvention starts() {
        return starts;
    }

    @Nullable
    McpServerConvention sessions() {
        return sessions;
    }

    @Nullable
    ServerMeters meters() {
        return meters;
    }

    Endpoint endpoint(String server) {
        return endpoints.getOrDefault(server, Endpoint.UNKNOWN);
    }

    /** Collects what observes. */
    public static final class Builder {
        private final ObservationRegistry observations;
        private @Nullable MeterRegistry meters;
        private @Nullable McpCallConvention calls;
        private @Nullable McpServerConvention starts;
        private @Nullable McpServerConvention sessions;

        private Builder(ObservationRegistry observations) {
            this.observations = observations;
        }

        /** Also measures servers; default null, for not at all. Needs {@code micrometer-core}. */
        public Builder meters(@Nullable MeterRegistry registry) {
            meters = registry;
            return this;
        }

        /** How calls are named; null, the default, for the registry's convention, else {@link DefaultMcpCallConvention}. */
        public Builder calls(@Nullable McpCallConvention convention) {
            calls = convention;
            return this;
        }

        /** How starts are named; null, the default, for the registry's convention, else {@link DefaultMcpStartConvention}. */
        public Builder starts(@Nullable McpServerConvention convention) {
            starts = convention;
            return this;
        }

        /** How sessions are named; null, the default, for the registry's convention, else {@link DefaultMcpSessionConvention}. */
        public Builder sessions(@Nullable McpServerConvention convention) {
            sessions = convention;
            return this;
        }

        public McpObservation build() {
            return new McpObservation(this);
        }
    }
}
