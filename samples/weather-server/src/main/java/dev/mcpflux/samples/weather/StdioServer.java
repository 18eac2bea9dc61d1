package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServer.AsyncSpecification;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** Puts the server together and runs it over a pair of streams. */
final class StdioServer {

    /**
     * Accepts everything. {@link Arguments} validates the arguments, and tests check that the results match their
     * schemas; a real validator would read the meta-schemas of JSON Schema before the first response.
     */
    private static final JsonSchemaValidator UNCHECKED = (schema, content) -> ValidationResponse.asValid(null);

    private StdioServer() {}

    /**
     * Serves one session.
     *
     * <p>Cold: nothing is read before the subscription.
     *
     * <p><strong>Cancellation:</strong> closes the server. A read which is blocked in the stream stays blocked until the
     * stream ends.
     *
     * @param clock what {@code current_time} reads
     * @return completes when the session has ended, see {@link WatchedStdio#closed()}
     */
    static Mono<Void> serve(Options options, InputStream in, OutputStream out, Clock clock) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> Running.start(options, in, out, clock)),
                running -> running.stdio.closed(),
                running -> running.server.closeGracefully());
    }

    private record Running(McpAsyncServer server, WatchedStdio stdio) {

        static Running start(Options options, InputStream in, OutputStream out, Clock clock) {
            McpJsonMapper mapper = new JacksonMcpJsonMapper(JsonMapper.builder().build());
            WatchedStdio stdio = new WatchedStdio(new StdioServerTransportProvider(mapper, in, out));
            AsyncSpecification<?> specification = McpServer.async(stdio)
                    .jsonMapper(mapper)
                    .jsonSchemaValidator(UNCHECKED)
                    .validateToolInputs(false)
                    .serverInfo(options.name(), version())
                    .capabilities(capabilities(options.offer()));
            if (options.offer().weather()) {
                offerWeather(specification, mapper, Schedulers.parallel());
            }
            if (options.offer().time()) {
                specification.tools(new CurrentTimeTool(clock).specification());
            }
            return new Running(specification.build(), stdio);
        }

        private static void offerWeather(AsyncSpecification<?> specification, McpJsonMapper mapper, Scheduler timer) {
            Cities cities = Cities.embedded();
            specification
                    .tools(
                            new WeatherLookupTool(cities).specification(),
                            new ForecastTool(cities, timer).specification())
                    .prompts(new PackingListPrompt(cities).specification())
                    .resources(new CitiesResource(cities, mapper).specification());
        }

        // what is offered is fixed by the command line: there is never a list_changed to announce
        private static ServerCapabilities capabilities(Offer offer) {
            ServerCapabilities.Builder capabilities =
                    ServerCapabilities.builder().tools(false);
            if (offer.weather()) {
                capabilities.prompts(false).resources(false, false);
            }
            return capabilities.build();
        }

        private static String version() {
            @Nullable String version = StdioServer.class.getPackage().getImplementationVersion();
            // only a jar has a manifest
            return Objects.requireNonNullElse(version, "development");
        }
    }
}
