package dev.mcpflux.transport.stdio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Runs a program to its end for what it prints: a helper, not a server. Its descendants carry a mark, as those of a server
 * do, so that a run that is given up leaves none of them.
 */
public final class ProgramRun {

    private static final Duration KILL_LIMIT = Duration.ofSeconds(2);

    private static final Result GIVEN_UP = new Result(-1, "", "", false);

    /**
     * What a program did.
     *
     * @param output what it printed, as UTF-8
     * @param errors the same of its stderr
     * @param tooLong whether one of both was longer than the limit, and so cut
     */
    public record Result(int exitCode, String output, String errors, boolean tooLong) {

        /** What the program printed may be secret. */
        @Override
        public String toString() {
            return "Result[exit code " + exitCode + "]";
        }
    }

    private final List<String> command;
    private final Map<String, String> environment;
    private final String input;
    private final int maxBytes;
    private final String launchId = StdioConnection.newLaunchId();
    private volatile @Nullable ProcessTree tree;
    private volatile boolean closed;

    private ProgramRun(List<String> command, Map<String, String> environment, String input, int maxBytes) {
        this.command = command;
        this.environment = environment;
        this.input = input;
        this.maxBytes = maxBytes;
    }

    /**
     * Runs a program at each subscription, with the environment of this process and an empty stdin.
     *
     * @param command the program and its arguments
     * @param environment variables to add
     * @param maxBytes how much is kept of stdout, and of stderr
     * @return emits what it printed when its outputs are closed and it has ended, whatever its exit code; fails with an
     *     {@link IOException} if it cannot be started. Emits on a thread of {@link Schedulers#boundedElastic()}.
     *     <em>Cancellation</em> kills the program and all its descendants, also while it is being started.
     */
    public static Mono<Result> of(List<String> command, Map<String, String> environment, int maxBytes) {
        return of(command, environment, "", maxBytes);
    }

    /**
     * The same with a stdin.
     *
     * @param input what the program reads, as UTF-8; it must be short enough for a pipe, 4 KB
     */
    public static Mono<Result> of(List<String> command, Map<String, String> environment, String input, int maxBytes) {
        List<String> line = List.copyOf(command);
        Map<String, String> variables = Map.copyOf(environment);
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new ProgramRun(line, variables, input, maxBytes)),
                run -> Mono.fromCallable(run::toEnd).subscribeOn(Schedulers.boundedElastic()),
                // what a program has left running on purpose, such as an agent, stays
                run -> Mono.empty(),
                (run, e) -> run.close(),
                ProgramRun::close);
    }

    /**
     * Starts a program at each subscription and leaves it running, with the environment of this process and an empty stdin. What it
     * prints is discarded.
     *
     * @param command the program and its arguments
     * @return completes when it is started; fails with an {@link IOException} if it cannot be started. Completes on a thread of
     *     {@link Schedulers#boundedElastic()}. <em>Cancellation</em> does not kill it.
     */
    public static Mono<Void> detached(List<String> command) {
        List<String> line = List.copyOf(command);
        return Mono.fromCallable(() -> {
                    Process started = new ProcessBuilder(line)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
                    started.getOutputStream().close();
                    return started;
                })
                .subscribeOn(Schedulers.boundedElastic())
                .then();
    }

    private Result toEnd() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment().put(ProcessTree.MARK, launchId);
        Process process = builder.start();
        ProcessTree own = new ProcessTree(process.toHandle(), launchId);
        tree = own;
        if (closed) {
            own.kill(KILL_LIMIT);
        }
        try {
            write(process.getOutputStream());
            Reader errors = new Reader(process.getErrorStream(), maxBytes);
            Thread draining = new Thread(errors, "mcpflux-program-stderr");
            draining.setDaemon(true);
            draining.start();
            Reader output = new Reader(process.getInputStream(), maxBytes);
            output.run();
            draining.join();
            int code = process.waitFor();
            return closed ? GIVEN_UP : new Result(code, output.text(), errors.text(), output.tooLong || errors.tooLong);
        } catch (InterruptedException e) {
            // cancelled: close() kills the program
            return GIVEN_UP;
        }
    }

    private void write(OutputStream stdin) {
        try (stdin) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it does not read its stdin; what it prints says more
        }
    }

    private Mono<Void> close() {
        return Mono.<Void>fromRunnable(() -> {
                    closed = true;
                    ProcessTree own = tree;
                    if (own != null) {
                        own.kill(KILL_LIMIT);
                    }
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Reads a stream to its end, and keeps no more of it than the limit. */
    private static final class Reader implements Runnable {
        private final InputStream in;
        private final int max;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean tooLong;

        Reader(InputStream in, int max) {
            this.in = in;
            this.max = max;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[4096];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    int room = Math.min(n, max - kept.size());
                    kept.write(buffer, 0, room);
                    tooLong |= room < n;
                }
            } catch (IOException e) {
                // the program was killed
            }
        }

        String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
