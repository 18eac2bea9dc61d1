package dev.mcpflux.transport.stdio;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.Ending;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * One child process and its three pipes. The launch is independent of its subscriber, because an interrupted launch
 * would lose the process: {@link #close()} waits for a running launch and then takes down the process it created.
 */
final class StdioConnection implements DuplexConnection {

    private static final Logger log = LoggerFactory.getLogger(StdioConnection.class);

    /** Prefix of the name of the logger for a server's stderr; the server's name follows. */
    private static final String STDERR_LOGGER = "dev.mcpflux.server.";

    /**
     * How long the pipes may be silent after the process has ended, since a grandchild may hold them open indefinitely.
     */
    private static final Duration QUIET_PERIOD = Duration.ofMillis(50);

    /** How long to wait for the end of the process, and so for its exit code, after one of its pipes was closed. */
    private static final Duration EXIT_CODE_TIMEOUT = Duration.ofSeconds(1);

    /**
     * The number of checks in that time that must see no progress. After a pause of the JVM a late check is likely to
     * run before the reader.
     */
    private static final int QUIET_CHECKS = 2;

    /** How long a subscriber may take for one frame before the frames after it are given up. */
    private static final Duration SLOW_FRAME_TIMEOUT = Duration.ofSeconds(1);

    private static final AtomicLong LAUNCHES = new AtomicLong();

    private enum State {
        NEW,
        LAUNCHING,
        LAUNCHED,
        FAILED,
        CLOSED
    }

    private final LaunchSpec spec;
    private final StdioOptions options;
    private final boolean plainPipes;
    private final EventSink<ConnectionEvent> events;
    private final String launchId = newLaunchId();
    private final Masker masker;
    private final Logger stderrLog;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final Sinks.Empty<Void> launched = Sinks.empty();
    private final Ending ending = new Ending(this::doClose);
    private final Mono<Void> open;

    // set by the launch before it is announced
    private volatile @Nullable Process process;
    private volatile @Nullable StdinWriter writer;
    private volatile @Nullable ChildPipes pipes;
    private volatile @Nullable StderrLines stderr;
    private volatile @Nullable StdoutReader stdout;
    private volatile @Nullable Watchdog watchdog;
    /** The JDK's notification of the exit, for which it starts a thread on a machine with few cores. */
    private volatile @Nullable Future<?> exitNotice;

    private volatile @Nullable Teardown teardown;
    /** Completes when closing must not wait any longer, except for the end after KILL. */
    private final Sinks.Empty<Void> hurry = Sinks.empty();

    /** The thread that launches the process, during the launch. */
    private volatile @Nullable Thread launcher;

    /** The reader that this thread runs after the launch; used by that thread only. */
    private @Nullable StdoutReader toRead;

    private volatile boolean exited;
    private volatile boolean stdoutEnded;
    private volatile boolean stderrEnded;
    /** Whether no process of the server is left that could write. */
    private volatile boolean pipesGivenUp;

    /**
     * Creates a connection that is not open yet.
     *
     * @param plainPipes whether to use the streams of the JDK even where channels are available
     */
    StdioConnection(LaunchSpec spec, StdioOptions options, boolean plainPipes, EventSink<ConnectionEvent> events) {
        this.spec = spec;
        this.options = options;
        this.plainPipes = plainPipes;
        this.events = events;
        this.masker = new Masker(spec.environment(), spec.secrets());
        this.stderrLog = LoggerFactory.getLogger(STDERR_LOGGER + spec.name());
        this.open = Callbacks.once(this::doOpen);
    }

    /**
     * Unguessable without access to the process's environment, and unique among JVMs. No {@code SecureRandom}: seeding
     * it costs more than the whole launch in a JVM that has just started.
     */
    static String newLaunchId() {
        return ProcessHandle.current().pid() + "-" + Long.toHexString(System.currentTimeMillis()) + "-"
                + Long.toHexString(System.nanoTime()) + "-" + LAUNCHES.incrementAndGet();
    }

    @Override
    public Mono<Void> open() {
        return open;
    }

    private Mono<Void> doOpen() {
        if (!state.compareAndSet(State.NEW, State.LAUNCHING)) {
            return Mono.error(new McpClosedException(spec.name(), "the connection is closed"));
        }
        // a thread of its own, so that many slow launches do not occupy a shared pool
        try {
            new ServerThread(spec.name(), this::launchAndRead).start();
        } catch (OutOfMemoryError e) {
            notStarted(e);
        }
        return Callbacks.isolated(launched.asMono());
    }

    private void launchAndRead() {
        launcher = Thread.currentThread();
        launch();
        drainStderr();
        launcher = null;
        StdoutReader reader = toRead;
        if (reader != null) {
            reader.run();
        }
        Process started = process;
        if (started != null && spec.sandboxed()) {
            outlive(started);
        }
    }

    /** The kernel ends a sandbox not only with the process that started it, but already with the thread that did. */
    private static void outlive(Process sandbox) {
        try {
            sandbox.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void launch() {
        Process started = null;
        ChildPipes own = null;
        try {
            own = ChildPipes.open(plainPipes);
            started = startProcess(own);
            attend(started, own);
            state.set(State.LAUNCHED);
            launched.tryEmitEmpty();
        } catch (IOException | RuntimeException | Error e) {
            // errors are passed on too, so that no subscriber of the launch waits forever
            if (started != null) {
                // a process that no thread can read (there may be none left) must not keep running
                started.destroyForcibly();
            }
            if (own != null) {
                own.close();
            }
            notStarted(e);
        }
    }

    private Process startProcess(ChildPipes own) throws IOException {
        boolean learn = !ProcessTree.numbered();
        long newest = learn ? Proc.newest() : 0;
        LaunchSpec.Started started = spec.start(launchId, own);
        if (learn) {
            ProcessTree.made(newest, started.process().pid());
        }
        started.events().forEach(this::report);
        return started.process();
    }

    private void report(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.VariableWithheld withheld) {
            log.warn("[{}] {} is not passed on: {}", spec.name(), withheld.variable(), withheld.reason());
        } else if (event instanceof ConnectionEvent.Sandboxed sandbox) {
            log.debug("[{}] runs in a sandbox: {}", spec.name(), sandbox.limits());
            if (!sandbox.notEnforced().isEmpty()) {
                log.warn("[{}] its sandbox does not enforce: {}", spec.name(), sandbox.notEnforced());
            }
        }
        events.emit(event);
    }

    private void notStarted(Throwable e) {
        Termination cause = Termination.notStarted(
                e instanceof IOException ? String.valueOf(e.getMessage()) : "it could not be started: " + e,
                Diagnostics.NONE,
                e instanceof IOException ? e.getCause() : e);
        state.set(State.FAILED);
        terminate(cause);
        launched.tryEmitError(cause.toException(spec.name(), null));
    }

    private void attend(Process started, ChildPipes own) {
        log.debug("[{}] started, pid {}", spec.name(), started.pid());
        watchdog = options.watchdog() ? Watchdog.start(started.pid(), launchId) : null;
        StderrLines errors =
                new StderrLines(spec.name(), options.stderrLines(), masker::mask, this::onStderr, this::onStderrEnd);
        stderr = errors;
        writer = new StdinWriter(
                spec.name(), own.stdin(spec.name()), options.sendQueue(), this::whyEnded, this::onStdinBroken);
        pipes = own;
        process = started;
        CompletableFuture<Process> notice = started.onExit();
        exitNotice = notice;
        Future<?> unused = notice.thenRun(this::onExit);
    }

    /**
     * Begins after the launch is announced, so that the first request is sent before: to register the pipe, or to start
     * a thread, takes longer than to send. Meanwhile the pipe holds what the server writes.
     */
    private void drainStderr() {
        ChildPipes own = pipes;
        StderrLines errors = stderr;
        if (own != null && errors != null) {
            try {
                own.drain(errors);
            } catch (IOException | OutOfMemoryError e) {
                // a server whose stderr nobody reads would block as soon as the pipe is full
                terminate(Termination.lost("its stderr cannot be read: " + e.getMessage(), diagnostics(), e));
            }
        }
    }

    @Override
    public Flux<Frame> frames() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Frame> actual) {
                readTo(actual);
            }
        };
    }

    private void readTo(CoreSubscriber<? super Frame> actual) {
        ChildPipes own = pipes;
        StdinWriter out = writer;
        if (own == null || out == null || stdout != null) {
            Operators.error(actual, new IllegalStateException("frames are read once, after the connection is open"));
            return;
        }
        StdoutReader reader = new StdoutReader(
                own.stdout(), out, options.maxFrameBytes(), actual, this::onFrameTooLong, this::onStdoutEnd);
        stdout = reader;
        actual.onSubscribe(reader);
        if (launcher == Thread.currentThread()) {
            // set before the subscriber of the launch continues; this thread starts to read after that
            toRead = reader;
        } else {
            new ServerThread(spec.name(), reader).start();
        }
    }

    @Override
    public boolean readsOnItsOwnThread() {
        return true;
    }

    @Override
    public long unfinished() {
        StdoutReader reader = stdout;
        return reader == null ? 0 : reader.unfinished();
    }

    @Override
    public int unread() {
        StdinWriter out = writer;
        return out == null ? 0 : out.waiting();
    }

    @Override
    public void read(long position) {
        StdinWriter out = writer;
        if (out != null) {
            out.read(position);
        }
    }

    @Override
    public Mono<Void> send(JsonRpcMessage message) {
        StdinWriter out = writer;
        return out != null
                ? out.send(message)
                : Mono.error(() -> new McpClosedException(spec.name(), "the connection is not open"));
    }

    private void onStderr(String masked) {
        stderrLog.info("{}", masked);
        events.emit(new ConnectionEvent.StderrLine(masked));
    }

    private void onFrameTooLong(long bytes) {
        log.warn("[{}] skipped a frame of {} bytes; the limit is {}", spec.name(), bytes, options.maxFrameBytes());
        events.emit(new ConnectionEvent.FrameTooLong(bytes, options.maxFrameBytes()));
    }

    private void onExit() {
        exited = true;
        settle("its process ended", null);
    }

    private void onStdoutEnd(@Nullable IOException failure) {
        stdoutEnded = true;
        closeEndedPipes();
        // while this side closes, its own thread waits for the exit
        if (!ending.hasEnded() && awaitExit()) {
            onExit();
        }
        settle(
                failure == null ? "it closed its stdout" : "its stdout cannot be read: " + failure.getMessage(),
                failure);
    }

    /**
     * Waits for the exit on the thread that has read stdout to its end. The process nearly always ends then, and this
     * thread sees it earlier than a thread that has to be started for the notification.
     */
    private boolean awaitExit() {
        Process started = process;
        try {
            return started != null && started.waitFor(EXIT_CODE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void onStderrEnd() {
        stderrEnded = true;
        closeEndedPipes();
        if (exited) {
            settle("its process ended", null);
        }
    }

    private void onStdinBroken(IOException failure) {
        settle("it closed its stdin", failure);
    }

    /**
     * Ends the connection when everything that can arrive has arrived: the process has ended and both pipes have been
     * read. If only part of that has happened, waits for the rest as long as data arrives, so that no race loses the
     * last response or the exit code.
     */
    private void settle(String reason, @Nullable IOException failure) {
        settle(reason, failure, QUIET_CHECKS, SLOW_FRAME_TIMEOUT);
    }

    /**
     * The same, with the state of the wait. Waits, up to a limit, until a slow subscriber has taken its last frame.
     *
     * @param checks the number of further checks that must see no progress
     * @param frameTimeout how long the subscriber may still take for one frame
     */
    private void settle(String reason, @Nullable IOException failure, int checks, Duration frameTimeout) {
        if (exited && stdoutEnded && stderrEnded) {
            terminate(Termination.lost("its process ended", diagnostics(), failure));
        } else if (!ending.hasEnded()) {
            Duration wait = (exited ? QUIET_PERIOD : EXIT_CODE_TIMEOUT).dividedBy(QUIET_CHECKS);
            long progress = progress();
            after(wait, () -> look(reason, failure, progress, checks - 1, frameTimeout.minus(wait)));
        }
    }

    private void look(String reason, @Nullable IOException failure, long before, int checks, Duration frameTimeout) {
        long progress = progress();
        if (progress != before) {
            settle(reason, failure);
        } else if (!StdoutReader.waits(progress) && !frameTimeout.isNegative()) {
            settle(reason, failure, QUIET_CHECKS, frameTimeout);
        } else if (checks > 0) {
            settle(reason, failure, checks, frameTimeout);
        } else {
            terminate(Termination.lost(exited ? "its process ended" : reason, diagnostics(), failure));
        }
    }

    /** The progress of the reader; a constant if it has ended or was never subscribed. */
    private long progress() {
        StdoutReader reader = stdout;
        return reader == null || stdoutEnded ? StdoutReader.AT_THE_END : reader.progress();
    }

    private void terminate(Termination cause) {
        if (ending.end(cause)) {
            StdinWriter out = writer;
            // while this side closes, the waiting messages are still written
            if (out != null && cause.kind() != Termination.Kind.CLOSED) {
                out.end();
            }
        }
    }

    private McpException whyEnded(CallOutcome outcome) {
        return ending.toException(spec.name(), null, outcome);
    }

    @Override
    public Mono<Termination> onTermination() {
        return ending.onEnd();
    }

    @Override
    public Diagnostics diagnostics() {
        Process started = process;
        StderrLines errors = stderr;
        Integer exitCode = started == null || started.isAlive() ? null : Integer.valueOf(started.exitValue());
        List<String> lines = errors == null ? List.of() : errors.kept();
        return new Diagnostics(exitCode, lines);
    }

    @Override
    public String mask(String text) {
        return masker.mask(text);
    }

    @Override
    public @Nullable Long pid() {
        Process started = process;
        return started == null ? null : Long.valueOf(started.pid());
    }

    @Override
    public Mono<Void> close() {
        return ending.close();
    }

    private Mono<Void> doClose() {
        terminate(Termination.closed());
        if (state.compareAndSet(State.NEW, State.CLOSED)) {
            return Mono.empty();
        }
        return launched.asMono().onErrorComplete().then(Mono.defer(() -> {
            Process started = process;
            StdinWriter out = writer;
            return started == null || out == null ? Mono.empty() : takeDown(started, out);
        }));
    }

    private Mono<Void> takeDown(Process started, StdinWriter out) {
        Future<?> notice = exitNotice;
        if (notice != null) {
            // the teardown waits for the exit itself
            notice.cancel(false);
        }
        Teardown own = new Teardown(
                spec.name(),
                started,
                hurry.asMono(),
                new ProcessTree(started.toHandle(), launchId, spec.sandboxed()),
                out,
                options);
        teardown = own;
        return own.run()
                .doOnNext(how -> {
                    if (own.gone()) {
                        log.debug("[{}] closed: {}", spec.name(), how);
                    } else {
                        log.warn("[{}] {}", spec.name(), how);
                    }
                    events.emit(new ConnectionEvent.Closed(how));
                })
                .doOnTerminate(() -> {
                    out.end();
                    giveUpPipes();
                    Watchdog guard = watchdog;
                    if (guard != null) {
                        guard.dismiss();
                    }
                })
                .then();
    }

    @Override
    public Mono<String> closeNow() {
        return Mono.defer(() -> {
            Teardown own = teardown;
            String stage = own != null ? own.stage() : "its launch";
            hurry.tryEmitEmpty();
            return ending.close().thenReturn(stage);
        });
    }

    /**
     * Closes the pipes. Only a process that could not be killed can still hold them; the remaining output is read
     * first.
     */
    private void giveUpPipes() {
        ChildPipes own = pipes;
        if (own != null) {
            pipesGivenUp = true;
            if (!closeEndedPipes()) {
                after(EXIT_CODE_TIMEOUT, own::close);
            }
        }
    }

    /** Closes the pipes if they are given up and both outputs have been read; returns whether that is so. */
    private boolean closeEndedPipes() {
        ChildPipes own = pipes;
        if (own == null || !pipesGivenUp || !stdoutEnded || !stderrEnded) {
            return false;
        }
        own.close();
        return true;
    }

    /**
     * Uses a thread of the JDK if Reactor rejects the task, because an application may shut down its schedulers too
     * early.
     */
    private static void after(Duration delay, Runnable task) {
        try {
            Schedulers.parallel().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException | IllegalStateException e) {
            // rejected, or a custom factory returned a disposed scheduler
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(task);
        }
    }
}
