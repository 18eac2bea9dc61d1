package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(30)
class StdioServerTest {

    private static final int PIPE_BYTES = 1 << 20;

    private final PipedOutputStream toServer = new PipedOutputStream();
    private final PipedInputStream fromServer = new PipedInputStream(PIPE_BYTES);
    private final RawPeer peer = new RawPeer(fromServer, toServer);
    private CompletableFuture<Void> served = CompletableFuture.completedFuture(null);

    @AfterEach
    void end() throws IOException {
        peer.close();
        assertThat(served).succeedsWithin(Duration.ofSeconds(10));
    }

    private JsonNode start(Options options) throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-07-01T12:00:00Z"), ZoneOffset.UTC);
        PipedInputStream in = new PipedInputStream(toServer, PIPE_BYTES);
        served = StdioServer.serve(options, in, new PipedOutputStream(fromServer), clock)
                .toFuture();
        return peer.initialize().path("result");
    }

    @Test
    void introducesItself() throws IOException {
        JsonNode result = start(new Options(Offer.ALL, "barometer", false));

        assertThat(result.path("protocolVersion").stringValue()).isEqualTo("2025-11-25");
        assertThat(result.path("serverInfo").path("name").stringValue()).isEqualTo("barometer");
        assertThat(result.path("capabilities").propertyNames()).contains("tools", "prompts", "resources");
    }

    @Test
    void offersOnlyTheSelectedPart() throws IOException {
        JsonNode result = start(new Options(Offer.TIME, "clock", false));

        assertThat(result.path("capabilities").propertyNames())
                .contains("tools")
                .doesNotContain("prompts", "resources");
        assertThat(toolNames()).containsExactly("current_time");
    }

    @Test
    void listsItsTools() throws IOException {
        start(Options.DEFAULT);

        assertThat(toolNames()).containsExactlyInAnyOrder("weather_lookup", "forecast", "current_time");
        assertThat(tools()).allSatisfy(tool -> {
            assertThat(tool.path("title").stringValue()).isNotBlank();
            assertThat(tool.path("description").stringValue()).isNotBlank();
            assertThat(tool.path("annotations").path("readOnlyHint").booleanValue())
                    .isTrue();
            assertThat(tool.path("annotations").path("idempotentHint").booleanValue())
                    .isTrue();
        });
    }

    @Test
    void resultsHaveThePropertiesOfTheirSchemas() throws IOException {
        start(Options.DEFAULT);
        Map<String, String> arguments = Map.of(
                "weather_lookup", "{'city':'oslo'}",
                "forecast", "{'city':'oslo','days':2,'step_millis':0}",
                "current_time", "{}");

        for (JsonNode tool : tools()) {
            String name = tool.path("name").stringValue();
            JsonNode content = call(name, arguments.get(name)).path("structuredContent");
            assertMatches(tool.path("outputSchema"), content);
        }
    }

    @Test
    void looksUpTheWeather() throws IOException {
        start(Options.DEFAULT);

        JsonNode result = call("weather_lookup", "{'city':'LISBON','units':'imperial'}");

        assertThat(result.path("isError").booleanValue()).isFalse();
        assertThat(text(result)).startsWith("Lisbon, Portugal: mostly sunny, 63.5 °F");
        assertThat(result.path("structuredContent").path("temperature").doubleValue())
                .isEqualTo(63.5);
        assertThat(result.path("structuredContent").path("units").stringValue()).isEqualTo("imperial");
    }

    @Test
    void returnsTheTime() throws IOException {
        start(Options.DEFAULT);

        assertThat(text(call("current_time", "{}"))).isEqualTo("It is Wednesday, 2026-07-01T12:00:00Z in UTC.");
        assertThat(text(call("current_time", "{'timezone':'Asia/Tokyo'}"))).contains("2026-07-01T21:00:00+09:00");
    }

    @Test
    void failuresOfTheCallerAreResults() throws IOException {
        start(Options.DEFAULT);

        assertThat(error("weather_lookup", "{'city':'Lisbom'}")).contains("Did you mean Lisbon?");
        assertThat(error("weather_lookup", "{'city':'Atlantis'}")).contains("Known cities: Amsterdam,");
        assertThat(error("weather_lookup", "{}")).isEqualTo("Missing argument 'city'.");
        assertThat(error("weather_lookup", "{'city':['Oslo']}")).contains("must be a text");
        assertThat(error("weather_lookup", "{'city':'Oslo','units':'kelvin'}")).contains("metric, imperial");
        assertThat(error("forecast", "{'city':'Oslo','days':15}")).contains("from 1 to 14");
        assertThat(error("current_time", "{'timezone':'Lisbon'}")).contains("Did you mean Europe/Lisbon?");
    }

    @Test
    void reportsProgressBeforeTheResult() throws IOException {
        start(Options.DEFAULT);
        peer.request(
                5,
                "tools/call",
                "{'name':'forecast','arguments':{'city':'Oslo','days':3,'step_millis':1},"
                        + "'_meta':{'progressToken':'token'}}");

        for (int day = 1; day <= 3; day++) {
            JsonNode message = peer.next();
            assertThat(message.path("method").stringValue()).isEqualTo("notifications/progress");
            JsonNode params = message.path("params");
            assertThat(params.path("progressToken").stringValue()).isEqualTo("token");
            assertThat(params.path("progress").doubleValue()).isEqualTo(day);
            assertThat(params.path("total").doubleValue()).isEqualTo(3);
            assertThat(params.path("message").stringValue()).isEqualTo("day " + day + " of 3");
        }
        JsonNode answer = peer.next();
        assertThat(answer.path("id").intValue()).isEqualTo(5);
        assertThat(answer.path("result").path("structuredContent").path("days")).hasSize(3);
    }

    @Test
    void reportsNoProgressUnasked() throws IOException {
        start(Options.DEFAULT);

        assertThat(text(call("forecast", "{'city':'Oslo','days':2,'step_millis':0}")))
                .startsWith("Forecast for Oslo:\nday 1: ");
    }

    @Test
    void answersManyCallsAtOnce() throws IOException {
        start(Options.DEFAULT);
        int calls = 100;
        for (int id = 1; id <= calls; id++) {
            peer.request(
                    id,
                    "tools/call",
                    "{'name':'forecast','arguments':{'city':'Oslo','days':14,'step_millis':0},"
                            + "'_meta':{'progressToken':" + id + "}}");
        }

        Map<Integer, Integer> progress = new HashMap<>();
        for (int answers = 0; answers < calls; ) {
            JsonNode message = peer.next();
            if (message.has("id")) {
                answers++;
                assertThat(progress).containsEntry(message.path("id").intValue(), 14);
            } else {
                int token = message.path("params").path("progressToken").intValue();
                assertThat(progress.merge(token, 1, Integer::sum))
                        .isEqualTo(message.path("params").path("progress").intValue());
            }
        }
    }

    @Test
    void givesAPrompt() throws IOException {
        start(Options.DEFAULT);

        JsonNode messages = peer.exchange(
                        1, "prompts/get", "{'name':'packing_list','arguments':{'city':'oslo','days':'5'}}")
                .path("result")
                .path("messages");
        assertThat(messages).hasSize(1);
        assertThat(messages.path(0).path("role").stringValue()).isEqualTo("user");
        assertThat(messages.path(0).path("content").path("text").stringValue()).contains("5 days in Oslo, Norway");

        JsonNode error = peer.exchange(
                        2, "prompts/get", "{'name':'packing_list','arguments':{'city':'oslo','days':'many'}}")
                .path("error");
        assertThat(error.path("code").intValue()).isEqualTo(-32602);
        assertThat(error.path("message").stringValue()).contains("'days' must be a positive whole number");
    }

    @Test
    void givesTheListOfCities() throws IOException {
        start(Options.DEFAULT);

        JsonNode contents = peer.exchange(1, "resources/read", "{'uri':'weather://cities'}")
                .path("result")
                .path("contents")
                .path(0);
        assertThat(contents.path("mimeType").stringValue()).isEqualTo("application/json");
        assertThat(contents.path("text").stringValue()).startsWith("[{\"city\":\"Amsterdam\",");
    }

    @Test
    void endsAtEndOfInputDespiteRunningWork() throws IOException {
        start(Options.DEFAULT);
        peer.request(
                1,
                "tools/call",
                "{'name':'forecast','arguments':{'city':'Oslo','days':14,'step_millis':2000},"
                        + "'_meta':{'progressToken':1}}");
        assertThat(peer.next().path("method").stringValue()).isEqualTo("notifications/progress");

        peer.close();

        assertThat(served).succeedsWithin(Duration.ofSeconds(10));
    }

    private JsonNode tools() throws IOException {
        return peer.exchange(900, "tools/list", "{}").path("result").path("tools");
    }

    private List<String> toolNames() throws IOException {
        return tools().valueStream()
                .map(tool -> tool.path("name").stringValue())
                .toList();
    }

    private JsonNode call(String tool, String arguments) throws IOException {
        return peer.exchange(901, "tools/call", "{'name':'" + tool + "','arguments':" + arguments + "}")
                .path("result");
    }

    private String error(String tool, String arguments) throws IOException {
        JsonNode result = call(tool, arguments);
        assertThat(result.path("isError").booleanValue(false)).isTrue();
        return text(result);
    }

    private static String text(JsonNode result) {
        return result.path("content").path(0).path("text").stringValue();
    }

    private static void assertMatches(JsonNode schema, JsonNode value) {
        switch (schema.path("type").stringValue()) {
            case "object" -> {
                assertThat(value.propertyNames())
                        .containsExactlyInAnyOrderElementsOf(
                                schema.path("properties").propertyNames());
                schema.path("properties")
                        .properties()
                        .forEach(property -> assertMatches(property.getValue(), value.path(property.getKey())));
            }
            case "array" -> value.forEach(item -> assertMatches(schema.path("items"), item));
            case "string" -> assertThat(value.isString()).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).isTrue();
            case "number" -> assertThat(value.isNumber()).isTrue();
            default -> throw new AssertionError(schema);
        }
    }
}
