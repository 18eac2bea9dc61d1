package dev.mcpflux.protocol;

import dev.mcpflux.jsonrpc.DirectReader;
import dev.mcpflux.jsonrpc.JsonValues;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/**
 * Readers for the results that come before the first result of a tool: the introduction of a server of either era and its
 * list of tools. {@code DirectReadersTest} compares them with what Jackson binds.
 */
// a constructor takes null for a member that was not sent
@SuppressWarnings("NullAway")
public final class DirectReaders {

    private DirectReaders() {}

    /** The reader for results of this type; null if Jackson binds them. */
    @SuppressWarnings("unchecked")
    public static <T> @Nullable DirectReader<T> find(Class<T> type) {
        DirectReader<?> found = type == Discovery.DiscoverResult.class
                ? (DirectReader<Discovery.DiscoverResult>) DirectReaders::discoverResult
                : type == InitializeResult.class
                        ? (DirectReader<InitializeResult>) DirectReaders::initializeResult
                        : type == ListToolsResult.class
                                ? (DirectReader<ListToolsResult>) DirectReaders::listToolsResult
                                : null;
        return (DirectReader<T>) found;
    }

    /** Reads a block of content. */
    public static Content content(JsonParser parser) {
        return ContentReader.read(parser);
    }

    static Discovery.DiscoverResult discoverResult(JsonParser parser) {
        List<String> supportedVersions = null;
        ServerCapabilities capabilities = null;
        String instructions = null;
        Implementation serverInfo = null;
        Long ttlMs = null;
        String cacheScope = null;
        String resultType = null;
        Discovery.ServerMeta meta = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "supportedVersions" -> supportedVersions = JsonValues.texts(parser);
                case "capabilities" ->
                    capabilities = JsonValues.object(parser, ServerCapabilities.class, DirectReaders::capabilities);
                case "instructions" -> instructions = JsonValues.text(parser);
                case "serverInfo" ->
                    serverInfo = JsonValues.object(parser, Implementation.class, DirectReaders::implementation);
                case "ttlMs" -> ttlMs = JsonValues.whole(parser);
                case "cacheScope" -> cacheScope = JsonValues.text(parser);
                case "resultType" -> resultType = JsonValues.text(parser);
                case "_meta" -> meta = JsonValues.object(parser, Discovery.ServerMeta.class, DirectReaders::serverMeta);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new Discovery.DiscoverResult(
                supportedVersions, capabilities, instructions, serverInfo, ttlMs, cacheScope, resultType, meta, others);
    }

    static Discovery.ServerMeta serverMeta(JsonParser parser) {
        Implementation serverInfo = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "io.modelcontextprotocol/serverInfo" ->
                    serverInfo = JsonValues.object(parser, Implementation.class, DirectReaders::implementation);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new Discovery.ServerMeta(serverInfo, others);
    }

