package dev.mcpflux.cli.discover;

import dev.mcpflux.cli.output.Document;
import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.host.config.ServerDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files that were found, as they are printed. Shows names of servers and of keys, and no value.
 *
 * @param files those to be shown
 * @param shared servers that several of them have
 * @param home the home directory of the user, which is shown as {@code ~}
 */
public record Discovery(List<DiscoveredFile> files, List<SharedServer> shared, Path home) {

    public Discovery {
        files = List.copyOf(files);
        shared = List.copyOf(shared);
    }

    /** Describes files. */
    public static Discovery of(List<DiscoveredFile> files, Path home) {
        return new Discovery(files, SharedServer.in(files), home);
    }

    /** The files alone, one a line. */
    public Listing<DiscoveredFile> listing() {
        return Listing.<DiscoveredFile>builder()
                .column("CLIENT", DiscoveredFile::client)
                .column("FILE", file -> shown(file.place().file()))
                .column("SCOPE", file -> scope(file))
                .column("SERVERS", Discovery::servers, Discovery::style)
                .name(file -> file.place().file().toString())
                .build();
    }

    /** Everything. */
    public Document document() {
        Document.Builder document = Document.builder("discovery").json(json()).table(listing(), files);
        if (!shared.isEmpty()) {
            document.heading("In several files").table(sharedListing(), shared);
        }
        return document.build();
    }

    private Listing<SharedServer> sharedListing() {
        return Listing.<SharedServer>builder()
                .column("NAME", SharedServer::name)
                .column(
                        "CLIENTS",
                        server -> server.files().stream()
                                .map(DiscoveredFile::client)
                                .distinct()
                                .collect(Collectors.joining(", ")))
                .column("DIFFERENCES", Discovery::differences, server -> server.isSame() ? Style.GOOD : Style.WARNING)
                .build();
    }

    private static String differences(SharedServer server) {
        if (!server.comparable()) {
            return "unknown: an entry is wrong";
        }
        return server.isSame() ? "none" : String.join(", ", server.differences());
    }

    /** A path as a person writes it. */
    public String shown(Path file) {
        return file.startsWith(home) ? "~/" + home.relativize(file).toString().replace('\\', '/') : file.toString();
    }

    private static String scope(DiscoveredFile file) {
        return file.place().scope().name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Object servers(DiscoveredFile file) {
        return switch (file.state()) {
            case MISSING -> "no file";
            case BROKEN -> "cannot be read";
            case WITHOUT_SERVERS -> "none";
            case READ ->
                file.servers().isEmpty()
                        ? "none"
                        : file.servers().size() + ": "
                                + file.servers().stream()
                                        .map(ServerDefinition::name)
                                        .collect(Collectors.joining(", "));
        };
    }

    private static Style style(DiscoveredFile file) {
        return switch (file.state()) {
            case BROKEN -> Style.BAD;
            case MISSING, WITHOUT_SERVERS -> Style.DIM;
            case READ -> Style.PLAIN;
        };
    }

    private ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode items = json.putArray("files");
        for (DiscoveredFile file : files) {
            ObjectNode item = items.addObject()
                    .put("client", file.client())
                    .put("file", file.place().file().toString())
                    .put("scope", scope(file))
                    .put("state", file.state().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .put("problem", file.problem());
            ArrayNode servers = item.putArray("servers");
            file.servers()
                    .forEach(server -> servers.addObject()
                            .put("name", server.name())
                            .put("kind", kind(server))
                            .put("disabled", server.options().disabled() != null));
            file.warnings().forEach(item.putArray("warnings")::add);
        }
        ArrayNode several = json.putArray("shared");
        for (SharedServer server : shared) {
            ObjectNode item = several.addObject().put("name", server.name()).put("same", server.isSame());
            ArrayNode in = item.putArray("files");
            server.files().forEach(file -> in.add(file.place().file().toString()));
            server.differences().forEach(item.putArray("differences")::add);
        }
        return json;
    }

    private static String kind(ServerDefinition server) {
        if (server instanceof ServerDefinition.Stdio) {
            return "stdio";
        }
        return server instanceof ServerDefinition.Http ? "http" : "invalid";
    }
}
