package dev.mcpflux.benchmarks.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reference: what one would write by hand. Futures in a map, a thread that reads and completes them, and a caller that
 * writes its request itself, under a lock. No time-outs, no cancellation, no bound, and a full pipe blocks the caller.
 */
final class AsyncReference implements Client {

    private final Process process;
    private final OutputStream stdin;
    private final Map<Long, CompletableFuture<Wire.Reply>> pending = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(8192);

    private AsyncReference(List<String> command) throws Exception {
        process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        stdin = process.getOutputStream();
        Thread reader = new Thread(this::readAll, "reader");
        reader.setDaemon(true);
        reader.start();
        request("initialize", Wire.INITIALIZE).get(30, TimeUnit.SECONDS);
        write(-1, "notifications/initialized", null, null);
    }

    static Connector connector() {
        return server -> HttpServer.isUrl(server) ? new HttpReference(server) : new AsyncReference(server);
    }

    private void readAll() {
        Lines lines = new Lines(process.getInputStream());
        try {
            boolean open = true;
            while (open) {
                open = lines.read((bytes, offset, length) -> {
                    Wire.Reply reply = Wire.decode(bytes, offset, length);
                    CompletableFuture<Wire.Reply> future = pending.remove(reply.id());
                    if (future != null) {
                        future.complete(reply);
                    }
                });
            }
        } catch (IOException e) {
            // as at the end
        }
        IOException ended = new IOException("the server has ended");
        pending.values().forEach(future -> future.completeExceptionally(ended));
    }

    private CompletableFuture<Wire.Reply> request(String method, @Nullable Object params) throws IOException {
        CompletableFuture<Wire.Reply> future = new CompletableFuture<>();
        long id = ids.incrementAndGet();
        pending.put(id, future);
        write(id, method, params, null);
        return future;
    }

    private CompletableFuture<Wire.Reply> request(Call call) throws IOException {
        CompletableFuture<Wire.Reply> future = new CompletableFuture<>();
        long id = ids.incrementAndGet();
        pending.put(id, future);
        write(id, "tools/call", null, call);
        return future;
    }

    private void write(long id, String method, @Nullable Object params, @Nullable Call call) throws IOException {
        lock.lock();
        try {
            if (call != null) {
                Wire.encodeCall(buffer, id, call);
            } else {
                Wire.encode(buffer, id, method, params);
            }
            buffer.writeTo(stdin);
            stdin.flush();
            buffer.reset();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String call(Call call) throws IOException, ExecutionException, InterruptedException {
        return request(call).get().result();
    }

    @Override
    public int listTools() throws IOException, ExecutionException, InterruptedException {
        return request("tools/list", null).get().tools();
    }

    @Override
    public Tally pump(Call[] calls, Duration time, int inFlight) throws TimeoutException, InterruptedException {
        return Pump.run(
                (call, callback) -> {
                    try {
                        // Error Prone wants the future to be looked at; what it failed with goes to the callback
                        CompletableFuture<Wire.Reply> unused = request(call)
                                .whenComplete((reply, e) -> callback.done(reply == null ? null : reply.result(), e));
                    } catch (IOException e) {
                        callback.done(null, e);
                    }
                },
                calls,
                time,
                inFlight);
    }

    @Override
    public void close() throws IOException {
        stdin.close();
        Lines.awaitEnd(process);
    }
}
