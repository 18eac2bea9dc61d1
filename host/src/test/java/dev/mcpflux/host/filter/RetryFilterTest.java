package dev.mcpflux.host.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Subscriptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Which calls are made again, when, and which are not. */
class RetryFilterTest {

    private static final McpException NOT_SENT = new McpOverloadException("s", "full", CallOutcome.NOT_SENT);
    private static final McpException UNKNOWN = new McpOverloadException("s", "lost", CallOutcome.UNKNOWN);

    private final FakeNext next = new FakeNext();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Object> heard = new ArrayList<>();

    private RetryOptions.Builder options() {
        return RetryOptions.builder().jitter(0).timer(time);
    }

    /** Fails with each of these in turn, then answers. */
    private void failing(Throwable... failures) {
        List<Throwable> left = new ArrayList<>(List.of(failures));
        next.server = call -> left.isEmpty() ? Flux.just(FakeNext.text("done")) : Flux.error(left.remove(0));
    }

    private Disposable run(RetryOptions options, HostCall call) {
        return options.filter().filter(call, next).subscribe(heard::add, heard::add, () -> heard.add("end"));
    }

    private void advance(long millis) {
        time.advanceTimeBy(Duration.ofMillis(millis));
    }

    @Test
    void unsentCallIsRetriedLaterEachTime() {
        failing(NOT_SENT, NOT_SENT);
        run(options().build(), FakeNext.call());
        assertThat(next.calls).hasSize(1);
        advance(199);
        assertThat(next.calls).hasSize(1);
        advance(1);
        assertThat(next.calls).hasSize(2);
        advance(399);
        assertThat(next.calls).hasSize(2);
        advance(1);
        assertThat(next.calls).hasSize(3);
        assertThat(heard).containsExactly(FakeNext.text("done"), "end");
        assertThat(next.lookUps).hasValue(0);
    }

    @Test
    void lastFailureIsThatOfTheCall() {
        failing(NOT_SENT, NOT_SENT, UNKNOWN, NOT_SENT);
        run(options().build(), FakeNext.call());
        advance(60_000);
        assertThat(next.calls).hasSize(3);
        assertThat(heard).containsExactly(UNKNOWN);
    }

    @Test
    void unknownOutcomeIsNotRetried() {
        failing(UNKNOWN);
        run(options().build(), FakeNext.call());
        advance(60_000);
        assertThat(next.calls).hasSize(1);
        assertThat(heard).containsExactly(UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"readOnlyHint", "idempotentHint"})
    void annotatedToolIsRetried(String hint) {
        next.tool = Mono.just(FakeNext.tool("{'annotations':{'" + hint + "':true}}"));
        failing(UNKNOWN);
        run(options().build(), FakeNext.call());
        advance(200);
        assertThat(heard).containsExactly(FakeNext.text("done"), "end");
    }

    @Test
    void failedLookUpDoesNotReplaceTheFailure() {
        for (Mono<?> tool : List.of(Mono.error(new IllegalStateException("no list")), Mono.empty())) {
            heard.clear();
            next.tool = tool.cast(dev.mcpflux.host.catalogue.CatalogueTool.class);
            failing(UNKNOWN);
            run(options().build(), FakeNext.call());
            assertThat(heard).containsExactly(UNKNOWN);
        }
    }

    @Test
    void lookUpEndsWithTheDeadline() {
        TestPublisher<dev.mcpflux.host.catalogue.CatalogueTool> list = TestPublisher.create();
        next.tool = list.mono();
        failing(UNKNOWN);
        run(options().deadline(Duration.ofSeconds(10)).build(), FakeNext.call());
        advance(9_999);
        assertThat(heard).isEmpty();
        advance(1);
        assertThat(heard).containsExactly(UNKNOWN);
        list.assertCancelled();
    }

