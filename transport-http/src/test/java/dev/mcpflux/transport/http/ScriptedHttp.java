package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.McpJson;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A server whose answers are written by the test, byte by byte where it matters. A thread for each connection. */
final class ScriptedHttp implements AutoCloseable {

    /** What was asked, with the names of headers in lower case, and the number of the connection that it came by. */
    record Request(int connection, String verb, String path, Map<String, String> headers, JsonNode message) {

        String method() {
            return message.path("method").asString("");
        }

        boolean is(String rpc) {
            return verb.equals("POST") && method().equals(rpc);
        }

        @Nullable
        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** Answers a request; what it throws closes the connection. */
    interface Handler {
        void handle(Request request, Reply reply) throws Exception;
    }

    private final ServerSocket listener;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** How many connections there have been; known to the thread that accepts them. */
    private int accepted;

    ScriptedHttp(Handler handler) {
        this(handler, 0);
    }

    ScriptedHttp(Handler handler, int port) {
        this.handler = handler;
        try {
            this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        thread(this::accept, "scripted-http");
    }

    private static void thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/mcp";
    }

    int connections() {
        return open.size();
    }

    /** Everything that was asked so far. */
    List<Request> requests() {
        return requests;
    }

    List<Request> requests(Predicate<Request> which) {
        return requests.stream().filter(which).toList();
    }

    /** How often a method was asked for. */
    long count(String rpc) {
        return requests.stream().filter(request -> request.is(rpc)).count();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                int number = ++accepted;
                thread(() -> serve(socket, number), "scripted-http-connection");
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (Request request = read(number, in); request != null; request = read(number, in)) {
                requests.add(request);
                Reply reply = new Reply(request, socket, in, out);
                handler.handle(request, reply);
                if (reply.closes) {
                    return;
                }
            }
        } catch (Exception e) {
            // as a server that has a bug: the connection is gone
        } finally {
            open.remove(socket);
        }
    }

    private static @Nullable Request read(int number, InputStream in) throws IOException {
        String first = line(in);
        if (first == null || first.isEmpty()) {
            return null;
        }
        String[] words = first.split(" ");
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Request(
                number,
                words[0],
                words[1],
                headers,
                body.length == 0
                        ? McpJson.mapper().missingNode()
                        : McpJson.mapper().readTree(body));
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Goes away: nobody listens any more, and what is open is reset. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                // it was closed by its own thread
            }
        }
    }

    /** The answer to one request. */
    static final class Reply {
        private final Request request;
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private boolean closes;

        private Reply(Request request, Socket socket, InputStream in, OutputStream out) {
            this.request = request;
            this.socket = socket;
            this.in = in;
            this.out = out;
        }

        /** Bytes as they are. */
        Reply raw(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            return this;
        }

        OutputStream stream() {
            return out;
        }

        Reply status(int status, String type, String body, String... headers) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
            if (!type.isEmpty()) {
                head.append("Content-Type: ").append(type).append("\r\n");
            }
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            return raw(head + "Content-Length: " + bytes.length + "\r\n\r\n" + body);
        }

        Reply json(String body, String... headers) throws IOException {
            return status(200, "application/json", body, headers);
        }

        /** The result of the request. */
        Reply result(String result, String... headers) throws IOException {
            return json(message(result), headers);
        }

        String message(String result) {
            return "{\"jsonrpc\":\"2.0\",\"id\":" + request.message().path("id") + ",\"result\":" + result + "}";
        }

        String error(int code, String message, String data) {
            return "{\"jsonrpc\":\"2.0\",\"id\":" + request.message().path("id") + ",\"error\":{\"code\":" + code
                    + ",\"message\":\"" + message + "\"" + (data.isEmpty() ? "" : ",\"data\":" + data) + "}}";
        }

        Reply accepted() throws IOException {
            return status(202, "", "");
        }

        /** Begins a stream of events, which ends with the connection. */
        Reply events(String... headers) throws IOException {
            closes = true;
            return raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"
                    + String.join(
                            "",
                            java.util.Arrays.stream(headers)
                                    .map(h -> h + "\r\n")
                                    .toList()) + "\r\n");
        }

        Reply event(String data) throws IOException {
            return raw("data: " + data + "\n\n");
        }

        /** Ends the connection when the handler returns. */
        Reply thenClose() {
            closes = true;
            return this;
        }

        /** Returns when the client has gone. */
        void awaitGone() throws IOException {
            closes = true;
            while (in.read() >= 0) {
                // whatever it sends
            }
        }

        /** Hands on what the client sends, until it goes. */
        void forward(OutputStream to) throws IOException {
            closes = true;
            for (int read = in.read(); read >= 0; read = in.read()) {
                to.write(read);
                if (in.available() == 0) {
                    to.flush();
                }
            }
        }

        /** Breaks the connection off as a crash does. */
        void reset() throws IOException {
            closes = true;
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
