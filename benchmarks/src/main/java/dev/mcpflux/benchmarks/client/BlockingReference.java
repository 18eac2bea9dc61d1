package dev.mcpflux.benchmarks.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reference: one thread writes a line and reads a line. What Jackson and the pipe cost, and nothing else. */
final class BlockingReference implements Client {

    private final Process process;
    private final OutputStream stdin;
    private final Lines lines;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(8192);
    private Wire.@Nullable Reply reply;
    private long ids;

    private BlockingReference(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        stdin = process.getOutputStream();
        lines = new Lines(process.getInputStream());
        request("initialize", Wire.INITIALIZE);
        Wire.encode(buffer, -1, "notifications/initialized", null);
        flush();
    }

    static Connector connector() {
        return BlockingReference::new;
    }

    @Override
    public String call(Call call) throws IOException {
        Wire.encodeCall(buffer, ++ids, call);
        return answer().result();
    }

    @Override
    public int listTools() throws IOException {
        return request("tools/list", null).tools();
    }

    private Wire.Reply request(String method, @Nullable Object params) throws IOException {
        Wire.encode(buffer, ++ids, method, params);
        return answer();
    }

    private Wire.Reply answer() throws IOException {
        flush();
        reply = null;
        while (reply == null) {
            if (!lines.read((bytes, offset, length) -> reply = Wire.decode(bytes, offset, length))) {
                throw new IOException("the server has ended");
            }
        }
        if (reply.id() != ids) {
            throw new IOException("an answer to " + reply.id() + " instead of " + ids);
        }
        return reply;
    }

    private void flush() throws IOException {
        buffer.writeTo(stdin);
        stdin.flush();
        buffer.reset();
    }

    /** For each answer of one read the next call, and one write for all of them. */
    @Override
    public Tally pump(Call[] calls, Duration time, int inFlight) throws IOException {
        long start = System.nanoTime();
        long deadline = start + time.toNanos();
        Map<Long, Call> pending = new HashMap<>();
        long[] answered = {0};
        for (int i = 0; i < inFlight; i++) {
            send(calls, pending);
        }
        flush();
        while (!pending.isEmpty()) {
            boolean more = System.nanoTime() - deadline < 0;
            boolean open = lines.read((bytes, offset, length) -> {
                Wire.Reply next = Wire.decode(bytes, offset, length);
                Call call = pending.remove(next.id());
                if (call == null) {
                    throw new IOException("an answer to " + next.id() + ", which is not asked");
                }
                call.check(next.result());
                answered[0]++;
                if (more) {
                    send(calls, pending);
                }
            });
            if (!open) {
                throw new IOException("the server has ended");
            }
            flush();
        }
        return new Tally(answered[0], 0, System.nanoTime() - start);
    }

    private void send(Call[] calls, Map<Long, Call> pending) {
        long id = ++ids;
        Call call = calls[(int) (id & (calls.length - 1))];
        pending.put(id, call);
        Wire.encodeCall(buffer, id, call);
    }

    @Override
    public void close() throws IOException {
        stdin.close();
        Lines.awaitEnd(process);
    }
}
