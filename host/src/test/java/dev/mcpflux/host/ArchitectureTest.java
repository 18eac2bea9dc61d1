package dev.mcpflux.host;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mcpflux.Habits;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses HOST = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mcpflux.host");

    @Test
    void nobodyBlocks() {
        Habits.NOBODY_BLOCKS.check(HOST);
    }

    @Test
    void nobodySpins() {
        Habits.NOBODY_SPINS.check(HOST);
    }

    /** The host owns the start of its servers, each server its session, the opening the host it hands over, the hook what the JVM waits for. */
    @Test
    void onlyOwnersOfALifecycleSubscribe() {
        Habits.onlySubscribesIn("McpHost", "ManagedServer", "HostOpening", "ShutdownHook")
                .check(HOST);
    }

    @Test
    void theHostKnowsNoProcess() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Process.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(HOST);
    }
}
