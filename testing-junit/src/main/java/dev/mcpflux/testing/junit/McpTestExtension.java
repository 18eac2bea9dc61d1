package dev.mcpflux.testing.junit;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.spi.Transport;
import java.time.Duration;
import java.util.Map;
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
 * Opens a session, a host or anything else before a test, injects it, closes it afterwards, and fails the test if anything
 * is left.
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
 * <p>{@link #host} opens hosts, {@link #opening} anything else.
 *
 * <p><em>When.</em> On an instance field it opens before each test, with either lifecycle of the test instance; on a
 * static field once, before the first test of the class, for all its tests and those of its {@code @Nested} classes.
 * What was opened is a parameter of tests, {@code @BeforeEach} and {@code @AfterEach} methods, on a static field of
 * {@code @BeforeAll} and {@code @AfterAll} methods too. A class has one extension for each type that it injects.
 *
 * <p><em>The end.</em> The extension waits for the close, calls {@link ScriptedPeer#verify()}, and waits until processes and
 * threads of connections have ended, each up to {@link #within a limit}. The test fails for exchanges that were still under way
 * when it ended, and for processes and threads that are left and were not there before. If the test has failed itself, its
 * failure stays the failure and these are suppressed in it.
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

    private final Settings<T> settings;
    private final ExtensionContext.Namespace namespace =
            ExtensionContext.Namespace.create(McpTestExtension.class, this);

    private McpTestExtension(Settings<T> settings) {
        this.settings = settings;
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
        return new McpTestExtension<>(Settings.of(type, () -> new Recipe<>(Mono.defer(open), null), close, false));
    }

    /** Opens sessions with the default options over this transport. */
    public static McpTestExtension<McpSession> session(Transport transport) {
        return session(transport, SessionOptions.defaults());
    }

    /** Opens sessions over this transport. */
    public static McpTestExtension<McpSession> session(Transport transport, SessionOptions options) {
        return new McpTestExtension<>(SessionRecipes.over(transport, options));
    }

    /**
     * Opens sessions with peers in memory. Each session has a peer of its own, which is injected where a {@link ScriptedPeer}
     * is a parameter, and {@linkplain ScriptedPeer#verify() verified} in the end.
     */
    public static McpTestExtension<McpSession> session(Supplier<ScriptedPeer> peers) {
        return new McpTestExtension<>(SessionRecipes.scripted(peers));
    }

    /**
     * Opens hosts of this configuration; needs {@code mcpflux-host} on the class path. A host is there when {@link
     * HostConfig#startup()} says so, and its servers are taken down in reverse order. A server that fails to start fails the
     * test if it is required.
     */
    public static McpTestExtension<McpHost> host(HostConfig config) {
        return host(() -> config);
    }

    /**
     * Opens hosts, each of a configuration of its own: for servers in memory that keep a state, such as {@link ScriptedPeer}.
     *
     * @param configs called once for each opening
     */
    public static McpTestExtension<McpHost> host(Supplier<HostConfig> configs) {
        return new McpTestExtension<>(HostRecipes.of(configs));
    }

    /** The same with another limit for opening, for closing, and for what has to end afterwards; default 30 s each. */
    public McpTestExtension<T> within(Duration time) {
        return within(new Limits(time, time, time));
    }

    /** The same with a limit for each; for the tests of this class, which wait for one to run out. */
    McpTestExtension<T> within(Limits each) {
        return new McpTestExtension<>(settings.with(each));
    }

    /**
     * The same with the servers that belong to what was opened; called after the opening and before the close. Not needed
     * for sessions and hosts.
     *
     * @param names the names of the servers with the ids of their processes, null where there is none
     */
    public McpTestExtension<T> servers(Function<T, Map<String, @Nullable Long>> names) {
        return new McpTestExtension<>(settings.withServers(names));
    }

    /** The same with the number of exchanges that wait for their response now. Not needed for sessions and hosts. */
    public McpTestExtension<T> pending(ToIntFunction<T> count) {
        return new McpTestExtension<>(settings.withPending(count));
    }

    /** The same for tests that leave these on purpose. */
    public McpTestExtension<T> tolerating(Left... left) {
        return new McpTestExtension<>(settings.tolerating(left));
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
        Runnable endOfUse = context.getStore(namespace).remove("use", Runnable.class);
        if (endOfUse != null) {
            endOfUse.run();
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
                settings, new LeftBehind(settings.limits().left(), settings.tolerated(), parallel, names(context)));
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
        return wanted == settings.type() || (settings.scripted() && wanted == ScriptedPeer.class);
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Opened<T> opened = opened(context);
        if (opened == null) {
            throw new ParameterResolutionException(settings.type().getSimpleName()
                    + " is opened before each test and not there yet; an extension on a static field opens it earlier");
        }
        return parameter.getParameter().getType() == settings.type() ? opened.value() : opened.peer();
    }
}
