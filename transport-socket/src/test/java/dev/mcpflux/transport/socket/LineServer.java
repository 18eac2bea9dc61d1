package dev.mcpflux.transport.socket;

import dev.mcpflux.jsonrpc.McpJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import tools.jackson.databind.JsonNode;

/** A server behind a socket, with one thread for each client. The test decides what it does with a client. */
final class LineServer implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int RECEIVE_BUFFER = 256 * 1024;

    /** What the server does with one client; it closes the connection afterwards. */
    @FunctionalInterface
    interface Behaviour {
        void serve(Peer peer) throws IOException;
    }

    private interface Acceptor extends AutoCloseable {
        ByteChannel accept() throws IOException;

        @Override
        void close() throws IOException;
    }

    private final Acceptor acceptor;
    private final Behaviour behaviour;
    private final Set<Peer> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final int port;

    private LineServer(Acceptor acceptor, int port, Behaviour behaviour) {
        this.acceptor = acceptor;
        this.port = port;
        this.behaviour = behaviour;
        daemon(this::acceptAll);
    }

    static LineServer tcp(Behaviour behaviour) throws IOException {
        // without a fixed size, the system lets the buffer grow to tens of megabytes, and an unread socket is never
        // full
        ServerSocketChannel server = ServerSocketChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new LineServer(acceptor(server), ((InetSocketAddress) server.getLocalAddress()).getPort(), behaviour);
    }

    static LineServer unix(Path path, Behaviour behaviour) throws IOException {
        SocketAddress address = UnixDomainSocketAddress.of(path);
        ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        return new LineServer(acceptor(server), 0, behaviour);
    }

    static LineServer tls(SSLServerSocket server, Behaviour behaviour) {
        Acceptor acceptor = new Acceptor() {
            @Override
            public ByteChannel accept() throws IOException {
                return new TlsChannel((SSLSocket) server.accept());
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
        return new LineServer(acceptor, server.getLocalPort(), behaviour);
    }

    private static Acceptor acceptor(ServerSocketChannel server) {
        return new Acceptor() {
            @Override
            public ByteChannel accept() throws IOException {
                return server.accept();
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "line-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Peer peer = new Peer(acceptor.accept());
                accepted.incrementAndGet();
                open.add(peer);
                daemon(() -> serve(peer));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Peer peer) {
        try (peer) {
            behaviour.serve(peer);
        } catch (IOException e) {
            // the client has disconnected
        } finally {
            open.remove(peer);
        }
    }

    int port() {
        return port;
    }

    /** The number of clients that have connected so far. */
    int accepted() {
        return accepted.get();
    }

    /** The number of clients that are connected, as seen from this side. */
    int open() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        acceptor.close();
        for (Peer peer : open) {
            peer.close();
        }
    }

    /** Waits until the condition holds, polling it, and fails after a limit. */
    static void waitUntil(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    /** Reads without answering, and returns when the client disconnects. */
    static void silent(Peer peer) throws IOException {
        for (String line = peer.readLine(); line != null; line = peer.readLine()) {
            // not answered
        }
    }

    /** The server of {@link dev.mcpflux.testing.TransportContract}. */
    static void echo(Peer peer) throws IOException {
        List<String> cancelled = new ArrayList<>();
        for (String line = peer.readLine(); line != null; line = peer.readLine()) {
            JsonNode message = McpJson.mapper().readTree(line);
            String method = message.path("method").asString("");
            if (method.equals("notifications/cancelled")) {
                cancelled.add(message.path("params").path("requestId").asString());
            } else if (message.has("id") && message.has("method")) {
                if (isCall(message, "crash")) {
                    return;
                }
                peer.write(answer(message, cancelled));
            }
        }
    }

    static boolean isCall(JsonNode message, String tool) {
        return message.path("params").path("name").asString("").equals(tool);
    }

    /** The lines of the response to a message. */
    static String answer(JsonNode message, List<String> cancelled) {
        String id = message.path("id").toString();
        JsonNode params = message.path("params");
        return switch (message.path("method").asString("")) {
            case "initialize" -> """
                {"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
                "serverInfo":{"name":"lines","version":"1"}}}
                """.formatted(id);
            case "tools/call" ->
                switch (params.path("name").asString("")) {
                    case "hang" -> "";
                    case "cancelled" -> text(id, McpJson.mapper().writeValueAsString(String.join(",", cancelled)));
                    case "progress" ->
                        progress(params.path("_meta").path("progressToken")) + text(id, "'done'".replace('\'', '"'));
                    default -> text(id, params.path("arguments").path("text").toString());
                };
            default -> """
                {"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}
                """.formatted(id);
        };
    }

    private static String text(String id, String json) {
        return """
                {"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":%s}]}}
                """.formatted(id, json);
    }

    private static String progress(JsonNode token) {
        StringBuilder steps = new StringBuilder();
        for (int step = 1; step <= 3 && !token.isMissingNode(); step++) {
            steps.append("""
                    {"jsonrpc":"2.0","method":"notifications/progress",\
                    "params":{"progressToken":%s,"progress":%d,"total":3}}
                    """.formatted(token, step));
        }
        return steps.toString();
    }

    /** One client, as seen from the server. */
    static final class Peer implements AutoCloseable {
        private final ByteChannel channel;
        private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).flip();

        private Peer(ByteChannel channel) {
            this.channel = channel;
        }

        /** The next line; null at the end. */
        String readLine() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (true) {
                while (in.hasRemaining()) {
                    byte b = in.get();
                    if (b == '\n') {
                        return line.toString(StandardCharsets.UTF_8);
                    }
                    line.write(b);
                }
                in.clear();
                int n = channel.read(in);
                in.flip();
                if (n < 0) {
                    return null;
                }
            }
        }

        void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
        }

        /** Writes this many bytes at a time. */
        void write(byte[] bytes, int step) throws IOException {
            ByteBuffer out = ByteBuffer.wrap(bytes);
            while (out.position() < bytes.length) {
                out.limit((int) Math.min(bytes.length, out.position() + (long) step));
                channel.write(out);
            }
        }

        void noDelay() throws IOException {
            ((SocketChannel) channel).setOption(StandardSocketOptions.TCP_NODELAY, true);
        }

        /** Resets the connection. */
        void reset() throws IOException {
            ((SocketChannel) channel).setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record TlsChannel(SSLSocket socket) implements ByteChannel {

        @Override
        public int read(ByteBuffer target) throws IOException {
            InputStream in = socket.getInputStream();
            int n = in.read(target.array(), target.position(), target.remaining());
            if (n > 0) {
                target.position(target.position() + n);
            }
            return n;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            OutputStream out = socket.getOutputStream();
            int n = source.remaining();
            out.write(source.array(), source.position(), n);
            source.position(source.limit());
            return n;
        }

        @Override
        public boolean isOpen() {
            return !socket.isClosed();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
