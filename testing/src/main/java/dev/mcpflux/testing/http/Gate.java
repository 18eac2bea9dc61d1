package dev.mcpflux.testing.http;

import java.util.concurrent.CountDownLatch;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Holds a response back until the test opens it, so that no test needs a delay.
 *
 * <pre>{@code
 * Gate gate = new Gate();
 * try (ScriptedHttpServer server = ScriptedHttpServer.modern((request, reply) -> reply.await(gate).result("{}"))) {
 *     Disposable call = session.callTool("slow").subscribe();
 *     gate.reached().block(LIMIT);   // the server has the call
 *     gate.open();                   // and answers it
 * }
 * }</pre>
 */
public final class Gate {

    private final CountDownLatch open = new CountDownLatch(1);
    private final Sinks.Empty<Void> reached = Sinks.empty();

    /** Lets everyone through, now and later. */
    public void open() {
        open.countDown();
    }

    /** Completes when a response has come to this gate; at once if that has happened. Cancelling it changes nothing. */
    public Mono<Void> reached() {
        return reached.asMono();
    }

    void pass() throws InterruptedException {
        reached.tryEmitEmpty();
        open.await();
    }
}
