package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mcpflux.Habits;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses STDIO = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mcpflux.transport.stdio");

    @Test
    void nobodyBlocks() {
        Habits.NOBODY_BLOCKS.check(STDIO);
    }

    @Test
    void nobodySpins() {
        Habits.NOBODY_SPINS.check(STDIO);
    }

    @Test
    void onlyOwnersOfALifecycleSubscribe() {
        Habits.onlySubscribesIn().check(STDIO);
    }

    @Test
    void mostOfTheModuleIsHidden() {
        long all = STDIO.stream().filter(JavaClass::isTopLevelClass).count();
        long open = STDIO.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
                .count();
        assertThat(open * 10).isLessThanOrEqualTo(all * 6);
    }
}
