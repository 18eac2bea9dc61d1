package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.testing.InMemoryConnection;
import dev.mcpflux.transport.spi.ForwardingConnection;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** The behaviour of one request at every moment at which something can happen to it. */
class RequestMonoTest {

    private static final JsonRpcMessage.Success ANSWER = new JsonRpcMessage.Success(RequestId.of(1), new EmptyResult());

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final TestPublisher<JsonRpcMessage> exchange = TestPublisher.create();
    private final Deadlines deadlines = new Deadlines(time);
    private long busyUntil = Long.MIN_VALUE;
    private Flux<JsonRpcMessage> source = exchange.flux();

    private final RequestSender requests = new RequestSender(
            "s",
            new OneExchange(),
            Dialect.of(ProtocolRevision.V2025_11_25, SessionOptions.defaults()),
            SessionOptions.builder().timer(time).build(),
            new InputHandlers("s", SessionOptions.defaults()),
            deadlines,
            () -> busyUntil,
            Mono.never());

    private static final RequestSpec SPEC =
            RequestSpec.of("tools/call", RequestEffect.MAY_ACT, null, EmptyResult.class);

    private Mono<String> asking(RequestMono.@Nullable Then<EmptyResult, String> then, boolean lively) {
        return new RequestMono<>(
                requests,
                SPEC,
                EmptyResult.class,
                new RequestMono.Limits(Duration.ofSeconds(10), Duration.ofSeconds(60), lively, null),
                then == null ? now("value") : then);
    }

    private static RequestMono.Then<EmptyResult, String> now(String value) {
        return (answer, begin) -> Mono.just(value);
    }

    private static RequestMono.Then<EmptyResult, String> later(Mono<String> value) {
        return (answer, begin) -> value.hide();
    }

    private TestSubscriber<String> subscribe(Mono<String> asking) {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        asking.subscribe(subscriber);
        return subscriber;
    }

    private static TestSubscriber<String> unasked(Mono<String> asking) {
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        asking.subscribe(subscriber);
        return subscriber;
    }

    @Test
    void itsNameCanBeScanned() {
        RequestSpec spec = RequestSpec.of(
                "tools/call", RequestEffect.MAY_ACT, new CallToolParams("echo", null, null), EmptyResult.class);
        Mono<String> call = new RequestMono<>(
                requests,
                spec,
                EmptyResult.class,
                new RequestMono.Limits(Duration.ofSeconds(10), Duration.ofSeconds(60), false, null),
                now("value"));
        assertThat(Scannable.from(call).name()).isEqualTo("tools/call s__echo");
        assertThat(Scannable.from(call.map(String::length)).name()).isEqualTo("tools/call s__echo");
        AtomicReference<@Nullable Scannable> running = new AtomicReference<>();
        call.doOnSubscribe(s -> running.set(Scannable.from(s))).subscribe();
        assertThat(running.get()).isNotNull();
        assertThat(running.get().name()).isEqualTo("tools/call s__echo");
        exchange.next(ANSWER).complete();
        assertThat(running.get().scan(Scannable.Attr.TERMINATED)).isTrue();
    }

    @Test
    void emitsValueOfResponseWithoutCancelling() {
        TestSubscriber<String> call = subscribe(asking(null, false));
        exchange.next(new JsonRpcMessage.Notification("notifications/progress", null), ANSWER)
                .complete();
        assertThat(call.getReceivedOnNext()).containsExactly("value");
        assertThat(call.isTerminatedComplete()).isTrue();
        exchange.assertNotCancelled();
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void responseWithoutDemandIsBufferedWithoutTimeout() {
        TestSubscriber<String> call = unasked(asking(null, false));
        exchange.next(ANSWER).complete();
        time.advanceTimeBy(Duration.ofMinutes(5));
        assertThat(call.getReceivedOnNext()).isEmpty();
        call.request(1);
        assertThat(call.getReceivedOnNext()).containsExactly("value");
        assertThat(call.isTerminatedComplete()).isTrue();
    }

    @Test
    void cancellingBeforeResponseCancelsExchangeOnce() {
        TestSubscriber<String> call = subscribe(asking(null, false));
        call.cancel();
        call.cancel();
        exchange.assertCancelled();
        assertThat(deadlines.size()).isZero();
        time.advanceTimeBy(Duration.ofMinutes(5));
        assertThat(call.isTerminated()).isFalse();
    }

    @Test
    void cancellingDiscardsBufferedResponse() {
        List<Object> discarded = new ArrayList<>();
        TestSubscriber<String> call = unasked(asking(null, false).doOnDiscard(Object.class, discarded::add));
        exchange.next(ANSWER).complete();
        call.cancel();
        assertThat(discarded).containsExactly("value");
    }

    @Test
    void cancellingDuringSubscribeSendsNothing() {
        AtomicInteger asked = new AtomicInteger();
        source = Flux.defer(() -> {
            asked.incrementAndGet();
            return exchange.flux();
        });
        asking(null, false).subscribe(new CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription s) {
                s.cancel();
            }

            @Override
            public void onNext(String value) {}

            @Override
            public void onError(Throwable e) {}

            @Override
            public void onComplete() {}
        });
        assertThat(asked).hasValue(0);
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void cancellingInOnNextDoesNotNotifyServer() {
        Mono<String> call = asking(null, false);
        List<String> got = new ArrayList<>();
        // as take(1) and next() do
        Flux.from(call).take(1).subscribe(got::add);
        exchange.next(ANSWER);
        assertThat(got).containsExactly("value");
        exchange.assertNotCancelled();
    }

