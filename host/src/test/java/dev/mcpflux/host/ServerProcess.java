package dev.mcpflux.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that listens, in a process of its own: it can be killed, and started again on the same port. What it prints is
 * kept.
 */
final class ServerProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What a server prints when it listens. */
    private static final Pattern LISTENING =
            Pattern.compile("(?:http://127\\.0\\.0\\.1:|(?:on|running on) port )(\\d+)");

    private final IntFunction<ProcessBuilder> command;
    private Process process;
    private Output output;
    private final int port;

    private ServerProcess(IntFunction<ProcessBuilder> command, int port) {
        this.command = command;
        this.output = new Output();
        this.process = launch(port);
        this.port = Integer.parseInt(listening().group(1));
    }

    /** One that is told to listen on port 0, and prints which one that became. */
    static ServerProcess start(IntFunction<ProcessBuilder> command) {
        return new ServerProcess(command, 0);
    }

    /** One that has to be told which port. */
    static ServerProcess startOnFreePort(IntFunction<ProcessBuilder> command) {
        return new ServerProcess(command, freePort());
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Process launch(int on) {
        try {
            Process launched = command.apply(on).redirectErrorStream(true).start();
            Output mine = output;
            Thread reader = new Thread(() -> mine.read(launched), "output-of-" + launched.pid());
            reader.setDaemon(true);
            reader.start();
            return launched;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Matcher listening() {
        Matcher matcher =
                LISTENING.matcher(awaitLine(line -> LISTENING.matcher(line).find()));
        if (!matcher.find()) {
            throw new AssertionError("it does not say where it listens");
        }
        return matcher;
    }

    int port() {
        return port;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** The first such line that this process has printed, or prints. */
    String awaitLine(Predicate<String> wanted) {
        return output.await(wanted);
    }

    /** Gives it no time to tell anybody. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it on the port that it had; it has to be dead. */
    void startAgain() {
        output = new Output();
        process = launch(port);
        listening();
    }

    @Override
    public void close() {
        kill();
    }

    /** What one process has printed. */
    private static final class Output {
        private final List<String> lines = new ArrayList<>();
        private boolean ended;

        void read(Process from) {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    add(line);
                }
            } catch (IOException e) {
                add(e.toString());
            } finally {
                end();
            }
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized String await(Predicate<String> wanted) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            int seen = 0;
            for (; ; ) {
                for (; seen < lines.size(); seen++) {
                    if (wanted.test(lines.get(seen))) {
                        return lines.get(seen);
                    }
                }
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (ended || left <= 0) {
                    throw new AssertionError((ended ? "it ended" : "it printed nothing of the kind") + ": " + lines);
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError(e);
                }
            }
        }
    }
}
