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
 * Reads the events of one body, no faster than they are taken: while the taker says that it has enough, nothing more is
 * decoded, nothing more is read from the socket, and the server has to wait.
 */
final class SseBody extends BaseSubscriber<ByteBuf> {

    /** Takes the events of a body, one thread at a time. */
    interface Taker {
        /** Whether it has enough for now; {@link SseBody#resume} is called when it has not any more. */
        default boolean paused() {
            return false;
        }

        /** An event is complete: its parts are valid during the call only. */
        void event(SseDecoder event);

        /** The body ended in the middle of an event: what there is of it, without the empty line that ends it. */
        default void cut(SseDecoder event) {
            event(event);
        }
    }

    private final SseDecoder decoder;
    private final Taker taker;
    private final MonoSink<Void> end;
    private final AtomicInteger wip = new AtomicInteger();
    // of whoever drains
    private @Nullable ByteBuf chunk;
    private volatile @Nullable ByteBuf arrived;
    private volatile boolean ended;
    private volatile boolean givenUp;
    private volatile @Nullable Throwable error;
    private boolean finished;

    private SseBody(int maxEventBytes, Taker taker, MonoSink<Void> end) {
        this.decoder = new SseDecoder(maxEventBytes);
        this.taker = taker;
        this.end = end;
    }

    /**
     * Completes when the body has ended and its events are taken; fails as the body does. Cancelling it gives up the body.
     *
     * @param reading is given what reads, when it begins
     */
    static Mono<Void> read(ByteBufFlux content, int maxEventBytes, Taker taker, Consumer<SseBody> reading) {
        return Mono.create(sink -> {
            SseBody body = new SseBody(maxEventBytes, taker, sink);
            sink.onDispose(body::giveUp);
            reading.accept(body);
            content.subscribe(body);
        });
    }

    /** The taker may want more now. */
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
                // whatever it was must not leave who waits for the end without one
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
            if (taker.paused()) {
                return;
            }
            if (decoder.next(current)) {
                taker.event(decoder);
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
        // what broke off is not all of it
        if (failure == null && decoder.end()) {
            taker.cut(decoder);
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
