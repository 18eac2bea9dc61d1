package dev.mcpflux.cli.install;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.host.config.McpConfigurationException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A server in a registry that has the API of the MCP registry ({@code /v0.1}). */
final class RegistrySource {

    private static final int MAX_BYTES = 1024 * 1024;
    private static final String OFFICIAL = "io.modelcontextprotocol.registry/official";

    /** A reverse domain name, a slash, a name, and perhaps a version. */
    private static final Pattern NAME =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*(?:\\.[A-Za-z0-9-]+)+/[A-Za-z0-9._-]+)(?:@([^@\\s/]+))?");

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final Fetch fetch;
    private final URI registry;

    RegistrySource(Fetch fetch, URI registry) {
        this.fetch = fetch;
        this.registry = registry;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * Looks a server up.
     *
     * @param text its name, perhaps with {@code @version}
     * @return emits it; fails if there is no such server, or the registry is not reached or answers with nonsense
     */
    Mono<PublishedServer> find(String text) {
        return Mono.defer(() -> {
            Matcher name = NAME.matcher(text);
            if (!name.matches()) {
                throw new McpConfigurationException(
                        null,
                        "expected a name of the registry such as io.github.user/server or com.example/server@1.2.3");
            }
            String version = name.group(2) == null ? "latest" : name.group(2);
            return get(name.group(1), version, false)
                    .flatMap(response -> response.status() == OK
                            ? Mono.just(published(response, name.group(1), version))
                            : absent(response, name.group(1), version));
        });
    }

    private Mono<Fetch.Response> get(String name, String version, boolean deleted) {
        String base = registry.toString().replaceAll("[?#].*$", "").replaceAll("/+$", "");
        URI url = URI.create(base + "/v0.1/servers/" + encoded(name) + "/versions/" + encoded(version)
                + (deleted ? "?include_deleted=true" : ""));
        return fetch.get(url, "the registry", MAX_BYTES);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Mono<PublishedServer> absent(Fetch.Response response, String name, String version) {
        String which = name + (version.equals("latest") ? "" : "@" + version);
        if (response.status() == GONE) {
            return Mono.error(deleted(which, ""));
        }
        if (response.status() != NOT_FOUND) {
            return Mono.error(new McpConnectionException(
                    null,
                    "the registry (" + Addresses.origin(registry) + ") answered with HTTP status "
                            + response.status()));
        }
        // a deleted server is shown to those who ask for it
        return get(name, version, true).flatMap(again -> {
            if (again.status() == OK) {
                // fails for a deleted one
                published(again, name, version);
            }
            return Mono.error(new McpConfigurationException(
                    null,
                    "the registry (" + Addresses.origin(registry) + ") has no server " + which
                            + "; check its name" + (version.equals("latest") ? "" : " and version")
                            + ", or name another registry with --registry or MCPFLUX_REGISTRY"));
        });
    }

    private PublishedServer published(Fetch.Response response, String name, String version) {
        SourceNode answer = SourceNode.parse(
                new String(response.body(), StandardCharsets.UTF_8), "the answer of the registry for " + name);
        PublishedServer server = read(answer);
        if (!server.node().requiredText("name").equals(name)) {
            throw answer.problem("expected the server " + name + ", found another one");
        }
        if (!version.equals("latest") && !version.equals(server.version())) {
            throw answer.problem("expected version " + version + ", found another one");
        }
        return server;
    }

    /**
     * What a {@code server.json} says, or an answer of a registry around one.
     *
     * @throws McpConfigurationException if it is none, or the server was deleted
     */
    static PublishedServer read(SourceNode document) {
        SourceNode server = document.at("server").node().isObject() ? document.at("server") : document;
        SourceNode managed = document.at("_meta").at(OFFICIAL);
        SourceNode own = server.at("_meta").at(OFFICIAL);
        String status = first(managed.text("status"), own.text("status"), server.text("status"));
        String reason = managed.prose("statusMessage");
        String which = server.text("name", "the server");
        if ("deleted".equals(status)) {
            throw deleted(which, reason);
        }
        String note =
                "deprecated".equals(status) ? which + " is deprecated" + (reason.isEmpty() ? "" : ": " + reason) : null;
        String version =
                first(server.text("version"), server.at("versionDetail").text("version"), null);
        return new PublishedServer(server, version, note);
    }

    private static McpConfigurationException deleted(String which, String reason) {
        return new McpConfigurationException(
                null, which + " was deleted from the registry" + (reason.isEmpty() ? "" : ": " + reason));
    }

    private static @Nullable String first(@Nullable String one, @Nullable String two, @Nullable String three) {
        return one != null ? one : two != null ? two : three;
    }

    /**
     * A server as its publisher describes it.
     *
     * @param node the {@code server.json}
     * @param version of the server, or null where it has none
     * @param deprecation says that it is deprecated, and why; null if it is not
     */
    record PublishedServer(
            SourceNode node,
            @Nullable String version,
            @Nullable String deprecation) {}
}
