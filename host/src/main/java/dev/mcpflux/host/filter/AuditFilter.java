package dev.mcpflux.host.filter;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.host.filter.AuditRecord.Outcome;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Records each operation once, as {@link AuditLog} says. */
final class AuditFilter implements HostFilter {

    private static final int MAX_ARGUMENTS = 10_000;

    private final AuditLog options;
    private final Consumer<? super AuditRecord> records;

    AuditFilter(AuditLog options, Consumer<? super AuditRecord> records) {
        this.options = options;
        this.records = records;
    }

    @Override
    public Flux<HostSignal> filter(HostCall call, Next next) {
        return Flux.deferContextual(context -> {
            Instant began = options.clock().instant();
            String subject = next.mask(call.server(), call.subject());
            String caller;
            try {
                caller = String.valueOf(options.caller().apply(Caller.of(context)));
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                Throwable failure =
                        new McpCallDeniedException(call, subject, "its caller has no name: " + SafeText.line(e), e);
                new Operation(call, subject, began, "?").end(Outcome.NOT_SENT, failure);
                return Flux.error(failure);
            }
            Operation operation = new Operation(call, subject, began, caller);
            return next.proceed(call)
                    .doOnNext(operation::signal)
                    .doOnComplete(() -> operation.end(operation.answer, null))
                    .doOnError(e -> operation.end(outcome(e), e))
                    .doOnCancel(operation::cancelled);
        });
    }

    private static Outcome outcome(Throwable e) {
        if (!(e instanceof McpException failed) || e instanceof McpPeerErrorException) {
            return Outcome.FAILED;
        }
        return failed.outcome() == CallOutcome.NOT_SENT ? Outcome.NOT_SENT : Outcome.UNKNOWN;
    }

    /** One operation; what ends it first is recorded. */
    private final class Operation {
        private final HostCall call;
        private final String subject;
        private final Instant began;
        private final String caller;
        private final @Nullable String arguments;
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile Outcome answer = Outcome.ANSWERED;
        private volatile boolean answered;

        Operation(HostCall call, String subject, Instant began, String caller) {
            this.call = call;
            this.subject = subject;
            this.began = began;
            this.caller = caller;
            // now: the caller may change its objects later
            this.arguments = arguments(call);
        }

        void signal(HostSignal signal) {
            if (signal instanceof HostSignal.ToolResult result) {
                answered = true;
                if (result.result().isError()) {
                    answer = Outcome.TOOL_ERROR;
                }
            }
        }

        /** Who cancels after the result has the answer. */
        void cancelled() {
            end(answered ? answer : Outcome.CANCELLED, null);
        }

        void end(Outcome outcome, @Nullable Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                Duration duration = Duration.between(began, options.clock().instant());
                String error = failure == null ? null : failure.getClass().getSimpleName();
                AuditRecord written = new AuditRecord(
                        began, caller, call.server(), call.method(), subject, arguments, duration, outcome, error);
                Callbacks.run(() -> records.accept(written));
            }
        }
    }

    private @Nullable String arguments(HostCall call) {
        Object given = options.arguments() == AuditLog.Arguments.OMITTED ? null : given(call);
        if (given == null) {
            return null;
        }
        try {
            JsonNode tree = CanonicalJson.tree(given);
            return options.arguments() == AuditLog.Arguments.HASHED
                    ? CanonicalJson.hash(tree)
                    : SafeText.shortened(tree.toString(), MAX_ARGUMENTS);
        } catch (RuntimeException | StackOverflowError e) {
            // the call itself fails by that, unless a filter replaces them
            return "unreadable";
        }
    }

    private static @Nullable Object given(HostCall call) {
        if (call instanceof HostCall.CallTool tool) {
            return tool.arguments();
        }
        if (call instanceof HostCall.GetPrompt prompt) {
            return prompt.arguments();
        }
        if (call instanceof HostCall.Complete complete) {
            Map<String, String> all = new LinkedHashMap<>(complete.resolved());
            all.put(complete.argument(), complete.value());
            return all;
        }
        return call instanceof HostCall.ResumeTask task ? Map.of("taskId", task.taskId()) : null;
    }
}
