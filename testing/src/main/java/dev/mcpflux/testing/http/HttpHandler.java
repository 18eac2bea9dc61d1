package dev.mcpflux.testing.http;

/** Answers the requests of a {@link ScriptedHttpServer}. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers one request, on the thread of its TCP connection: it may block, and the next request of the same connection is
     * read when it returns. When the server is closed the thread is interrupted.
     *
     * @throws Exception closes the connection without another byte, as a server with a bug does
     */
    void handle(RecordedRequest request, HttpReply reply) throws Exception;

    /**
     * A server of revision 2026-07-28 with tools: answers {@code server/discover}.
     *
     * @param more answers everything else
     */
    static HttpHandler modern(HttpHandler more) {
        return (request, reply) -> {
            if (request.is("server/discover")) {
                reply.result("""
                        {"resultType":"complete","supportedVersions":["2026-07-28"],\
                        "capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private"}""");
            } else {
                more.handle(request, reply);
            }
        };
    }

    /**
     * A server of revision 2025-11-25 with tools: answers {@code initialize} with the session {@code s-1}, takes
     * notifications and the {@code DELETE} of the session, and offers no stream of its own.
     *
     * @param more answers everything else
     */
    static HttpHandler legacy(HttpHandler more) {
        return (request, reply) -> {
            if (request.is("server/discover")) {
                reply.status(400, "text/plain", "Bad Request: no session");
            } else if (request.is("initialize")) {
                reply.result("""
                        {"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
                        "serverInfo":{"name":"scripted","version":"1"}}""", "Mcp-Session-Id: s-1");
            } else if (request.httpMethod().equals("GET") && request.header("last-event-id") == null) {
                reply.status(405, "", "");
            } else if (request.httpMethod().equals("DELETE") || request.method().startsWith("notifications/")) {
                reply.accepted();
            } else {
                more.handle(request, reply);
            }
        };
    }
}
