package dev.mcpflux.testing.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * An HTTP server whose responses are written by the test: status codes, headers, JSON, streams of events, and streams that
 * break at any byte. It listens on a free port of the loopback interface.
 *
 * <pre>{@code
 * try (ScriptedHttpServer server = ScriptedHttpServer.modern((request, reply) ->
 *         reply.status(503, "text/plain", "busy", "Retry-After: 1"))) {
 *     Transport transport = HttpTransport.builder("weather", server.url()).build();
 *     …
 *     assertThat(server.requests()).allSatisfy(request -> assertThat(request.header("Authorization")).isNotNull());
 * }
 * }</pre>
 *
 * <p>Each TCP connection has a daemon thread of its own, so a handler may block; see {@link Gate} to hold a response back
 * without a delay. A handler that fails is logged, and its connection closed. There is no TLS and no HTTP/2.
 */
public final class ScriptedHttpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ScriptedHttpServer.class);

    private final ServerSocket listener;
    private final HttpHandler handler;
    private final Map<Socket, Thread> open = new ConcurrentHashMap<>();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger(1);
    private final Sinks.Empty<Void> ended = Sinks.empty();

    /** How many connections there have been; known to the thread that accepts them. */
    private int accepted;

    private ScriptedHttpServer(HttpHandler handler, int port) {
        this.handler = handler;
        try {
            this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server on a free port; the handler answers every request. */
    public static ScriptedHttpServer start(HttpHandler handler) {
        return start(handler, 0);
    }

    /**
     * Starts a server on this port, for example on that of a server that was closed before.
     *
     * @throws UncheckedIOException if the port is taken
     */
    public static ScriptedHttpServer start(HttpHandler handler, int port) {
        ScriptedHttpServer server = new ScriptedHttpServer(handler, port);
        thread(server::accept, "scripted-http").start();
        return server;
    }

    /** Starts a server of revision 2026-07-28; the handler answers what comes after the discovery. */
    public static ScriptedHttpServer modern(HttpHandler handler) {
        return start(HttpHandler.modern(handler));
    }

    /** Starts a server of revision 2025-11-25; the handler answers what comes after the handshake. */
    public static ScriptedHttpServer legacy(HttpHandler handler) {
        return start(HttpHandler.legacy(handler));
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The port that it listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    /** The address of its MCP endpoint; every other path is answered by the same handler. */
    public String url() {
        return "http://127.0.0.1:" + port() + "/mcp";
    }

    /** How many TCP connections are open. */
    public int connections() {
        return open.size();
    }

    /** Everything that was requested so far, in order of arrival. */
    public List<RecordedRequest> requests() {
        return requests;
    }

    /** What was requested so far and fits. */
    public List<RecordedRequest> requests(Predicate<RecordedRequest> condition) {
        return requests.stream().filter(condition).toList();
    }

    /** How many requests of this JSON-RPC method have come so far. */
    public long count(String rpcMethod) {
        return requests.stream().filter(request -> request.is(rpcMethod)).count();
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket socket = listener.accept();
                int number = ++accepted;
                Thread thread = thread(() -> serve(socket, number), "scripted-http-connection");
                running.incrementAndGet();
                open.put(socket, thread);
                thread.start();
                if (listener.isClosed()) {
                    reset(socket, thread);
                }
            }
        } catch (IOException e) {
            // it was closed
        } finally {
            threadEnded();
        }
    }

    private void threadEnded() {
        if (running.decrementAndGet() == 0) {
            ended.tryEmitEmpty();
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            RequestReader reader = new RequestReader(number, in);
            for (RecordedRequest request = reader.next(); request != null; request = reader.next()) {
                requests.add(request);
                HttpReply reply = new HttpReply(request, socket, in, out);
                handler.handle(request, reply);
                if (reply.closes()) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            // the client has closed the connection, or the test this server
        } catch (Exception e) {
            // the client sees a server with a bug: the connection is closed
            log.warn("the handler of a scripted server failed", e);
        } finally {
            open.remove(socket);
            threadEnded();
        }
    }

    /**
     * Goes away, as a server that is killed: nobody listens any more, open connections are reset, and handlers that wait are
     * interrupted. Does not wait for its threads; {@link #stop} does.
     */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(ScriptedHttpServer::reset);
    }

    private static void reset(Socket socket, Thread thread) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // its own thread has closed it
        }
        thread.interrupt();
    }

    /**
     * {@link #close Closes} the server when subscribed, for {@code Mono.usingWhen}.
     *
     * @return completes when its last thread has ended; does so however often it is subscribed. Cancelling it stops the
     *     waiting only.
     */
    public Mono<Void> stop() {
        return Mono.defer(() -> {
            close();
            return ended.asMono();
        });
    }
}
