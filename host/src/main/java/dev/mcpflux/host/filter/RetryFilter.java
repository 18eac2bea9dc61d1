package dev.mcpflux.host.filter;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.internal.Backoff;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Makes failed calls again, as {@link RetryOptions} say. */
final class RetryFilter implements HostFilter {

    private final RetryOptions options;
    private final Backoff backoff;

    RetryFilter(RetryOptions options) {
        this.options = options;
        this.backoff = new Backoff(options.firstDelay(), options.maxDelay(), options.growth());
    }

    @Override
    public Flux<HostSignal> filter(HostCall call, Next next) {
        if (options.attempts() == 1 || call instanceof HostCall.Listen) {
            return next.proceed(call);
        }
        return Flux.defer(() -> new Attempts(call, next).signals());
    }

    /** The attempts of one call. Reactor serializes what happens to it. */
    private final class Attempts {
        private final HostCall call;
        private final Next next;
        private final long began = options.timer().now(TimeUnit.MILLISECONDS);
        private volatile boolean passedOn;

        Attempts(HostCall call, Next next) {
            this.call = call;
            this.next = next;
        }

        Flux<HostSignal> signals() {
            return next.proceed(call)
                    .doOnNext(signal -> passedOn = true)
                    .retryWhen(Retry.from(failures ->
                            failures.concatMap(failure -> before(failure.totalRetries(), failure.failure()))));
        }

        /** Emits when the next attempt is due; fails with the failure where there is none. */
        private Mono<Long> before(long retries, Throwable failure) {
            if (passedOn
                    || retries + 1 >= options.attempts()
                    || !(failure instanceof McpException failed)
                    || !mayPass(failed)) {
                return Mono.error(failure);
            }
            Optional<Duration> asked = retryAfter(failed);
            Duration delay = backoff.delay(retries, options.jitter());
            Duration wait = asked.isPresent() && asked.get().compareTo(delay) > 0 ? asked.get() : delay;
            if (asked.filter(longest -> longest.compareTo(options.maxRetryAfter()) > 0)
                            .isPresent()
                    || wait.compareTo(left()) >= 0) {
                return Mono.error(failure);
            }
            Mono<Long> due = Mono.delay(wait, options.timer());
            return failed.outcome() == CallOutcome.NOT_SENT
                    ? due
                    : mayRepeat().flatMap(may -> may ? due : Mono.error(failure));
        }

        /** A process that has ended is started again by its host; one that could not be started is not. */
        private boolean mayPass(McpException failed) {
            return failed.isTransient()
                    || (failed instanceof McpConnectionException && !(failed instanceof McpStartException));
        }

        private Duration left() {
            return options.deadline().minusMillis(options.timer().now(TimeUnit.MILLISECONDS) - began);
        }

        /** Whether the call may take effect twice without harm; never fails. */
        private Mono<Boolean> mayRepeat() {
            if (call instanceof HostCall.CallTool tool) {
                return next.tool(tool)
                        .map(found -> ToolHints.of(found.tool()).mayRepeat())
                        .timeout(left(), options.timer())
                        .onErrorReturn(false)
                        .defaultIfEmpty(false);
            }
            // a task that is followed may ask questions, whose answers must not be given twice
            return Mono.just(!(call instanceof HostCall.ResumeTask));
        }
    }

    private static Optional<Duration> retryAfter(McpException failed) {
        if (failed instanceof McpServerUnavailableException away) {
            return away.retryAfter();
        }
        return failed instanceof McpHttpStatusException status ? status.retryAfter() : Optional.empty();
    }
}
