package dev.mcpflux.transport.http;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.ByteBufFlux;

/**
 * Reads the events of one body, no faster than they are handled: while the handler pauses, nothing more is decoded, nothing more
 * is read from the socket, and the server has to wait.
 */
final class SseBody extends BaseSubscriber<ByteBuf> {

    /** Handles the events of a body, one thread at a time. */
    interface EventHandler {
        /** Whether it wants no more events for now; {@link SseBody#resume} ends the pause. */
        default boolean paused() {
            return false;
        }

        /** An event is complete; its parts are valid during the call only. */
        void onEvent(SseDecoder event);

        /** The body ended in the middle of an event, before the empty line that ends it. */
        default void onCutEvent(SseDecoder event) {
            onEvent(event);
        }
    }

    private final SseDecoder decoder;
    private final EventHandler handler;
    private final MonoSink<Void> end;
    private final AtomicInteger wip = new AtomicInteger();
    // known to the thread that drains
    private @Nullable ByteBuf chunk;
    private volatile @Nullable ByteBuf arrived;
    private volatile boolean ended;
    private volatile boolean givenUp;
    private volatile @Nullable Throwable error;
    private boolean finished;

    private SseBody(int maxEventBytes, EventHandler handler, MonoSink<Void> end) {
        this.decoder = new SseDecoder(maxEventBytes);
        this.handler = handler;
        this.end = end;
    }

    /**
     * Completes when the body has ended and its events are handled; fails as the body does. Cancelling it gives up the body.
     *
     * @param reading is given the reader when it begins
     */
    static Mono<Void> read(ByteBufFlux content, int maxEventBytes, EventHandler handler, Consumer<SseBody> reading) {
        return Mono.create(sink -> {
            SseBody body = new SseBody(maxEventBytes, handler, sink);
            sink.onDispose(body::giveUp);
            reading.accept(body);
            content.subscribe(body);
        });
    }

    /** The handler may want more now. */
    void resume() {
        drain();
    }

    private void giveUp() {
        givenUp = true;
        cancel();
        drain();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(ByteBuf next) {
        // given back when all of it has been decoded, which may be later
        arrived = next.retain();
        drain();
    }

    @Override
    protected void hookOnComplete() {
        ended = true;
        drain();
    }

    @Override
    protected void hookOnError(Throwable throwable) {
        error = throwable;
        ended = true;
        drain();
    }

    private void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            try {
                go();
            } catch (RuntimeException | Error e) {
                // whatever it was, the subscriber must learn of the end
                fail(e);
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void go() {
        for (; ; ) {
            if (givenUp || finished) {
                finished = true;
                release();
                return;
            }
            if (chunk == null) {
                chunk = arrived;
                arrived = null;
            }
            ByteBuf current = chunk;
            if (current == null) {
                if (ended) {
                    finish();
                }
                return;
            }
            if (handler.paused()) {
                return;
            }
            if (decoder.next(current)) {
                handler.onEvent(decoder);
            } else {
                release();
                if (!ended) {
                    request(1);
                }
            }
        }
    }

    private void fail(Throwable e) {
        finished = true;
        release();
        cancel();
        end.error(e);
    }

    private void finish() {
        finished = true;
        Throwable failure = error;
        // an event is not complete where the body broke off
        if (failure == null && decoder.end()) {
            handler.onCutEvent(decoder);
        }
        decoder.close();
        if (failure == null) {
            end.success();
        } else {
            end.error(failure);
        }
    }

    private void release() {
        ByteBuf last = chunk;
        chunk = null;
        if (last != null) {
            last.release();
        }
        if (finished) {
            decoder.close();
            ByteBuf more = arrived;
            arrived = null;
            if (more != null) {
                more.release();
            }
        }
    }
}
