package dev.mcpflux.cli.install;

import dev.mcpflux.cli.install.BundleManifest.Machine;
import dev.mcpflux.host.config.McpConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A bundle ({@code .mcpb}, before {@code .dxt}) from a file or an address. It is copied, its hash is compared, and then it is
 * unpacked; only when its manifest makes sense it is put where it stays. Nothing in it is executed.
 */
final class BundleSource {

    private static final int MAX_MANIFEST = 1024 * 1024;
    private static final String WHAT = "the bundle";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private final Fetch fetch;
    private final BundleStore store;
    private final Machine machine;
    private final BundleArchive.Limits limits;

    BundleSource(Fetch fetch, BundleStore store, Machine machine, BundleArchive.Limits limits) {
        this.fetch = fetch;
        this.store = store;
        this.machine = machine;
        this.limits = limits;
    }

    /** Whether a path or the path of an address is called like a bundle. */
    static boolean isBundle(String text) {
        return text.replaceAll("[?#].*$", "").toLowerCase(Locale.ROOT).matches(".+\\.(?:mcpb|dxt)");
    }

    /** A bundle that is downloaded; see {@link #propose}. */
    Mono<Proposal> fetch(String url, @Nullable String sha256, @Nullable String name, List<String> notes) {
        return Mono.defer(() -> {
            URI address = Addresses.checked(url, WHAT);
            return propose(
                    workspace -> fetch.download(address, workspace.zip(), WHAT, limits.packed()), sha256, name, notes);
        });
    }

    /** A bundle on this machine; see {@link #propose}. */
    Mono<Proposal> file(Path file, @Nullable String sha256, @Nullable String name) {
        return propose(
                workspace -> workspace.work(() -> copy(file, workspace.zip())).then(), sha256, name, List.of());
    }

    private Path copy(Path file, Path zip) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new McpConfigurationException(null, "there is no bundle " + file);
        }
        if (Files.size(file) > limits.packed()) {
            throw new McpConfigurationException(null, WHAT + " is longer than " + limits.packed() + " bytes");
        }
        return Files.copy(file, zip);
    }

    /** Brings a bundle to the file of a workspace. */
    private interface Delivery {
        Mono<Void> to(BundleStore.Workspace workspace);
    }

    /**
     * Unpacks a bundle.
     *
     * @param sha256 the hash that it must have; null if nobody has named one
     * @param name what the server is called; null to take the name of the manifest
     * @return emits the proposal when the bundle is in its place; fails if it is not what it should be. When it fails or is
     *     cancelled nothing is left, and what is cancelled may end a moment later.
     */
    private Mono<Proposal> propose(
            Delivery delivery, @Nullable String sha256, @Nullable String name, List<String> notes) {
        return Mono.defer(() -> {
            if (sha256 != null && !SHA256.matcher(sha256).matches()) {
                throw new McpConfigurationException(null, "the hash of the bundle: expected 64 hexadecimal digits");
            }
            return Mono.usingWhen(
                    Mono.fromSupplier(store::workspace),
                    workspace -> workspace
                            .open()
                            .then(delivery.to(workspace))
                            .then(workspace.work(() -> unpack(workspace, sha256, name, notes))),
                    BundleStore.Workspace::close,
                    (workspace, e) -> workspace.close(),
                    BundleStore.Workspace::cancel);
        });
    }

    private Proposal unpack(
            BundleStore.Workspace workspace, @Nullable String sha256, @Nullable String name, List<String> notes)
            throws IOException {
        BundleArchive archive = new BundleArchive(workspace.zip(), limits);
        String hash = archive.sha256();
        if (sha256 != null && !sha256.equalsIgnoreCase(hash)) {
            throw new McpConfigurationException(
                    null,
                    WHAT + " has the hash " + hash + " instead of " + sha256.toLowerCase(Locale.ROOT)
                            + "; it is not what was published, and nothing was unpacked");
        }
        Path content = workspace.content();
        archive.unpack(content);
        BundleManifest manifest = new BundleManifest(manifest(content), machine);
        Path place = store.place(manifest.name(), manifest.version());
        Draft draft;
        try {
            draft = manifest.draft(content, place);
        } catch (IllegalArgumentException e) {
            throw manifest.node().problem(String.valueOf(e.getMessage()));
        }
        notes.forEach(draft::note);
        if (sha256 == null) {
            draft.note("no hash was given to compare; this bundle has sha256 " + hash);
        }
        Proposal proposal = draft.propose(name == null ? NameSuggestion.ofPackage(manifest.name()) : name);
        return proposal.of(workspace.adopt(place, hash));
    }

    private static SourceNode manifest(Path content) throws IOException {
        Path file = content.resolve("manifest.json");
        if (!Files.isRegularFile(file)) {
            throw new McpConfigurationException(null, WHAT + " holds no manifest.json at its top");
        }
        if (Files.size(file) > MAX_MANIFEST) {
            throw new McpConfigurationException(null, "manifest.json is longer than " + MAX_MANIFEST + " bytes");
        }
        return SourceNode.parse(
                new String(Files.readAllBytes(file), StandardCharsets.UTF_8), "manifest.json of the bundle");
    }
}
