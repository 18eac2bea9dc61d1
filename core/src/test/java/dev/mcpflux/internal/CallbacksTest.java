package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;

class CallbacksTest {

    @AfterEach
    void noHooks() {
        Hooks.resetOnErrorDropped();
    }

    static List<Throwable> thrown() {
        return Throwing.errors();
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void sharedSignalReachesAllSubscribers(Throwable e) {
        Sinks.One<String> sink = Sinks.one();
        for (Mono<String> shared : List.of(sink.asMono(), sink.asMono().cache())) {
            Mono<String> isolated = Callbacks.isolated(shared);
            isolated.subscribe(Throwing.subscriber(e));
            TestSubscriber<String> other = TestSubscriber.create();
            isolated.subscribe(other);
            isolated.subscribe(Throwing.subscriber(e));
            sink.tryEmitValue("value");
            assertThat(other.getReceivedOnNext()).containsExactly("value");
            assertThat(other.isTerminatedComplete()).isTrue();
        }
    }

    @Test
    void errorsReactorRethrowsFailTheirSubscriber() {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        Callbacks.isolated(Mono.just("value"))
                .<String>map(value -> {
                    throw new NoClassDefFoundError("test");
                })
                .subscribe(subscriber);
        assertThat(subscriber.expectTerminalError()).isInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void throwingHookIsHandled() {
        List<Throwable> dropped = new ArrayList<>();
        Hooks.onErrorDropped(e -> {
            dropped.add(e);
            throw new IllegalStateException("test");
        });
        Callbacks.run(() -> {
            throw new AssertionError("test");
        });
        assertThat(dropped).singleElement().isInstanceOf(AssertionError.class);
    }

    @Test
    void throwingContextAndCancellationAreHandled() {
        List<Context> contexts = new ArrayList<>();
        BaseSubscriber<String> odd = new BaseSubscriber<>() {
            @Override
            public Context currentContext() {
                throw new IllegalStateException("test");
            }
        };
        Callbacks.isolated(Mono.<String>deferContextual(context -> {
                            contexts.add(Context.of(context));
                            return Mono.never();
                        })
                        .doOnCancel(() -> {
                            throw new IllegalStateException("test");
                        }))
                .subscribe(odd);
        odd.cancel();
        assertThat(contexts).singleElement().matches(Context::isEmpty);
    }

    @Test
    void onlyJvmErrorsAreFatal() {
        assertThat(thrown()).noneMatch(Callbacks::isFatal);
        assertThat(Callbacks.isFatal(new OutOfMemoryError())).isTrue();
        assertThat(Callbacks.isFatal(new InternalError())).isTrue();
        TestSubscriber<String> told = TestSubscriber.create();
        assertThatThrownBy(() -> Callbacks.last(
                        new BaseSubscriber<String>() {
                            @Override
                            protected void hookOnNext(String value) {
                                throw new InternalError("test");
                            }

                            @Override
                            protected void hookOnError(Throwable e) {
                                told.onError(e);
                            }
                        },
                        "value"))
                .isInstanceOf(InternalError.class);
        assertThat(told.expectTerminalError()).isInstanceOf(InternalError.class);
    }
}
