package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mcpflux.Habits;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses HTTP = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mcpflux.transport.http");

    @Test
    void nobodyBlocks() {
        Habits.NOBODY_BLOCKS.check(HTTP);
    }

    @Test
    void nobodySpins() {
        Habits.NOBODY_SPINS.check(HTTP);
    }

    /** The connection runs what goes on, a caller follows its own older transport; a body is read, a stream kept open. */
    @Test
    void onlyOwnersOfALifecycleSubscribe() {
        Habits.onlySubscribesIn("HttpConnection", "CallerSession", "SseConnection", "SseBody")
                .check(HTTP);
    }

    @Test
    void mostOfTheModuleIsHidden() {
        long all = HTTP.stream().filter(JavaClass::isTopLevelClass).count();
        long open = HTTP.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
                .count();
        assertThat(open * 10).isLessThanOrEqualTo(all * 6);
    }
}
