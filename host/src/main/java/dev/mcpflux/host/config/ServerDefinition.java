package dev.mcpflux.host.config;

import dev.mcpflux.internal.Masker;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpOptions;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server of a host, as data. Every source of configuration ends here, and {@link TransportFactory} makes the transport
 * when the server starts; until then variables are templates. Immutable, and comparable: two definitions are equal if they
 * describe the same server with the same options, wherever in a file they stand.
 *
 * <p>{@code toString()} shows no arguments, values of the environment, headers, or the path and query of a URL.
 */
public sealed interface ServerDefinition {

    /** Between the name of a server and that of its tool; no name of a server contains it. */
    String NAME_SEPARATOR = "__";

    /** The name of the server, unique in its host. */
    String name();

    /** What the host does with it. */
    ServerOptions options();

    /** The same server with other options: {@code definition.with(options -> options.required(true))}. */
    ServerDefinition with(UnaryOperator<ServerOptions.Builder> change);

    /** Whether the server is reached by a network: then a new connection starts nothing, and may be tried at any time. */
    boolean remote();

    /** A child process; the texts hold no variables, whatever they look like. */
    static Stdio stdio(String name, String command, String... arguments) {
        return new Stdio(
                name,
                Template.literal(command),
                Arrays.stream(arguments).map(Template::literal).toList(),
                Map.of(),
                null,
                null,
                StdioOptions.defaults(),
                ServerOptions.defaults());
    }

    /**
     * A server that is reached by a URL, which holds no variables, whatever it looks like.
     *
     * @throws IllegalArgumentException if it is no {@code http} or {@code https} URL; the message does not quote it
     */
    static Http http(String name, String url) {
        HttpTransport.builder(name, url);
        return new Http(
                name,
                Template.literal(url),
                HttpKind.AUTO,
                Map.of(),
                null,
                ServerAuthorization.unspecified(),
                HttpOptions.defaults(),
                ServerOptions.defaults());
    }

    /** A server that is reached by a transport made elsewhere. */
    static Custom of(Transport transport) {
        return new Custom(transport, ServerOptions.defaults());
    }

    /**
     * A child process that is spoken to over its standard streams.
     *
     * @param command the program: a path, or a name that is looked up on the PATH that the server will have
     * @param environment variables for the process besides the few that every process needs
     * @param environmentFile a file of {@code NAME=value} lines with more variables, which those of {@code environment} stand
     *     above; it is read each time the server starts. Null for none
     * @param workingDirectory where it is started; null for where this process was
     * @param baseDirectory what a relative {@code workingDirectory} or {@code environmentFile} is relative to; null for where this
     *     process was started
     * @param stdio limits of the connection
     */
    record Stdio(
            String name,
            Template command,
            List<Template> arguments,
            Map<String, Template> environment,
            @Nullable Template environmentFile,
            @Nullable Template workingDirectory,
            @Nullable Path baseDirectory,
            StdioOptions stdio,
            ServerOptions options)
            implements ServerDefinition {

        /** A child process without a file of variables. */
        public Stdio(
                String name,
                Template command,
                List<Template> arguments,
                Map<String, Template> environment,
                @Nullable Template workingDirectory,
                @Nullable Path baseDirectory,
                StdioOptions stdio,
                ServerOptions options) {
            this(name, command, arguments, environment, null, workingDirectory, baseDirectory, stdio, options);
        }

        private static final Pattern SECRET_NAME = Pattern.compile(
                "token|secret|passw|pwd|key|auth|cred|bearer|session|private", Pattern.CASE_INSENSITIVE);

        private static final Pattern SECRET_VALUE = Pattern.compile("[A-Za-z0-9_+=-]{6,}");

        public Stdio {
            ServerNames.require(name);
            Objects.requireNonNull(command, "command");
            Objects.requireNonNull(stdio, "stdio");
            Objects.requireNonNull(options, "options");
            arguments = List.copyOf(arguments);
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }

        @Override
        public Stdio with(UnaryOperator<ServerOptions.Builder> change) {
            return new Stdio(
                    name,
                    command,
                    arguments,
                    environment,
                    environmentFile,
                    workingDirectory,
                    baseDirectory,
                    stdio,
                    change.apply(options.mutate()).build());
        }

        /** The same process with these variables in its environment, and no others but the few that every process needs. */
        public Stdio withEnvironment(Map<String, Template> variables) {
            return new Stdio(
                    name,
                    command,
                    arguments,
                    variables,
                    environmentFile,
                    workingDirectory,
                    baseDirectory,
                    stdio,
                    options);
        }

        /** The same process with more variables from a file; null for none. */
        public Stdio withEnvironmentFile(@Nullable Template file) {
            return new Stdio(
                    name, command, arguments, environment, file, workingDirectory, baseDirectory, stdio, options);
        }

        /** The same process with other limits of its connection. */
        public Stdio withStdio(StdioOptions limits) {
            return new Stdio(
                    name,
                    command,
                    arguments,
                    environment,
                    environmentFile,
                    workingDirectory,
                    baseDirectory,
                    limits,
                    options);
        }

        @Override
        public boolean remote() {
            return false;
        }

        /**
         * The command and its arguments as they are configured, to be shown to a person before the server is started.
         * Variables are not resolved. Within a word, the value of a variable of the environment that is a secret by its name
         * is masked; a whole word, a path or a text with blanks never is, so that nobody hides a command that way. A secret that
         * is written into the arguments alone is shown.
         */
        public List<String> commandLine() {
            Map<String, String> values = new LinkedHashMap<>();
            environment.forEach((variable, value) -> {
                if (!value.hasVariables()
                        && SECRET_NAME.matcher(variable).find()
                        && SECRET_VALUE.matcher(value.plain()).matches()) {
                    values.put(variable, value.plain());
                }
            });
            Masker masker = new Masker(values, Map.of());
            return Stream.concat(Stream.of(command), arguments.stream())
                    .map(Template::plain)
                    .map(word -> values.containsValue(word) ? word : masker.mask(word))
                    .toList();
        }

        @Override
        public String toString() {
            return "Stdio[" + name + ": " + command.plain() + ", " + arguments.size() + " arguments, "
                    + environment.size() + " variables, " + options + "]";
        }
    }

