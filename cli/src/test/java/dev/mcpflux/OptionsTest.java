package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.mcpflux.auth.oauth.OAuthOptions;
import dev.mcpflux.cli.install.InstallOptions;
import dev.mcpflux.client.CachePolicy;
import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.ListLimits;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.approval.ApprovalStore;
import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.CallLimits;
import dev.mcpflux.host.config.CallPolicy;
import dev.mcpflux.host.config.LifetimeOptions;
import dev.mcpflux.host.config.RestartOptions;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.StartGuard;
import dev.mcpflux.host.config.ToolSelection;
import dev.mcpflux.host.filter.AuditLog;
import dev.mcpflux.host.filter.PolicyRule;
import dev.mcpflux.host.filter.Redaction;
import dev.mcpflux.host.filter.ResultLimits;
import dev.mcpflux.host.filter.RetryOptions;
import dev.mcpflux.host.filter.ToolPolicy;
import dev.mcpflux.host.variable.InputAsker;
import dev.mcpflux.host.variable.SecretStore;
import dev.mcpflux.host.variable.SecretStores;
import dev.mcpflux.host.variable.VariableSources;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.transport.http.HttpOptions;
import dev.mcpflux.transport.http.ProxySettings;
import dev.mcpflux.transport.socket.SocketOptions;
import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import dev.mcpflux.validation.SchemaValidator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.scheduler.Schedulers;

/** All options of the project have one style: immutable, {@code defaults()}, {@code builder()}, {@code mutate()}, {@code equals}. */
class OptionsTest {

    static final List<Class<?>> OPTIONS = List.of(
            RequestOptions.class,
            SessionOptions.class,
            StdioOptions.class,
            SandboxOptions.class,
            SocketOptions.class,
            HttpOptions.class,
            ServerOptions.class,
            RestartOptions.class,
            CallLimits.class,
            LifetimeOptions.class,
            ToolSelection.class,
            CallPolicy.class,
            PolicyRule.class,
            ToolPolicy.class,
            ResultLimits.class,
            Redaction.class,
            RetryOptions.class,
            AuditLog.class,
            VariableSources.class,
            OAuthOptions.class,
            InstallOptions.class);

    /** Values that are no default of any option. */
    private static final Map<Class<?>, Object> OTHER = Map.ofEntries(
            Map.entry(Duration.class, Duration.ofMillis(1234)),
            Map.entry(int.class, 77),
            Map.entry(double.class, 1.0),
            Map.entry(Set.class, Set.of("other")),
            Map.entry(
                    RestartOptions.class,
                    RestartOptions.builder().enabled(false).build()),
            Map.entry(CallLimits.class, CallLimits.builder().maxInFlight(3).build()),
            Map.entry(
                    LifetimeOptions.class, LifetimeOptions.builder().lazy(true).build()),
            Map.entry(
                    ToolSelection.class,
                    ToolSelection.builder().exclude(List.of("other")).build()),
            Map.entry(
                    CallPolicy.class,
                    CallPolicy.builder().otherwise(CallPolicy.Action.ASK).build()),
            Map.entry(CallPolicy.Action.class, CallPolicy.Action.ASK),
            Map.entry(long.class, 777L),
            Map.entry(StartGuard.class, ProjectApproval.of(Path.of("x"), ApprovalStore.in(Path.of("y")))),
            Map.entry(String.class, "other"),
            Map.entry(List.class, List.of("other")),
            Map.entry(URI.class, URI.create("https://other/")),
            Map.entry(OAuthOptions.DpopMode.class, OAuthOptions.DpopMode.NEVER),
            Map.entry(OAuthOptions.LoginMode.class, OAuthOptions.LoginMode.NEVER),
            Map.entry(Map.class, Map.of("com.example/key", Duration.ofSeconds(9))),
            Map.entry(CachePolicy.class, CachePolicy.BYPASS),
            Map.entry(
                    SandboxOptions.class, SandboxOptions.builder().enabled(true).build()),
            Map.entry(LogLevel.class, LogLevel.ALERT),
            Map.entry(EraPolicy.class, EraPolicy.LEGACY),
            Map.entry(ListLimits.class, new ListLimits(1, 2, 3)),
            Map.entry(Implementation.class, new Implementation("other", "1")),
            Map.entry(
                    ClientHandlers.class,
                    ClientHandlers.builder().roots(List.of()).build()),
            Map.entry(SchemaValidator.class, SchemaValidator.NONE),
            Map.entry(PolicyRule.Action.class, PolicyRule.Action.ASK),
            Map.entry(PolicyRule.Target.class, PolicyRule.Target.ANY),
            Map.entry(Boolean.class, true),
            Map.entry(ProxySettings.class, ProxySettings.of("other")),
            Map.entry(AuditLog.Arguments.class, AuditLog.Arguments.SHOWN),
            Map.entry(UnaryOperator.class, (UnaryOperator<String>) name -> "other"),
            Map.entry(InputAsker.class, InputAsker.of(Map.of())),
            Map.entry(SecretStore.class, SecretStores.keychain()),
            Map.entry(Path.class, Path.of("other")),
            Map.entry(Function.class, Function.identity()),
            Map.entry(Clock.class, Clock.systemDefaultZone().withZone(ZoneOffset.MAX)),
            Map.entry(RequestOptions.class, RequestOptions.within(Duration.ofMillis(4321))),
            Map.entry(reactor.core.scheduler.Scheduler.class, Schedulers.immediate()));

