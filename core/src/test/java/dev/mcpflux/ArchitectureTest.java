package dev.mcpflux;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the packages of this module, and the habits that no compiler checks. */
class ArchitectureTest {

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "dev.mcpflux.text",
                    "dev.mcpflux.jsonrpc",
                    "dev.mcpflux.protocol",
                    "dev.mcpflux.transport",
                    "dev.mcpflux.session",
                    "dev.mcpflux.error");

    @Test
    void arrowsPointDown() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("text")
                .definedBy("dev.mcpflux.text..")
                .layer("jsonrpc")
                .definedBy("dev.mcpflux.jsonrpc..")
                .layer("protocol")
                .definedBy("dev.mcpflux.protocol..")
                .layer("error")
                .definedBy("dev.mcpflux.error..")
                .layer("transport")
                .definedBy("dev.mcpflux.transport..")
                .layer("session")
                .definedBy("dev.mcpflux.session..")
                .whereLayer("text")
                .mayNotAccessAnyLayer()
                .whereLayer("session")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("session")
                .whereLayer("error")
                .mayOnlyBeAccessedByLayers("transport", "session")
                .whereLayer("protocol")
                .mayOnlyBeAccessedByLayers("error", "transport", "session")
                .check(CORE);
    }

    @Test
    void coreKnowsNoProcessNoHttpAndNoFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("reactor.netty..", "org.springframework..", "java.net.http..", "io.netty..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Process.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(CORE);
    }

    @Test
    void nobodyBlocks() {
        Habits.NOBODY_BLOCKS.check(CORE);
    }

    @Test
    void nobodySpins() {
        Habits.NOBODY_SPINS.check(CORE);
    }

    /**
     * The link watches its stream; the session watches its link, answers its server and gives up tasks. Operators subscribe what
     * they operate on.
     */
    @Test
    void onlyOwnersOfALifecycleSubscribe() {
        Habits.onlySubscribesIn(
                        "Multiplexer",
                        "McpSession",
                        "PendingExchange",
                        "Asking",
                        "Callbacks",
                        "InTime",
                        "Dialogue",
                        "PeerRequests",
                        "TaskFollower")
                .check(CORE);
    }

    @Test
    void exceptionsAreOfOneTree() {
        classes()
                .that()
                .areAssignableTo(RuntimeException.class)
                .should()
                .beAssignableTo("dev.mcpflux.error.McpException")
                .check(CORE);
    }
}
