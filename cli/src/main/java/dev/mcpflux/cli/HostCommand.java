package dev.mcpflux.cli;

import dev.mcpflux.cli.approval.Person;
import dev.mcpflux.cli.approval.ProjectGate;
import dev.mcpflux.cli.approval.WrittenGuard;
import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.cli.config.ConfigSources;
import dev.mcpflux.cli.config.LaunchDescription;
import dev.mcpflux.cli.config.Scope;
import dev.mcpflux.cli.config.ServerFile;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.LogPrinter;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.approval.EntryReview;
import dev.mcpflux.host.approval.ProjectApproval;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.host.variable.InputDefinition;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.http.ProxySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The common part of every command that uses a host: finds the servers, opens a host, and shuts it down after any end.
 */
abstract class HostCommand implements Callable<Integer> {

    @CommandLine.ParentCommand
    @Nullable
    Mcpflux parent;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    /** States that a server does not leave by itself. */
    private static final Set<ServerState> LOST =
            EnumSet.of(ServerState.FAILED, ServerState.QUARANTINED, ServerState.CLOSED, ServerState.DISABLED);

    private final Queue<HostEvent.ListFailed> unlisted = new ConcurrentLinkedQueue<>();

    /** What servers are read from, in the order in which they count. */
    private List<ServerFile> files = List.of();

    /** Completes when a command that uses the host of somebody else has ended. */
    private final Sinks.Empty<Void> over = Sinks.empty();

    /** What asks about the servers of a file that comes with a project; null where nothing has to be approved. */
    private @Nullable ProjectGate gate;

    /** The configuration, once it has been read. */
    private @Nullable HostConfig servers;

    /** Made when a server may be reached by HTTP. */
    private @Nullable Logins logins;

