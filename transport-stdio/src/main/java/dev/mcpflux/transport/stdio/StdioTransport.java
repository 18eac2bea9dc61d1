package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.Multiplexer;
import dev.mcpflux.transport.Transport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server that is started as a child process and spoken to over its standard streams, one JSON-RPC message a line
 * (specification: basic/transports, stdio). The child gets an allow-list of this process's environment (PATH, HOME,
 * LANG and the like) and what is configured here, nothing else.
 *
 * <p>Threads: each connection has a daemon thread, named after the server, that launches it, reads its stdout and routes (it
 * carries Reactor's {@code NonBlocking} marker). On Linux who sends writes to stdin, without ever waiting: when the pipe is
 * full, a thread that all connections share goes on once there is room; another one drains the stderr of all. Elsewhere
 * a thread per connection drains stderr, and one that writes stdin comes and goes with the traffic.
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
     * Starts a recipe.
     *
     * @param name the server's name
     * @param command the program: a path, or a name that is looked up on the PATH that the server will have
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

    /** Names the server and the command; arguments and environment may hold secrets. */
    @Override
    public String toString() {
        return "StdioTransport[" + launch.name() + ": " + launch.command() + ", "
                + launch.arguments().size() + " arguments]";
    }

    /** Collects what a server is started with. */
    public static final class Builder {
        private final String name;
        private final String command;
        private List<String> arguments = List.of();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Map<String, String> masked = new LinkedHashMap<>();
        private @Nullable Path workingDirectory;
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

        /** Adds variables to the environment of the server. Their values are masked wherever mcpflux shows text. */
        public Builder environment(Map<String, String> variables) {
            environment.putAll(variables);
            return this;
        }

        /**
         * Names more values that mcpflux shows nowhere, for instance a token among the arguments: where the server
         * prints one, {@code ${name}} is shown instead.
         */
        public Builder masked(Map<String, String> secrets) {
            masked.putAll(secrets);
            return this;
        }

        /** Where the server is started; default where this process was. */
        public Builder workingDirectory(@Nullable Path directory) {
            workingDirectory = directory;
            return this;
        }

        public Builder options(StdioOptions values) {
            options = values;
            return this;
        }

        /** With the pipes that are used where there are no better ones; for tests. */
        Builder plainPipes() {
            plainPipes = true;
            return this;
        }

        public StdioTransport build() {
            return new StdioTransport(
                    new LaunchSpec(
                            name, command, arguments, Map.copyOf(environment), Map.copyOf(masked), workingDirectory),
                    options,
                    plainPipes);
        }
    }
}
