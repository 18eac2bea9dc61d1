package dev.mcpflux.transport.http;

import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of the legacy era that keeps a session for each {@code initialize}, with a stream, and lets nobody with another
 * {@code Authorization} into it. What it does not know is handed on, with the number of the session.
 */
final class SessionServer implements HttpHandler {

    /** Answers what comes by a session. */
    interface More {
        void handle(String session, RecordedRequest request, HttpReply reply) throws Exception;
    }

    private final AtomicInteger last = new AtomicInteger();
    private final More more;

    /** Who began each session that lives. */
    final Map<String, String> owners = new ConcurrentHashMap<>();
    /** The streams by which sessions are told of changes. */
    final Map<String, HttpReply> streams = new ConcurrentHashMap<>();
    /** The sessions that were ended by their clients. */
    final List<String> ended = new CopyOnWriteArrayList<>();

    SessionServer(More more) {
        this.more = more;
    }

    static String owner(RecordedRequest request) {
        String authorization = request.header("authorization");
        return authorization == null ? "nobody" : authorization;
    }

    /** The session of that number is not known any more. */
    void forget(String session) {
        owners.remove(session);
    }

    @Override
    public void handle(RecordedRequest request, HttpReply reply) throws Exception {
        String session = request.header("mcp-session-id");
        if (request.is("server/discover")) {
            reply.status(400, "text/plain", "Bad Request: no session");
        } else if (request.is("initialize")) {
            String fresh = String.valueOf(last.incrementAndGet());
            owners.put(fresh, owner(request));
            reply.result(
                    "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{},\"logging\":{},"
                            + "\"resources\":{\"subscribe\":true}},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}",
                    "Mcp-Session-Id: " + fresh);
        } else if (session == null || !owners.containsKey(session)) {
            reply.status(404, "text/plain", "no such session");
        } else if (!owner(request).equals(owners.get(session))) {
            reply.status(403, "text/plain", "the session of somebody else");
        } else if (request.httpMethod().equals("GET")) {
            reply.events().raw(": here\n\n");
            streams.put(session, reply);
            reply.awaitDisconnect();
        } else if (request.httpMethod().equals("DELETE")) {
            ended.add(session);
            owners.remove(session);
            reply.accepted();
        } else if (request.method().startsWith("notifications/")) {
            reply.accepted();
        } else {
            more.handle(session, request, reply);
        }
    }
}
