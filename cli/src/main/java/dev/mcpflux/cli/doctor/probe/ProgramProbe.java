package dev.mcpflux.cli.doctor.probe;

import dev.mcpflux.transport.stdio.StdioTransport;
import dev.mcpflux.transport.stdio.launch.NearestCommand;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks for programs of this machine. Its methods block for a moment. */
public interface ProgramProbe {

    /** The file that a transport would start; empty where there is none. */
    Optional<Path> program(StdioTransport transport);

    /** A program on a PATH whose name is nearly that of a command, or null. */
    @Nullable
    String nearest(String path, String command);

    /** The programs of this machine. */
    static ProgramProbe ofThisMachine() {
        return new ProgramProbe() {
            @Override
            public Optional<Path> program(StdioTransport transport) {
                return transport.program();
            }

            @Override
            public @Nullable String nearest(String path, String command) {
                return NearestCommand.on(path, command);
            }
        };
    }
}
