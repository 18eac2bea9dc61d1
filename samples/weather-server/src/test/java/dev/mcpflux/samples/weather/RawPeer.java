package dev.mcpflux.samples.weather;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A minimal client: it sends lines, and what it receives must be lines of JSON-RPC. */
final class RawPeer {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final OutputStream out;
    private final BufferedReader in;

    RawPeer(InputStream in, OutputStream out) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.out = out;
    }

    /** Sends a message; single quotes stand for double ones. */
    void send(String message) throws IOException {
        out.write((message.replace('\'', '"') + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    void request(int id, String method, String params) throws IOException {
        send("{'jsonrpc':'2.0','id':" + id + ",'method':'" + method + "','params':" + params + "}");
    }

    JsonNode next() throws IOException {
        JsonNode message = MAPPER.readTree(in.readLine());
        if (!"2.0".equals(message.path("jsonrpc").stringValue(""))) {
            throw new IOException("not JSON-RPC: " + message);
        }
        return message;
    }

    /** Sends a request and expects its response as the next message. */
    JsonNode exchange(int id, String method, String params) throws IOException {
        request(id, method, params);
        JsonNode answer = next();
        if (answer.path("id").intValue(-1) != id) {
            throw new IOException("not the answer to " + id + ": " + answer);
        }
        return answer;
    }

    JsonNode initialize() throws IOException {
        JsonNode answer = exchange(
                0,
                "initialize",
                "{'protocolVersion':'2025-11-25','capabilities':{},'clientInfo':{'name':'peer','version':'1'}}");
        send("{'jsonrpc':'2.0','method':'notifications/initialized'}");
        return answer;
    }

    /** Whether the stream is at its end. */
    boolean atEnd() throws IOException {
        return in.read() < 0;
    }

    void close() throws IOException {
        out.close();
    }
}
