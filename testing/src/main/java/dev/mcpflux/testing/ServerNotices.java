package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Subscriptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one client of a server in memory is notified of: in the modern era what it listens to, in the legacy era all lists.
 * Notices are sent under a lock: "MUST NOT send any notification on the subscription before" its acknowledgement.
 */
final class ServerNotices {

    private final Consumer<ObjectNode> send;
    private final Map<JsonNode, Subscriptions.SubscriptionFilter> listening = new ConcurrentHashMap<>();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;

    ServerNotices(Consumer<ObjectNode> send) {
        this.send = send;
    }

    /** The client has sent {@code notifications/initialized}. */
    void ready() {
        ready = true;
    }

    boolean isReady() {
        return ready;
    }

    void clear() {
        ready = false;
        listening.clear();
        watched.clear();
    }

    /** "The server MUST send notifications/subscriptions/acknowledged as the first message" (basic/patterns/subscriptions). */
    synchronized void listen(JsonNode id, JsonNode wanted) {
        Subscriptions.SubscriptionFilter filter = wanted.isObject()
                ? McpJson.bind(wanted, Subscriptions.SubscriptionFilter.class)
                : new Subscriptions.SubscriptionFilter(null, null, null, null, null);
        Subscriptions.SubscriptionFilter honored = new Subscriptions.SubscriptionFilter(
                filter.toolsListChanged(),
                filter.promptsListChanged(),
                filter.resourcesListChanged(),
                filter.resourceSubscriptions(),
                null);
        ObjectNode params = ServerMessages.subscribed(null, id);
        params.set("notifications", ServerMessages.tree(honored));
        listening.put(id, honored);
        send.accept(ServerMessages.notification(Methods.ACKNOWLEDGED, params));
    }

    void unlisten(JsonNode id) {
        listening.remove(id);
    }

    void watch(String uri) {
        watched.add(uri);
    }

    void unwatch(String uri) {
        watched.remove(uri);
    }

    synchronized void listChanged(ListKind kind) {
        if (ready) {
            send.accept(ServerMessages.notification(kind.notification(), null));
        }
        listening.forEach((id, filter) -> {
            if (kind.reportedAs().isIn(filter)) {
                notify(id, kind.notification(), null);
            }
        });
    }

    synchronized void resourceUpdated(String uri) {
        ObjectNode params = ServerMessages.object().put("uri", uri);
        if (watched.contains(uri)) {
            send.accept(ServerMessages.notification(Methods.RESOURCES_UPDATED, params));
        }
        listening.forEach((id, filter) -> {
            List<String> uris = filter.resourceSubscriptions();
            if (uris != null && uris.contains(uri)) {
                notify(id, Methods.RESOURCES_UPDATED, params);
            }
        });
    }

    private void notify(JsonNode subscription, String method, @Nullable JsonNode params) {
        send.accept(ServerMessages.notification(method, ServerMessages.subscribed(params, subscription)));
    }

    /** "it SHOULD respond to the original subscriptions/listen request with a completion result" (the same). */
    synchronized void endSubscriptions() {
        List.copyOf(listening.keySet()).forEach(id -> {
            if (listening.remove(id) != null) {
                ObjectNode result = ServerMessages.subscribed(null, id);
                send.accept(ServerMessages.result(id, result.put("resultType", "complete")));
            }
        });
    }
}
