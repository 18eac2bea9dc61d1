package dev.mcpflux.benchmarks.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reference for HTTP: what one would write by hand with the client of the JDK. No time-outs, no cancellation, no bound, and
 * neither streams of events nor sessions.
 */
final class HttpReference implements Client {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final AtomicLong ids = new AtomicLong();

    HttpReference(List<String> server) throws IOException, InterruptedException {
        url = URI.create(HttpServer.endpoint(server));
        send("initialize", Wire.INITIALIZE);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Wire.encode(body, -1, "notifications/initialized", null);
        client.send(request(body), BodyHandlers.discarding());
    }

    private HttpRequest request(ByteArrayOutputStream body) {
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2025-11-25")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
    }

    private HttpRequest request(Call call) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Wire.encodeCall(body, ids.incrementAndGet(), call);
        return request(body);
    }

    private static Wire.Reply reply(HttpResponse<byte[]> response) {
        byte[] body = response.body();
        return Wire.decode(body, 0, body.length);
    }

    private Wire.Reply send(String method, @Nullable Object params) throws IOException, InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Wire.encode(body, ids.incrementAndGet(), method, params);
        return reply(client.send(request(body), BodyHandlers.ofByteArray()));
    }

    @Override
    public String call(Call call) throws IOException, InterruptedException {
        return reply(client.send(request(call), BodyHandlers.ofByteArray())).result();
    }

    @Override
    public int listTools() throws IOException, InterruptedException {
        return send("tools/list", null).tools();
    }

    @Override
    public Tally pump(Call[] calls, Duration time, int inFlight) throws TimeoutException, InterruptedException {
        return Pump.run(
                (call, callback) -> {
                    // Error Prone wants the future to be looked at; what it failed with goes to the callback
                    CompletableFuture<String> unused = client.sendAsync(request(call), BodyHandlers.ofByteArray())
                            .thenApply(response -> reply(response).result())
                            .whenComplete(callback::done);
                },
                calls,
                time,
                inFlight);
    }

    @Override
    public void close() {
        // this client has no end of its own before JDK 21
    }
}
