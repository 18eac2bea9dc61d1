package dev.mcpflux.host;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.text.SafeText;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one server listed, in a file that only its owner can read. It was said by a server that has introduced itself under a
 * name and a version; another one replaces all of it. Thread-safe.
 */
final class CachedLists {

    private static final Logger log = LoggerFactory.getLogger(CachedLists.class);

    private static final int FORMAT = 1;
    private static final long MAX_BYTES = 16L * 1024 * 1024;
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path file;
    private final Scheduler files;
    private final Mono<Void> load;

    // guarded by this
    private final Map<ListKind, JsonNode> lists = new EnumMap<>(ListKind.class);
    private String identity = "";
    private boolean dirty;

    CachedLists(Path file, Scheduler files) {
        this.file = file;
        this.files = files;
        this.load = Callbacks.once(() -> Mono.<Void>fromRunnable(this::read).subscribeOn(files));
    }

    /** Reads the file, once; never fails. */
    Mono<Void> load() {
        return load;
    }

    /** What was listed, under the name that the server has in this host; null if nothing is known. */
    synchronized @Nullable List<CatalogueEntry> entries(ListKind kind, String server) {
        JsonNode list = lists.get(kind);
        if (list == null) {
            return null;
        }
        try {
            List<CatalogueEntry> entries = new ArrayList<>();
            list.forEach(element -> entries.add(entry(kind, server, element)));
            return entries;
        } catch (JacksonException e) {
            lists.remove(kind);
            return null;
        }
    }

    private static CatalogueEntry entry(ListKind kind, String server, JsonNode element) {
        return switch (kind) {
            case TOOLS -> CatalogueTool.of(server, McpJson.bind(element, Tool.class));
            case PROMPTS -> CataloguePrompt.of(server, McpJson.bind(element, Prompts.Prompt.class));
            case RESOURCES -> new CatalogueResource(server, McpJson.bind(element, Resources.Resource.class));
            case RESOURCE_TEMPLATES ->
                new CatalogueTemplate(server, McpJson.bind(element, Resources.ResourceTemplate.class));
        };
    }

    private static Object element(CatalogueEntry entry) {
        if (entry instanceof CatalogueTool tool) {
            return tool.tool();
        }
        if (entry instanceof CataloguePrompt prompt) {
            return prompt.prompt();
        }
        return entry instanceof CatalogueResource resource
                ? resource.resource()
                : ((CatalogueTemplate) entry).template();
    }

    /** Keeps what a server lists, and writes it soon; returns at once. */
    void keep(ListKind kind, List<? extends CatalogueEntry> entries, @Nullable PeerInfo peer) {
        JsonMapper mapper = McpJson.mapper();
        ArrayNode list = mapper.createArrayNode();
        entries.forEach(entry -> list.add(mapper.<JsonNode>valueToTree(element(entry))));
        String by =
                peer == null ? "" : peer.server().name() + " " + peer.server().version() + " " + peer.revision();
        synchronized (this) {
            if (!by.equals(identity)) {
                lists.clear();
                identity = by;
            } else if (list.equals(lists.get(kind))) {
                return;
            }
            lists.put(kind, list);
            dirty = true;
        }
        Disposable ignored = files.schedule(this::write);
    }

    private void read() {
        try {
            if (!Files.exists(file) || Files.size(file) > MAX_BYTES) {
                return;
            }
            JsonNode tree = McpJson.mapper().readTree(Files.readString(file));
            if (tree.path("format").asInt(0) != FORMAT) {
                return;
            }
            synchronized (this) {
                identity = tree.path("identity").asString("");
                for (ListKind kind : ListKind.values()) {
                    JsonNode list = tree.path("lists").path(kind.method());
                    if (list.isArray()) {
                        lists.put(kind, list);
                    }
                }
            }
        } catch (IOException | JacksonException e) {
            log.debug("{} is ignored: {}", file.getFileName(), SafeText.line(e));
        }
    }

    /** Writes what has changed; blocks. */
    synchronized void write() {
        if (!dirty) {
            return;
        }
        dirty = false;
        ObjectNode tree = McpJson.mapper().createObjectNode();
        tree.put("format", FORMAT).put("identity", identity);
        ObjectNode all = tree.putObject("lists");
        lists.forEach((kind, list) -> all.set(kind.method(), list));
        try {
            Files.createDirectories(file.getParent(), ownerOnly("rwx------"));
            Path temporary = Files.createTempFile(file.getParent(), "lists", ".tmp", ownerOnly("rw-------"));
            try {
                Files.writeString(temporary, tree.toString());
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            log.warn("what a server lists cannot be kept for the next run: {}", SafeText.line(e));
        }
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