    /** Values of options that take no other of their type. */
    private static final Map<String, Object> OTHER_BY_NAME = Map.of(
            "PolicyRule.arguments",
            Map.of("/path", "/tmp/*"),
            "ToolPolicy.rules",
            List.of(PolicyRule.deny("a", "b")),
            "ToolSelection.names",
            Map.of("old", "new"),
            "CallPolicy.tools",
            Map.of("other", CallPolicy.Action.DENY),
            "InstallOptions.environment",
            Map.of("A", "b"),
            "InstallOptions.headers",
            Map.of("A", "b"));

    /** Accessors without a setter of the same name and type. */
    private static final Set<String> SET_OTHERWISE = Set.of("extensions");

    static Stream<Arguments> everyOption() {
        return OPTIONS.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.getParameterCount() == 0)
                        .filter(method -> hasField(type, method.getName()))
                        .filter(method -> !SET_OTHERWISE.contains(method.getName()))
                        .map(method -> Arguments.of(type, method.getName())));
    }

    private static boolean hasField(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredFields())
                .anyMatch(field -> field.getName().equals(name));
    }

    @ParameterizedTest
    @MethodSource("everyOption")
    void everyOptionIsSetAndKept(Class<?> type, String option) throws Exception {
        Object defaults = type.getMethod("defaults").invoke(null);
        Method accessor = type.getMethod(option);
        Object value = OTHER_BY_NAME.getOrDefault(
                type.getSimpleName() + "." + option, other(accessor.getReturnType(), accessor.invoke(defaults)));

        Object changed = set(type.getMethod("builder").invoke(null), option, accessor.getReturnType(), value);

        assertThat(accessor.invoke(changed)).isEqualTo(value).isNotEqualTo(accessor.invoke(defaults));
        assertThat(accessor.invoke(mutated(changed))).isEqualTo(value);
        assertThat(mutated(changed))
                .isEqualTo(changed)
                .hasSameHashCodeAs(changed)
                .hasToString(changed.toString());
        if (!option.endsWith("Source")) {
            assertThat(changed).isNotEqualTo(defaults);
        }
    }

    @ParameterizedTest
    @FieldSource("OPTIONS")
    void optionsAreOfOneStyle(Class<?> type) {
        assertThat(type.getConstructors()).as("public constructors").isEmpty();
        assertThat(type.getDeclaredMethods())
                .extracting(Method::getName)
                .noneMatch(name -> name.matches("with[A-Z].*"));
    }

    @Test
    void aLimitIsRequired() {
        assertThatNullPointerException()
                .isThrownBy(() -> RequestOptions.builder().idleTimeout(null).build())
                .withMessage("idleTimeout");
        assertThatNullPointerException()
                .isThrownBy(() -> SessionOptions.builder().startTimeout(null).build())
                .withMessage("startTimeout");
        assertThatNullPointerException()
                .isThrownBy(() -> StdioOptions.builder().exitGrace(null).build())
                .withMessage("exitGrace");
        assertThatNullPointerException()
                .isThrownBy(() -> SocketOptions.builder().closeGrace(null).build())
                .withMessage("closeGrace");
    }

    private static Object other(Class<?> type, Object now) {
        if (type == boolean.class) {
            return !(boolean) now;
        }
        assertThat(OTHER).as("a value of the type of an option").containsKey(type);
        return OTHER.get(type);
    }

    private static Object set(Object builder, String option, Class<?> type, Object value)
            throws ReflectiveOperationException {
        builder.getClass().getMethod(option, type).invoke(builder, value);
        return build(builder);
    }

    private static Object mutated(Object options) throws ReflectiveOperationException {
        return build(options.getClass().getMethod("mutate").invoke(options));
    }

    private static Object build(Object builder) throws ReflectiveOperationException {
        try {
            return builder.getClass().getMethod("build").invoke(builder);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
