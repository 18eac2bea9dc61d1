package dev.mcpflux.host.config;

import dev.mcpflux.host.variable.VariableResolver;
import dev.mcpflux.host.variable.VariableSources;
import dev.mcpflux.host.variable.VariableValues;
import dev.mcpflux.transport.http.HttpExchangeFilter;
import dev.mcpflux.transport.http.HttpPool;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.http.ProxySettings;
import dev.mcpflux.transport.http.auth.HttpAuthorization;
import dev.mcpflux.transport.http.auth.HttpAuthorizer;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Makes transports of definitions, and is the only place that does. Variables are resolved then, each time anew, so that a
 * server that is started again sees what has changed. Its HTTP transports share their connections of TCP. Any thread may
 * use it, as far as the source of variables may be used by any.
 */
public final class TransportFactory {

    private final VariableResolver variables;
    private final @Nullable ProxySettings proxies;
    private final @Nullable HttpAuthorizer authorizer;

    /** Made with the first server that is reached by a URL; guarded by this. */
    private @Nullable HttpPool pool;

    /**
     * A factory whose only source of variables is an environment, besides the standard stores of secrets.
     *
     * @param variables the value of a variable by its name, or null where it is not set
     * @param proxies for servers that are reached by a URL and name no proxy; null for what the system properties of Java say
     * @param authorizer of requests to servers that are reached by a URL; null for none
     */
    public TransportFactory(
            UnaryOperator<@Nullable String> variables,
            @Nullable ProxySettings proxies,
            @Nullable HttpAuthorizer authorizer) {
        this(VariableSources.builder().environment(variables).build(), proxies, authorizer);
    }

    /**
     * A factory.
     *
     * @param variables where the values of variables come from
     * @param proxies for servers that are reached by a URL and name no proxy; null for what the system properties of Java say
     * @param authorizer of requests to servers that are reached by a URL; null for none
     */
    public TransportFactory(
            VariableSources variables, @Nullable ProxySettings proxies, @Nullable HttpAuthorizer authorizer) {
        this.variables = new VariableResolver(variables);
        this.proxies = proxies;
        this.authorizer = authorizer;
    }

    /**
     * The transport of a server, which holds no resource yet.
     *
     * @return fails with {@link McpConfigurationException}, which names the place in the file, where a variable is not set,
     *     where what it stands for makes no sense, and where the server is invalid or switched off; fails as its
     *     {@link ServerOptions#guard()} where that does not permit the start. Each subscription asks the guard, makes a
     *     transport and resolves the variables anew; answers to inputs are kept. Emits before {@code subscribe} returns,
     *     unless the guard takes time, an input has to be asked for, or a file or a secret has to be read. <em>Cancellation</em>
     *     ends the question or the program that is waited for.
     */
    public Mono<Transport> transport(ServerDefinition definition) {
        return transport(definition, Mono.never());
    }

    /**
     * The same, as long as it is wanted.
     *
     * @param stop when it completes while a value is waited for, the waiting ends as if it was cancelled, and the transport
     *     completes without a value
     */
    public Mono<Transport> transport(ServerDefinition definition, Mono<Void> stop) {
        Mono<Transport> made = variables.resolve(definition.name(), stop, values -> make(definition, values));
        StartGuard guard = definition.options().guard();
        boolean startable =
                definition.options().disabled() == null && !(definition instanceof ServerDefinition.Invalid);
        return guard == null || !startable
                ? made
                : Mono.defer(() -> guard.permit(definition))
                        .takeUntilOther(stop)
                        .then(made);
    }

    private Transport make(ServerDefinition definition, VariableValues values) {
        String disabled = definition.options().disabled();
        if (disabled != null) {
            throw new McpConfigurationException(definition.name(), "it is switched off by " + disabled);
        }
        if (definition instanceof ServerDefinition.Stdio stdio) {
            return process(stdio, values);
        }
        if (definition instanceof ServerDefinition.Http http) {
            return http(http, values);
        }
        if (definition instanceof ServerDefinition.Invalid invalid) {
            throw McpConfigurationException.at(invalid.place(), invalid.name(), invalid.problem());
        }
        return ((ServerDefinition.Custom) definition).transport();
    }

    private static Transport process(ServerDefinition.Stdio server, VariableValues variables) {
        String name = server.name();
        String command = server.command().resolve(name, variables);
        if (command.isBlank()) {
            throw server.command().problem(name, "expected the program that is the server, found an empty string");
        }
        Map<String, String> environment = new LinkedHashMap<>(fromFile(server, variables));
        server.environment().forEach((variable, value) -> environment.put(variable, value.resolve(name, variables)));
        StartGuard guard = server.options().guard();
        if (guard != null) {
            guard.checkEnvironment(server, environment);
        }
        List<String> arguments = new ArrayList<>();
        server.arguments().forEach(argument -> arguments.add(argument.resolve(name, variables)));
        StdioTransport.Builder transport = StdioTransport.builder(name, command);
        Path file = server.command().file();
        if (file != null) {
            // a server that could write it would have another sandbox at its next start
            transport.protectedFile(file);
        }
        return transport
                .arguments(arguments)
                .environment(environment)
                .workingDirectory(directory(server, variables))
                .baseDirectory(server.baseDirectory())
                .options(server.stdio())
                .masked(variables.found())
                .build();
    }

