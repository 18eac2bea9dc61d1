package dev.mcpflux.auth;

import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.stdio.ProgramRun;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runs a program that prints headers as a JSON object of strings: {@code {"Authorization": "Bearer …"}}. It runs before the
 * first request, and again after a 401; requests that wait at the same time share one run. The variables
 * {@code MCPFLUX_SERVER_NAME} and {@code MCPFLUX_SERVER_URL} tell it for which server.
 *
 * <p>What it prints is kept for each server and not for each caller: like configured headers, it is for all of them.
 */
public final class HelperCommand implements CredentialSource {

    private static final int UNAUTHORIZED = 401;
    private static final int SNIPPET = 200;

    private final List<String> command;
    private final Map<String, String> environment;
    private final Duration timeout;
    private final Scheduler timer;
    private final Map<Target, SharedRun> kept = new ConcurrentHashMap<>();

    /** A server: another one may have the same name in another host, and must not get the headers of this one. */
    private record Target(String server, URI resource) {
        static Target of(CredentialRequest request) {
            return new Target(request.server(), request.resource());
        }
    }

    private HelperCommand(Builder from) {
        this.command = List.copyOf(from.command);
        this.environment = Map.copyOf(from.environment);
        this.timeout = from.timeout;
        this.timer = from.timer;
    }

    /**
     * Starts a description.
     *
     * @param command the program and its arguments
     */
    public static Builder builder(List<String> command) {
        return new Builder(command);
    }

    /**
     * Emits what the program printed. Fails with {@link McpAuthorizationException} if it cannot be started, ends with an
     * exit code, takes too long, or prints something else. <em>Cancellation</em> of the last one who waits kills it.
     */
    @Override
    public Mono<Credentials> credentials(CredentialRequest request) {
        return Mono.defer(() -> kept.computeIfAbsent(Target.of(request), target -> new SharedRun(run(request)))
                .get());
    }

    @Override
    public Mono<Boolean> refused(CredentialRequest request, Credentials sent, Refusal refusal) {
        return Mono.fromSupplier(() -> {
            SharedRun before = kept.get(Target.of(request));
            if (refusal.status() != UNAUTHORIZED || before == null) {
                return false;
            }
            before.drop(sent);
            return true;
        });
    }

    private Mono<Credentials> run(CredentialRequest request) {
        Map<String, String> variables = new LinkedHashMap<>(environment);
        variables.put("MCPFLUX_SERVER_NAME", request.server());
        variables.put("MCPFLUX_SERVER_URL", request.resource().toString());
        return ProgramRun.of(command, variables, HelperOutput.MAX_BYTES)
                .timeout(timeout, timer)
                .onErrorMap(
                        TimeoutException.class,
                        e -> failed(request, "did not end within " + timeout.toMillis() + " ms", true, e))
                .onErrorMap(
                        IOException.class,
                        // the message of the JDK names the program, but not its arguments
                        e -> failed(request, "could not be run: " + e.getMessage(), false, e))
                .map(HelperOutput::read)
                .onErrorMap(HelperOutput.Problem.class, e -> failed(request, e.text(), false, null));
    }

    private McpAuthorizationException failed(
            CredentialRequest request, String problem, boolean mayPass, @Nullable Throwable cause) {
        return new McpAuthorizationException(
                request.server(),
                McpAuthorizationException.Reason.HELPER,
                "its helper command '" + SafeText.line(command.get(0), SNIPPET) + "' " + problem,
                mayPass,
                cause);
    }

    /** Shows the program, not its arguments. */
    @Override
    public String toString() {
        return "HelperCommand[" + command.get(0) + "]";
    }

    /** Collects what a helper needs. */
    public static final class Builder {
        private final List<String> command;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Duration timeout = Duration.ofSeconds(10);
        private Scheduler timer = Schedulers.parallel();

        private Builder(List<String> command) {
            this.command = List.copyOf(command);
            if (this.command.isEmpty() || this.command.get(0).isBlank()) {
                throw new IllegalArgumentException("a helper command needs a program");
            }
        }

        /** Adds variables to those of this process, all of which the program gets: it is a program of the user. */
        public Builder environment(Map<String, String> variables) {
            environment.putAll(variables);
            return this;
        }

        /** How long one run may take; default 10 s. */
        public Builder timeout(Duration limit) {
            if (Objects.requireNonNull(limit, "limit").isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("the timeout of a helper command must be positive: " + limit);
            }
            timeout = limit;
            return this;
        }

        /** Counts the timeout; default {@link Schedulers#parallel()}. */
        public Builder timer(Scheduler scheduler) {
            timer = scheduler;
            return this;
        }

        public HelperCommand build() {
            return new HelperCommand(this);
        }
    }
}
