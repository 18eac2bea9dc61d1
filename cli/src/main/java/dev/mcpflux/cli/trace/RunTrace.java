package dev.mcpflux.cli.trace;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.transport.wire.WireFeed;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Prints all messages of all servers of one run as lines while they are sent, with configured secrets masked. */
public final class RunTrace {

    /** Standard error may be a pipe that nobody reads. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final WireFeed feed = new WireFeed();
    private final CountDownLatch ended = new CountDownLatch(1);

    private RunTrace() {}

    /**
     * Starts to print.
     *
     * @param lines takes each line, on a thread of its own, which may block
     */
    public static RunTrace start(Consumer<String> lines) {
        RunTrace run = new RunTrace();
        TraceText text = new TraceText(Instant.now());
        run.feed.events().map(text::line).subscribe(lines, e -> run.ended.countDown(), run.ended::countDown);
        return run;
    }

    /** The same servers, traced. */
    public HostConfig of(HostConfig config) {
        return config.mutate().decorator(feed::tap).build();
    }

    /** Waits, up to a limit, until everything is printed. Any thread may call it, more than once. */
    public void finish() {
        feed.complete();
        try {
            boolean ignored = ended.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
