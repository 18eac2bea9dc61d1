package dev.mcpflux.host;

import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.config.ConfigFile;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.StartGuard;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.variable.InputAsker;
import dev.mcpflux.host.variable.SecretStore;
import dev.mcpflux.host.variable.VariableSources;
import dev.mcpflux.transport.http.ProxySettings;
import dev.mcpflux.transport.http.auth.HttpAuthorizer;
import dev.mcpflux.transport.spi.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The configuration of a host. Immutable, and comparable: two configurations are equal if all their parts are. What sessions
 * have learned (the memory of the session's options) does not count. {@code toString()} shows no secret.
 *
 * @param servers in the order in which they are started; names are unique
 * @param session how sessions behave, where a server says nothing else. Options without a validator get a
 *     {@link dev.mcpflux.schema.JsonSchemaValidator}; {@link SessionOptions.Builder#withoutSchemas()} goes without
 * @param startup what opening the host waits for
 * @param maxConcurrentStarts how many servers are being started at a time; default 32
 * @param closeTimeout for shutting down the whole host, server after server; default 30 s. When two thirds of it are over, the
 *     servers that are left are closed all at once, and when all of it is, they are killed
 * @param shutdownHook whether the host is shut down when the JVM has to end (TERM, INT, {@code System.exit}); default
 *     true. For one that is killed outright see {@link dev.mcpflux.transport.stdio.StdioOptions#watchdog()}
 * @param shutdownGrace how long this hook lets calls that are under way end first: until none has been for 200 ms, and no
 *     longer than this; default 5 s. New calls are not refused meanwhile, since requests that an application is still
 *     answering may need them. A {@link McpHost#close()} ends the waiting. Zero goes without
 * @param proxies for servers that are reached by a URL and name no proxy; null for what the system properties of Java say
 * @param authorizer of requests to servers that are reached by a URL; null for none. The host does not close it
 * @param filters what sees each operation before it goes to a server, the first one first; default none, which costs nothing
 * @param approver asks a person about calls that the configuration of a server wants approved
 *     ({@link dev.mcpflux.host.config.CallPolicy}); null, the default, where there is nobody to ask. It is called as
 *     {@link dev.mcpflux.host.filter.ToolPolicy#ask()} is
 * @param monitors what follows each host of this configuration from its start to its end; default none, which costs nothing
 * @param variables where the values of variables come from when a server starts
 * @param decorator changes the transport of each server, such as to record its messages; default none
 * @param catalogueCache a directory that keeps what servers list from one run to the next: then a host lists what its servers
 *     offer without starting those that are {@linkplain dev.mcpflux.host.config.LifetimeOptions#lazy() lazy}. Null, the
 *     default, for none. Only lists that were read without a caller are kept; only the owner can read the files
 * @param guards of files: servers that {@link McpHost#follow} reads from a file later get the guard that
 *     {@linkplain StartGuard#covers covers} it; default none
 * @param warnings warnings of the file that was read
 */
public record HostConfig(
        List<ServerDefinition> servers,
        SessionOptions session,
        Startup startup,
        int maxConcurrentStarts,
        Duration closeTimeout,
        boolean shutdownHook,
        Duration shutdownGrace,
        @Nullable ProxySettings proxies,
        @Nullable HttpAuthorizer authorizer,
        List<HostFilter> filters,
        @Nullable Function<ApprovalQuestion, Mono<Approval>> approver,
        List<HostMonitor> monitors,
        VariableSources variables,
        UnaryOperator<Transport> decorator,
        @Nullable Path catalogueCache,
        List<StartGuard> guards,
        List<String> warnings) {

    private static final UnaryOperator<Transport> UNDECORATED = UnaryOperator.identity();

    /** What opening the host waits for. */
    public enum Startup {
        /** Until every server is ready or has failed; the default. */
        SETTLED,
        /** Until every required server is ready. The others go on starting; what is asked of one waits for it. */
        REQUIRED
    }

    public HostConfig {
        servers = List.copyOf(servers);
        filters = List.copyOf(filters);
        monitors = List.copyOf(monitors);
        Objects.requireNonNull(variables, "variables");
        Objects.requireNonNull(decorator, "decorator");
        guards = List.copyOf(guards);
        warnings = List.copyOf(warnings);
        session = DefaultSchemas.in(Objects.requireNonNull(session, "session"));
        Objects.requireNonNull(startup, "startup");
        if (maxConcurrentStarts < 1) {
            throw new IllegalArgumentException("maxConcurrentStarts must be positive: " + maxConcurrentStarts);
        }
        if (closeTimeout.isNegative() || closeTimeout.isZero()) {
            throw new IllegalArgumentException("closeTimeout must be positive: " + closeTimeout);
        }
        if (shutdownGrace.isNegative()) {
            throw new IllegalArgumentException("shutdownGrace must not be negative: " + shutdownGrace);
        }
        Set<String> names = new HashSet<>();
        for (ServerDefinition server : servers) {
            if (!names.add(server.name())) {
                throw new McpConfigurationException(null, "two servers are called '" + server.name() + "'");
            }
        }
        if (servers.stream().anyMatch(server -> !server.options().dependsOn().isEmpty())) {
            // fails where servers depend on each other in a circle
            StartOrder.of(servers, Function.identity());
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A host of these servers, everything else as by default. */
    public static HostConfig of(Transport... transports) {
        Builder builder = builder();
        for (Transport transport : transports) {
            builder.server(transport);
        }
        return builder.build();
    }

    /**
     * Reads a file of the form {@code {"mcpServers": {"name": {"command": …, "args": […], "env": {…}, "cwd": …}}}}, where a
     * server may have {@code {"url": …, "headers": {…}}} in place of a command. A server whose entry is wrong becomes one that
     * fails to start, so that it takes no other down. Blocks while it reads: call it where a program begins. Variables in what a server is started or reached with are resolved when it starts.
     *
     * @throws McpConfigurationException if the file cannot be read or is not of that form as a whole
     */
    public static HostConfig load(Path file) {
        return read(file).build();
    }

    /**
     * The same, with the proxies for servers that are reached by a URL and name none themselves by {@code "proxy"}; without it
     * they are those of the system properties of Java.
     *
     * @throws McpConfigurationException if the file cannot be read or is not of that form as a whole
     */
    public static HostConfig load(Path file, ProxySettings proxies) {
        return read(file).proxies(proxies).build();
    }

    /** A host of the servers of a file that has been read, everything else as by default. */
    public static HostConfig of(ConfigFile.Content content) {
        return builder(content).build();
    }

    private static Builder read(Path file) {
        return builder(new ConfigFile(file, System::getenv)
                .workspace(Path.of("").toAbsolutePath())
                .read());
    }

    private static Builder builder(ConfigFile.Content content) {
        Builder builder = builder();
        content.servers().forEach(builder::server);
        content.warnings().forEach(builder::warning);
        if (!content.inputs().isEmpty()) {
            builder.variables(sources -> sources.inputs(content.inputs()));
        }
        return builder;
    }

    /** Whether hosts of both would do the same; {@link #warnings()} do not count. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostConfig that
                && servers.equals(that.servers)
                && session.equals(that.session)
                && startup == that.startup
                && maxConcurrentStarts == that.maxConcurrentStarts
                && closeTimeout.equals(that.closeTimeout)
                && shutdownHook == that.shutdownHook
                && shutdownGrace.equals(that.shutdownGrace)
                && Objects.equals(proxies, that.proxies)
                && Objects.equals(authorizer, that.authorizer)
                && filters.equals(that.filters)
                && Objects.equals(approver, that.approver)
                && monitors.equals(that.monitors)
                && variables.equals(that.variables)
                && decorator.equals(that.decorator)
                && Objects.equals(catalogueCache, that.catalogueCache)
                && guards.equals(that.guards);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                servers,
                session,
                startup,
                maxConcurrentStarts,
                closeTimeout,
                shutdownHook,
                shutdownGrace,
                proxies,
                authorizer,
                filters,
                approver,
                monitors,
                variables,
                decorator,
                catalogueCache,
                guards);
    }

    /** A builder that starts from this configuration. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.servers.addAll(servers);
        builder.warnings.addAll(warnings);
        builder.filters.addAll(filters);
        builder.approver = approver;
        builder.monitors.addAll(monitors);
        builder.variables = variables;
        builder.decorator = decorator;
        builder.catalogueCache = catalogueCache;
        builder.guards.addAll(guards);
        builder.session = session;
        builder.startup = startup;
        builder.maxConcurrentStarts = maxConcurrentStarts;
        builder.closeTimeout = closeTimeout;
        builder.shutdownHook = shutdownHook;
        builder.shutdownGrace = shutdownGrace;
        builder.proxies = proxies;
        builder.authorizer = authorizer;
        return builder;
    }

    /** Collects a configuration. */
    public static final class Builder {
        private final List<ServerDefinition> servers = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private SessionOptions session = SessionOptions.defaults();
        private Startup startup = Startup.SETTLED;
        private int maxConcurrentStarts = 32;
        private Duration closeTimeout = Duration.ofSeconds(30);
        private boolean shutdownHook = true;
        private Duration shutdownGrace = Duration.ofSeconds(5);
        private @Nullable ProxySettings proxies;
        private @Nullable HttpAuthorizer authorizer;
        private final List<HostFilter> filters = new ArrayList<>();
        private @Nullable Function<ApprovalQuestion, Mono<Approval>> approver;
        private final List<HostMonitor> monitors = new ArrayList<>();
        private VariableSources variables = VariableSources.defaults();
        private UnaryOperator<Transport> decorator = UNDECORATED;
        private @Nullable Path catalogueCache;
        private final List<StartGuard> guards = new ArrayList<>();

        private Builder() {}

        /** Leaves out the servers that this refuses. */
        public Builder only(Predicate<ServerDefinition> wanted) {
            servers.removeIf(wanted.negate());
            return this;
        }

        public Builder server(ServerDefinition server) {
            servers.add(server);
            return this;
        }

        /** A server that is reached by a transport made elsewhere. */
        public Builder server(Transport transport) {
            return server(ServerDefinition.of(transport));
        }

        /** Changes each server, for instance to set limits that stand above those of a file. */
        public Builder servers(UnaryOperator<ServerDefinition> change) {
            servers.replaceAll(change);
            return this;
        }

        /**
         * How sessions behave. Options that say nothing about a validator of schemas get the host's; to check nothing, say
         * {@link SessionOptions.Builder#withoutSchemas()}.
         */
        public Builder session(SessionOptions options) {
            session = options;
            return this;
        }

        /**
         * Changes what there is of the session's options, {@code .session(options -> options.handlers(…))}; their validator
         * stays, unless the change sets another or none.
         */
        public Builder session(UnaryOperator<SessionOptions.Builder> change) {
            session = change.apply(session.mutate()).build();
            return this;
        }

        public Builder startup(Startup policy) {
            startup = policy;
            return this;
        }

        public Builder maxConcurrentStarts(int servers) {
            maxConcurrentStarts = servers;
            return this;
        }

        public Builder closeTimeout(Duration limit) {
            closeTimeout = limit;
            return this;
        }

        public Builder shutdownHook(boolean value) {
            shutdownHook = value;
            return this;
        }

        /** How long the hook lets calls that are under way end first; zero for not at all. */
        public Builder shutdownGrace(Duration limit) {
            shutdownGrace = limit;
            return this;
        }

        Builder warning(String warning) {
            warnings.add(warning);
            return this;
        }

        /** For servers that are reached by a URL and name no proxy; null for what the system properties of Java say. */
        public Builder proxies(@Nullable ProxySettings settings) {
            proxies = settings;
            return this;
        }

        /**
         * Authorizes requests to servers that are reached by a URL, as their {@code auth} and {@code oauth} say; null for none.
         * The module {@code mcpflux-auth} has one. Whoever makes it closes it, after the host.
         */
        public Builder authorizer(@Nullable HttpAuthorizer value) {
            authorizer = value;
            return this;
        }

        /** Adds a filter behind those that were added before. */
        public Builder filter(HostFilter filter) {
            filters.add(filter);
            return this;
        }

        /**
         * Asks a person about calls that the configuration of a server wants approved; null where there is nobody. The filters of
         * the application ask by themselves.
         */
        public Builder approver(@Nullable Function<ApprovalQuestion, Mono<Approval>> value) {
            approver = value;
            return this;
        }

        /** Adds what follows each host of this configuration from its start to its end. */
        public Builder monitor(HostMonitor monitor) {
            monitors.add(monitor);
            return this;
        }

        /**
         * Changes where the values of variables come from: {@code variables(sources -> sources.commandInputs(true))}.
         */
        public Builder variables(UnaryOperator<VariableSources.Builder> change) {
            variables = change.apply(variables.mutate()).build();
            return this;
        }

        /** Asks for the inputs that servers need when they start, each once; null for nobody. */
        public Builder inputs(@Nullable InputAsker asker) {
            return variables(sources -> sources.asker(asker));
        }

        /**
         * Looks up the secrets that servers need when they start; null for {@link
         * dev.mcpflux.host.variable.SecretStores#standard()}.
         */
        public Builder secrets(@Nullable SecretStore store) {
            return variables(sources -> sources.secrets(store));
        }

        /** What {@code ${workspaceFolder}} stands for; null for the directory of the project that a file belongs to. */
        public Builder workspace(@Nullable Path directory) {
            return variables(sources -> sources.workspace(directory));
        }

        /**
         * Decorates the transport of each server, each time it starts; what was set before is applied first. For instance
         * {@code decorator(feed::tap)} with a {@link dev.mcpflux.transport.wire.WireFeed}.
         */
        public Builder decorator(UnaryOperator<Transport> change) {
            UnaryOperator<Transport> before = decorator;
            decorator = before.equals(UNDECORATED) ? change : transport -> change.apply(before.apply(transport));
            return this;
        }

        /** Keeps what servers list in this directory, from one run to the next; null for not at all. */
        public Builder catalogueCache(@Nullable Path directory) {
            catalogueCache = directory;
            return this;
        }

        /** Adds a guard for the servers that are read from its file later; those that are known already are not changed. */
        public Builder guard(StartGuard guard) {
            guards.add(guard);
            return this;
        }

        public HostConfig build() {
            return new HostConfig(
                    servers,
                    session,
                    startup,
                    maxConcurrentStarts,
                    closeTimeout,
                    shutdownHook,
                    shutdownGrace,
                    proxies,
                    authorizer,
                    filters,
                    approver,
                    monitors,
                    variables,
                    decorator,
                    catalogueCache,
                    guards,
                    warnings);
        }
    }
}
