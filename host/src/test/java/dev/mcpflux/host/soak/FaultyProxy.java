package dev.mcpflux.host.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** A proxy of TCP that drops, delays and cuts connections at random, and is not there at all from time to time. */
final class FaultyProxy implements AutoCloseable {

    private static final int BUFFER = 4096;

    private final ServerSocket listening;
    private final int target;
    private final Random random;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "faulty-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, LongAdder> faults = new ConcurrentHashMap<>();
    private volatile boolean away;

    FaultyProxy(int target, Random random) {
        this.target = target;
        this.random = random;
        try {
            listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Cuts everything, and refuses what is new, until it is back. */
    void away(boolean value) {
        away = value;
        if (value) {
            count("away");
            open.forEach(FaultyProxy::reset);
        }
    }

    Map<String, LongAdder> faults() {
        return new TreeMap<>(faults);
    }

    private void count(String fault) {
        faults.computeIfAbsent(fault, key -> new LongAdder()).increment();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                int dice = random.nextInt(100);
                if (away || dice < 3) {
                    count("dropped");
                    reset(client);
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                long requestLimit = dice < 6 ? 200 + random.nextInt(4000) : Long.MAX_VALUE;
                long answerLimit = dice >= 6 && dice < 12 ? 1 + random.nextInt(6000) : Long.MAX_VALUE;
                int delay = dice >= 12 && dice < 20 ? 1 + random.nextInt(200) : 0;
                if (requestLimit != Long.MAX_VALUE || answerLimit != Long.MAX_VALUE) {
                    count("to be cut");
                } else if (delay > 0) {
                    count("delayed");
                }
                threads.execute(() -> pump(client, server, requestLimit, delay));
                threads.execute(() -> pump(server, client, answerLimit, delay));
            } catch (IOException e) {
                // closed, or the server behind it is away
            }
        }
    }

    private void pump(Socket from, Socket to, long limit, int delay) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            long passed = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (delay > 0) {
                    LockSupport.parkNanos(delay * 1_000_000L);
                }
                int part = (int) Math.min(n, limit - passed);
                out.write(buffer, 0, part);
                out.flush();
                passed += part;
                if (passed >= limit) {
                    count("cut");
                    reset(from);
                    reset(to);
                    return;
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(to);
        } finally {
            if (from.isClosed() || from.isInputShutdown() || to.isOutputShutdown()) {
                open.remove(from);
            }
        }
    }

    /** With a reset, as a balancer or a firewall does. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // closed already
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(FaultyProxy::reset);
        threads.shutdownNow();
    }
}
