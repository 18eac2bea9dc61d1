package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.RequestSubject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.node.ArrayNode;

/**
 * A native image contains a class used by reflection only if a file lists it: everything that Jackson binds, and its
 * readers and writers. The test compares the lists with the classes, so that no class is missing.
 */
class NativeHintsTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "dev.mcpflux.jsonrpc",
                    "dev.mcpflux.protocol",
                    "dev.mcpflux.transport",
                    "dev.mcpflux.internal",
                    "dev.mcpflux.client");

    private static String hints(String module) {
        return "/META-INF/native-image/dev.mcpflux/mcpflux-" + module + "/reflect-config.json";
    }

    @ParameterizedTest
    @CsvSource({"core,false", "client,true"})
    void everythingThatJacksonBindsIsListed(String module, boolean client) throws IOException {
        ArrayNode expected = McpJson.mapper().createArrayNode();
        for (String type : bound(client)) {
            expected.addObject()
                    .put("name", type)
                    .put("allDeclaredConstructors", true)
                    .put("allDeclaredMethods", true)
                    .put("allDeclaredFields", true)
                    .put("queryAllDeclaredConstructors", true);
        }
        String file = "reflect-config-" + module + ".json";
        try (InputStream in = NativeHintsTest.class.getResourceAsStream(hints(module))) {
            JsonNode listed = in == null ? null : McpJson.mapper().readTree(in.readAllBytes());
            if (!expected.equals(listed)) {
                Files.writeString(
                        Path.of("target", file),
                        McpJson.mapper()
                                        .writer()
                                        .with(SerializationFeature.INDENT_OUTPUT)
                                        .writeValueAsString(expected) + "\n");
            }
            assertThat(listed)
                    .as("cli/target/" + file + " now holds what belongs to " + module + "/src/main/resources"
                            + hints(module))
                    .isEqualTo(expected);
        }
    }

    private static List<String> bound(boolean client) {
        return ALL.stream()
                .filter(NativeHintsTest::isBound)
                .filter(type -> type.getPackageName().equals("dev.mcpflux.client") == client)
                .map(JavaClass::getName)
                .sorted()
                .toList();
    }

    private static boolean isBound(JavaClass type) {
        // a subject says what a request is about, and is no part of it
        boolean value = (type.isRecord() || type.isEnum()) && !type.isAssignableTo(RequestSubject.class);
        return (value && type.getPackageName().equals("dev.mcpflux.protocol"))
                || (value && type.getName().startsWith("dev.mcpflux.client.RoundResult$"))
                || type.getName().equals("dev.mcpflux.jsonrpc.JsonRpcError")
                || type.getName().startsWith("dev.mcpflux.jsonrpc.RequestId")
                || type.isAssignableTo(ValueDeserializer.class)
                || type.isAssignableTo(ValueSerializer.class)
                || (type.isInterface() && type.getName().equals("dev.mcpflux.protocol.Content"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "client"})
    void listedNamesAreClasses(String module) throws IOException, ClassNotFoundException {
        try (InputStream in = Objects.requireNonNull(NativeHintsTest.class.getResourceAsStream(hints(module)))) {
            for (JsonNode hint : McpJson.mapper().readTree(in.readAllBytes())) {
                assertThat(Class.forName(hint.path("name").asString())).isNotNull();
            }
        }
    }
}
