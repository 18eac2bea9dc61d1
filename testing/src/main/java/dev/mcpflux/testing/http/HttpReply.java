package dev.mcpflux.testing.http;

import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/**
 * The response to one request of a {@link ScriptedHttpServer}: its methods write to the connection at once, in the order
 * in which they are called. Every method throws {@link IOException} when the client has closed the connection.
 */
public final class HttpReply {

    private final RecordedRequest request;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private boolean closes;

    HttpReply(RecordedRequest request, Socket socket, InputStream in, OutputStream out) {
        this.request = request;
        this.socket = socket;
        this.in = in;
        this.out = out;
    }

    boolean closes() {
        return closes;
    }

    /**
     * Sends a whole response.
     *
     * @param type the {@code Content-Type}; none where it is empty
     * @param headers lines such as {@code "Retry-After: 1"}
     */
    public HttpReply status(int status, String type, String body, String... headers) throws IOException {
        return raw(head(status, type, body, headers) + body);
    }

    private static String head(int status, String type, String body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
        if (!type.isEmpty()) {
            head.append("Content-Type: ").append(type).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        int bytes = body.getBytes(StandardCharsets.UTF_8).length;
        return head.append("Content-Length: ").append(bytes).append("\r\n\r\n").toString();
    }

    /** Sends status 200 and this JSON. */
    public HttpReply json(String body, String... headers) throws IOException {
        return status(200, "application/json", body, headers);
    }

    /** Answers the JSON-RPC request with this result, as JSON. */
    public HttpReply result(String result, String... headers) throws IOException {
        return json(message(result), headers);
    }

    /** Answers the JSON-RPC request with this result: a record, a map or a tree. */
    public HttpReply result(Object result, String... headers) throws IOException {
        return result(McpJson.mapper().writeValueAsString(result), headers);
    }

    /** Answers the JSON-RPC request with an error, under status 200. */
    public HttpReply error(int code, String message) throws IOException {
        return json(errorMessage(code, message, ""));
    }

    /** The JSON-RPC response with this result, to be sent in parts or as an event. */
    public String message(String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + request.message().path("id") + ",\"result\":" + result + "}";
    }

    /**
     * The JSON-RPC response with this error, to be sent under another status or as an event.
     *
     * @param data JSON; none where it is empty
     */
    public String errorMessage(int code, String message, String data) {
        ObjectNode error = McpJson.mapper().createObjectNode().put("code", code).put("message", message);
        if (!data.isEmpty()) {
            error.set("data", McpJson.mapper().readTree(data));
        }
        return "{\"jsonrpc\":\"2.0\",\"id\":" + request.message().path("id") + ",\"error\":" + error + "}";
    }

    /** Sends status 202 without a body, as for a notification. */
    public HttpReply accepted() throws IOException {
        return status(202, "", "");
    }

    /** Begins a stream of events (SSE); the connection ends when the handler returns. */
    public HttpReply events(String... headers) throws IOException {
        closes = true;
        StringBuilder head =
                new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return raw(head + "\r\n");
    }

    /** Sends one event; {@link #events} comes first. May be called by any thread for as long as the handler runs. */
    public HttpReply event(String data) throws IOException {
        return raw("data: " + data + "\n\n");
    }

    /** Sends a notification as an event. */
    public HttpReply notification(String method, String params) throws IOException {
        return event("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    /** Sends these characters in UTF-8 as they stand: half an event, a broken head, anything. */
    public HttpReply raw(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        return this;
    }

    /**
     * Breaks off within the body: announces all of it, sends so many bytes, and resets the connection.
     *
     * @param bytes how many bytes of the body are sent, fewer than it has
     */
    public void broken(String type, String body, int bytes) throws IOException {
        raw(head(200, type, body));
        out.write(body.getBytes(StandardCharsets.UTF_8), 0, bytes);
        out.flush();
        reset();
    }

    /** Waits until the test opens the gate. */
    public HttpReply await(Gate gate) throws InterruptedException {
        gate.pass();
        return this;
    }

    /** Ends the connection in order when the handler returns. */
    public HttpReply thenClose() {
        closes = true;
        return this;
    }

    /**
     * Returns when the client has closed the connection. A client that closes it before it has read everything resets it.
     *
     * @throws IOException if this server has closed the connection
     */
    public void awaitDisconnect() throws IOException {
        closes = true;
        try {
            while (in.read() >= 0) {
                // whatever it sends
            }
        } catch (SocketException e) {
            if (socket.isClosed()) {
                throw e;
            }
        }
    }

    /** Resets the connection, as the crash of a server does: the client may lose what it has not read yet. */
    public void reset() throws IOException {
        closes = true;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** What the client sends after the request; for proxies. The connection ends when the handler returns. */
    public InputStream input() {
        closes = true;
        return in;
    }

    /** The connection itself, for bytes that are no text. */
    public OutputStream output() {
        return out;
    }
}