    @Test
    void timeoutCancelsExchangeAndNamesLimit() {
        TestSubscriber<String> call = subscribe(asking(null, false));
        time.advanceTimeBy(Duration.ofSeconds(10));
        exchange.assertCancelled();
        assertThat(call.expectTerminalError())
                .isInstanceOf(McpTimeoutException.class)
                .hasMessageContaining("tools/call")
                .hasMessageContaining("10 s");
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void idleTimeoutIsSuspendedWhileClientAnswers() {
        TestSubscriber<String> call = subscribe(asking(null, true));
        time.advanceTimeBy(Duration.ofSeconds(9));
        busyUntil = deadlines.now();
        time.advanceTimeBy(Duration.ofSeconds(9));
        assertThat(call.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(call.expectTerminalError()).hasMessageContaining("10 s");
    }

    @Test
    void totalTimeoutAppliesDespiteActivity() {
        TestSubscriber<String> call = subscribe(asking(null, true));
        for (int i = 0; i < 12; i++) {
            busyUntil = deadlines.now();
            time.advanceTimeBy(Duration.ofSeconds(5));
        }
        assertThat(call.expectTerminalError()).hasMessageContaining("60 s");
    }

    @Test
    void errorResponseHasItsExceptionType() {
        TestSubscriber<String> call = subscribe(asking(null, false));
        exchange.next(new JsonRpcMessage.Failure(RequestId.of(1), new JsonRpcError(-32602, "no")))
                .complete();
        assertThat(call.expectTerminalError()).isInstanceOf(McpPeerErrorException.class);
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void invalidResponseIsProtocolError() {
        TestSubscriber<String> call = subscribe(asking(null, false));
        exchange.next(new JsonRpcMessage.Success(RequestId.of(1), "text"));
        assertThat(call.expectTerminalError()).isInstanceOf(McpProtocolException.class);
    }

    @Test
    void errorOfExchangeFailsCall() {
        TestSubscriber<String> call = subscribe(asking(null, false));
        exchange.error(new McpConnectionException("s", "lost", Diagnostics.NONE, null));
        assertThat(call.expectTerminalError()).isInstanceOf(McpConnectionException.class);
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void exchangeWithoutResponseFails() {
        TestSubscriber<String> call = subscribe(asking(null, false));
        exchange.complete();
        assertThat(call.expectTerminalError()).isInstanceOf(NoSuchElementException.class);
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void errorThrownByMappingFailsCall() {
        TestSubscriber<String> call = subscribe(asking(
                (answer, begin) -> {
                    throw new IllegalStateException("broken");
                },
                false));
        exchange.next(ANSWER);
        assertThat(call.expectTerminalError()).hasMessage("broken");
    }

    @Test
    void timeoutDoesNotApplyAfterResponse() {
        Sinks.One<String> value = Sinks.one();
        TestSubscriber<String> call = subscribe(asking(later(value.asMono()), false));
        exchange.next(ANSWER).complete();
        time.advanceTimeBy(Duration.ofMinutes(2));
        assertThat(call.isTerminated()).isFalse();
        value.tryEmitValue("late");
        assertThat(call.getReceivedOnNext()).containsExactly("late");
        exchange.assertNotCancelled();
    }

    @Test
    void cancellingCancelsContinuation() {
        TestPublisher<String> value = TestPublisher.create();
        TestSubscriber<String> call = subscribe(asking(later(value.mono()), false));
        exchange.next(ANSWER).complete();
        call.cancel();
        value.assertCancelled();
        exchange.assertNotCancelled();
    }

    @Test
    void continuationMayFailOrBeEmpty() {
        TestSubscriber<String> failed =
                subscribe(asking(later(Mono.error(new IllegalStateException("broken"))), false));
        exchange.next(ANSWER);
        assertThat(failed.expectTerminalError()).hasMessage("broken");
        TestPublisher<JsonRpcMessage> second = TestPublisher.create();
        source = second.flux();
        TestSubscriber<String> empty = subscribe(asking(later(Mono.empty()), false));
        second.next(ANSWER);
        assertThat(empty.isTerminatedComplete()).isTrue();
        assertThat(empty.getReceivedOnNext()).isEmpty();
    }

    @Test
    void scalarContinuationMayFailOrBeEmpty() {
        TestSubscriber<String> failed =
                subscribe(asking((answer, begin) -> Mono.error(new IllegalStateException("broken")), false));
        exchange.next(ANSWER);
        assertThat(failed.expectTerminalError()).hasMessage("broken");
        TestPublisher<JsonRpcMessage> second = TestPublisher.create();
        source = second.flux();
        TestSubscriber<String> empty = subscribe(asking((answer, begin) -> Mono.empty(), false));
        second.next(ANSWER);
        assertThat(empty.isTerminatedComplete()).isTrue();
        assertThat(empty.getReceivedOnNext()).isEmpty();
    }

    @Test
    void eachSubscriptionSendsNewRequest() {
        AtomicInteger asked = new AtomicInteger();
        source = Flux.defer(() -> {
            asked.incrementAndGet();
            return Flux.just(ANSWER);
        });
        Mono<String> call = asking(null, false);
        assertThat(call.block()).isEqualTo("value");
        assertThat(call.block()).isEqualTo("value");
        assertThat(asked).hasValue(2);
    }

    @Test
    void contextReachesExchange() {
        List<Object> seen = new ArrayList<>();
        source = Flux.deferContextual(context -> {
            seen.add(context.get("key"));
            return Flux.just(ANSWER);
        });
        asking(null, false).contextWrite(c -> c.put("key", "value")).block();
        assertThat(seen).containsExactly("value");
    }

    @Test
    void invalidDemandIsRejectedAndCallContinues() {
        TestSubscriber<String> call = unasked(asking(null, false));
        exchange.next(ANSWER);
        assertThat(call.getReceivedOnNext()).isEmpty();
        call.request(5);
        call.request(5);
        assertThat(call.getReceivedOnNext()).containsExactly("value");
    }

    /**
     * A response, a cancellation and a timeout at the same time: one of them wins, and there is at most one signal.
     */
    @Test
    void onlyOneOfConcurrentSignalsWins() throws InterruptedException {
        for (int i = 0; i < 2000; i++) {
            TestPublisher<JsonRpcMessage> race =
                    TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
            source = race.flux();
            AtomicInteger signals = new AtomicInteger();
            CountDownLatch ready = new CountDownLatch(1);
            Signals call = new Signals(signals);
            asking(null, false).subscribe(call);
            Thread answers = new Thread(() -> {
                await(ready);
                race.next(ANSWER);
            });
            Thread cancels = new Thread(() -> {
                await(ready);
                call.subscription().cancel();
            });
            Thread expires = new Thread(() -> {
                await(ready);
                time.advanceTimeBy(Duration.ofSeconds(11));
            });
            List<Thread> all = List.of(answers, cancels, expires);
            all.forEach(Thread::start);
            ready.countDown();
            for (Thread thread : all) {
                thread.join();
            }
            assertThat(signals.get()).isLessThanOrEqualTo(1);
            assertThat(deadlines.size()).isZero();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Signals implements CoreSubscriber<String> {
        private final AtomicInteger signals;
        private @Nullable Subscription subscription;

        Signals(AtomicInteger signals) {
            this.signals = signals;
        }

        Subscription subscription() {
            assertThat(subscription).isNotNull();
            return subscription;
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(1);
        }

        @Override
        public void onNext(String value) {
            signals.incrementAndGet();
        }

        @Override
        public void onError(Throwable e) {
            signals.incrementAndGet();
        }

        @Override
        public void onComplete() {
            // errors thrown after the value
        }
    }

    @Test
    void rejectingTimerFailsCall() {
        var gone = Schedulers.newSingle("gone");
        gone.dispose();
        RequestSender late = new RequestSender(
                "s",
                new OneExchange(),
                Dialect.of(ProtocolRevision.V2025_11_25, SessionOptions.defaults()),
                SessionOptions.defaults(),
                new InputHandlers("s", SessionOptions.defaults()),
                new Deadlines(gone),
                () -> busyUntil,
                Mono.never());
        TestSubscriber<EmptyResult> call = TestSubscriber.create();
        late.ask("ping", RequestEffect.READS, null, EmptyResult.class, RequestOptions.defaults())
                .subscribe(call);
        assertThat(call.expectTerminalError()).isInstanceOf(java.util.concurrent.RejectedExecutionException.class);
    }

    /** A connection whose exchanges are controlled by the test. */
    private final class OneExchange extends ForwardingConnection {

        OneExchange() {
            super(Multiplexer.over("s", events -> new InMemoryConnection("s", message -> {})));
        }

        @Override
        public Flux<JsonRpcMessage> exchange(RequestSpec request) {
            return source;
        }
    }
}
