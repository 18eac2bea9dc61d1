package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.node.ArrayNode;

/**
 * A native image holds what is reached by reflection only if it is told so: everything that Jackson binds, and what reads and
 * writes it. The list is compared with the classes, so that it cannot be forgotten.
 */
class NativeHintsTest {

    private static final String HINTS = "/META-INF/native-image/dev.mcpflux/mcpflux-core/reflect-config.json";

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mcpflux");

    @Test
    void everythingThatJacksonBindsIsListed() throws IOException {
        ArrayNode expected = McpJson.mapper().createArrayNode();
        for (String type : bound()) {
            expected.addObject()
                    .put("name", type)
                    .put("allDeclaredConstructors", true)
                    .put("allDeclaredMethods", true)
                    .put("allDeclaredFields", true)
                    .put("queryAllDeclaredConstructors", true);
        }
        try (InputStream in = NativeHintsTest.class.getResourceAsStream(HINTS)) {
            JsonNode listed = in == null ? null : McpJson.mapper().readTree(in.readAllBytes());
            if (!expected.equals(listed)) {
                Files.writeString(
                        Path.of("target", "reflect-config.json"),
                        McpJson.mapper()
                                        .writer()
                                        .with(SerializationFeature.INDENT_OUTPUT)
                                        .writeValueAsString(expected) + "\n");
            }
            assertThat(listed)
                    .as("what target/reflect-config.json now holds belongs to src/main/resources" + HINTS)
                    .isEqualTo(expected);
        }
    }

    private static List<String> bound() {
        return CORE.stream()
                .filter(NativeHintsTest::isBound)
                .map(JavaClass::getName)
                .sorted()
                .toList();
    }

    private static boolean isBound(JavaClass type) {
        boolean value = type.isRecord() || type.isEnum();
        return (value && type.getPackageName().equals("dev.mcpflux.protocol"))
                || (value && type.getName().startsWith("dev.mcpflux.session.Reply$"))
                || type.getName().equals("dev.mcpflux.jsonrpc.JsonRpcError")
                || type.getName().startsWith("dev.mcpflux.jsonrpc.RequestId")
                || type.isAssignableTo(ValueDeserializer.class)
                || type.isAssignableTo(ValueSerializer.class)
                || (type.isInterface() && type.getName().equals("dev.mcpflux.protocol.Content"));
    }

    @Test
    void theyAreClasses() throws IOException, ClassNotFoundException {
        try (InputStream in = Objects.requireNonNull(NativeHintsTest.class.getResourceAsStream(HINTS))) {
            for (JsonNode hint : McpJson.mapper().readTree(in.readAllBytes())) {
                assertThat(Class.forName(hint.path("name").asString())).isNotNull();
            }
        }
    }
}
