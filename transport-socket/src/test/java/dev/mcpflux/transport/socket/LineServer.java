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

/** A server behind a socket, a thread for each client. What it does with a client is said by the test. */
final class LineServer implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What a server does with one client, whose connection it closes when this is through. */
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
        ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
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
            // the client is gone
        } finally {
            open.remove(peer);
        }
    }

    int port() {
        return port;
    }

    /** How many clients have connected so far. */
    int accepted() {
        return accepted.get();
    }

    /** How many of them are connected, as far as this side knows. */
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

    /** Waits until it is so, without holding up more than it must. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    /** Answers nothing, and goes when the client does. */
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

    /** The lines with which it is answered. */
    static String answer(JsonNode message, List<String> cancelled) {
        String start = "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id");
        JsonNode params = message.path("params");
        return switch (message.path("method").asString("")) {
            case "initialize" ->
                start + ",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                        + "\"serverInfo\":{\"name\":\"lines\",\"version\":\"1\"}}}\n";
            case "tools/call" ->
                switch (params.path("name").asString("")) {
                    case "hang" -> "";
                    case "cancelled" -> start + text(McpJson.mapper().writeValueAsString(String.join(",", cancelled)));
                    case "progress" -> progress(params.path("_meta").path("progressToken")) + start + text("\"done\"");
                    default ->
                        start + text(params.path("arguments").path("text").toString());
                };
            default -> start + ",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}\n";
        };
    }

    private static String text(String json) {
        return ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":" + json + "}]}}\n";
    }

    private static String progress(JsonNode token) {
        StringBuilder steps = new StringBuilder();
        for (int step = 1; step <= 3 && !token.isMissingNode(); step++) {
            steps.append("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":")
                    .append(token)
                    .append(",\"progress\":")
                    .append(step)
                    .append(",\"total\":3}}\n");
        }
        return steps.toString();
    }

    /** One client, seen from the server. */
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

        /** Writes so many bytes at a time. */
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

        /** Ends the connection so that the client is told that it was reset. */
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
