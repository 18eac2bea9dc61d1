package dev.mcpflux.testing.junit;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.Transport;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ModifierSupport;
import org.junit.platform.commons.support.ReflectionSupport;
import reactor.core.publisher.Mono;

/**
 * Opens something before a test, hands it to the test, takes it down afterwards, and fails the test if anything is left.
 *
 * <pre>{@code
 * @RegisterExtension
 * final McpTestExtension<McpSession> mcp = McpTestExtension.session(
 *         () -> ScriptedPeer.named("weather").handshake().expect("tools/call").reply(result));
 *
 * @Test
 * void asksTheServer(McpSession session, ScriptedPeer peer) { … }
 * }</pre>
 *
 * <p>For a host it is {@code McpTestExtension.opening(McpHost.class, () -> McpHost.open(config), McpHost::close)}.
 *
 * <p><em>When.</em> On an instance field it opens before each test, with either lifecycle of the test instance; on a
 * static field once, before the first test of the class, for all its tests and those of its {@code @Nested} classes.
 * What was opened is a parameter of tests, {@code @BeforeEach} and {@code @AfterEach} methods, on a static field of
 * {@code @BeforeAll} and {@code @AfterAll} methods too. A class has one extension for each type that it injects.
 *
 * <p><em>The end.</em> Within {@link #within a limit} each, the teardown is awaited and what it leaves is given time to
 * go. Then {@link ScriptedPeer#verify()} is called, and these fail the test: exchanges still under way when the test
 * ended, processes, and threads of connections, in so far as they were not there before. If the test has failed itself,
 * its failure stays the failure and what is found here is suppressed in it.
 *
 * <p><em>Parallel execution.</em> Without it (junit.jupiter.execution.parallel.enabled) everything that this JVM has started
 * is compared, whoever started it. With it, other tests have processes and threads too, so only what belongs to the
 * opened thing counts: the processes that {@link #servers} names, with their descendants, and the threads of connections
 * to servers of those names; of a name that two tests have open at a time, no thread is counted. Exchanges on what several
 * tests share are counted for a test only if no other used it meanwhile, and in the end for all.
 *
 * <p>No state is held in this object: all of it is in the {@link ExtensionContext.Store} of the test or class. JUnit's
 * thread is blocked, no other.
 *
 * @param <T> what is opened
 */
