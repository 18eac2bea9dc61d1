package dev.mcpflux.benchmarks.server;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What {@code server.c} is, where there is no compiler: {@code JavaServer [--modern] [--tools N]}. It does not parse JSON; see
 * there for what it relies on.
 */
public final class JavaServer {

    private static final String COMPLETE = "\"resultType\":\"complete\",";
    private static final byte[] ID = bytes("\"id\"");
    private static final byte[] METHOD = bytes("\"method\"");
    private static final byte[] SIZE = bytes("\"size\"");
    private static final byte[] TEXT = bytes("\"text\"");

    private final boolean modern;
    private final byte[] tools;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256 * 1024);
    private final OutputStream stdout = new FileOutputStream(FileDescriptor.out);
    private byte[] large = new byte[0];
    private byte[] in = new byte[256 * 1024];
    private int end;

    private JavaServer(boolean modern, int tools) {
        this.modern = modern;
        this.tools = bytes(tools(tools));
    }

    public static void main(String[] args) throws IOException {
        boolean modern = false;
        int tools = 1;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--modern")) {
                modern = true;
            } else if (args[i].equals("--tools") && i + 1 < args.length) {
                tools = Integer.parseInt(args[++i]);
            } else {
                throw new IllegalArgumentException("usage: [--modern] [--tools N]");
            }
        }
        new JavaServer(modern, tools).serve(new FileInputStream(FileDescriptor.in));
    }

    private static String tools(int count) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"")
                    .append(i == 0 ? "echo" : "tool_" + i)
                    .append("\",\"description\":\"Gives back its text\",\"inputSchema\":{\"type\":\"object\",")
                    .append("\"properties\":{\"text\":{\"type\":\"string\"},\"size\":{\"type\":\"integer\"}}}}");
        }
        return json.append(']').toString();
    }

    private void serve(InputStream stdin) throws IOException {
        int held = 0;
        while (true) {
            if (held == in.length) {
                in = Arrays.copyOf(in, in.length * 2);
            }
            int n = stdin.read(in, held, in.length - held);
            if (n < 0) {
                return;
            }
            int limit = held + n;
            int line = 0;
            for (int i = held; i < limit; i++) {
                if (in[i] == '\n') {
                    end = i;
                    answer(line);
                    line = i + 1;
                }
            }
            held = limit - line;
            System.arraycopy(in, line, in, 0, held);
            flush();
        }
    }

    private void answer(int line) throws IOException {
        int id = value(line, ID);
        int at = value(line, METHOD);
        if (id < 0 || at < 0) {
            return; // a notification, or an answer
        }
        String method = new String(in, at, scalarEnd(at) - at, StandardCharsets.UTF_8);
        put("{\"jsonrpc\":\"2.0\",\"id\":");
        out.write(in, id, scalarEnd(id) - id);
        if (method.equals("\"tools/call\"")) {
            call(line);
        } else if (method.equals("\"tools/list\"")) {
            put(",\"result\":{" + (modern ? COMPLETE + "\"ttlMs\":0,\"cacheScope\":\"private\"," : "") + "\"tools\":");
            out.write(tools, 0, tools.length);
            put("}}\n");
        } else if (method.equals("\"ping\"") && !modern) {
            put(",\"result\":{}}\n");
        } else if (method.equals("\"initialize\"") && !modern) {
            put(",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                    + "\"serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}\n");
        } else if (method.equals("\"server/discover\"") && modern) {
            put(",\"result\":{" + COMPLETE + "\"ttlMs\":0,\"cacheScope\":\"private\","
                    + "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
                    + "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}}\n");
        } else {
            put(",\"error\":{\"code\":-32601,\"message\":\"method not found\"}}\n");
        }
    }

    private void call(int line) throws IOException {
        put(",\"result\":{" + (modern ? COMPLETE : "") + "\"content\":[{\"type\":\"text\",\"text\":");
        int size = value(line, SIZE);
        int text = size < 0 ? value(line, TEXT) : -1;
        if (size >= 0) {
            int length = Integer.parseInt(new String(in, size, scalarEnd(size) - size, StandardCharsets.US_ASCII));
            if (length != large.length) {
                large = new byte[length];
                Arrays.fill(large, (byte) 'x');
            }
            put("\"");
            flush();
            stdout.write(large);
            put("\"");
        } else if (text >= 0 && in[text] == '"') {
            out.write(in, text, scalarEnd(text) - text);
        } else {
            put("\"ok\"");
        }
        put("}]}}\n");
    }

    /** Where the value after this name begins, or -1. */
    private int value(int line, byte[] name) {
        int last = end - name.length;
        for (int i = line; i < last; i++) {
            if (in[i] == '"' && in[i + 1] == name[1] && Arrays.equals(in, i, i + name.length, name, 0, name.length)) {
                int at = i + name.length;
                while (at < end && (in[at] == ' ' || in[at] == ':')) {
                    at++;
                }
                return at < end ? at : -1;
            }
        }
        return -1;
    }

    private int scalarEnd(int from) {
        int at = from;
        if (in[at] == '"') {
            for (at++; at < end && in[at] != '"'; at++) {
                if (in[at] == '\\') {
                    at++;
                }
            }
            return Math.min(at + 1, end);
        }
        while (at < end && in[at] != ',' && in[at] != '}' && in[at] != ' ') {
            at++;
        }
        return at;
    }

    private void put(String text) {
        byte[] bytes = bytes(text);
        out.write(bytes, 0, bytes.length);
    }

    private void flush() throws IOException {
        out.writeTo(stdout);
        out.reset();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
