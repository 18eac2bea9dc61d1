package dev.mcpflux.transport.spi;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Termination;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

/** A stream whose sends complete when the test decides. */
final class TestStream implements DuplexConnection {
    private final Sinks.Many<Frame> frames = Sinks.many().unicast().onBackpressureBuffer();
    final Sinks.One<Termination> terminated = Sinks.one();
    final List<JsonRpcMessage> sent = new ArrayList<>();
    final List<TestPublisher<Void>> sends = new ArrayList<>();
    boolean loseTheRace;
    long unfinished;
    UnaryOperator<String> mask = UnaryOperator.identity();
    private DuplexConnection.@Nullable Oversize oversize;

    @Override
    public String mask(String text) {
        return mask.apply(text);
    }

    @Override
    public long unfinished() {
        return unfinished;
    }

    void noRoom(String head) {
        if (oversize != null) {
            byte[] bytes = head.getBytes(StandardCharsets.UTF_8);
            oversize.noRoom(
                    20_000_000, ByteBuffer.wrap(bytes), ByteBuffer.wrap("x\"}]}}".getBytes(StandardCharsets.UTF_8)));
        }
    }

    void emit(String frame) {
        frames.tryEmitNext(Frame.of(frame.getBytes(StandardCharsets.UTF_8)));
    }

    void lose() {
        terminated.tryEmitValue(Termination.lost("gone", Diagnostics.NONE, null));
    }

    @Override
    public Mono<Void> open() {
        return Mono.empty();
    }

    @Override
    public Flux<Frame> frames() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Frame> actual) {
                oversize = actual instanceof DuplexConnection.Oversize wants ? wants : null;
                frames.asFlux().subscribe(actual);
            }
        };
    }

    @Override
    public Mono<Void> send(JsonRpcMessage message) {
        TestPublisher<Void> send = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        sent.add(message);
        sends.add(send);
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                send.subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(Subscription s) {
                        actual.onSubscribe(new Subscription() {
                            @Override
                            public void request(long n) {
                                s.request(n);
                            }

                            @Override
                            public void cancel() {
                                // if the race is lost, the message has been sent already
                                if (!loseTheRace) {
                                    s.cancel();
                                }
                            }
                        });
                    }

                    @Override
                    protected void hookOnComplete() {
                        actual.onComplete();
                    }

                    @Override
                    protected void hookOnError(Throwable e) {
                        actual.onError(e);
                    }
                });
            }
        };
    }

    @Override
    public Mono<Termination> onTermination() {
        return terminated.asMono();
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }
}