public final class McpTestExtension<T>
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {

    /** What may be left without failing the test; see {@link #tolerating}. */
    public enum Left {
        /** Processes that run. */
        PROCESSES,
        /** Threads of connections. */
        THREADS,
        /** Exchanges that wait for their response when the test ends. */
        EXCHANGES
    }

    private static final String PARALLEL = "junit.jupiter.execution.parallel.enabled";
    private static final String KEY = "opened";

    private final Class<T> type;
    private final Supplier<Recipe<T>> recipes;
    private final Function<T, Mono<Void>> close;
    private final boolean scripted;
    private final Limits limits;
    private final Function<T, Map<String, @Nullable Long>> servers;
    private final ToIntFunction<T> pending;
    private final Set<Left> tolerated;
    private final ExtensionContext.Namespace namespace =
            ExtensionContext.Namespace.create(McpTestExtension.class, this);

    private McpTestExtension(
            Class<T> type,
            Supplier<Recipe<T>> recipes,
            Function<T, Mono<Void>> close,
            boolean scripted,
            Limits limits,
            Function<T, Map<String, @Nullable Long>> servers,
            ToIntFunction<T> pending,
            Set<Left> tolerated) {
        this.type = Objects.requireNonNull(type, "type");
        this.recipes = recipes;
        this.close = Objects.requireNonNull(close, "close");
        this.scripted = scripted;
        this.limits = limits;
        this.servers = servers;
        this.pending = pending;
        this.tolerated = tolerated;
    }

    /**
     * Opens anything.
     *
     * @param type the type of the parameters that it is injected into
     * @param open subscribed once for each opening; what has begun to open must be gone when it fails or is cancelled
     * @param close takes down what was opened; subscribed once, also where the test has closed it, so it is idempotent
     */
    public static <T> McpTestExtension<T> opening(
            Class<T> type, Supplier<Mono<T>> open, Function<T, Mono<Void>> close) {
        return of(type, () -> new Recipe<>(Mono.defer(open), null), close, false);
    }

    /** Opens sessions with the default options over this transport. */
    public static McpTestExtension<McpSession> session(Transport transport) {
        return session(transport, SessionOptions.defaults());
    }

    /** Opens sessions over this transport. */
    public static McpTestExtension<McpSession> session(Transport transport, SessionOptions options) {
        return sessions(() -> new Recipe<>(open(transport, options), null), false);
    }

    /**
     * Opens sessions with peers in memory, each with its own, which is injected where a {@link ScriptedPeer} is asked for
     * and verified in the end.
     */
    public static McpTestExtension<McpSession> session(Supplier<ScriptedPeer> peers) {
        return sessions(
                () -> {
                    ScriptedPeer peer = peers.get();
                    return new Recipe<>(open(peer.transport(), SessionOptions.defaults()), peer);
                },
                true);
    }

    private static McpTestExtension<McpSession> sessions(Supplier<Recipe<McpSession>> recipes, boolean scripted) {
        return of(McpSession.class, recipes, McpSession::close, scripted)
                .servers(session -> {
                    Map<String, @Nullable Long> pid = new HashMap<>();
                    pid.put(session.name(), session.pid());
                    return pid;
                })
                .pending(McpSession::pendingRequests);
    }

    private static Mono<McpSession> open(Transport transport, SessionOptions options) {
        return Mono.defer(() -> {
            McpSession session = McpSession.create(transport, options);
            // a session that fails to open closes itself; one that nobody waits for any more is closed here
            return session.open()
                    .thenReturn(session)
                    .doOnCancel(() -> session.close().subscribe());
        });
    }

    private static <T> McpTestExtension<T> of(
            Class<T> type, Supplier<Recipe<T>> recipes, Function<T, Mono<Void>> close, boolean scripted) {
        return new McpTestExtension<>(
                type,
                recipes,
                close,
                scripted,
                new Limits(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30)),
                opened -> Map.of(),
                opened -> 0,
                EnumSet.noneOf(Left.class));
    }

    /** The same with another limit for opening, for the teardown, and for what is left to go; default 30 s each. */
    public McpTestExtension<T> within(Duration time) {
        return within(new Limits(time, time, time));
    }

    /** The same with a limit for each; for the tests of this class, which wait for one to run out. */
    McpTestExtension<T> within(Limits each) {
        return new McpTestExtension<>(type, recipes, close, scripted, each, servers, pending, tolerated);
    }

    /**
     * How long is waited.
     *
     * @param left for what is left to go
     */
    record Limits(Duration opening, Duration teardown, Duration left) {}

    /**
     * The same, told which servers belong to what was opened; asked after the opening and before the teardown. Sessions
     * know it already.
     *
     * @param names the names of the servers with the ids of their processes, null where there is none
     */
    public McpTestExtension<T> servers(Function<T, Map<String, @Nullable Long>> names) {
        return new McpTestExtension<>(type, recipes, close, scripted, limits, names, pending, tolerated);
    }

    /** The same, told how many exchanges wait for their response now. Sessions know it already. */
    public McpTestExtension<T> pending(ToIntFunction<T> count) {
        return new McpTestExtension<>(type, recipes, close, scripted, limits, servers, count, tolerated);
    }

    /** The same for tests that leave these on purpose. */
    public McpTestExtension<T> tolerating(Left... left) {
        Set<Left> all = EnumSet.copyOf(tolerated.isEmpty() ? EnumSet.noneOf(Left.class) : tolerated);
        all.addAll(Set.of(left));
        return new McpTestExtension<>(type, recipes, close, scripted, limits, servers, pending, all);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // called for a static field, for the instance field of a class with one instance, and again for nested classes
        if (opened(context) == null && onStaticFieldOf(context.getRequiredTestClass())) {
            open(context);
        }
    }

    private boolean onStaticFieldOf(Class<?> testClass) {
        return AnnotationSupport.findAnnotatedFields(
                        testClass,
                        RegisterExtension.class,
                        field -> ModifierSupport.isStatic(field)
                                && ReflectionSupport.tryToReadFieldValue(field, null)
                                        .toOptional()
                                        .filter(value -> value == this)
                                        .isPresent(),
                        HierarchyTraversalMode.TOP_DOWN)
                .stream()
                .findAny()
                .isPresent();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Opened<T> shared = opened(context);
        if (shared == null) {
            open(context);
        } else {
            context.getStore(namespace).put("use", shared.use());
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Use use = context.getStore(namespace).remove("use", Use.class);
        if (use != null) {
            use.end();
        }
        close(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close(context);
    }

    private void open(ExtensionContext context) {
        boolean parallel = context.getConfigurationParameter(PARALLEL)
                .map(Boolean::parseBoolean)
                .orElse(false);
        Opened<T> opened = new Opened<>(
                settings(), recipes.get(), new LeftBehind(limits.left(), tolerated, parallel, names(context)));
        // stored first: what fails to open has its end looked at too
        context.getStore(namespace).put(KEY, opened);
        opened.open();
    }

    /** The one of this run. JUnit 5 and 6 have no method in common that would make it; so this class does. */
    private static OpenNames names(ExtensionContext context) {
        synchronized (McpTestExtension.class) {
            ExtensionContext.Store store =
                    context.getRoot().getStore(ExtensionContext.Namespace.create(McpTestExtension.class));
            OpenNames known = store.get(OpenNames.class, OpenNames.class);
            if (known != null) {
                return known;
            }
            OpenNames names = new OpenNames();
            store.put(OpenNames.class, names);
            return names;
        }
    }

    private Opened.Settings<T> settings() {
        return new Opened.Settings<>(limits, close, servers, pending, !tolerated.contains(Left.EXCHANGES));
    }

    private void close(ExtensionContext context) {
        // removes what this very context has opened, not what an outer one has
        Opened<T> opened = cast(context.getStore(namespace).remove(KEY));
        if (opened != null) {
            opened.close();
        }
    }

    private @Nullable Opened<T> opened(ExtensionContext context) {
        return cast(context.getStore(namespace).get(KEY));
    }

    /** The namespace is this object's own: nobody else puts anything there. */
    @SuppressWarnings("unchecked")
    private @Nullable Opened<T> cast(@Nullable Object stored) {
        return (Opened<T>) stored;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> wanted = parameter.getParameter().getType();
        return wanted == type || (scripted && wanted == ScriptedPeer.class);
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Opened<T> opened = opened(context);
        if (opened == null) {
            throw new ParameterResolutionException(type.getSimpleName()
                    + " is opened before each test and not there yet; an extension on a static field opens it earlier");
        }
        return parameter.getParameter().getType() == type ? opened.value() : opened.peer();
    }

    /** How one thing is opened, and the peer it is opened to where there is one of its own. */
    record Recipe<T>(Mono<T> open, @Nullable ScriptedPeer peer) {}

    /** One test's use of what several share. */
    interface Use {
        void end();
    }
}
