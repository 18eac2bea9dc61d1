package dev.mcpflux.host.server;

import dev.mcpflux.client.EraMemory;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.testing.InMemoryServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** One supervised server in memory, and a clock that the test moves. */
final class Supervised implements ServerEvents {

    static final Duration SECOND = Duration.ofSeconds(1);
    static final Duration MINUTE = Duration.ofMinutes(1);

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final FaultyServer server;
    final List<ServerLife> lives = new CopyOnWriteArrayList<>();
    final ServerSupervisor supervisor;

    /** Called after each change, on the thread that made it. */
    Consumer<ServerLife> onChange = life -> {};

    /** Called each time somebody reads the clock. */
    Runnable onLook = () -> {};

    Supervised(boolean remote, UnaryOperator<ServerOptions.Builder> options, Mono<Void> dependencies) {
        server = new FaultyServer("s", remote);
        server.memory().handle("echo", call -> Mono.just(InMemoryServer.text("echo")));
        SessionOptions session = SessionOptions.builder()
                .timer(new Clock())
                .withoutSchemas()
                .request(RequestOptions.within(MINUTE))
                .build();
        supervisor = new ServerSupervisor(
                ServerDefinition.of(server).with(all -> options.apply(all.restart(restart -> restart.jitter(0)))),
                session,
                new TransportFactory(System::getenv, null, null),
                transport -> transport,
                new EraMemory(),
                this,
                dependencies);
    }

    /** A process with these options. */
    static Supervised process(UnaryOperator<ServerOptions.Builder> options) {
        return new Supervised(false, options, Mono.empty());
    }

    /** A server reached over a network with these options. */
    static Supervised remote(UnaryOperator<ServerOptions.Builder> options) {
        return new Supervised(true, options, Mono.empty());
    }

    /** The same, and started. */
    Supervised started() {
        supervisor.start().block();
        return this;
    }

    ServerHandle handle() {
        return supervisor.handle();
    }

    ServerLife life() {
        return supervisor.life();
    }

    ServerState state() {
        return life().state();
    }

    void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Calls, and returns what comes of it. */
    TestSubscriber<String> call() {
        return subscribed(handle().useOne(Supervised::echo));
    }

    /** A use that lasts until this ends. */
    TestSubscriber<Void> hold(Sinks.Empty<Void> until) {
        return subscribed(handle().useOne(session -> until.asMono()));
    }

    static Mono<String> echo(McpSession session) {
        return session.callTool("echo", null).map(result -> "echo");
    }

    static <T> TestSubscriber<T> subscribed(Mono<T> work) {
        TestSubscriber<T> subscriber = TestSubscriber.create();
        work.subscribe(subscriber);
        return subscriber;
    }

    /** Whether a session has ended. */
    static boolean ended(McpSession session) {
        return subscribed(session.onTermination()).isTerminated();
    }

    /** Why a use was refused; fails if it was not. */
    static McpServerUnavailableException refusal(TestSubscriber<?> use) {
        return (McpServerUnavailableException) use.expectTerminalError();
    }

    @Override
    public void changed(String name, ServerLife before, ServerLife after) {
        lives.add(after);
        onChange.accept(after);
    }

    @Override
    public void reported(String name, @Nullable SessionEvent event) {}

    /** Tells whoever reads the clock. */
    private final class Clock implements Scheduler {
        @Override
        public reactor.core.Disposable schedule(Runnable task) {
            return time.schedule(task);
        }

        @Override
        public reactor.core.Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return time.schedule(task, delay, unit);
        }

        @Override
        public reactor.core.Disposable schedulePeriodically(Runnable task, long first, long period, TimeUnit unit) {
            return time.schedulePeriodically(task, first, period, unit);
        }

        @Override
        public Worker createWorker() {
            return time.createWorker();
        }

        @Override
        public long now(TimeUnit unit) {
            onLook.run();
            return time.now(unit);
        }
    }
}
