package dev.mcpflux.host.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.HostOperations;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.transport.spi.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The snippets of docs/observability.md stand here, so they compile; its tables name what there is. */
class ObservabilityDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "observability.md");
    private static final Path THIS =
            Path.of("src/test/java/dev/mcpflux/host/observation/ObservabilityDocumentTest.java");

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** Without the indentation and the line breaks, which differ. */
    private static String code(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining());
    }

    static void handlers(ObservationRegistry observations, MeterRegistry meters, Tracer tracer, Propagator propagator) {
        observations
                .observationConfig()
                .observationHandler(new DefaultMeterObservationHandler(meters))
                .observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
                        new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                        new DefaultTracingObservationHandler(tracer)));
    }

    private static HostConfig observed(ObservationRegistry observations, MeterRegistry meters, Transport server) {
        HostConfig config = McpObservation.of(observations, meters)
                .observe(HostConfig.builder().server(server))
                .build();
        return config;
    }

    static Mono<CallToolResult> called(HostOperations host, Observation question) {
        return host.callTool("weather__lookup", Map.of("city", "Lisbon"))
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, question));
    }

    @Test
    void programsAreCompiled() throws IOException {
        String own = code(Files.readString(THIS));
        assertThat(found("```java\n(.*?)\n```", Files.readString(DOCUMENT)))
                .hasSize(3)
                .allSatisfy(snippet -> assertThat(own).contains(code(snippet)));
    }

    @Test
    void metersAndAttributesAreThoseOfTheTables() throws IOException {
        String document = Files.readString(DOCUMENT);
        Set<String> named = new TreeSet<>(found("`([a-z_]+(?:\\.[a-z_]+)+)`", document));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        Set<String> actual = new TreeSet<>();
        Transport server = InMemoryServer.named("weather")
                .tool("lookup", arguments -> "sunny")
                .transport();
        McpHost.useOne(
                        observed(observations, meters, server)
                                .mutate()
                                .shutdownHook(false)
                                .build(),
                        host -> called(host, Observation.NOOP)
                                .doOnNext(result -> meters.getMeters().forEach(meter -> {
                                    actual.add(meter.getId().getName());
                                    meter.getId().getTags().forEach(tag -> actual.add(tag.getKey()));
                                })))
                .block(Duration.ofSeconds(10));
        meters.getMeters().forEach(meter -> actual.add(meter.getId().getName()));
        actual.addAll(List.of(
                Attributes.RESOURCE_URI,
                Attributes.REQUEST_ID,
                Attributes.ADDRESS,
                Attributes.PORT,
                Attributes.GENERATION));
        actual.removeIf(name -> name.endsWith(".active") && !name.startsWith("mcpflux.calls"));
        // tags of one word stand in the text of the tables
        actual.removeAll(List.of("kind", "direction", "state", "error"));
        named.removeAll(List.of("mcp.session.id", "spring.reactor.context-propagation", "_meta.traceparent"));
        assertThat(named).containsExactlyInAnyOrderElementsOf(actual);
    }
}
