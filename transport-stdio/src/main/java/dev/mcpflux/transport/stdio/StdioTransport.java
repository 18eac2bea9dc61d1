package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server that runs as a child process and communicates over its standard streams, one JSON-RPC message a line
 * (specification: basic/transports, stdio). The child's environment consists of an allow-list of this process's
 * variables (PATH, HOME, LANG, proxies, certificates and the like; see {@link StdioOptions#inheritEnv()}) and of the configured
 * variables. It may run in a sandbox ({@link StdioOptions#sandbox()}); its pid is then that of the sandbox.
 *
 * <p>Threads: each connection has a daemon thread, named after the server, which launches it, reads its stdout and
 * routes the messages (it carries Reactor's {@code NonBlocking} marker). On Linux the sending thread writes to stdin
 * and never blocks: when the pipe is full, a thread shared by all connections continues once there is room; another
 * shared thread drains the stderr of all servers. On other systems each connection has a thread that drains stderr, and
 * one that writes stdin and ends when idle. Closing has a thread of its own, which is reused by servers that are closed
 * one after the other.
 */
public final class StdioTransport implements Transport {

    private final LaunchSpec launch;
    private final StdioOptions options;
    private final boolean plainPipes;

    private StdioTransport(LaunchSpec launch, StdioOptions options, boolean plainPipes) {
        this.launch = launch;
        this.options = options;
        this.plainPipes = plainPipes;
    }

    /**
     * Starts the description of a server.
     *
     * @param name the server's name
     * @param command the program: a path, or a name that is searched on the PATH that the server will have
     */
    public static Builder builder(String name, String command) {
        return new Builder(name, command);
    }

    @Override
    public String name() {
        return launch.name();
    }

    @Override
    public Connection connection() {
        return Multiplexer.over(launch.name(), events -> new StdioConnection(launch, options, plainPipes, events));
    }

    /**
     * The file that would be started now: where the command stands, or where it is found on the PATH that the server will
     * have. Blocks while it looks at files.
     *
     * @return an absolute path; empty where there is no such program
     */
    public Optional<Path> program() {
        try {
            return Optional.of(launch.program().toAbsolutePath());
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Shows the server and the command; arguments and environment may hold secrets. */
    @Override
    public String toString() {
        return "StdioTransport[" + launch.name() + ": " + launch.command() + ", "
                + launch.arguments().size() + " arguments]";
    }

    /** Collects what is needed to start a server. */
    public static final class Builder {
        private final String name;
        private final String command;
        private List<String> arguments = List.of();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Map<String, String> masked = new LinkedHashMap<>();
        private @Nullable Path workingDirectory;
        private @Nullable Path baseDirectory;
        private final List<Path> protectedFiles = new ArrayList<>();
        private StdioOptions options = StdioOptions.defaults();
        private boolean plainPipes;

        private Builder(String name, String command) {
            this.name = Objects.requireNonNull(name, "name");
            this.command = Objects.requireNonNull(command, "command");
        }

        public Builder arguments(List<String> values) {
            arguments = List.copyOf(values);
            return this;
        }

        public Builder arguments(String... values) {
            return arguments(List.of(values));
        }

        /** Adds variables to the environment of the server. Their values are masked in all text that mcpflux shows. */
        public Builder environment(Map<String, String> variables) {
            environment.putAll(variables);
            return this;
        }

        /**
         * Adds more values that mcpflux never shows, for instance a token among the arguments. Where the server prints
         * one, {@code ${name}} is shown instead.
         */
        public Builder masked(Map<String, String> secrets) {
            masked.putAll(secrets);
            return this;
        }

        /** The directory to start the server in; default is the working directory of this process. */
        public Builder workingDirectory(@Nullable Path directory) {
            workingDirectory = directory;
            return this;
        }

        /** What relative paths of the sandbox are relative to; default is the working directory of the server. */
        public Builder baseDirectory(@Nullable Path directory) {
            baseDirectory = directory;
            return this;
        }

        /** A file that a sandboxed server may not write in any case, such as the configuration that describes the sandbox. */
        public Builder protectedFile(Path file) {
            protectedFiles.add(file);
            return this;
        }

        public Builder options(StdioOptions values) {
            options = values;
            return this;
        }

        /** Uses the streams of the JDK for the pipes; for tests. */
        Builder plainPipes() {
            plainPipes = true;
            return this;
        }

        public StdioTransport build() {
            return new StdioTransport(
                    new LaunchSpec(
                            name,
                            command,
                            arguments,
                            Map.copyOf(environment),
                            Map.copyOf(masked),
                            workingDirectory,
                            baseDirectory,
                            List.copyOf(protectedFiles),
                            options),
                    options,
                    plainPipes);
        }
    }
}
