package dev.mcpflux.cli.doctor.probe;

import dev.mcpflux.host.variable.SecretStore;
import dev.mcpflux.host.variable.SecretStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that checks ask.
 *
 * @param variables the value of a variable of the environment, or null
 * @param secrets where secrets are
 * @param sandbox whether servers can run in a sandbox here; may block
 */
public record Machine(
        UnaryOperator<@Nullable String> variables,
        FileProbe files,
        ProgramProbe programs,
        NetworkProbe network,
        SecretStore secrets,
        BooleanSupplier sandbox,
        Clock clock) {

    /**
     * This machine.
     *
     * @param limit how long each answer of the network may take
     */
    public static Machine ofThisMachine(Duration limit) {
        return new Machine(
                System::getenv,
                FileProbe.ofThisMachine(),
                ProgramProbe.ofThisMachine(),
                NetworkProbe.ofThisMachine(limit),
                SecretStores.standard(),
                Machine::hasBubblewrap,
                Clock.systemUTC());
    }

    private static boolean hasBubblewrap() {
        String path = System.getenv("PATH");
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux");
        if (!linux || path == null) {
            return false;
        }
        for (String directory : path.split(":")) {
            if (directory.startsWith("/") && Files.isExecutable(Path.of(directory, "bwrap"))) {
                return true;
            }
        }
        return false;
    }
}
