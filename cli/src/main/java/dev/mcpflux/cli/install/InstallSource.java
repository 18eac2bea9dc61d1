package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import reactor.core.publisher.Mono;

/**
 * Where a server to be added comes from. Immutable: recognising a source reads and fetches nothing; {@link #propose} does.
 *
 * <pre>{@code
 * InstallSource.of(List.of("io.github.user/weather"), options)
 *         .propose()
 *         .map(proposal -> proposal.with(Map.of("API_KEY", "…")))
 * }</pre>
 */
public final class InstallSource {

    private static final int MAX_FILE = 1024 * 1024;

    /** The kinds of sources. */
    public enum Kind {
        /** A command and its arguments. */
        COMMAND,
        /** The address of a server. */
        URL,
        /** A link that installs a server in another program. */
        LINK,
        /** An entry as JSON. */
        JSON,
        /** A name in a registry. */
        REGISTRY,
        /** A file with a {@code server.json} or an entry. */
        FILE,
        /** A bundle, in a file or at an address. */
        BUNDLE
    }

    private final Kind kind;
    private final Mono<Proposal> proposal;

    private InstallSource(Kind kind, Mono<Proposal> proposal, InstallOptions options) {
        this.kind = kind;
        this.proposal = proposal.map(each -> CommandSource.with(each, options));
    }

    /**
     * Recognises a source by its shape. Several words are a command; so is one word after {@code --}, for which there is {@link
     * #command}.
     *
     * @throws McpConfigurationException if it is none; the message lists what is understood
     */
    public static InstallSource of(List<String> words, InstallOptions options) {
        if (words.size() != 1) {
            return command(words, options);
        }
        String word = words.get(0).strip();
        if (word.startsWith("{")) {
            return json(word, options);
        }
        if (InstallLink.isLink(word)) {
            return new InstallSource(
                    Kind.LINK, Mono.fromSupplier(() -> InstallLink.read(word, options.name())), options);
        }
        if (word.matches("(?i)https?://.*")) {
            return BundleSource.isBundle(word)
                    ? new InstallSource(
                            Kind.BUNDLE,
                            bundles(options).fetch(word, options.sha256(), options.name(), List.of()),
                            options)
                    : new InstallSource(Kind.URL, Mono.fromSupplier(() -> CommandSource.url(word, options)), options);
        }
        if (BundleSource.isBundle(word)) {
            return new InstallSource(
                    Kind.BUNDLE,
                    Mono.defer(() -> bundles(options).file(path(word, options), options.sha256(), options.name())),
                    options);
        }
        if (word.toLowerCase(Locale.ROOT).endsWith(".json")) {
            return new InstallSource(Kind.FILE, file(word, options), options);
        }
        if (RegistrySource.isName(word)) {
            return new InstallSource(
                    Kind.REGISTRY,
                    new RegistrySource(fetch(options), options.registry())
                            .find(word)
                            .flatMap(server -> new ServerJson(server, options, bundles(options)).propose()),
                    options);
        }
        throw new McpConfigurationException(
                options.name(),
                "'" + word + "' is no source of a server; expected a URL, a name of the registry such as"
                        + " io.github.user/server, an install link, a .mcpb bundle or a server.json; a command comes"
                        + " after --, such as: -- " + word);
    }

    /** A command and its arguments, whatever they look like. */
    public static InstallSource command(List<String> words, InstallOptions options) {
        List<String> copy = List.copyOf(words);
        return new InstallSource(Kind.COMMAND, Mono.fromSupplier(() -> CommandSource.command(copy, options)), options);
    }

    /** An entry as JSON: alone, under its name, or as the only one of a {@code mcpServers}. */
    public static InstallSource json(String json, InstallOptions options) {
        return new InstallSource(
                Kind.JSON,
                Mono.fromSupplier(() -> EntrySource.read(SourceNode.parse(json, "the entry"), options.name(), null)),
                options);
    }

    private static Fetch fetch(InstallOptions options) {
        return new Fetch(options.proxies(), options.timeout());
    }

    private static BundleSource bundles(InstallOptions options) {
        return new BundleSource(
                fetch(options),
                BundleStore.in(options.dataDirectory()),
                BundleManifest.Machine.current(),
                BundleArchive.Limits.USUAL);
    }

    private static Path path(String word, InstallOptions options) {
        try {
            return options.directory().resolve(word);
        } catch (InvalidPathException e) {
            throw new McpConfigurationException(options.name(), "expected the path of a file");
        }
    }

    private static Mono<Proposal> file(String word, InstallOptions options) {
        return BundleStore.blocking(() -> read(path(word, options), word)).flatMap(document -> {
            boolean published = document.has("packages") || document.has("remotes") || document.has("server");
            return published
                    ? new ServerJson(RegistrySource.read(document), options, bundles(options)).propose()
                    : Mono.fromSupplier(() -> EntrySource.read(document, options.name(), null));
        });
    }

    private static SourceNode read(Path file, String word) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new McpConfigurationException(null, "there is no file " + word);
        }
        if (Files.size(file) > MAX_FILE) {
            throw new McpConfigurationException(null, word + " is longer than " + MAX_FILE + " bytes");
        }
        return SourceNode.parse(Files.readString(file), word);
    }

    /** What kind of source it is. */
    public Kind kind() {
        return kind;
    }

    /**
     * Reads the source, and asks a registry or downloads a bundle where it is one. Nothing that comes from there is executed.
     *
     * @return emits the proposal. Fails with {@link McpConfigurationException} if the source makes no sense, with {@link
     *     dev.mcpflux.error.McpTimeoutException} or {@link dev.mcpflux.error.McpConnectionException} if something cannot be
     *     fetched or stored. A bundle is in its place when the proposal is emitted, see {@link Proposal#discard}.
     *     <em>Cancellation</em> closes connections and removes what was unpacked. Each subscription reads again.
     */
    public Mono<Proposal> propose() {
        return proposal;
    }

    /** Does not show the source, which may hold secrets. */
    @Override
    public String toString() {
        return "InstallSource[" + kind + "]";
    }
}
