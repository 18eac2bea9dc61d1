package dev.mcpflux.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real stdio server of the legacy era that misbehaves as its arguments say. It uses nothing but the JDK, so that it
 * starts in a moment; {@link #command} makes the command line.
 *
 * <p>Tools: {@code echo} (answers with its argument {@code text}), {@code hang} (never answers), {@code progress} (three
 * steps, then a result), {@code cancelled} (the ids of the cancelled requests so far), {@code env} (the names of its
 * environment), {@code crash} (ends the process), {@code fail} (a tool error).
 *
 * <p>Arguments: see the constants.
 */
public final class MisbehavingServer {

    /** {@code --exit-at=start|initialize|initialized}: ends the process at that moment, with {@link #EXIT_CODE}. */
    public static final String EXIT_AT = "--exit-at=";
    /** {@code --exit-code=N}: default 7. */
    public static final String EXIT_CODE = "--exit-code=";
    /** Says this on stderr first. */
    public static final String STDERR = "--stderr=";
    /** Never answers {@code initialize}. */
    public static final String SILENT = "--silent";
    /** Answers {@code initialize} after so many milliseconds. */
    public static final String DELAY_START = "--delay-start=";
    /** Goes on after stdin has ended. */
    public static final String IGNORE_EOF = "--ignore-eof";
    /** Goes on after TERM. */
    public static final String IGNORE_TERM = "--ignore-term";
    /** Writes lines that are no messages between those that are. */
    public static final String NOISE = "--noise";
    /** Begins with a byte-order mark. */
    public static final String BOM = "--bom";
    /** Ends lines with CR LF. */
    public static final String CRLF = "--crlf";
    /** Writes so many bytes at a time. */
    public static final String SPLIT = "--split=";
    /** Writes one frame of so many bytes after the handshake. */
    public static final String LONG_FRAME = "--long-frame=";
    /** Writes so many bytes to stderr after the handshake. */
    public static final String FLOOD_STDERR = "--flood-stderr=";
    /** Closes stderr after the handshake. */
    public static final String CLOSE_STDERR = "--close-stderr";
    /** Reads nothing after the handshake. */
    public static final String NEVER_READ = "--never-read";
    /** Answers every call twice. */
    public static final String ANSWER_TWICE = "--answer-twice";
    /** Sends a response to a request that was never made before each response. */
    public static final String UNKNOWN_ID = "--unknown-id";
    /** Holds responses back and sends them in pairs, the later first. */
    public static final String OUT_OF_ORDER = "--out-of-order";
    /** Starts a grandchild that holds the pipes, whose own parent ends at once. */
    public static final String DOUBLE_FORK = "--double-fork";
    /** Speaks this revision. */
    public static final String REVISION = "--revision=";
    /** Writes {@code result} before {@code id}. */
    public static final String RESULT_FIRST = "--result-first";
    /** Asks the client for a ping after the handshake, with this id. */
    public static final String PING = "--ping=";

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
    private static final Pattern REQUEST_ID = Pattern.compile("\"requestId\":(\\d+)");
    private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
    private static final Pattern TOOL = Pattern.compile("\"name\":\"([^\"]+)\"");
    private static final Pattern TEXT = Pattern.compile("\"text\":(\"(?:[^\"\\\\]|\\\\.)*\")");
    private static final Pattern TOKEN = Pattern.compile("\"progressToken\":(\\d+)");

    private final Map<String, String> options = new LinkedHashMap<>();
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final List<String> cancelled = new ArrayList<>();
    private final List<String> held = new ArrayList<>();
    private boolean bomDue;

    private MisbehavingServer(List<String> arguments) {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            options.put(
                    equals < 0 ? argument : argument.substring(0, equals + 1),
                    equals < 0 ? "" : argument.substring(equals + 1));
        }
        bomDue = has(BOM);
    }

    /** The command line that starts this server with the JVM that runs the caller. */
    public static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx64m",
                "-cp",
                location(),
                MisbehavingServer.class.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private static String location() {
        try {
            return new File(MisbehavingServer.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getPath();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static void main(String[] arguments) throws IOException {
        new MisbehavingServer(List.of(arguments)).run();
    }

    private boolean has(String option) {
        return options.containsKey(option);
    }

    private long number(String option, long otherwise) {
        String value = options.get(option);
        return value == null ? otherwise : Long.parseLong(value);
    }

    private void run() throws IOException {
        if (has(STDERR)) {
            System.err.println(options.get(STDERR));
        }
        if (has(IGNORE_TERM)) {
            // a shutdown that never ends
            Runtime.getRuntime().addShutdownHook(new Thread(MisbehavingServer::waitForEver));
        }
        if (has(DOUBLE_FORK)) {
            new ProcessBuilder("sh", "-c", "sleep 600 & sleep 0.05").inheritIO().start();
        }
        exitIf("start");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            handle(line);
        }
        if (has(IGNORE_EOF)) {
            waitForEver();
        }
    }

    private static void waitForEver() {
        CountDownLatch never = new CountDownLatch(1);
        while (never.getCount() > 0) {
            LockSupport.park(never);
        }
    }

    private void exitIf(String moment) {
        if (moment.equals(options.get(EXIT_AT))) {
            System.exit((int) number(EXIT_CODE, 7));
        }
    }

    private void handle(String line) throws IOException {
        String id = find(ID, line);
        String method = find(METHOD, line);
        if (method == null) {
            return;
        }
        switch (method) {
            case "initialize" -> initialize(id);
            case "notifications/initialized" -> initialized();
            case "notifications/cancelled" -> cancelled.add(String.valueOf(find(REQUEST_ID, line)));
            case "tools/list" ->
                answer(
                        id,
                        "{\"tools\":[" + tool("echo") + "," + tool("hang") + "," + tool("progress") + ","
                                + tool("cancelled") + "," + tool("env") + "," + tool("crash") + "," + tool("fail")
                                + "]}");
            case "tools/call" -> call(id, line);
            default -> {
                if (id != null) {
                    answer(id, "{}");
                }
            }
        }
    }

    private void initialize(@Nullable String id) throws IOException {
        exitIf("initialize");
        if (has(SILENT)) {
            return;
        }
        LockSupport.parkNanos(Duration.ofMillis(number(DELAY_START, 0)).toNanos());
        answer(
                id,
                "{\"protocolVersion\":\"" + options.getOrDefault(REVISION, "2025-11-25")
                        + "\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"misbehaving\",\"version\":\"1\"}}");
    }

    private void initialized() throws IOException {
        exitIf("initialized");
        if (has(PING)) {
            write("{\"jsonrpc\":\"2.0\",\"id\":" + options.get(PING) + ",\"method\":\"ping\"}");
        }
        if (has(LONG_FRAME)) {
            writeLong(number(LONG_FRAME, 0));
        }
        if (has(FLOOD_STDERR)) {
            byte[] chunk = ("x".repeat(99) + "\n").repeat(100).getBytes(StandardCharsets.US_ASCII);
            for (long left = number(FLOOD_STDERR, 0); left > 0; left -= chunk.length) {
                System.err.write(chunk);
            }
        }
        if (has(CLOSE_STDERR)) {
            System.err.close();
        }
        if (has(NEVER_READ)) {
            waitForEver();
        }
    }

    private void call(@Nullable String id, String line) throws IOException {
        String tool = String.valueOf(find(TOOL, line));
        switch (tool) {
            case "hang" -> {
                // cancelled or not, it is not answered
            }
            case "crash" -> System.exit((int) number(EXIT_CODE, 7));
            case "cancelled" -> answer(id, text("\"" + String.join(",", cancelled) + "\"", false));
            case "env" ->
                answer(id, text("\"" + String.join(",", System.getenv().keySet()) + "\"", false));
            case "fail" -> answer(id, text("\"it failed\"", true));
            case "progress" -> {
                String token = find(TOKEN, line);
                for (int step = 1; step <= 3 && token != null; step++) {
                    write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                            + token + ",\"progress\":" + step + ",\"total\":3}}");
                }
                answer(id, text("\"done\"", false));
            }
            default -> {
                String argument = find(TEXT, line);
                answer(id, text(argument == null ? "\"\"" : argument, false));
            }
        }
    }

    private static String tool(String name) {
        return "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}";
    }

    private static String text(String json, boolean error) {
        return "{\"content\":[{\"type\":\"text\",\"text\":" + json + "}]" + (error ? ",\"isError\":true" : "") + "}";
    }

    private void answer(@Nullable String id, String result) throws IOException {
        String response = has(RESULT_FIRST)
                ? "{\"result\":" + result + ",\"jsonrpc\":\"2.0\",\"id\":" + id + "}"
                : "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
        if (has(UNKNOWN_ID)) {
            write("{\"jsonrpc\":\"2.0\",\"id\":987654321,\"result\":{}}");
            write("{\"jsonrpc\":\"2.0\",\"id\":\"nobody\",\"result\":{}}");
        }
        if (has(OUT_OF_ORDER) && result.contains("content")) {
            held.add(response);
            if (held.size() == 2) {
                write(held.get(1));
                write(held.get(0));
                held.clear();
            }
            return;
        }
        write(response);
        if (has(ANSWER_TWICE)) {
            write(response);
        }
    }

    private void write(String message) throws IOException {
        if (has(NOISE)) {
            send("this is no message" + end() + "{\"level\":\"info\"}" + end() + end() + "{broken" + end());
        }
        send(message + end());
    }

    private String end() {
        return has(CRLF) ? "\r\n" : "\n";
    }

    private void send(String text) throws IOException {
        byte[] bytes = ((bomDue ? "\uFEFF" : "") + text).getBytes(StandardCharsets.UTF_8);
        bomDue = false;
        int step = (int) number(SPLIT, bytes.length);
        for (int i = 0; i < bytes.length; i += step) {
            out.write(bytes, i, Math.min(step, bytes.length - i));
            out.flush();
        }
    }

    private void writeLong(long bytes) throws IOException {
        byte[] chunk = new byte[64 * 1024];
        Arrays.fill(chunk, (byte) 'x');
        for (long left = bytes; left > 0; left -= chunk.length) {
            out.write(chunk, 0, (int) Math.min(left, chunk.length));
        }
        out.write('\n');
        out.flush();
    }

    private static @Nullable String find(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? matcher.group(1) : null;
    }
}
