package dev.mcpflux.schema;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mcpflux.Habits;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses SCHEMA = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mcpflux.schema");

    @Test
    void arrowsPointDown() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "dev.mcpflux.schema",
                        "dev.mcpflux.session",
                        "dev.mcpflux.text",
                        "dev.mcpflux.transport",
                        "com.networknt.schema..",
                        "io.github.stduritemplate",
                        "reactor.core..",
                        "org.reactivestreams",
                        "tools.jackson..",
                        "org.slf4j..",
                        "org.jspecify..")
                .check(SCHEMA);
    }

    @Test
    void nothingIsFetched() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.networknt.schema.resource.IriResourceLoader")
                .check(SCHEMA);
    }

    @Test
    void nobodyBlocks() {
        Habits.NOBODY_BLOCKS.check(SCHEMA);
    }

    @Test
    void nobodySpins() {
        Habits.NOBODY_SPINS.check(SCHEMA);
    }

    @Test
    void nobodySubscribes() {
        Habits.onlySubscribesIn().check(SCHEMA);
    }

    @Test
    void mostOfTheModuleIsHidden() {
        assertThat(SCHEMA.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("JsonSchemaValidator", "UriTemplate");
    }
}