    /** The variables of the file that the definition names; those of the definition itself come on top. */
    private static Map<String, String> fromFile(ServerDefinition.Stdio server, VariableValues variables) {
        Template file = server.environmentFile();
        return file == null
                ? Map.of()
                : variables.environmentFile(
                        path(server, file, variables), problem -> file.problem(server.name(), problem));
    }

    private static @Nullable Path directory(ServerDefinition.Stdio server, VariableValues variables) {
        Template directory = server.workingDirectory();
        return directory == null ? null : path(server, directory, variables);
    }

    private static Path path(ServerDefinition.Stdio server, Template template, VariableValues variables) {
        String path = template.resolve(server.name(), variables);
        Path base = server.baseDirectory();
        try {
            // a relative one is relative to the file, so that the file can be used from anywhere
            return base == null ? Path.of(path) : base.resolve(path);
        } catch (InvalidPathException e) {
            throw template.problem(server.name(), "expected a path: " + e.getReason());
        }
    }

    private Transport http(ServerDefinition.Http server, VariableValues variables) {
        String name = server.name();
        HttpTransport.Builder transport = builder(server, variables);
        server.headers().forEach((header, value) -> {
            String text = value.resolve(name, variables);
            try {
                transport.header(header, text);
            } catch (IllegalArgumentException e) {
                throw value.problem(name, String.valueOf(e.getMessage()));
            }
        });
        Template proxy = server.proxy();
        if (proxy != null) {
            transport.proxy(proxy(name, proxy, variables));
        } else if (proxies != null) {
            transport.proxy(proxies);
        }
        HttpExchangeFilter filter = filter(server, variables);
        if (filter != null) {
            transport.filter(filter);
        }
        return transport
                .kind(server.kind())
                .options(server.http())
                .pool(pool())
                .masked(variables.found())
                .build();
    }

    private @Nullable HttpExchangeFilter filter(ServerDefinition.Http server, VariableValues variables) {
        ServerAuthorization authorization = server.authorization();
        if (authorization instanceof ServerAuthorization.Filter own) {
            return own.filter();
        }
        if (authorization instanceof ServerAuthorization.HeadersOnly) {
            return null;
        }
        boolean unspecified = authorization instanceof ServerAuthorization.Unspecified;
        boolean header = server.headers().keySet().stream().anyMatch("Authorization"::equalsIgnoreCase);
        if (unspecified && (authorizer == null || header)) {
            return null;
        }
        if (authorizer == null) {
            throw new McpConfigurationException(
                    server.name(),
                    "it has to be authorized by a helper or by OAuth, and this host has no authorizer: see the module"
                            + " mcpflux-auth and HostConfig.Builder.authorizer");
        }
        String name = server.name();
        URI resource = URI.create(server.url().resolve(name, variables));
        try {
            return authorizer.authorize(name, resource, resolved(name, authorization, variables));
        } catch (IllegalArgumentException e) {
            throw refused(name, authorization, String.valueOf(e.getMessage()));
        }
    }

    /** With the place of the setting that a problem begins with. */
    private static McpConfigurationException refused(String name, ServerAuthorization authorization, String problem) {
        if (authorization instanceof ServerAuthorization.OAuth oauth) {
            for (Map.Entry<OAuthSetting, Template> setting : oauth.settings().entrySet()) {
                if (problem.startsWith("\"" + setting.getKey().key() + "\"")) {
                    return setting.getValue().problem(name, problem);
                }
            }
        }
        return new McpConfigurationException(name, problem);
    }

    private static HttpAuthorization resolved(
            String name, ServerAuthorization authorization, VariableValues variables) {
        if (authorization instanceof ServerAuthorization.Helper helper) {
            return new HttpAuthorization.Helper(helper.command().stream()
                    .map(word -> word.resolve(name, variables))
                    .toList());
        }
        Map<OAuthSetting, String> settings = new EnumMap<>(OAuthSetting.class);
        if (authorization instanceof ServerAuthorization.OAuth oauth) {
            oauth.settings().forEach((setting, value) -> settings.put(setting, value.resolve(name, variables)));
        }
        return new HttpAuthorization.OAuth(settings);
    }

    private static HttpTransport.Builder builder(ServerDefinition.Http server, VariableValues variables) {
        String url = server.url().resolve(server.name(), variables);
        try {
            return HttpTransport.builder(server.name(), url);
        } catch (IllegalArgumentException e) {
            throw server.url().problem(server.name(), String.valueOf(e.getMessage()));
        }
    }

    private static ProxySettings proxy(String server, Template proxy, VariableValues variables) {
        String value = proxy.resolve(server, variables);
        if (value.isBlank() || value.strip().equalsIgnoreCase("none")) {
            return ProxySettings.none();
        }
        try {
            return ProxySettings.of(value);
        } catch (IllegalArgumentException e) {
            throw proxy.problem(server, String.valueOf(e.getMessage()));
        }
    }

    private synchronized HttpPool pool() {
        if (pool == null) {
            pool = HttpPool.create();
        }
        return pool;
    }
}
