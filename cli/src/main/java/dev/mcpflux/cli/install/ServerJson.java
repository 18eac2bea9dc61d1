package dev.mcpflux.cli.install;

import dev.mcpflux.cli.install.RegistrySource.PublishedServer;
import dev.mcpflux.host.config.McpConfigurationException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A {@code server.json}, from 2025-07-09 on: which of its packages and remotes is taken, and what entry it becomes. The packages
 * that are processes come first, in the order of the publisher, then the remotes of Streamable HTTP, then those of HTTP+SSE.
 */
final class ServerJson {

    private static final String STDIO = "stdio";
    private static final String HTTP = "streamable-http";
    private static final String SSE = "sse";
    private static final String REMOTE = "remote";

    /** Package names, so that no option and no address is smuggled into a command. */
    private static final Map<String, Pattern> IDENTIFIERS = Map.of(
            "npm", Pattern.compile("(?:@[A-Za-z0-9~][A-Za-z0-9._~-]*/)?[A-Za-z0-9~][A-Za-z0-9._~-]*"),
            "pypi", Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"),
            "nuget", Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*"),
            "oci",
                    Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]*(?::[0-9]+)?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
                            + "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[a-f0-9]{64})?"));

    private static final Pattern VERSION = Pattern.compile("(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z.+_!-]*");

    /** The program of each kind of package. */
    private static final Map<String, String> RUNNERS =
            Map.of("npm", "npx", "pypi", "uvx", "oci", "docker", "nuget", "dnx");

    /** What the host of the usual registry of a kind is known by. */
    private static final Map<String, String> BRANDS =
            Map.of("npm", "npmjs", "pypi", "pypi", "oci", "docker", "nuget", "nuget");

    private final PublishedServer server;
    private final InstallOptions options;
    private final BundleSource bundles;

    ServerJson(PublishedServer server, InstallOptions options, BundleSource bundles) {
        this.server = server;
        this.options = options;
        this.bundles = bundles;
    }

    /**
     * One way to have the server.
     *
     * @param kind of the package, or {@code remote}
     */
    private record Way(SourceNode node, String kind, String transport, String identifier) {

        String label() {
            return kind.equals(REMOTE) ? REMOTE + " " + transport : kind + " " + identifier;
        }

        boolean fits(@Nullable String wantedTransport, @Nullable String wantedPackage) {
            boolean reached = wantedTransport == null
                    || transport.equals(wantedTransport.equals("http") ? HTTP : wantedTransport);
            return reached && (wantedPackage == null || kind.equals(wantedPackage) || identifier.equals(wantedPackage));
        }
    }

    /** Emits the proposal; fails if there is no way that fits. A bundle is downloaded and unpacked. */
    Mono<Proposal> propose() {
        return Mono.defer(() -> {
                    List<Way> ways = ways();
                    Way way = ways.stream()
                            .filter(each -> each.fits(options.transport(), options.packageName()))
                            .findFirst()
                            .orElseThrow(() -> none(ways));
                    Draft draft = new Draft();
                    if (server.deprecation() != null) {
                        draft.note(server.deprecation());
                    }
                    String others = ways.stream()
                            .filter(each -> each != way)
                            .map(Way::label)
                            .collect(Collectors.joining(", "));
                    if (!others.isEmpty()) {
                        draft.note("taken: " + way.label() + "; also offered: " + others
                                + " (choose with --package or --transport)");
                    }
                    String named = options.name();
                    String name = named == null
                            ? NameSuggestion.ofPackage(server.node().requiredText("name"))
                            : named;
                    if (way.kind.equals("mcpb")) {
                        return bundle(way, name, draft.notes());
                    }
                    if (way.kind.equals(REMOTE)) {
                        remote(way, draft);
                    } else {
                        packaged(way, draft);
                    }
                    return Mono.just(draft.propose(name));
                })
                .onErrorMap(IllegalArgumentException.class, e -> server.node().problem(String.valueOf(e.getMessage())));
    }

    private List<Way> ways() {
        List<Way> ways = new ArrayList<>();
        for (SourceNode each : server.node().list("packages")) {
            String kind = kind(each);
            SourceNode transport = each.at("transport");
            String type = transport.node().isObject() ? transport.text("type", STDIO) : STDIO;
            if (type.equals(STDIO) && (RUNNERS.containsKey(kind) || kind.equals("mcpb"))) {
                ways.add(new Way(each, kind, STDIO, identifier(each)));
            }
        }
        List<Way> remotes = new ArrayList<>();
        for (SourceNode each : server.node().list("remotes")) {
            String type = each.text("type");
            String transport = transport(type == null ? each.text("transportType", HTTP) : type);
            remotes.add(new Way(each, REMOTE, transport, REMOTE));
        }
        remotes.stream().filter(each -> each.transport.equals(HTTP)).forEach(ways::add);
        remotes.stream().filter(each -> each.transport.equals(SSE)).forEach(ways::add);
        return ways;
    }

    private static String kind(SourceNode each) {
        String kind = each.text("registryType");
        String found = (kind == null ? each.text("registryName", "") : kind).toLowerCase(Locale.ROOT);
        return found.equals("docker") ? "oci" : found.equals("dxt") ? "mcpb" : found;
    }

    private static String identifier(SourceNode each) {
        return each.has("identifier") ? each.requiredText("identifier") : each.requiredText("name");
    }

    private static String transport(String type) {
        return switch (type) {
            case "streamable-http", "streamable", "http" -> HTTP;
            default -> type;
        };
    }

    private McpConfigurationException none(List<Way> ways) {
        if (!ways.isEmpty()) {
            return server.node()
                    .problem("nothing fits --transport or --package; expected one of "
                            + ways.stream().map(Way::label).collect(Collectors.joining(", ")));
        }
        boolean packages = !server.node().list("packages").isEmpty();
        return server.node()
                .problem(
                        packages
                                ? "its packages are of kinds that cannot be started from here, or start an HTTP server themselves;"
                                        + " start it yourself and add its URL"
                                : "expected packages or remotes, found none");
    }

    private void remote(Way way, Draft draft) {
        ServerInputs inputs = new ServerInputs(draft);
        draft.put("type", way.transport).put("url", inputs.url(way.node));
        inputs.values(way.node.list("headers"), "headers");
        EntryCheck.warn(draft);
    }

    private static boolean isIdentifier(String kind, String text) {
        Pattern pattern = IDENTIFIERS.get(kind);
        return pattern != null && pattern.matcher(text).matches();
    }

    private void packaged(Way way, Draft draft) {
        SourceNode node = way.node;
        if (!isIdentifier(way.kind, way.identifier)) {
            throw node.at("identifier").problem("expected the name of a package of " + way.kind);
        }
        String runner = runner(way, draft);
        draft.put("command", runner);
        ServerInputs inputs = new ServerInputs(draft);
        foreignRegistry(way, draft);
        List<SourceNode> own = node.list("runtimeArguments");
        switch (way.kind) {
            case "npm" -> {
                draft.words("-y");
                options(inputs, own, Set.of("-y", "--yes"), draft, runner);
                draft.words(way.identifier + "@" + version(node));
            }
            case "pypi" -> {
                options(inputs, own, Set.of(), draft, runner);
                draft.words(way.identifier + "==" + version(node));
            }
            case "nuget" -> {
                options(inputs, own, Set.of("--yes", "-y"), draft, runner);
                draft.words(way.identifier + "@" + version(node), "--yes");
                if (!node.list("packageArguments").isEmpty()) {
                    draft.words("--");
                }
            }
            default -> {
                draft.words("run", "-i", "--rm");
                options(inputs, own, Set.of("run", "-i", "--rm", "--interactive"), draft, runner);
            }
        }
        List<String> variables = inputs.values(node.list("environmentVariables"), "env");
        if (way.kind.equals("oci")) {
            // docker passes on only what it is told to
            variables.forEach(variable -> draft.words("-e", variable));
            options.environment().keySet().stream()
                    .filter(variable -> !variables.contains(variable))
                    .sorted()
                    .forEach(variable -> draft.words("-e", variable));
            draft.words(image(way, draft));
        }
        inputs.arguments(node.list("packageArguments"), Set.of());
        EntryCheck.warn(draft);
    }

    private static void options(
            ServerInputs inputs, List<SourceNode> own, Set<String> given, Draft draft, String runner) {
        String shown = inputs.arguments(own, given);
        if (!shown.isEmpty()) {
            draft.note("the publisher gives " + runner + " options of its own: " + shown);
        }
    }

    /** The hint of a publisher names a program; only those that are known to run such a package are followed. */
    private static String runner(Way way, Draft draft) {
        String usual = String.valueOf(RUNNERS.get(way.kind));
        String hint = way.node.text("runtimeHint", usual);
        if (hint.equals(usual) || (way.kind.equals("oci") && hint.equals("podman"))) {
            return hint;
        }
        draft.note("the publisher proposes to run it by " + hint + "; " + usual + " is used");
        return usual;
    }

    private static String version(SourceNode node) {
        String version = node.text("version");
        if (version == null
                || !VERSION.matcher(version).matches()
                || version.equalsIgnoreCase("latest")
                || version.matches(".*\\.[xX]")) {
            throw node.at("version")
                    .problem("expected one version, which is pinned in the entry, found "
                            + (version == null ? "none" : "a range or a tag"));
        }
        return version;
    }

    /** The image with its tag; earlier documents have registry, name and version apart. */
    private static String image(Way way, Draft draft) {
        String image = way.identifier;
        String base = way.node.text("registryBaseUrl");
        String first = image.contains("/") ? image.substring(0, image.indexOf('/')) : "";
        if (base != null && EntryCheck.isHttp(base) && !first.matches(".*[.:].*|localhost")) {
            image = URI.create(base).getRawAuthority() + "/" + image;
        }
        boolean tagged = image.indexOf(':', image.lastIndexOf('/') + 1) > 0;
        if (!tagged) {
            image += ":" + version(way.node);
        }
        if (!isIdentifier("oci", image)) {
            throw way.node.problem("expected the name of an image, its registry and its version");
        }
        if (image.endsWith(":latest")) {
            draft.note("the image has the tag latest, so what it holds may change");
        }
        return image;
    }

    private static void foreignRegistry(Way way, Draft draft) {
        String base = way.node.text("registryBaseUrl");
        if (base == null || way.kind.equals("oci") || !EntryCheck.isHttp(base)) {
            return;
        }
        String host = String.valueOf(URI.create(base).getHost());
        if (!List.of(host.split("\\.")).contains(BRANDS.get(way.kind))) {
            draft.note("the publisher keeps the package at " + host + "; " + RUNNERS.get(way.kind)
                    + " takes it from the registry that it is configured for");
        }
    }

    private Mono<Proposal> bundle(Way way, String name, List<String> notes) {
        String hash = way.node.text("fileSha256");
        if (hash == null) {
            throw way.node.at("fileSha256").problem("expected the hash of the bundle, found nothing");
        }
        String given = options.sha256();
        if (given != null && !given.equalsIgnoreCase(hash)) {
            throw way.node.at("fileSha256").problem("expected the hash that --sha256 names, found another one");
        }
        return bundles.fetch(way.identifier, hash, name, notes);
    }
}
