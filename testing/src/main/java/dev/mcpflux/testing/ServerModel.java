package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.uri.UriTemplate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a server in memory offers now, and what it has received. All state is guarded by this object. */
final class ServerModel {

    static final String MODERN = "2026-07-28";
    static final List<String> REVISIONS = List.of(MODERN, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

    private static final int ALL = Integer.MAX_VALUE;

    /** An element of a list, and what answers requests for it. */
    record Entry(Object definition, Function<ServerCall, ? extends Mono<?>> handler) {}

    private final String name;
    private final Map<ListKind, Map<String, Entry>> lists = new EnumMap<>(ListKind.class);
    private final Map<String, Function<ServerCall, ? extends Mono<?>>> completions = new HashMap<>();
    private final Map<String, JsonRpcError> failing = new HashMap<>();
    private final Set<String> ignored = new HashSet<>();
    private final List<JsonNode> received = new ArrayList<>();
    private List<String> revisions = REVISIONS;
    private @Nullable String instructions;
    private int pageSize = ALL;

    ServerModel(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    synchronized void revisions(List<String> spoken) {
        if (spoken.isEmpty() || !REVISIONS.containsAll(spoken)) {
            throw new IllegalArgumentException("revisions are some of " + REVISIONS + ", not " + spoken);
        }
        revisions = REVISIONS.stream().filter(spoken::contains).toList();
    }

    synchronized List<String> revisions() {
        return revisions;
    }

    synchronized void instructions(String text) {
        instructions = text;
    }

    synchronized void pageSize(int elements) {
        if (elements < 1) {
            throw new IllegalArgumentException("a page has one element at least, not " + elements);
        }
        pageSize = elements;
    }

    synchronized void put(ListKind kind, String key, Entry entry) {
        lists.computeIfAbsent(kind, k -> new LinkedHashMap<>()).put(key, entry);
    }

    /** Whether there was one. */
    synchronized boolean remove(ListKind kind, String key) {
        Map<String, Entry> list = lists.get(kind);
        return list != null && list.remove(key) != null;
    }

    synchronized boolean has(ListKind kind, String key) {
        return find(kind, key) != null;
    }

    private @Nullable Entry find(ListKind kind, String key) {
        Map<String, Entry> list = lists.get(kind);
        return list == null ? null : list.get(key);
    }

    /** The template that a URI comes of. */
    private @Nullable Entry findTemplate(String uri) {
        return lists.getOrDefault(ListKind.RESOURCE_TEMPLATES, Map.of()).entrySet().stream()
                .filter(each -> UriTemplate.of(each.getKey()).match(uri).isPresent())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** What answers a call of a tool, a prompt, a resource or a completion. */
    synchronized Function<ServerCall, ? extends Mono<?>> handler(String method, JsonNode params, boolean modern) {
        if (method.equals(Methods.COMPLETE)) {
            JsonNode reference = params.path("ref");
            String of = reference.path("name").asString(reference.path("uri").asString(""));
            return orUnknown(completions.get(of), "Unknown reference: " + of);
        }
        if (method.equals(Methods.RESOURCES_READ)) {
            String uri = params.path("uri").asString("");
            Entry resource = find(ListKind.RESOURCES, uri);
            Entry found = resource == null ? findTemplate(uri) : resource;
            if (found == null) {
                throw RpcException.resourceNotFound(uri, modern);
            }
            return found.handler();
        }
        ListKind kind = method.equals(Methods.TOOLS_CALL) ? ListKind.TOOLS : ListKind.PROMPTS;
        String name = params.path("name").asString("");
        Entry entry = find(kind, name);
        return orUnknown(entry == null ? null : entry.handler(), "Unknown " + kind.element() + ": " + name);
    }

    private static <T> T orUnknown(@Nullable T found, String problem) {
        if (found == null) {
            throw new RpcException(JsonRpcError.INVALID_PARAMS, problem);
        }
        return found;
    }

    synchronized void complete(String reference, Function<ServerCall, ? extends Mono<?>> handler) {
        completions.put(reference, handler);
    }

    synchronized void fail(String method, JsonRpcError error) {
        failing.put(method, error);
        ignored.remove(method);
    }

    synchronized void ignore(String method) {
        ignored.add(method);
        failing.remove(method);
    }

    synchronized void recover(String method) {
        failing.remove(method);
        ignored.remove(method);
    }

    synchronized @Nullable JsonRpcError failure(String method) {
        return failing.get(method);
    }

    synchronized boolean ignores(String method) {
        return ignored.contains(method);
    }

    synchronized void received(JsonNode message) {
        received.add(message);
    }

    synchronized List<JsonNode> received() {
        return List.copyOf(received);
    }

    /** What it declares: the kinds of which it has, or had, any; tools if there are none. */
    synchronized ObjectNode capabilities(String revision) {
        ObjectNode capabilities = ServerMessages.object();
        if (lists.isEmpty() || lists.containsKey(ListKind.TOOLS)) {
            capabilities.putObject("tools").put("listChanged", true);
        }
        if (lists.containsKey(ListKind.PROMPTS)) {
            capabilities.putObject("prompts").put("listChanged", true);
        }
        if (lists.containsKey(ListKind.RESOURCES) || lists.containsKey(ListKind.RESOURCE_TEMPLATES)) {
            capabilities.putObject("resources").put("subscribe", true).put("listChanged", true);
        }
        if (!completions.isEmpty() && !revision.equals("2024-11-05")) {
            capabilities.putObject("completions");
        }
        capabilities.putObject("logging");
        return capabilities;
    }

    private ObjectNode info() {
        return ServerMessages.object().put("name", name).put("version", "1");
    }

    /** Result of {@code initialize}. */
    synchronized ObjectNode initialized(String revision) {
        ObjectNode result = ServerMessages.object().put("protocolVersion", revision);
        result.set("capabilities", capabilities(revision));
        result.set("serverInfo", info());
        return withInstructions(result);
    }

    /** Result of {@code server/discover}. */
    synchronized ObjectNode discovered() {
        ObjectNode result = ServerMessages.object();
        revisions.forEach(result.putArray("supportedVersions")::add);
        result.set("capabilities", capabilities(MODERN));
        result.putObject(ServerMessages.META).set(ServerMessages.PREFIX + "serverInfo", info());
        return withInstructions(result);
    }

    private ObjectNode withInstructions(ObjectNode result) {
        return instructions == null ? result : result.put("instructions", instructions);
    }

    /** One page of a list. */
    synchronized ObjectNode page(ListKind kind, JsonNode cursor) {
        List<Entry> all = List.copyOf(lists.getOrDefault(kind, Map.of()).values());
        int from = from(cursor, all.size());
        int to = pageSize == ALL ? all.size() : Math.min(all.size(), from + pageSize);
        ObjectNode result = ServerMessages.object();
        ArrayNode elements = result.putArray(member(kind));
        all.subList(from, to).forEach(entry -> elements.add(ServerMessages.tree(entry.definition())));
        return to < all.size() ? result.put("nextCursor", "from-" + to) : result;
    }

    private static int from(JsonNode cursor, int size) {
        if (cursor.isMissingNode() || cursor.isNull()) {
            return 0;
        }
        try {
            int from = Integer.parseInt(cursor.asString("").replaceFirst("^from-", ""));
            if (from >= 0 && from <= size) {
                return from;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw new RpcException(JsonRpcError.INVALID_PARAMS, "Unknown cursor: " + cursor);
    }

    private static String member(ListKind kind) {
        return switch (kind) {
            case TOOLS -> "tools";
            case PROMPTS -> "prompts";
            case RESOURCES -> "resources";
            case RESOURCE_TEMPLATES -> "resourceTemplates";
        };
    }
}
