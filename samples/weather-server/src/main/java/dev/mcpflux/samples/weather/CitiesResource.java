package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceSpecification;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import java.io.IOException;
import java.util.List;
import reactor.core.publisher.Mono;

/** {@code weather://cities}: all cities the server knows, with their climate. */
final class CitiesResource {

    static final String URI = "weather://cities";

    private static final String JSON = "application/json";

    private final Cities cities;
    private final McpJsonMapper mapper;

    CitiesResource(Cities cities, McpJsonMapper mapper) {
        this.cities = cities;
        this.mapper = mapper;
    }

    AsyncResourceSpecification specification() {
        return new AsyncResourceSpecification(
                Resource.builder(URI, "cities")
                        .title("Cities")
                        .description("The cities this server knows, with their climate")
                        .mimeType(JSON)
                        .build(),
                (exchange, request) -> Mono.fromCallable(this::read));
    }

    private ReadResourceResult read() throws IOException {
        return ReadResourceResult.builder(
                        List.of(TextResourceContents.builder(URI, mapper.writeValueAsString(cities.all()))
                                .mimeType(JSON)
                                .build()))
                .build();
    }
}
