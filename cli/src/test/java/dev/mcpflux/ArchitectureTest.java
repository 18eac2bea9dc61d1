package dev.mcpflux;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.ProtocolEra;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.transport.spi.Transport;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Sinks;

/** The dependencies between all modules and packages, and the rules that no compiler checks. */
class ArchitectureTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mcpflux");

    /** JDK classes and annotations that every module may use. */
    private static final List<String> EVERYWHERE = List.of(
            "java..", "org.jspecify..", "org.slf4j..", "reactor.core..", "reactor.util..", "org.reactivestreams..");

    /** The packages of a module, the modules that it may use, and its libraries. */
    private enum Module {
        CORE(
                List.of(
                        "dev.mcpflux.text",
                        "dev.mcpflux.uri",
                        "dev.mcpflux.jsonrpc",
                        "dev.mcpflux.protocol",
                        "dev.mcpflux.error",
                        "dev.mcpflux.validation",
                        "dev.mcpflux.transport",
                        "dev.mcpflux.internal",
                        "dev.mcpflux.transport.spi",
                        "dev.mcpflux.transport.wire"),
                Set.of(),
                "tools.jackson..",
                "com.fasterxml.jackson.."),
        CLIENT(
                List.of("dev.mcpflux.client", "dev.mcpflux.client.drift"),
                Set.of(CORE),
                "tools.jackson..",
                "com.fasterxml.jackson.."),
        SCHEMA(
                List.of("dev.mcpflux.schema"),
                Set.of(CORE),
                "tools.jackson..",
                "com.networknt.schema..",
                "com.google.re2j"),
        STDIO(
                List.of(
                        "dev.mcpflux.transport.stdio",
                        "dev.mcpflux.transport.stdio.launch",
                        "dev.mcpflux.transport.stdio.sandbox"),
                Set.of(CORE),
                "tools.jackson..",
                "reactor.blockhound.."),
        SOCKET(
                List.of("dev.mcpflux.transport.socket"),
                Set.of(CORE),
                "tools.jackson..",
                "reactor.netty..",
                "io.netty..",
                "javax.net.ssl"),
        HTTP(
                List.of(
                        "dev.mcpflux.transport.http",
                        "dev.mcpflux.transport.http.headers",
                        "dev.mcpflux.transport.http.auth"),
                Set.of(CORE),
                "tools.jackson..",
                "reactor.netty..",
                "io.netty..",
                "javax.net.ssl",
                "reactor.blockhound.."),
        AUTH(
                List.of(
                        "dev.mcpflux.auth",
                        "dev.mcpflux.auth.oauth",
                        "dev.mcpflux.auth.store",
                        "dev.mcpflux.auth.config"),
                Set.of(CORE, STDIO, HTTP),
                "tools.jackson..",
                "com.nimbusds..",
                "javax.crypto..",
                "net.minidev..",
                "io.netty..",
                "reactor.netty.."),
        HOST(
                List.of(
                        "dev.mcpflux.host",
                        "dev.mcpflux.host.config",
                        "dev.mcpflux.host.config.document",
                        "dev.mcpflux.host.config.form",
                        "dev.mcpflux.host.variable",
                        "dev.mcpflux.host.catalogue",
                        "dev.mcpflux.host.server",
                        "dev.mcpflux.host.event",
                        "dev.mcpflux.host.filter",
                        "dev.mcpflux.host.approval",
                        "dev.mcpflux.host.observation"),
                Set.of(CORE, CLIENT, SCHEMA, STDIO, HTTP),
                "tools.jackson..",
                "io.micrometer..",
                "org.tomlj",
                "org.snakeyaml.engine.."),
        TESTING(
                List.of("dev.mcpflux.testing", "dev.mcpflux.testing.http"),
                Set.of(CORE),
                "tools.jackson..",
                "reactor.test..",
                "org.junit.jupiter.api..",
                "org.opentest4j.."),
        TESTING_JUNIT(
                List.of("dev.mcpflux.testing.junit"),
                Set.of(CORE, CLIENT, TESTING, HOST),
                "org.junit.jupiter.api..",
                "org.junit.platform.commons.."),
        CLI(
                List.of(
                        "dev.mcpflux.cli",
                        "dev.mcpflux.cli.approval",
                        "dev.mcpflux.cli.install",
                        "dev.mcpflux.cli.argument",
                        "dev.mcpflux.cli.config",
                        "dev.mcpflux.cli.completion",
                        "dev.mcpflux.cli.content",
                        "dev.mcpflux.cli.discover",
                        "dev.mcpflux.cli.doctor",
                        "dev.mcpflux.cli.doctor.entry",
                        "dev.mcpflux.cli.doctor.finding",
                        "dev.mcpflux.cli.doctor.offer",
                        "dev.mcpflux.cli.doctor.probe",
                        "dev.mcpflux.cli.inspect",
                        "dev.mcpflux.cli.manual",
                        "dev.mcpflux.cli.output",
                        "dev.mcpflux.cli.question",
                        "dev.mcpflux.cli.script",
                        "dev.mcpflux.cli.shell",
                        "dev.mcpflux.cli.terminal",
                        "dev.mcpflux.cli.trace",
                        "dev.mcpflux.cli.watch"),
                Set.of(CORE, CLIENT, SCHEMA, STDIO, HTTP, AUTH, HOST),
                "tools.jackson..",
                "reactor.netty..",
                "io.netty..",
                "javax.net.ssl",
                "org.apache.commons.compress..",
                "picocli..",
                "me.tongfei.progressbar..",
                "org.jline..",
                "org.snakeyaml.engine..");

        final List<String> packages;
        final Set<Module> uses;
        final List<String> libraries;

        Module(List<String> packages, Set<Module> uses, String... libraries) {
            this.packages = packages;
            this.uses = uses;
            this.libraries = List.of(libraries);
        }

        Stream<JavaClass> types() {
            return ALL.stream().filter(type -> packages.contains(type.getPackageName()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void modulesDependOnWhatTheTableNames(Module module) {
        String[] allowed = Stream.of(
                        EVERYWHERE.stream(),
                        module.libraries.stream(),
                        module.packages.stream(),
                        module.uses.stream().flatMap(used -> used.packages.stream()))
                .flatMap(each -> each)
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAnyPackage(module.packages.toArray(String[]::new))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .check(ALL);
    }

    @Test
    void everyPackageBelongsToAModule() {
        List<String> known = Arrays.stream(Module.values())
                .flatMap(module -> module.packages.stream())
                .toList();
        assertThat(ALL.stream().map(JavaClass::getPackageName).distinct()).isSubsetOf(known);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.mcpflux.(**)").should().beFreeOfCycles().check(ALL);
    }

    /** "error" uses records of the protocol, and their readers throw it. */
    @Test
    void coreIsLayered() {
        String[] upwards = {
            "dev.mcpflux.jsonrpc",
            "dev.mcpflux.protocol",
            "dev.mcpflux.error",
            "dev.mcpflux.validation",
            "dev.mcpflux.transport",
            "dev.mcpflux.internal",
            "dev.mcpflux.transport.spi",
            "dev.mcpflux.transport.wire"
        };
        for (int i = 0; i < upwards.length - 1; i++) {
            noClasses()
                    .that()
                    .resideInAPackage(upwards[i])
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(Arrays.copyOfRange(upwards, i + 1, upwards.length))
                    .check(ALL);
        }
    }

    @Test
    void processesAreStartedByTheStdioTransportAlone() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.mcpflux..")
                .and()
                .resideOutsideOfPackages("dev.mcpflux.transport.stdio..", "dev.mcpflux.testing..", "dev.mcpflux.cli..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Process.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(ALL);
    }

    /** Micrometer is an optional dependency: whoever has it not must not meet a class that needs it. */
    @Test
    void micrometerIsForObservationAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.mcpflux.host.observation")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..", "dev.mcpflux.host.observation")
                .check(ALL);
    }

    /** {@code ServerHandle.use} is the only way from a host to a session. */
    @Test
    void hostHandsOutNoSession() {
        JavaClass session = ALL.get(McpSession.class);
        assertThat(Module.HOST
                        .types()
                        .filter(ArchitectureTest::isVisible)
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(method ->
                                method.getReturnType().getAllInvolvedRawTypes().contains(session)))
                .isEmpty();
        noClasses()
                .that()
                .resideInAPackage("dev.mcpflux.host..")
                .and()
                .doNotHaveSimpleName("SessionFactory")
                .should()
                .callMethod(McpSession.class, "create", Transport.class, SessionOptions.class)
                .check(ALL);
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
    }

    @Test
    void schemasAreNeverFetched() {
        noClasses()
                .that()
                .resideInAPackage("dev.mcpflux.schema")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.networknt.schema.resource.IriResourceLoader")
                .check(ALL);
    }

    /** RE2/J matches patterns of a server in linear time. The patterns of the formats are our own. */
    @Test
    void javaRegexSeesNoPatternOfAServer() {
        noClasses()
                .that()
                .haveNameMatching("dev\\.mcpflux\\.(schema\\.(?!AssertedFormats).*"
                        + "|cli\\.question\\.(FormAsker|Field\\w+|FormField|LimitsText)(\\$.*)?)")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.regex")
                .check(ALL);
    }

    @Test
    void exceptionsAreOfOneTree() {
        classes()
                .that()
                .areAssignableTo(RuntimeException.class)
                .and()
                .arePublic()
                .and()
                .resideOutsideOfPackages("dev.mcpflux.cli..", "dev.mcpflux.testing..")
                .should()
                .beAssignableTo("dev.mcpflux.error.McpException")
                .check(ALL);
    }

    /** A test may block its thread, and the command line may block in main. */
    @Test
    void nobodyBlocks() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.mcpflux.testing..", "dev.mcpflux.cli..")
                .should()
                .callMethodWhere(target(nameMatching("block|blockFirst|blockLast|blockOptional|toStream|toIterable"))
                        .and(target(owner(JavaClass.Predicates.assignableTo(Publisher.class)))))
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(ALL);
    }

    /**
     * An emitter that finds a sink busy queues its signal: spinning would take the processor from the thread that has
     * to release the sink.
     */
    @Test
    void nobodySpins() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.mcpflux.testing..")
                .should()
                .callMethodWhere(target(nameMatching("busyLooping|onSpinWait|yield|emitNext|emitValue|emitEmpty"))
                        .and(target(owner(JavaClass.Predicates.belongToAnyOf(
                                Thread.class,
                                Sinks.Many.class,
                                Sinks.One.class,
                                Sinks.Empty.class,
                                Sinks.EmitFailureHandler.class)))))
                .check(ALL);
    }

    /** The classes that own a lifecycle, and subscribe to what they start. Operators subscribe to their source. */
    private static final Map<String, List<String>> SUBSCRIBERS = Map.ofEntries(
            Map.entry("dev.mcpflux.transport.spi", List.of("Multiplexer", "PendingExchange")),
            Map.entry("dev.mcpflux.transport.wire", List.of("WireRecording", "WireRecorder")),
            Map.entry("dev.mcpflux.internal", List.of("Callbacks", "OnceMono", "OneFlight")),
            Map.entry("dev.mcpflux.auth.oauth", List.of("OAuthSource")),
            Map.entry("dev.mcpflux.auth.config", List.of("Authorizer")),
            Map.entry(
                    "dev.mcpflux.client",
                    List.of(
                            "SessionLifecycle",
                            "RequestMono",
                            "DeadlineFlux",
                            "ActiveSession",
                            "ModernEra",
                            "LegacyEra",
                            "ServerRequests",
                            "TaskFollower")),
            Map.entry("dev.mcpflux.transport.socket", List.of("SocketConnection")),
            Map.entry("dev.mcpflux.transport.stdio", List.of("Teardown")),
            Map.entry(
                    "dev.mcpflux.transport.http",
                    List.of("HttpLink", "SseConnections", "SseSession", "SseConnection", "CommittedPost", "SseBody")),
            Map.entry("dev.mcpflux.host", List.of("HostLifecycle", "HostOpening", "ShutdownHook")),
            Map.entry("dev.mcpflux.host.server", List.of("ServerSupervisor", "Renewal", "Idleness", "Departures")));

    /** The classes that determine or declare an era, or make it a type. */
    private static final Set<String> ERA_READERS = Set.of(
            "ProtocolEra",
            "ProtocolRevision",
            "Dialect",
            "ModernDialect",
            "AutoNegotiation",
            "ModernNegotiation",
            "LegacyHandshake",
            "ClientHandlers");

    /** A branch on the era anywhere else belongs into {@code Era} or {@code Dialect}. */
    @Test
    void onlyNegotiationAndDialectsCompareEras() {
        noClasses()
                .that(new DescribedPredicate<JavaClass>("do not find out an era") {
                    @Override
                    public boolean test(JavaClass type) {
                        return !ERA_READERS.contains(outermostName(type));
                    }
                })
                .should()
                .accessFieldWhere(JavaFieldAccess.Predicates.target(owner(assignableTo(ProtocolEra.class))))
                .check(ALL);
    }

    private static String outermostName(JavaClass type) {
        String outermost = type.getName().replaceAll("\\$.*", "");
        return outermost.substring(outermost.lastIndexOf('.') + 1);
    }

    @Test
    void onlyOwnersOfALifecycleSubscribe() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.mcpflux.testing..", "dev.mcpflux.cli..")
                .and(new DescribedPredicate<JavaClass>("own no lifecycle") {
                    @Override
                    public boolean test(JavaClass type) {
                        return !SUBSCRIBERS
                                .getOrDefault(type.getPackageName(), List.of())
                                .contains(outermostName(type));
                    }
                })
                .should()
                .callMethodWhere(target(nameMatching("subscribe"))
                        .and(target(owner(JavaClass.Predicates.assignableTo(Publisher.class)))))
                .check(ALL);
    }

    /** The largest share of public types, in percent, for each module; records of the protocol are public by nature. */
    private static final Map<Module, Integer> MOST_PUBLIC = Map.of(Module.CORE, 99);

    @ParameterizedTest
    @EnumSource
    void typesAreHiddenByDefault(Module module) {
        List<JavaClass> types = module.types()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getPackageName().equals("dev.mcpflux.protocol"))
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .toList();
        long open = types.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .count();
        assertThat(open * 100).isLessThanOrEqualTo((long) types.size() * MOST_PUBLIC.getOrDefault(module, 60));
    }
}