    static InitializeResult initializeResult(JsonParser parser) {
        String protocolVersion = null;
        ServerCapabilities capabilities = null;
        Implementation serverInfo = null;
        String instructions = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "protocolVersion" -> protocolVersion = JsonValues.text(parser);
                case "capabilities" ->
                    capabilities = JsonValues.object(parser, ServerCapabilities.class, DirectReaders::capabilities);
                case "serverInfo" ->
                    serverInfo = JsonValues.object(parser, Implementation.class, DirectReaders::implementation);
                case "instructions" -> instructions = JsonValues.text(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new InitializeResult(protocolVersion, capabilities, serverInfo, instructions, others);
    }

    static ServerCapabilities capabilities(JsonParser parser) {
        ServerCapabilities.ListCapability tools = null;
        ServerCapabilities.ListCapability prompts = null;
        ServerCapabilities.ResourcesCapability resources = null;
        JsonNode logging = null;
        JsonNode completions = null;
        JsonNode tasks = null;
        Map<String, JsonNode> experimental = null;
        Map<String, JsonNode> extensions = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "tools" ->
                    tools = JsonValues.object(
                            parser, ServerCapabilities.ListCapability.class, DirectReaders::listCapability);
                case "prompts" ->
                    prompts = JsonValues.object(
                            parser, ServerCapabilities.ListCapability.class, DirectReaders::listCapability);
                case "resources" ->
                    resources = JsonValues.object(
                            parser, ServerCapabilities.ResourcesCapability.class, DirectReaders::resourcesCapability);
                case "logging" -> logging = JsonValues.tree(parser);
                case "completions" -> completions = JsonValues.tree(parser);
                case "tasks" -> tasks = JsonValues.tree(parser);
                case "experimental" -> experimental = JsonValues.trees(parser);
                case "extensions" -> extensions = JsonValues.trees(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new ServerCapabilities(
                tools, prompts, resources, logging, completions, tasks, experimental, extensions, others);
    }

    static ServerCapabilities.ListCapability listCapability(JsonParser parser) {
        Boolean listChanged = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "listChanged" -> listChanged = JsonValues.truth(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new ServerCapabilities.ListCapability(listChanged, others);
    }

    static ServerCapabilities.ResourcesCapability resourcesCapability(JsonParser parser) {
        Boolean subscribe = null;
        Boolean listChanged = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "subscribe" -> subscribe = JsonValues.truth(parser);
                case "listChanged" -> listChanged = JsonValues.truth(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new ServerCapabilities.ResourcesCapability(subscribe, listChanged, others);
    }

    static Implementation implementation(JsonParser parser) {
        String name = null;
        String version = null;
        String title = null;
        String description = null;
        List<Icon> icons = null;
        String websiteUrl = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "name" -> name = JsonValues.text(parser);
                case "version" -> version = JsonValues.text(parser);
                case "title" -> title = JsonValues.text(parser);
                case "description" -> description = JsonValues.text(parser);
                case "icons" -> icons = JsonValues.objects(parser, Icon.class, DirectReaders::icon);
                case "websiteUrl" -> websiteUrl = JsonValues.text(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new Implementation(name, version, title, description, icons, websiteUrl, others);
    }

    static Icon icon(JsonParser parser) {
        String src = null;
        String mimeType = null;
        List<String> sizes = null;
        String theme = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "src" -> src = JsonValues.text(parser);
                case "mimeType" -> mimeType = JsonValues.text(parser);
                case "sizes" -> sizes = JsonValues.texts(parser);
                case "theme" -> theme = JsonValues.text(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new Icon(src, mimeType, sizes, theme, others);
    }

    static ListToolsResult listToolsResult(JsonParser parser) {
        List<Tool> tools = null;
        String nextCursor = null;
        Long ttlMs = null;
        String cacheScope = null;
        String resultType = null;
        JsonNode meta = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "tools" -> tools = JsonValues.objects(parser, Tool.class, DirectReaders::tool);
                case "nextCursor" -> nextCursor = JsonValues.text(parser);
                case "ttlMs" -> ttlMs = JsonValues.whole(parser);
                case "cacheScope" -> cacheScope = JsonValues.text(parser);
                case "resultType" -> resultType = JsonValues.text(parser);
                case "_meta" -> meta = JsonValues.tree(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new ListToolsResult(tools, nextCursor, ttlMs, cacheScope, resultType, meta, others);
    }

    static Tool tool(JsonParser parser) {
        String name = null;
        String title = null;
        String description = null;
        JsonNode inputSchema = null;
        JsonNode outputSchema = null;
        ToolAnnotations annotations = null;
        List<Icon> icons = null;
        JsonNode execution = null;
        JsonNode meta = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "name" -> name = JsonValues.text(parser);
                case "title" -> title = JsonValues.text(parser);
                case "description" -> description = JsonValues.text(parser);
                case "inputSchema" -> inputSchema = JsonValues.tree(parser);
                case "outputSchema" -> outputSchema = JsonValues.tree(parser);
                case "annotations" ->
                    annotations = JsonValues.object(parser, ToolAnnotations.class, DirectReaders::toolAnnotations);
                case "icons" -> icons = JsonValues.objects(parser, Icon.class, DirectReaders::icon);
                case "execution" -> execution = JsonValues.tree(parser);
                case "_meta" -> meta = JsonValues.tree(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new Tool(
                name, title, description, inputSchema, outputSchema, annotations, icons, execution, meta, others);
    }

    static ToolAnnotations toolAnnotations(JsonParser parser) {
        String title = null;
        Boolean readOnlyHint = null;
        Boolean destructiveHint = null;
        Boolean idempotentHint = null;
        Boolean openWorldHint = null;
        Map<String, JsonNode> others = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            parser.nextToken();
            switch (member) {
                case "title" -> title = JsonValues.text(parser);
                case "readOnlyHint" -> readOnlyHint = JsonValues.truth(parser);
                case "destructiveHint" -> destructiveHint = JsonValues.truth(parser);
                case "idempotentHint" -> idempotentHint = JsonValues.truth(parser);
                case "openWorldHint" -> openWorldHint = JsonValues.truth(parser);
                default -> others = JsonValues.other(others, member, parser);
            }
        }
        return new ToolAnnotations(title, readOnlyHint, destructiveHint, idempotentHint, openWorldHint, others);
    }
}