    final Mcpflux root() {
        if (parent == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return parent;
    }

    final Output output() {
        return root().output();
    }

    /**
     * Opens a host with the configured servers, runs the body and closes the host. An interrupt cancels the body, which
     * notifies servers that responses are no longer wanted, and waits for the teardown.
     *
     * @param wanted matches the servers that are needed
     * @param body emits the exit code
     */
    final int withHost(Predicate<String> wanted, Function<McpHost, Mono<Integer>> body) {
        return withHost(new ServerSelection(), wanted, body);
    }

    /** Like {@link #withHost(Predicate, Function)}, for the named servers. */
    final int withHost(ServerSelection from, Function<McpHost, Mono<Integer>> body) {
        return withHost(from, from.wanted(), body);
    }

    final int withHost(ServerSelection from, Predicate<String> wanted, Function<McpHost, Mono<Integer>> body) {
        OpenHost open = root().open();
        if (open != null) {
            servers = open.config();
            return open.run(from, host -> body.apply(host).doFinally(end -> over.tryEmitEmpty()));
        }
        root().record.check();
        try (DemoServers demo = new DemoServers()) {
            HostConfig config = configuration(demo);
            from.check(
                    config.servers().stream().map(ServerDefinition::name).toList(),
                    new Hint(root().again("servers"), "to see the servers"));
            servers = config;
            boolean any = config.servers().stream().anyMatch(server -> wanted.test(server.name()));
            HostConfig needed = any
                    ? config.mutate().only(server -> wanted.test(server.name())).build()
                    : config;
            if (gate != null) {
                gate.open(ofProject(needed.servers()), root().approveProject);
            }
            announce(needed);
            return run(prepared(needed), body);
        } finally {
            closeLogins();
        }
    }

    /** Like {@link #withHost(Predicate, Function)}, with these servers in the place of those of a file. */
    final int withServers(HostConfig.Builder builder, Function<McpHost, Mono<Integer>> body) {
        try {
            HostConfig config = finished(builder);
            servers = config;
            return run(prepared(config), body);
        } finally {
            closeLogins();
        }
    }

    /** Like {@link #withoutHost(Function)}, for one server that uses OAuth. */
    final int withoutHost(String server, Function<Logins.Configured, Mono<Integer>> body) {
        return withoutHost(servers -> {
            ServerSelection only = new ServerSelection();
            only.servers.add(server);
            only.check(
                    servers.stream().map(ServerDefinition::name).toList(),
                    new Hint(root().again("servers"), "to see the servers"));
            Logins.Configured oauth = configured(server);
            if (oauth == null) {
                throw new UsageException("server '" + server + "' does not use OAuth");
            }
            return body.apply(oauth);
        });
    }

    /** Runs the body with the configured servers, none of which is started. */
    final int withoutHost(Function<List<ServerDefinition>, Mono<Integer>> body) {
        root().record.refuse();
        try (DemoServers demo = new DemoServers()) {
            HostConfig config = configuration(demo);
            servers = config;
            Integer code = body.apply(config.servers()).block();
            return code == null ? ExitCode.OK : code;
        } finally {
            closeLogins();
        }
    }

    /** How this command authorizes requests: without a person, unless it overrides this. */
    Logins logins(ProxySettings proxies) {
        return Logins.withoutPerson(proxies);
    }

    /** Changes a server for this command. */
    ServerDefinition adapted(ServerDefinition server) {
        return server;
    }

    /** Changes the configuration of the host for this command. */
    HostConfig prepared(HostConfig config) {
        return config;
    }

    /** The logins of this command; null where no server can be reached by HTTP. */
    final @Nullable Logins used() {
        return logins;
    }

    private void closeLogins() {
        if (logins != null) {
            logins.close();
        }
    }

    /** The OAuth of a configured server; null if it uses none. */
    final Logins.@Nullable Configured configured(String server) {
        HostConfig config = servers;
        Logins own = logins;
        if (config == null || own == null) {
            return null;
        }
        return config.servers().stream()
                .filter(definition -> definition.name().equals(server))
                .findFirst()
                .map(own::configured)
                .orElse(null);
    }

    /**
     * Prints the files that were found. What those of a project start is printed before anything is started, since the folder
     * may belong to somebody else. Does not show values of environment variables and headers.
     */
    private void announce(HostConfig config) {
        if (root().config != null) {
            return;
        }
        for (ServerFile file : files) {
            List<ServerDefinition> starting = file.scope() == Scope.PROJECT ? starting(file, config) : List.of();
            output().note("mcpflux: using " + file.path().toAbsolutePath() + " (-c FILE names another)"
                    + (starting.isEmpty() ? "" : ", which starts:"));
            for (ServerDefinition server : starting) {
                output().note("  " + SafeText.line(server.name() + ": " + LaunchDescription.describe(server), 400));
            }
        }
    }

    private List<ServerDefinition> starting(ServerFile file, HostConfig config) {
        List<ServerDefinition> own = config.servers().stream()
                .filter(server -> file.content().servers().stream()
                        .anyMatch(written -> written.name().equals(server.name())))
                .toList();
        List<String> refused = gate == null
                ? List.of()
                : gate.reviews(ofProject(own)).stream()
                        .filter(review -> !ProjectGate.starts(review))
                        .map(EntryReview::server)
                        .toList();
        return own.stream()
                .filter(server -> server.options().disabled() == null && !refused.contains(server.name()))
                .toList();
    }

    /** Those that are started only when they are approved. */
    private static List<ServerDefinition> ofProject(List<ServerDefinition> servers) {
        return servers.stream()
                .filter(server -> server.options().guard() != null)
                .map(WrittenGuard::written)
                .toList();
    }

    /** The files that are read where no other servers are named. */
    private HostConfig.Builder ofFiles() {
        ConfigSources sources = root().sources();
        files = sources.read();
        if (files.isEmpty()) {
            throw new UsageException("there are no servers: " + sources.searched(), Hints.ofNoServers());
        }
        ServerFile first = files.get(0);
        HostConfig loaded = guarded(HostConfig.of(first.content()), first);
        files.forEach(
                file -> file.content().warnings().forEach(warning -> output().note("mcpflux: warning: " + warning)));
        return withOthers(loaded);
    }

    /** The servers of the first file with those of the others, as far as they have other names. */
    private HostConfig.Builder withOthers(HostConfig loaded) {
        HostConfig.Builder builder = loaded.mutate();
        Set<String> names = new HashSet<>();
        loaded.servers().forEach(server -> names.add(server.name()));
        List<InputDefinition> inputs = new ArrayList<>();
        // what the user has written down counts more than what came with a project
        for (int i = files.size() - 1; i >= 0; i--) {
            for (InputDefinition input : files.get(i).content().inputs()) {
                if (inputs.stream().noneMatch(known -> known.id().equals(input.id()))) {
                    inputs.add(input);
                }
            }
        }
        for (ServerFile file : files.subList(Math.min(1, files.size()), files.size())) {
            for (ServerDefinition server : file.content().servers()) {
                if (names.add(server.name())) {
                    builder.server(server);
                } else if (root().verbose.length > 0) {
                    output().note("mcpflux: the server '" + server.name() + "' of " + file.path()
                            + " is not used: the project has one of this name");
                }
            }
        }
        return inputs.isEmpty() ? builder : builder.variables(sources -> sources.inputs(inputs));
    }

    /** Stands between a file of a project and its servers, unless it is the configuration of the user. */
    private HostConfig guarded(HostConfig loaded, ServerFile file) {
        if (!file.needsApproval()) {
            return loaded;
        }
        ProjectGate own = new ProjectGate(
                ProjectApproval.of(file.path(), root().here().approvals()), output()::note, this::person);
        gate = own;
        return own.guard(loaded);
    }

    /** Who can be asked before something is started; null where nobody can. */
    final @Nullable Person person() {
        Terminal terminal = root().session.noInput || root().session.yes || output().json() ? null : Terminal.open();
        return terminal == null ? null : new TerminalPerson(terminal, output(), Terminal.columns());
    }

    final int run(HostConfig config, Function<McpHost, Mono<Integer>> body) {
        Consumer<String> note = output()::note;
        RunTaps taps = root().record.start(note);
        Sinks.Empty<Void> stop = Sinks.empty();
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<@Nullable Integer> code = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread hook = new Thread(
                () -> {
                    interrupted();
                    output().flush();
                    output().screen().stopStatus();
                    note.accept("mcpflux: interrupted, taking the servers down");
                    stop.tryEmitEmpty();
                    // the remaining processes are killed then, which takes a moment more
                    await(ended, config.closeTimeout().plusSeconds(6));
                    taps.finish();
                    output().interrupted();
                },
                "mcpflux-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        Function<McpHost, Mono<Integer>> work = early() ? host -> begin(host, body) : body;
        HostConfig recorded = taps.of(config);
        HostConfig shown = showsStart()
                ? recorded.mutate()
                        .monitor(new StartProgress(
                                output().screen(), () -> output().display().columns()))
                        .build()
                : recorded;
        HostConfig started =
                early() ? shown.mutate().startup(HostConfig.Startup.REQUIRED).build() : shown;
        McpHost.use(started, stop.asMono(), work).subscribe(code::set, e -> end(failure, e, ended), ended::countDown);
        await(ended, null);
        taps.finish();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is already shutting down: it returns 130 and does not wait for this thread
            return 130;
        }
        Throwable error = failure.get();
        if (error != null) {
            throw error instanceof RuntimeException known ? known : new IllegalStateException(error);
        }
        Integer result = code.get();
        return result == null ? ExitCode.OK : result;
    }

    /** Whether a line on standard error says how many servers are ready while they start. */
    private boolean showsStart() {
        return !early() && output().display().redraws();
    }

    /** Called on another thread when the JVM has been asked to end, before the servers are taken down. */
    void interrupted() {}

    /** The options of requests to a server, to be adapted to one request. */
    final RequestOptions limits(String server) {
        HostConfig config = servers;
        if (config == null) {
            return RequestOptions.defaults();
        }
        return config.servers().stream()
                .filter(s -> s.name().equals(server) && s.options().request() != null)
                .map(s -> s.options().request())
                .findFirst()
                .orElse(config.session().request());
    }

    /** Whether the body subscribes to events from the start of the servers. */
    boolean early() {
        return root().session.logLevel != null;
    }

    private Mono<Integer> begin(McpHost host, Function<McpHost, Mono<Integer>> body) {
        return prepare(host).then(Mono.defer(() -> body.apply(host)));
    }

    /** Prints the logs of servers from the beginning, and completes when every server is ready or has failed. */
    Mono<Void> prepare(McpHost host) {
        LogLevel least = root().session.logLevel;
        if (least != null) {
            // completes with the host
            EventSink.direct(host.events())
                    .ofType(HostEvent.FromServer.class)
                    .filter(e ->
                            e.event() instanceof SessionEvent.ServerLog log && LogPrinter.reaches(log.message(), least))
                    .subscribe(e -> root().logs().print(e.server(), ((SessionEvent.ServerLog) e.event()).message()));
        }
        return started(host);
    }

    /** Starts the servers that are still to be started, and completes when every server is ready or has failed. */
    static Mono<Void> started(McpHost host) {
        return Flux.fromIterable(host.servers())
                .flatMap(server -> host.server(server.name())
                        .useOne(session -> Mono.empty())
                        .onErrorComplete())
                .then();
    }

    private static void end(AtomicReference<@Nullable Throwable> failure, Throwable error, CountDownLatch ended) {
        failure.set(error);
        ended.countDown();
    }

    private void await(CountDownLatch latch, @Nullable Duration limit) {
        try {
            if (limit == null) {
                latch.await();
            } else if (!latch.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                output().note("mcpflux: the servers could not be taken down within " + limit.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HostConfig configuration(DemoServers demo) {
        Mcpflux options = root();
        if (!options.headers.isEmpty() && options.urls.isEmpty()) {
            throw new UsageException("--header is for servers of --url, and there is none");
        }
        HostConfig.Builder builder = HostConfig.builder();
        if (options.demo) {
            if (options.config != null) {
                throw new UsageException("--demo and -c exclude each other");
            }
            demo.servers().forEach(builder::server);
        } else if (options.config != null || (options.adHoc.isEmpty() && options.urls.isEmpty())) {
            builder = ofFiles();
        }
        return finished(builder);
    }

    /** With the servers and options of the command line, and what authorizes requests. */
    private HostConfig finished(HostConfig.Builder builder) {
        Mcpflux options = root();
        ProxySettings proxies = proxies();
        HostConfig config = withOptions(builder)
                .session(options.sessionOptions())
                .approver(options.session.approver(output())::decide)
                .variables(sources ->
                        sources.asker(options.session.inputs(output())).commandInputs(options.session.commandInputs))
                .proxies(proxies)
                // on an interrupt the work is stopped first, which the host's own hook would not do
                .shutdownHook(false)
                .build();
        // what authorizes requests is made, and loaded, for servers that are reached by HTTP only
        if (!follows() && config.servers().stream().noneMatch(HostCommand::mayUseOAuth)) {
            return config;
        }
        Logins own = logins(proxies);
        logins = own;
        return config.mutate().authorizer(own.authorizer()).build();
    }

    /** Adds the servers of the command line, and what its options change in all servers. */
    private HostConfig.Builder withOptions(HostConfig.Builder builder) {
        Mcpflux options = root();
        options.adHoc.forEach(text -> builder.server(parseServer(text)));
        options.urls.forEach(text -> builder.server(parseUrl(text, options.headers)));
        boolean asks = !namesTheTool() && options.session.person(output()) != null;
        return builder.servers(server -> {
            ServerDefinition own = supervised(adapted(overridden(server, options)));
            return WrittenGuard.keep(server, asks ? own : CallApprover.withoutOptionalQuestions(own));
        });
    }

    private ServerDefinition supervised(ServerDefinition server) {
        return restarts() ? server : server.with(own -> own.restart(restart -> restart.enabled(false)));
    }

    /** Whether the person has named the one tool that is called: then nobody is asked about it who does not have to be. */
    boolean namesTheTool() {
        return false;
    }

    /** The configured servers, once they have been read. */
    final List<ServerDefinition> definitions() {
        return servers == null ? List.of() : servers.servers();
    }

    /** What the configuration declares that a person is asked for. */
    final List<InputDefinition> inputs() {
        return servers == null ? List.of() : servers.variables().inputs();
    }

    /** What was read but not understood. */
    final List<String> warnings() {
        return files.stream()
                .flatMap(file -> file.content().warnings().stream())
                .toList();
    }

    /** The configuration, once it has been read. */
    final @Nullable HostConfig configuration() {
        return servers;
    }

    /** The file that a server stands in; null for one of the command line. */
    final @Nullable Path sourceOf(String server) {
        return files.stream()
                .filter(file -> file.content().servers().stream()
                        .anyMatch(each -> each.name().equals(server)))
                .map(ServerFile::path)
                .findFirst()
                .orElse(null);
    }

    /** The file that counts first; null without one. */
    final @Nullable Path source() {
        return files.isEmpty() ? null : files.get(0).path();
    }

    /** The file that counts first; null without one. */
    final @Nullable ServerFile sourceFile() {
        return files.isEmpty() ? null : files.get(0);
    }

    /** What was read from the file later, with the servers and options of the command line. */
    final HostConfig reloaded(HostConfig loaded) {
        return withOptions(withOthers(loaded)).build();
    }

    /** Whether servers that are lost are started again: a command that ends soon reports them instead. */
    boolean restarts() {
        return false;
    }

    /** Whether changes of the file are applied while the command runs, so that any kind of server may be added. */
    boolean follows() {
        return false;
    }

    /** Whether nothing more can come from any server until somebody asks for it. */
    static boolean nothingLeft(McpHost host) {
        return host.servers().stream().map(ServerStatus::state).allMatch(LOST::contains);
    }

    /** An invalid server may be one that is reached by HTTP. */
    static boolean mayUseOAuth(ServerDefinition server) {
        return server instanceof ServerDefinition.Http || server instanceof ServerDefinition.Invalid;
    }

    /** Options of the command line override the server's entry in the file. */
    private static ServerDefinition overridden(ServerDefinition server, Mcpflux options) {
        ServerDefinition own = options.session.era == null ? server : server.with(o -> o.era(options.session.era));
        Duration limit = options.timeout;
        return limit == null ? own : own.with(o -> o.startTimeout(limit).request(RequestOptions.within(limit)));
    }

    private static ServerDefinition parseServer(String text) {
        int equals = text.indexOf('=');
        List<String> words = equals <= 0 ? List.of() : ShellWords.split(text.substring(equals + 1));
        if (words.isEmpty()) {
            throw new UsageException("--server takes 'name=command arg …', found '" + text + "'");
        }
        words.forEach(word -> {
            String problem = NativeArguments.unusable(word);
            if (problem != null) {
                throw new UsageException("--server " + text.substring(0, equals).strip() + ": " + problem);
            }
        });
        return ServerDefinition.stdio(
                text.substring(0, equals).strip(),
                words.get(0),
                words.subList(1, words.size()).toArray(String[]::new));
    }

    /** Proxy settings of the environment, or else of the system properties. */
    final ProxySettings proxies() {
        ProxySettings environment = ProxySettings.none();
        try {
            environment = ProxySettings.fromEnvironment(System.getenv());
        } catch (IllegalArgumentException e) {
            // it may be meant for other programs, and servers that are processes do not need it
            output().note("mcpflux: warning: " + e.getMessage() + "; it is ignored");
        }
        return environment.isNone() ? ProxySettings.fromSystemProperties(System.getProperties()) : environment;
    }

    private ServerDefinition parseUrl(String text, List<String> headers) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? "" : text.substring(0, equals).strip();
        // an address may contain '=', and a text like "http://…?a" is not a name
        if (name.isEmpty() || name.contains("/")) {
            throw new UsageException("--url takes 'name=https://…'");
        }
        try {
            ServerDefinition.Http server = ServerDefinition.http(name, text.substring(equals + 1));
            for (String header : headers) {
                server = withHeader(server, header);
            }
            return server;
        } catch (IllegalArgumentException e) {
            throw new UsageException("--url " + name + ": " + e.getMessage());
        }
    }

    /** Rejects an invalid header before any server is started; the message does not show its value. */
    private ServerDefinition.Http withHeader(ServerDefinition.Http server, String header) {
        int colon = header.indexOf(':');
        if (colon <= 0) {
            throw new UsageException("--header takes 'Name: value'");
        }
        String name = header.substring(0, colon).strip();
        Template value = Template.of(header.substring(colon + 1).strip());
        String resolved;
        try {
            resolved = value.resolve(System::getenv);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--header " + name + ": " + e.getMessage());
        }
        if (HttpTransport.isReserved(name)) {
            output().note("mcpflux: warning: --header " + name + " is set by the transport itself; it is ignored");
            return server;
        }
        server.withHeader(name, Template.literal(resolved));
        return server.withHeader(name, value);
    }

    /** Reports on standard error which lists could not be read, as it happens. Completes with the host. */
    final void watchLists(McpHost host) {
        eventsMeanwhile(host).subscribe(event -> {
            if (event instanceof HostEvent.ListFailed e && !isUnknownMethod(e.error())) {
                unlisted.add(e);
                output().note("mcpflux: its " + e.list().element() + "s are not listed: " + root().message(e.error()));
            }
            String oddity = oddity(event);
            if (oddity != null) {
                output().note("mcpflux: server '" + event.server() + "': " + oddity);
            }
        });
    }

    /** Events until this command or the host has ended. */
    private Flux<HostEvent> eventsMeanwhile(McpHost host) {
        return EventSink.direct(host.events()).takeUntilOther(over.asMono());
    }

    /**
     * Finds an entry by its name. In a shell a bare name may be one of the default server.
     *
     * @param find finds by a name
     */
    final <T> Mono<T> named(ServerSelection from, String name, Function<String, Mono<T>> find) {
        OpenHost open = root().open();
        return open == null ? find.apply(name) : open.named(from, name, find);
    }

    /** Reports on standard error what is configured about tools and has no effect. Completes with the host. */
    final void watchToolRules(McpHost host) {
        eventsMeanwhile(host)
                .ofType(HostEvent.ConfigurationWarning.class)
                .subscribe(event -> output().note("mcpflux: server '" + event.server() + "': " + oddity(event)));
    }

    /** Describes a problem of a list that is shown all the same, or returns null. */
    private static @Nullable String oddity(HostEvent event) {
        if (event instanceof HostEvent.DuplicateName e) {
            return "it lists the " + e.list().element() + " " + SafeText.line(e.name())
                    + " more than once; the first one counts";
        }
        if (event instanceof HostEvent.ConfigurationWarning e) {
            return "warning: \"" + e.key() + "\": " + SafeText.line(e.problem());
        }
        if (!(event instanceof HostEvent.FromServer from)) {
            return null;
        }
        if (from.event() instanceof SessionEvent.ListCut e) {
            return e.method() + " was ended after " + e.elements() + " elements: " + SafeText.line(e.reason());
        }
        if (from.event() instanceof SessionEvent.Link link
                && link.event() instanceof ConnectionEvent.ElementDropped e) {
            String of = e.element() == null ? "" : " of " + SafeText.line(e.element());
            return e.method() + ": " + SafeText.line(e.pointer()) + of + " is left out: " + SafeText.line(e.reason());
        }
        return null;
    }

    /** A server that does not know a list method has no entries of that kind. */
    private static boolean isUnknownMethod(Throwable e) {
        return e instanceof McpPeerErrorException error && error.error().code() == JsonRpcError.METHOD_NOT_FOUND;
    }

    /** Why a list of a server could not be read; null unless {@link #watchLists} received its failure. */
    final @Nullable Throwable unlisted(String server, ListKind list) {
        return unlisted.stream()
                .filter(e -> e.server().equals(server) && e.list() == list)
                .map(HostEvent.ListFailed::error)
                .findFirst()
                .orElse(null);
    }

    /**
     * The exit code of a command that lists: a list that is empty because a server failed is not a success.
     *
     * @param empty whether nothing is listed
     */
    final int listed(McpHost host, boolean empty) {
        if (!empty) {
            return ExitCode.OK;
        }
        return Stream.concat(
                        host.servers().stream()
                                .filter(s -> s.state() == ServerState.FAILED)
                                .map(ServerStatus::error),
                        unlisted.stream().map(HostEvent.ListFailed::error))
                .filter(Objects::nonNull)
                .findFirst()
                .map(ExitCode::ofServer)
                .orElse(ExitCode.OK);
    }

    /**
     * Reports on standard error that there is nothing of a kind, and whether the reason is that servers are disabled.
     */
    final void noteNothing(McpHost host, String kind) {
        List<ServerStatus> off = host.servers().stream()
                .filter(status -> status.state() == ServerState.DISABLED)
                .toList();
        off.forEach(status -> {
            if (status.error() != null) {
                output().note("mcpflux: " + root().message(status.error()));
            }
        });
        boolean all = !off.isEmpty() && off.size() == host.servers().size();
        if (all) {
            output().note("mcpflux: no server is enabled, so there is no " + kind);
        } else if (!output().json()) {
            output().note("mcpflux: no server" + (off.isEmpty() ? "" : " that is enabled") + " offers a " + kind);
        }
    }

    /** The end of a command that lists what servers offer: notes, and the exit code. */
    final int endOfList(McpHost host, boolean empty, String kind) {
        noteFailures(host);
        int code = listed(host, empty);
        if (empty && code == ExitCode.OK) {
            noteNothing(host, kind);
        }
        return code;
    }

    /** If a name is not found, the reason may be a server that failed; the message then mentions that server. */
    final Throwable explain(McpHost host, Throwable e) {
        if (!output().json() && e instanceof McpException known && known.server() == null) {
            noteFailures(host);
        }
        return e;
    }

    /** Prints what to do about the first server that failed, unless a login would mend it. */
    final void hintAtFailures(McpHost host) {
        if (output().json()) {
            return;
        }
        host.servers().stream()
                .filter(status -> status.state() == ServerState.FAILED
                        && status.error() != null
                        && Hints.isOfServer(status.error())
                        && LoginCommand.hint(root(), status.error()) == null)
                .findFirst()
                .ifPresent(
                        status -> Hints.ofServer(root(), name(), status.name()).forEach(output()::hint));
    }

    /** The name of this command. */
    private String name() {
        return spec == null ? "" : spec.name();
    }

    /** Reports on standard error which servers have failed, as a reason for an empty list, and what to do about it. */
    final void noteFailures(McpHost host) {
        for (ServerStatus status : host.servers()) {
            if (status.state() == ServerState.FAILED && status.error() != null) {
                output().note("mcpflux: " + root().message(status.error()));
            }
        }
        hintAtFailures(host);
    }
}
