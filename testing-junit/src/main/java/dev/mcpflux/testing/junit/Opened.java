package dev.mcpflux.testing.junit;

import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** What {@link McpTestExtension} has opened for one test or one class, from before its opening until after its end. */
final class Opened<T> {

    private final Settings<T> settings;
    private final Recipe<T> recipe;
    private final LeftBehind left;
    private @Nullable T value;
    private int users;
    private long uses;

    Opened(Settings<T> settings, LeftBehind left) {
        this.settings = settings;
        this.recipe = settings.recipes().get();
        this.left = left;
    }

    void open() {
        T opened = await(recipe.open(), "the opening", settings.limits().opening());
        if (opened == null) {
            throw new AssertionError("nothing was opened: its Mono completed empty");
        }
        value = opened;
        left.belongs(settings.servers().apply(opened));
    }

    T value() {
        if (value == null) {
            throw new IllegalStateException("it could not be opened");
        }
        return value;
    }

    @Nullable
    ScriptedPeer peer() {
        return recipe.peer();
    }

    /** Begins a test that shares this with others; what is returned ends it. */
    synchronized Runnable use() {
        users++;
        long mine = ++uses;
        boolean alone = users == 1;
        int before = pending();
        return () -> {
            synchronized (this) {
                users--;
                // with another test in between, nobody can tell whose exchanges they are
                if (alone && uses == mine) {
                    failIfPending(pending() - before);
                }
            }
        };
    }

    private int pending() {
        return value == null || !settings.countsPending()
                ? 0
                : settings.pending().applyAsInt(value);
    }

    private static void failIfPending(int count) {
        if (count > 0) {
            throw new AssertionError(count + (count == 1 ? " exchange waits" : " exchanges wait")
                    + " for a response though the test has ended; a test awaits or cancels what it asks");
        }
    }

    /** Counts what is under way, closes, waits for the end, and checks what is left; does all of it, whatever fails. */
    void close() {
        Failures failures = new Failures();
        T opened = value;
        if (opened != null) {
            failures.of(() -> failIfPending(pending()));
            failures.of(() -> left.belongs(settings.servers().apply(opened)));
            failures.of(() -> await(
                    settings.close().apply(opened),
                    "the teardown",
                    settings.limits().teardown()));
        }
        ScriptedPeer peer = recipe.peer();
        if (peer != null) {
            failures.of(peer::verify);
        }
        failures.of(left::assertNothing);
        failures.throwFirst();
    }

    private <V> @Nullable V await(Mono<V> mono, String what, Duration limit) {
        try {
            // an error of its own, so that it is not taken for a time-out of what is awaited
            return mono.timeout(limit, Mono.error(() -> new AssertionError(what + " took longer than " + limit)))
                    .block();
        } catch (RuntimeException e) {
            Throwable cause = Exceptions.unwrap(e);
            if (cause instanceof Error error) {
                throw error;
            }
            throw Exceptions.propagate(cause);
        }
    }

    /** The first failure, the others suppressed in it. */
    private static final class Failures {
        private @Nullable Throwable first;

        // nothing is suppressed in itself
        @SuppressWarnings("ReferenceEquality")
        void of(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException | AssertionError e) {
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }

        void throwFirst() {
            if (first instanceof RuntimeException e) {
                throw e;
            }
            if (first instanceof Error e) {
                throw e;
            }
        }
    }
}
