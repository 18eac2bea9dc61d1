package dev.mcpflux.host;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Takes a host down when the JVM ends by TERM, by INT or by {@code System.exit}. The thread of a hook is where the JVM
 * waits, so this is a place that has to wait itself.
 */
final class ShutdownHook {

    private static final Logger log = LoggerFactory.getLogger(ShutdownHook.class);

    private final Thread thread;

    ShutdownHook(Mono<Void> close, Duration limit) {
        thread = new Thread(() -> run(close, limit), "mcpflux-shutdown");
    }

    private static void run(Mono<Void> close, Duration limit) {
        CountDownLatch ended = new CountDownLatch(1);
        close.subscribe(null, e -> ended.countDown(), ended::countDown);
        try {
            if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("the servers could not be taken down within {}", limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void add() {
        try {
            Runtime.getRuntime().addShutdownHook(thread);
        } catch (IllegalStateException e) {
            // the JVM ends already: what is started now ends with its stdin
        }
    }

    void remove() {
        try {
            boolean ignored = Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // the JVM ends, maybe by this very hook
        }
    }
}
