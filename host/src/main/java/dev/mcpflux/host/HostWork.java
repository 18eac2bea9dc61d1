package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.text.SafeText;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Work of an application with a host that lives as long as its subscription; see {@link McpHost#use}. */
final class HostWork {

    private static final Logger log = LoggerFactory.getLogger(HostWork.class);

    private HostWork() {}

    static <T> Flux<T> use(HostConfig config, Publisher<?> stop, Function<McpHost, ? extends Publisher<T>> body) {
        return Flux.deferContextual(context -> {
            CallContext.check(context);
            // usingWhen would wrap it, and put the error of the work beneath it
            AtomicReference<@Nullable Throwable> shutdown = new AtomicReference<>();
            AtomicBoolean completed = new AtomicBoolean();
            return Flux.usingWhen(
                            // a cheap handle, made synchronously: nothing can be lost by cancelling while it is made
                            Mono.fromSupplier(() -> McpHost.create(config)),
                            host -> until(
                                    Flux.firstWithSignal(host.lifecycle().closing(), stop),
                                    host.lifecycle()
                                            .startup()
                                            .thenMany(Callbacks.<T>deferred(() -> body.apply(host)))
                                            .doOnComplete(() -> completed.set(true))),
                            host -> host.close().doOnError(shutdown::set).onErrorComplete(),
                            (host, error) -> host.close()
                                    .doOnError(e -> HostLifecycle.suppress(e, error))
                                    .onErrorComplete(),
                            host -> host.close().onErrorResume(e -> {
                                log.warn("closing a cancelled host failed: {}", SafeText.line(e));
                                return Mono.empty();
                            }))
                    .concatWith(Mono.defer(() -> afterWork(shutdown.get(), completed.get())));
        });
    }

    private static <T> Mono<T> afterWork(@Nullable Throwable shutdown, boolean completed) {
        if (shutdown == null) {
            return Mono.empty();
        }
        return Mono.error(completed && shutdown instanceof McpShutdownException slow ? slow.afterWork() : shutdown);
    }

    /** Reactor's {@code takeUntilOther} alone passes an error of its companion on, but does not cancel the work then. */
    private static <T> Flux<T> until(Publisher<?> stop, Flux<T> work) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        return work.takeUntilOther(Flux.from(stop).doOnError(failure::set).onErrorComplete())
                .concatWith(Mono.defer(() -> {
                    Throwable why = failure.get();
                    return why == null ? Mono.empty() : Mono.error(why);
                }));
    }
}
