package dev.mcpflux.cli.install;

import dev.mcpflux.internal.Checks;
import dev.mcpflux.transport.http.ProxySettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was said about a server to be added besides its source. Immutable. Values of variables and headers are never shown. */
public final class InstallOptions {

    /** The registry that is asked unless another one is named. */
    public static final URI OFFICIAL_REGISTRY = URI.create("https://registry.modelcontextprotocol.io");

    private final @Nullable String name;
    private final Map<String, String> environment;
    private final Map<String, String> headers;
    private final @Nullable String transport;
    private final @Nullable String packageName;
    private final @Nullable String sha256;
    private final URI registry;
    private final ProxySettings proxies;
    private final Duration timeout;
    private final Path directory;
    private final Path dataDirectory;

    private InstallOptions(Builder from) {
        name = from.name;
        // in the order of the command line
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(from.environment));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(from.headers));
        transport = from.transport;
        packageName = from.packageName;
        sha256 = from.sha256;
        registry = Objects.requireNonNull(from.registry, "registry");
        proxies = Objects.requireNonNull(from.proxies, "proxies");
        Checks.positive("timeout", from.timeout);
        timeout = from.timeout;
        directory = Objects.requireNonNull(from.directory, "directory");
        dataDirectory = Objects.requireNonNull(from.dataDirectory, "dataDirectory");
    }

    public static InstallOptions defaults() {
        return builder().build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.name = name;
        builder.environment = environment;
        builder.headers = headers;
        builder.transport = transport;
        builder.packageName = packageName;
        builder.sha256 = sha256;
        builder.registry = registry;
        builder.proxies = proxies;
        builder.timeout = timeout;
        builder.directory = directory;
        builder.dataDirectory = dataDirectory;
        return builder;
    }

    /** What the server is called; default null, taken from its source. */
    public @Nullable String name() {
        return name;
    }

    /** More environment variables of a server that is a process; they may hold variables themselves. Default none. */
    public Map<String, String> environment() {
        return environment;
    }

    /** More headers of a server that is reached by a URL; they may hold variables. Default none. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Which way to reach a server is taken of several: {@code stdio}, {@code http} or {@code sse}; default null, the first. */
    public @Nullable String transport() {
        return transport;
    }

    /** Which package is taken of several: its kind such as {@code npm}, or its name; default null, the first. */
    public @Nullable String packageName() {
        return packageName;
    }

    /** The hash that a bundle must have, in hexadecimal; default null. */
    public @Nullable String sha256() {
        return sha256;
    }

    /** The base of the registry's API; default {@link #OFFICIAL_REGISTRY}. */
    public URI registry() {
        return registry;
    }

    /** The proxies that registries and bundles are reached through; default none. */
    public ProxySettings proxies() {
        return proxies;
    }

    /** How long a registry may take to answer, and a download may make no progress; default 30 s. */
    public Duration timeout() {
        return timeout;
    }

    /** What relative paths of files start from; default the working directory. */
    public Path directory() {
        return directory;
    }

    /** Where bundles are unpacked, under {@code bundles}; default {@code mcpflux} in the user's directory for data. */
    public Path dataDirectory() {
        return dataDirectory;
    }

    /**
     * The directory of mcpflux for data: {@code XDG_DATA_HOME/mcpflux}, or what the system has in its place.
     *
     * @param environment the variables to look at
     */
    public static Path dataDirectory(Map<String, String> environment) {
        String home = System.getProperty("user.home", ".");
        String given = environment.get("XDG_DATA_HOME");
        // "All paths set in these environment variables must be absolute. […] consider the path invalid and ignore it."
        if (given != null && !given.isBlank() && Path.of(given).isAbsolute()) {
            return Path.of(given, "mcpflux");
        }
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("win")) {
            String local = environment.get("LOCALAPPDATA");
            return (local == null || local.isBlank() ? Path.of(home, "AppData", "Local") : Path.of(local))
                    .resolve("mcpflux");
        }
        return system.contains("mac")
                ? Path.of(home, "Library", "Application Support", "mcpflux")
                : Path.of(home, ".local", "share", "mcpflux");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InstallOptions that
                && Objects.equals(name, that.name)
                && environment.equals(that.environment)
                && headers.equals(that.headers)
                && Objects.equals(transport, that.transport)
                && Objects.equals(packageName, that.packageName)
                && Objects.equals(sha256, that.sha256)
                && registry.equals(that.registry)
                && proxies.equals(that.proxies)
                && timeout.equals(that.timeout)
                && directory.equals(that.directory)
                && dataDirectory.equals(that.dataDirectory);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                name,
                environment,
                headers,
                transport,
                packageName,
                sha256,
                registry,
                proxies,
                timeout,
                directory,
                dataDirectory);
    }

    /** Names variables and headers without their values. */
    @Override
    public String toString() {
        return "InstallOptions[name: " + name + ", environment: " + environment.keySet() + ", headers: "
                + headers.keySet() + ", transport: " + transport + ", package: " + packageName + ", sha256: " + sha256
                + ", registry: " + Addresses.origin(registry) + ", timeout: " + timeout.toMillis() + " ms]";
    }

    /** Collects options. */
    public static final class Builder {

        private @Nullable String name;
        private Map<String, String> environment = Map.of();
        private Map<String, String> headers = Map.of();
        private @Nullable String transport;
        private @Nullable String packageName;
        private @Nullable String sha256;
        private URI registry = OFFICIAL_REGISTRY;
        private ProxySettings proxies = ProxySettings.none();
        private Duration timeout = Duration.ofSeconds(30);
        private Path directory = Path.of("").toAbsolutePath();
        private Path dataDirectory = InstallOptions.dataDirectory(System.getenv());

        private Builder() {}

        public Builder name(@Nullable String value) {
            name = value;
            return this;
        }

        public Builder environment(Map<String, String> value) {
            environment = new LinkedHashMap<>(value);
            return this;
        }

        public Builder headers(Map<String, String> value) {
            headers = new LinkedHashMap<>(value);
            return this;
        }

        public Builder transport(@Nullable String value) {
            transport = value;
            return this;
        }

        public Builder packageName(@Nullable String value) {
            packageName = value;
            return this;
        }

        public Builder sha256(@Nullable String value) {
            sha256 = value;
            return this;
        }

        public Builder registry(URI value) {
            registry = value;
            return this;
        }

        public Builder proxies(ProxySettings value) {
            proxies = value;
            return this;
        }

        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        public Builder dataDirectory(Path value) {
            dataDirectory = value;
            return this;
        }

        public InstallOptions build() {
            return new InstallOptions(this);
        }
    }
}
