package dev.mcpflux.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mcpflux.Habits;
import org.junit.jupiter.api.Test;

class SocketArchitectureTest {

    private static final JavaClasses SOCKET = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mcpflux.transport.socket");

    @Test
    void nobodyBlocks() {
        Habits.NOBODY_BLOCKS.check(SOCKET);
    }

    @Test
    void nobodySpins() {
        Habits.NOBODY_SPINS.check(SOCKET);
    }

    /** The connection owns its socket, from the first attempt to connect until it is closed. */
    @Test
    void onlyOwnersOfALifecycleSubscribe() {
        Habits.onlySubscribesIn("SocketConnection").check(SOCKET);
    }

    @Test
    void mostOfTheModuleIsHidden() {
        long all = SOCKET.stream().filter(JavaClass::isTopLevelClass).count();
        long open = SOCKET.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
                .count();
        assertThat(open * 10).isLessThanOrEqualTo(all * 6);
    }
}
