package dev.mcpflux.schema;

import static dev.mcpflux.schema.Checks.problems;
import static dev.mcpflux.schema.Checks.unusable;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Implementations MUST NOT automatically dereference" references that leave the schema. */
class ReferencesTest {

    private final JsonSchemaValidator validator = JsonSchemaValidator.create();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private String address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] schema = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, schema.length);
            exchange.getResponseBody().write(schema);
            exchange.close();
        });
        server.start();
        address = "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$ref': '@/x.json'}",
                "{'$ref': '@/x.json#/$defs/a'}",
                "{'$dynamicRef': '@/x.json#a'}",
                "{'$id': '@/root.json', '$ref': 'x.json'}",
                "{'$id': '@/root.json', '$dynamicRef': 'x.json#a'}",
                "{'$id': '@/root.json', 'properties': {'a': {'$id': 'sub/', 'items': {'$ref': '../x.json'}}}}",
                "{'properties': {'never': {'$ref': '@/x.json'}}}",
                "{'$defs': {'never': {'$ref': '@/x.json'}}}",
                "{'if': false, 'then': {'not': {'anyOf': [{'$ref': '@/x.json'}]}}}",
                "{'patternProperties': {'a': {'$ref': '@/x.json'}}}",
                "{'$schema': 'https://json-schema.org/draft/2019-09/schema', '$ref': '@/x.json'}",
                "{'$schema': 'http://json-schema.org/draft-07/schema#', 'definitions': {'a': {'$ref': '@/x.json'}}}",
                "{'$schema': 'http://json-schema.org/draft-07/schema#', 'dependencies': {'a': {'$ref': '@/x.json'}}}",
                "{'$schema': 'http://json-schema.org/draft-04/schema#', 'id': '@/root.json', 'not': {'$ref': 'x.json'}}",
            })
    void fetchesNothing(String schema) {
        unusable(validator, schema.replace("@", address), "{}", "x.json", "nothing is fetched");
        assertThat(asked).hasValue(0);
    }

    @Test
    void fetchesNoUnknownDialect() {
        unusable(validator, "{'$schema': '" + address + "/schema'}", "{}", address + "/schema", "is not known");
        assertThat(asked).hasValue(0);
    }

    /** Found only when the reference is followed: an unknown keyword holds data until a reference points into it. */
    @Test
    void fetchesNothingForSchemasWithinData() {
        String hidden = "{'x-data': {'a': {'$ref': '" + address + "/x.json'}}%s}";
        assertThat(problems(validator, hidden.formatted(""), "{}")).isEmpty();
        unusable(validator, hidden.formatted(", '$ref': '#/x-data/a'"), "{}", "x.json", "nothing is fetched");
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/x.json",
                "classpath:logback-test.xml",
                "classpath:draft-07/schema",
                "resource:logback-test.xml",
                "jar:file:/x.jar!/x.json",
                "urn:example:x",
                "x.json",
                "/x.json",
                "//example.com/x.json",
                // the library would search these on the class path
                "https://json-schema.org/logback-test.xml",
                "http://json-schema.org/logback-test.xml",
                "https://json-schema.org/draft/2020-12/../../logback-test.xml",
            })
    void readsNoOtherLocations(String reference) {
        unusable(validator, "{'$ref': '" + reference + "'}", "{}", "'" + reference + "'", "nothing is fetched");
    }

    @Test
    void noFileIsRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), "{}");
        unusable(validator, "{'$ref': '" + file.toUri() + "'}", "{}", "x.json", "nothing is fetched");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$ref': '#/$defs/text', '$defs': {'text': {'type': 'string'}}}",
                "{'$ref': '#text', '$defs': {'a': {'$anchor': 'text', 'type': 'string'}}}",
                "{'$dynamicRef': '#text', '$defs': {'a': {'$dynamicAnchor': 'text', 'type': 'string'}}}",
                "{'$id': '@/root.json', '$ref': 'text.json', '$defs': {'a': {'$id': 'text.json', 'type': 'string'}}}",
                "{'$id': '@/root.json', '$ref': 'root.json#/$defs/a', '$defs': {'a': {'type': 'string'}}}",
                "{'$id': '@/root.json', '$ref': '@/root.json#/$defs/a', '$defs': {'a': {'type': 'string'}}}",
                "{'$ref': 'urn:x:text', '$defs': {'a': {'$id': 'urn:x:text', 'type': 'string'}}}",
            })
    void resolvesReferencesWithinTheSchema(String schema) {
        assertThat(problems(validator, schema.replace("@", address), "1"))
                .containsExactly("(root): must be of type string");
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://json-schema.org/draft/2020-12/schema",
                "https://json-schema.org/draft/2019-09/schema",
                "http://json-schema.org/draft-07/schema#",
                "https://json-schema.org/draft-07/schema",
                "http://json-schema.org/draft-06/schema#",
                "http://json-schema.org/draft-04/schema#",
            })
    void resolvesTheMetaschemas(String metaschema) {
        String schema = "{'$ref': '" + metaschema + "'}";
        assertThat(problems(validator, schema, "{'minLength': 1}")).isEmpty();
        assertThat(problems(validator, schema, "{'minLength': -1}")).contains("/minLength: must be at least 0");
    }

    /** Data may look like a reference. */
    @Test
    void referencesInDataAreIgnored() {
        assertThat(problems(
                        validator,
                        "{'enum': [{'$ref': '" + address + "/x.json'}], 'default': {'$ref': '" + address + "/x.json'}}",
                        "{'$ref': '" + address + "/x.json'}"))
                .isEmpty();
        assertThat(problems(validator, "{'properties': {'$ref': {'type': 'string'}}}", "{'$ref': 1}"))
                .containsExactly("/$ref: must be of type string");
    }
}