    static Stream<Arguments> operations() {
        return Stream.of(
                Arguments.of(FakeNext.prompt(), true),
                Arguments.of(FakeNext.read("file:///a"), true),
                Arguments.of(
                        new HostCall.Complete("s", Completions.CompletionReference.prompt("p"), "a", "b", Map.of()),
                        true),
                Arguments.of(new HostCall.ListEntries(ListKind.TOOLS), true),
                Arguments.of(new HostCall.ResumeTask("s", "t", null), false),
                Arguments.of(FakeNext.call(), false));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatReadsIsRetried(HostCall call, boolean retried) {
        failing(UNKNOWN);
        run(options().build(), call);
        advance(60_000);
        assertThat(next.calls).hasSize(retried ? 2 : 1);
    }

    @Test
    void subscriptionIsNotRetried() {
        failing(NOT_SENT);
        run(options().build(), new HostCall.Listen("s", Subscriptions.SubscriptionFilter.lists()));
        advance(60_000);
        assertThat(next.calls).hasSize(1);
    }

    /** The host starts it again meanwhile. */
    @Test
    void callOfAProcessThatEndedIsRetried() {
        next.tool = Mono.just(FakeNext.tool("{'annotations':{'readOnlyHint':true}}"));
        failing(new McpConnectionException("s", "its process ended", Diagnostics.NONE, null, false));
        run(options().build(), FakeNext.call());
        advance(200);
        assertThat(heard).containsExactly(FakeNext.text("done"), "end");

        heard.clear();
        McpException missing = new McpStartException("s", "no such command", Diagnostics.NONE, null, false);
        failing(missing);
        run(options().build(), FakeNext.call());
        advance(60_000);
        assertThat(heard).containsExactly(missing);
    }

    @Test
    void permanentFailureIsNotRetried() {
        McpException permanent = new McpNotSentException("s", "too large", null);
        failing(permanent);
        run(options().build(), FakeNext.call());
        IllegalStateException own = new IllegalStateException("a bug");
        failing(own);
        run(options().build(), FakeNext.prompt());
        advance(60_000);
        assertThat(heard).containsExactly(permanent, own);
    }

    @Test
    void errorOfAToolIsAnAnswer() {
        next.server = call -> Flux.just(FakeNext.error("no such file"));
        run(options().build(), FakeNext.call());
        advance(60_000);
        assertThat(next.calls).hasSize(1);
        assertThat(heard).containsExactly(FakeNext.error("no such file"), "end");
    }

    @Test
    void streamedCallIsNotRetriedAfterItsFirstSignal() {
        next.tool = Mono.just(FakeNext.tool("{'annotations':{'readOnlyHint':true}}"));
        HostSignal progress = new HostSignal.Notice(new ToolSignal.Progress(1, null, null));
        next.server = call -> Flux.concat(Flux.just(progress), Flux.error(NOT_SENT));
        run(options().build(), FakeNext.call());
        advance(60_000);
        assertThat(next.calls).hasSize(1);
        assertThat(heard).containsExactly(progress, NOT_SENT);
    }

    @Test
    void retryAfterIsWaitedFor() {
        failing(new McpHttpStatusException("s", "busy", 429, Duration.ofSeconds(7)));
        run(options().build(), FakeNext.prompt());
        advance(6_999);
        assertThat(next.calls).hasSize(1);
        advance(1);
        assertThat(next.calls).hasSize(2);
    }

    @Test
    void shortRetryAfterDoesNotShortenTheDelay() {
        failing(new McpHttpStatusException("s", "busy", 429, Duration.ZERO));
        run(options().build(), FakeNext.prompt());
        advance(199);
        assertThat(next.calls).hasSize(1);
        advance(1);
        assertThat(next.calls).hasSize(2);
    }

    @Test
    void longRetryAfterFailsAtOnce() {
        McpException busy = new McpHttpStatusException("s", "busy", 429, Duration.ofSeconds(31));
        failing(busy);
        run(options().build(), FakeNext.prompt());
        assertThat(heard).containsExactly(busy);
    }

    @Test
    void noAttemptBeginsAfterTheDeadline() {
        failing(NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT);
        run(options().attempts(10).deadline(Duration.ofSeconds(1)).build(), FakeNext.call());
        advance(600);
        // at 0, 200 and 600 ms; the next one would be at 1,400
        assertThat(next.calls).hasSize(3);
        assertThat(heard).containsExactly(NOT_SENT);
    }

    @Test
    void delaysAreBoundedAndRandom() {
        failing(NOT_SENT, NOT_SENT, NOT_SENT);
        run(
                options()
                        .attempts(4)
                        .firstDelay(Duration.ofSeconds(1))
                        .maxDelay(Duration.ofSeconds(1))
                        .jitter(1)
                        .build(),
                FakeNext.call());
        advance(999);
        assertThat(next.calls).hasSize(1);
        advance(6_001);
        assertThat(next.calls).hasSize(4);
    }

    @Test
    void oneAttemptRetriesNothing() {
        failing(NOT_SENT);
        run(options().attempts(1).build(), FakeNext.call());
        advance(60_000);
        assertThat(heard).containsExactly(NOT_SENT);
    }

    @Test
    void cancellationEndsTheWait() {
        failing(NOT_SENT);
        Disposable call = run(options().build(), FakeNext.call());
        call.dispose();
        advance(60_000);
        assertThat(next.calls).hasSize(1);
        assertThat(heard).isEmpty();
    }

    @Test
    void cancellationReachesTheAttempt() {
        TestPublisher<HostSignal> server = TestPublisher.create();
        next.server = call -> server.flux();
        run(options().build(), FakeNext.call()).dispose();
        server.assertCancelled();
    }

    @Test
    void eachSubscriptionHasItsOwnAttempts() {
        failing(NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT);
        Flux<HostSignal> call = options().build().filter().filter(FakeNext.call(), next);
        StepVerifier.create(call).then(() -> advance(600)).verifyErrorMatches(e -> e == NOT_SENT);
        StepVerifier.create(call).then(() -> advance(600)).expectNextCount(1).verifyComplete();
        assertThat(next.calls).hasSize(5);
    }

    /** An application that is shut down and started again in one JVM, or a test that replaces the schedulers. */
    @Test
    void defaultsSurviveTheEndOfTheSchedulers() {
        assertThat(RetryOptions.defaults().timer().isDisposed()).isFalse();
        Schedulers.shutdownNow();
        assertThat(RetryOptions.defaults().timer().isDisposed()).isFalse();
        assertThat(ResultLimits.defaults().timer().isDisposed()).isFalse();
        assertThat(ToolPolicy.defaults().timer().isDisposed()).isFalse();
    }
}
