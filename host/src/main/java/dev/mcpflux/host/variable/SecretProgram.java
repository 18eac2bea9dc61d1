package dev.mcpflux.host.variable;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.stdio.ProgramRun;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A program that prints a secret.
 *
 * @param command the program and its arguments
 * @param shown how messages name it: an argument of a user's program may be a secret
 */
record SecretProgram(List<String> command, String shown, Duration limit, Scheduler timer) {

    private static final int MAX_BYTES = 64 * 1024;

    /**
     * Runs it.
     *
     * @param absent whether it says that it has no such secret
     * @return emits the secret, or completes without one; fails with {@link VariableProblem}. <em>Cancellation</em> kills it.
     */
    Mono<String> run(Predicate<ProgramRun.Result> absent) {
        return ProgramRun.of(command, Map.of(), MAX_BYTES)
                .timeout(limit, timer)
                .onErrorMap(TimeoutException.class, e -> problem("did not end within " + limit.toMillis() + " ms"))
                // the message of the JDK would name the program and quote nothing else, but it repeats what is said
                // here
                .onErrorMap(IOException.class, e -> problem("cannot be started; is it installed and on the PATH?"))
                .handle((result, sink) -> {
                    int code = result.exitCode();
                    if (code != 0) {
                        if (!absent.test(result)) {
                            sink.error(problem("ended with exit code " + code + "; run it yourself to see why"));
                        }
                    } else if (result.tooLong()) {
                        sink.error(problem("printed more than " + MAX_BYTES + " bytes"));
                    } else {
                        sink.next(withoutLineBreak(result.output()));
                    }
                });
    }

    private VariableProblem problem(String what) {
        return new VariableProblem("'" + SafeText.line(shown, 300) + "' " + what);
    }

    /** A text without one line break at its end. */
    static String withoutLineBreak(String text) {
        String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    /** Shows what messages show. */
    @Override
    public String toString() {
        return "SecretProgram[" + shown + "]";
    }
}
