package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import tools.jackson.databind.node.ObjectNode;

class BundleSourceTest {

    private static final String MANIFEST = """
            {"manifest_version":"0.3","name":"tides-mcp","version":"1.2.0","server":{"type":"node",\
            "entry_point":"server/index.js","mcp_config":{"command":"node","args":["${__dirname}/server/index.js"]}}}""";

    @TempDir
    Path dir;

    private Path zip;
    private Path data;

    @BeforeEach
    void bundle() throws Exception {
        zip = Zips.bundle(dir.resolve("tides.mcpb"), MANIFEST);
        data = dir.resolve("data");
    }

    private InstallOptions.Builder options() {
        return InstallOptions.builder().directory(dir).dataDirectory(data);
    }

    private Proposal propose(String word, InstallOptions options) {
        return InstallSource.of(List.of(word), options).propose().block();
    }

    private Path place() {
        return data.resolve("bundles/tides-mcp/1.2.0");
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private List<String> left() throws Exception {
        if (!Files.exists(data)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(data)) {
            return all.filter(Files::isRegularFile)
                    .map(path -> data.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void bundleIsUnpackedAndItsHashIsShown() throws Exception {
        Proposal proposal = propose("tides.mcpb", options().build());
        assertThat(proposal.name()).isEqualTo("tides");
        assertThat(proposal.entry().toString())
                .isEqualTo("{\"command\":\"node\",\"args\":[\"" + place() + "/server/index.js\"],\"cwd\":\"" + place()
                        + "\"}");
        assertThat(proposal.notes())
                .containsExactly("no hash was given to compare; this bundle has sha256 " + sha256(zip));
        assertThat(left())
                .containsExactly(
                        "bundles/tides-mcp/1.2.0.sha256",
                        "bundles/tides-mcp/1.2.0/manifest.json",
                        "bundles/tides-mcp/1.2.0/server/index.js");
        assertThat(propose(
                                "tides.mcpb",
                                options()
                                        .sha256(sha256(zip).toUpperCase(Locale.ROOT))
                                        .build())
                        .notes())
                .isEmpty();
    }

    @Test
    void anotherHashUnpacksNothing() throws Exception {
        assertThatThrownBy(() ->
                        propose("tides.mcpb", options().sha256("0".repeat(64)).build()))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining("has the hash " + sha256(zip) + " instead of 000")
                .hasMessageContaining("nothing was unpacked");
        assertThatThrownBy(() -> propose("tides.mcpb", options().sha256("abc").build()))
                .hasMessageContaining("expected 64 hexadecimal digits");
        assertThat(left()).isEmpty();
    }

    @Test
    void failedBundleLeavesNothing() throws Exception {
        Zips.bundle(zip, MANIFEST.replace("node", "odd\\u0007"));
        assertThatThrownBy(() -> propose("tides.mcpb", options().build()))
                .isInstanceOf(McpConfigurationException.class);
        Zips.bundle(zip, "[]");
        assertThatThrownBy(() -> propose("tides.mcpb", options().build()))
                .hasMessage("manifest.json of the bundle: expected a JSON object, found a list");
        try (Zips evil = Zips.to(zip)) {
            evil.add("manifest.json", MANIFEST).add("../../../evil", "x");
        }
        assertThatThrownBy(() -> propose("tides.mcpb", options().build())).hasMessageContaining("leads out of it");
        try (Zips empty = Zips.to(zip)) {
            empty.add("sub/manifest.json", MANIFEST);
        }
        assertThatThrownBy(() -> propose("tides.mcpb", options().build()))
                .hasMessageContaining("no manifest.json at its top");
        assertThatThrownBy(() -> propose("none.mcpb", options().build())).hasMessageContaining("there is no bundle");
        assertThat(left()).isEmpty();
        assertThat(data.resolve("bundles")).doesNotExist();
        assertThat(dir.resolve("evil")).doesNotExist();
    }

    @Test
    void anotherBundleOfTheSameNameIsNotReplaced() throws Exception {
        propose("tides.mcpb", options().build());
        Zips.bundle(zip, MANIFEST.replace("index.js", "evil.js"));
        assertThatThrownBy(() -> propose("tides.mcpb", options().build()))
                .hasMessageContaining("another bundle of this name and version is in " + place());
        assertThat(place().resolve("manifest.json")).hasContent(MANIFEST);
        // one whose hash is missing was never complete
        Files.delete(data.resolve("bundles/tides-mcp/1.2.0.sha256"));
        propose("tides.mcpb", options().build());
        assertThat(place().resolve("manifest.json")).content().contains("evil.js");
    }

    @Test
    void namesOfAManifestLeadNowhereElse() throws Exception {
        Zips.bundle(
                zip,
                MANIFEST.replace("tides-mcp", "../../x").replace("1.2.0", "..").replace("\"..\"", "\"/etc/../1\""));
        Proposal proposal = propose("tides.mcpb", options().build());
        assertThat(proposal.entry().path("cwd").asString()).isEqualTo(data + "/bundles/x/etc-..-1");
    }

    @Test
    void discardedProposalIsRemovedAndOthersAreKept() throws Exception {
        Proposal first = propose("tides.mcpb", options().build());
        Proposal second = propose("tides.mcpb", options().build());
        second.discard().block();
        assertThat(place()).exists();
        first.discard().block();
        assertThat(left()).isEmpty();
    }

    @Test
    void bundleOfAnEntryIsFoundAndRemoved() throws Exception {
        ObjectNode entry =
                propose("tides.mcpb", options().build()).with(Map.of()).entry();
        BundleStore store = BundleStore.in(data);
        assertThat(store.bundleOf(entry)).contains(place());
        assertThat(BundleStore.in(dir).bundleOf(entry)).isEmpty();
        assertThat(store.bundleOf(entry.deepCopy().put("cwd", data + "/bundles/../../x/y")))
                .isEmpty();
        store.remove(place()).block();
        store.remove(place()).block();
        assertThat(left()).isEmpty();
        assertThat(data.resolve("bundles/tides-mcp")).doesNotExist();
        for (Path other :
                List.of(dir, data, data.resolve("bundles"), data.resolve("bundles/x"), place().resolve("server"))) {
            assertThatThrownBy(() -> store.remove(other).block())
                    .hasMessageContaining("is not the directory of a bundle");
        }
    }

    @Test
    void linkWithinABundleIsNotFollowedByItsRemoval() throws Exception {
        propose("tides.mcpb", options().build());
        Path outside = Files.createDirectories(dir.resolve("outside"));
        Files.writeString(outside.resolve("keep"), "");
        Files.createSymbolicLink(place().resolve("link"), outside);
        BundleStore.in(data).remove(place()).block();
        assertThat(outside.resolve("keep")).exists();
    }

    @Test
    void bundleIsDownloadedAcrossRedirects() throws Exception {
        byte[] bytes = Files.readAllBytes(zip);
        try (ScriptedHttpServer files = ScriptedHttpServer.start((request, reply) -> {
                    reply.raw("HTTP/1.1 200 OK\r\nContent-Length: " + bytes.length + "\r\n\r\n");
                    reply.output().write(bytes);
                });
                ScriptedHttpServer releases = ScriptedHttpServer.start((request, reply) -> reply.status(
                        302, "", "", "Location: http://127.0.0.1:" + files.port() + "/x?signature=secret"))) {
            String url = "http://127.0.0.1:" + releases.port() + "/tides.mcpb";
            assertThat(propose(url, options().sha256(sha256(zip)).build()).name())
                    .isEqualTo("tides");
            Files.writeString(dir.resolve("server.json"), """
                    {"name":"io.github.user/sea","packages":[{"registryType":"mcpb","identifier":"%s","fileSha256":"%s"}]}""".formatted(url, sha256(zip)));
            assertThat(propose("server.json", options().build()).name()).isEqualTo("sea");
            assertThatThrownBy(() -> propose(
                            "server.json", options().sha256("0".repeat(64)).build()))
                    .hasMessageContaining("expected the hash that --sha256 names");
        }
        assertThat(place()).exists();
    }

    @Test
    void downloadThatFailsLeavesNothing() throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.path().startsWith("/none")) {
                reply.status(404, "", "");
            } else {
                reply.broken("application/zip", "x".repeat(100_000), 50_000);
            }
        })) {
            String base = "http://127.0.0.1:" + server.port();
            assertThatThrownBy(() ->
                            propose(base + "/none.mcpb?token=secret", options().build()))
                    .isInstanceOf(McpConnectionException.class)
                    .hasMessage("the bundle (" + base + ") answered with HTTP status 404");
            assertThatThrownBy(() -> propose(base + "/broken.mcpb", options().build()))
                    .isInstanceOf(McpConnectionException.class)
                    .hasMessageContaining("cannot be reached");
        }
        assertThatThrownBy(() -> propose("http://example.com/x.mcpb", options().build()))
                .hasMessage("the address of the bundle is without TLS: http://example.com; expected https");
        assertThat(left()).isEmpty();
    }

    @Test
    void cancelledDownloadLeavesNothing() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Files.createDirectories(data);
        try (WatchService deleted = data.getFileSystem().newWatchService();
                ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
                    reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
                    asked.countDown();
                    reply.awaitDisconnect();
                    closed.countDown();
                })) {
            data.register(deleted, StandardWatchEventKinds.ENTRY_DELETE);
            Disposable running = InstallSource.of(
                            List.of("http://127.0.0.1:" + server.port() + "/x.mcpb"),
                            options().build())
                    .propose()
                    .subscribe();
            asked.await();
            assertThat(data.resolve("bundles")).exists();
            running.dispose();
            closed.await();
            // the directory goes last
            assertThat(deleted.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(data.resolve("bundles")).doesNotExist();
    }

    @Test
    void workEndsBeforeItsDirectoryIsRemoved() throws Exception {
        BundleStore.Workspace workspace = BundleStore.in(data).workspace();
        workspace.open().block();
        CountDownLatch started = new CountDownLatch(1);
        Disposable running = workspace
                .work(() -> {
                    started.countDown();
                    try {
                        return new CountDownLatch(1).await(1, TimeUnit.DAYS);
                    } finally {
                        Files.createDirectory(workspace.content());
                    }
                })
                .subscribe(result -> {}, e -> {});
        started.await();
        running.dispose();
        workspace.close().block();
        assertThat(data.resolve("bundles")).doesNotExist();
        // one that was cancelled while it was opened makes nothing any more
        assertThatThrownBy(() -> workspace.open().block()).isInstanceOf(McpConnectionException.class);
        assertThat(data.resolve("bundles")).doesNotExist();
    }

    @Test
    void cancelledWorkTakesBackWhatItPutInPlace() throws Exception {
        BundleStore store = BundleStore.in(data);
        BundleStore.Workspace workspace = store.workspace();
        workspace.open().block();
        workspace
                .work(() -> {
                    Files.createDirectory(workspace.content());
                    return workspace.adopt(store.place("tides-mcp", "1.2.0"), "hash");
                })
                .block();
        assertThat(place()).exists();
        workspace.cancel().block();
        assertThat(left()).isEmpty();
    }

    @Test
    void longDownloadIsStopped() throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.json("x".repeat(10_000)))) {
            Fetch fetch =
                    new Fetch(options().build().proxies(), options().build().timeout());
            Path file = dir.resolve("file");
            assertThatThrownBy(() -> fetch.download(
                                    java.net.URI.create("http://127.0.0.1:" + server.port() + "/"),
                                    file,
                                    "the file",
                                    9_999)
                            .block())
                    .isInstanceOf(McpConfigurationException.class)
                    .hasMessage("the file is longer than 9999 bytes");
        }
    }

    @Test
    void abandonedWorkIsRemovedWithTheNextBundle() throws Exception {
        Path old = Files.createDirectories(data.resolve("bundles/.work-old/content"));
        Path young = Files.createDirectories(data.resolve("bundles/.work-young/content"));
        Files.setLastModifiedTime(
                old.getParent(),
                java.nio.file.attribute.FileTime.from(java.time.Instant.now().minus(java.time.Duration.ofDays(2))));
        propose("tides.mcpb", options().build());
        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }
}