    /**
     * A server that is reached by a URL.
     *
     * @param url the endpoint, with or without TLS
     * @param kind by which transport of HTTP
     * @param headers sent with every request, besides those of the protocol
     * @param proxy the URL of a proxy, {@code none} for no proxy, or null for that of the host
     * @param authorization how requests are authorized besides these headers
     * @param http limits of the connections
     */
    record Http(
            String name,
            Template url,
            HttpKind kind,
            Map<String, Template> headers,
            @Nullable Template proxy,
            ServerAuthorization authorization,
            HttpOptions http,
            ServerOptions options)
            implements ServerDefinition {

        public Http {
            ServerNames.require(name);
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(authorization, "authorization");
            Objects.requireNonNull(http, "http");
            Objects.requireNonNull(options, "options");
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }

        @Override
        public Http with(UnaryOperator<ServerOptions.Builder> change) {
            return new Http(
                    name,
                    url,
                    kind,
                    headers,
                    proxy,
                    authorization,
                    http,
                    change.apply(options.mutate()).build());
        }

        /**
         * The same server with one more header.
         *
         * @throws IllegalArgumentException if its name, or a value without variables, cannot stand in a request; the message
         *     does not quote the value
         */
        public Http withHeader(String header, Template value) {
            HttpTransport.builder(name, "http://localhost/").header(header, value.hasVariables() ? "" : value.plain());
            Map<String, Template> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Http(name, url, kind, more, proxy, authorization, http, options);
        }

        /** The same server with these headers, and no others. */
        public Http withHeaders(Map<String, Template> values) {
            return new Http(name, url, kind, values, proxy, authorization, http, options);
        }

        /** The same server with other limits of its connections. */
        public Http withHttp(HttpOptions limits) {
            return new Http(name, url, kind, headers, proxy, authorization, limits, options);
        }

        /** The same server with another way to authorize requests. */
        public Http withAuthorization(ServerAuthorization value) {
            return new Http(name, url, kind, headers, proxy, value, http, options);
        }

        /** The same server by another transport of HTTP. */
        public Http withKind(HttpKind value) {
            return new Http(name, url, value, headers, proxy, authorization, http, options);
        }

        @Override
        public boolean remote() {
            return true;
        }

        /** Scheme, host and port as they are configured, to be shown to a person; the rest of the URL may be a secret. */
        public String origin() {
            return Origin.of(name, url);
        }

        @Override
        public String toString() {
            return "Http[" + name + ": " + origin() + ", " + kind + ", " + headers.size() + " headers, " + options
                    + "]";
        }
    }

    /** A server that is reached by a transport made elsewhere; its name is that of the transport. */
    record Custom(Transport transport, ServerOptions options) implements ServerDefinition {

        public Custom {
            Objects.requireNonNull(transport, "transport");
            Objects.requireNonNull(options, "options");
            ServerNames.require(transport.name());
        }

        @Override
        public String name() {
            return transport.name();
        }

        @Override
        public Custom with(UnaryOperator<ServerOptions.Builder> change) {
            return new Custom(transport, change.apply(options.mutate()).build());
        }

        @Override
        public boolean remote() {
            return transport.remote();
        }

        @Override
        public String toString() {
            return "Custom[" + name() + ": " + transport.getClass().getSimpleName() + ", " + options + "]";
        }
    }

    /**
     * A server whose configuration is wrong: it fails to start, with what is wrong, and no other with it.
     *
     * @param problem what is wrong; it quotes no secret
     * @param place where, or null where it does not come from a file
     */
    record Invalid(String name, String problem, @Nullable ConfigPlace place, ServerOptions options)
            implements ServerDefinition {

        public Invalid {
            ServerNames.require(name);
            Objects.requireNonNull(problem, "problem");
            Objects.requireNonNull(options, "options");
        }

        @Override
        public Invalid with(UnaryOperator<ServerOptions.Builder> change) {
            return new Invalid(
                    name, problem, place, change.apply(options.mutate()).build());
        }

        @Override
        public boolean remote() {
            return false;
        }
    }
}
