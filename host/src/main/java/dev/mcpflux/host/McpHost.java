package dev.mcpflux.host;

import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.host.catalogue.CatalogueChange;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostChange;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerHandle;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.protocol.Subscriptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * All configured servers, as one. A host belongs to no thread: any thread may subscribe, cancel and close.
 *
 * <p>{@link #use} makes the life of the host part of a subscription: it is shut down when the work completes, fails or is
 * cancelled, also while servers are still starting. {@link #create}, {@link #start} and {@link #close} are for containers that
 * start and stop things by separate calls. Servers start at the same time and are shut down one after the other, in reverse
 * order; {@link #closed()} emits the end of that.
 *
 * <p>Calls, lists and subscriptions pass through the {@link ServerHandle} of their server, whose {@link ServerHandle#use} is the
 * way to everything that a session can do and a host cannot. Lists, and what names mean, are kept for each caller.
 */
public final class McpHost extends HostCatalogue {

    private final HostEvents events;
    private final HostLifecycle lifecycle;

    private final HostChanges changes;

    private McpHost(HostConfig config, ServerRegistry servers, HostEvents events, @Nullable ListCache cache) {
        super(servers, events, config.filters(), config.approver(), cache);
        this.events = events;
        ServerFactory factory = new ServerFactory(config, servers, events);
        servers.set(config.servers().stream().map(factory::create).toList());
        HostMonitors monitors = config.monitors().isEmpty() ? null : new HostMonitors(config.monitors(), this);
        this.lifecycle = new HostLifecycle(config, servers, events, cache, monitors);
        this.changes = new HostChanges(config, servers, factory, lifecycle, events);
    }

    /** A host that runs nothing yet. Subscribe to {@link #events()} before {@link #start()} to miss none of them. */
    public static McpHost create(HostConfig config) {
        ListCache cache = config.catalogueCache() == null ? null : new ListCache(config.catalogueCache());
        return new McpHost(config, new ServerRegistry(), new HostEvents(), cache);
    }

    /**
     * Uses a host for one result, or none, which is emitted after the shutdown; otherwise as {@link #use(HostConfig, Function)}.
     * (The first element of {@code use(…).next()} comes before the shutdown.)
     */
    public static <T> Mono<T> useOne(HostConfig config, Function<McpHost, ? extends Mono<T>> body) {
        return useOne(config, Mono.never(), body);
    }

    /** As {@link #useOne(HostConfig, Function)}, of work that may be stopped; see {@link #use(HostConfig, Publisher, Function)}. */
    public static <T> Mono<T> useOne(HostConfig config, Publisher<?> stop, Function<McpHost, ? extends Mono<T>> body) {
        // waits for completion, which comes after the shutdown
        return McpHost.<T>use(config, stop, body).singleOrEmpty();
    }

    /**
     * Starts a host, uses it, and shuts it down.
     *
     * @param body the work; called when what {@link HostConfig#startup()} names has settled
     * @return what {@code body} emits. Completion and errors are passed on after the shutdown. Where the work completed and the
     *     shutdown fails, fails with {@link McpShutdownException}; where the work failed, an error of the shutdown is suppressed
     *     in its error. Fails with {@link McpServerUnavailableException} if a required server fails to start.
     *     {@link #close()}, called from anywhere, ends the work as if it had completed.
     *     <p><em>Cancellation</em> shuts down; its end can be awaited by {@link #closed()} of the host, taken from the body.
     */
    public static <T> Flux<T> use(HostConfig config, Function<McpHost, ? extends Publisher<T>> body) {
        return use(config, Mono.never(), body);
    }

    /**
     * As {@link #use(HostConfig, Function)}, of work that may be stopped.
     *
     * @param stop when this emits or completes, also while servers are still starting, the work ends as if it had completed, and
     *     the result completes after the shutdown; if it fails, the work fails with that
     */
    public static <T> Flux<T> use(
            HostConfig config, Publisher<?> stop, Function<McpHost, ? extends Publisher<T>> body) {
        return HostWork.use(config, stop, body);
    }

    /**
     * Starts a host that is shut down by {@link #close()}.
     *
     * @return the host, when what {@link HostConfig#startup()} names has settled. Fails as {@link #start()}.
     *     <p><em>Cancellation</em> closes the host, whether it has been emitted or not: a subscriber that cancels is not
     *     there to close it. One that takes the host and completes owns it.
     */
    public static Mono<McpHost> open(HostConfig config) {
        return new HostOpening(config);
    }

    /**
     * Starts the servers, once, however often it is subscribed.
     *
     * @return completes when what {@link HostConfig#startup()} names has settled. Fails with
     *     {@link McpServerUnavailableException} if a required server fails to start, after everything else was shut down, and
     *     with {@link McpClosedException} if the host is closed before or meanwhile. <em>Cancellation</em> stops waiting; the
     *     start goes on, and {@link #close()} ends it.
     */
    public Mono<Void> start() {
        return lifecycle.start();
    }

    HostLifecycle lifecycle() {
        return lifecycle;
    }

    /** How the servers are now, in the order of the configuration. */
    public List<ServerStatus> servers() {
        return registry().all().stream().map(server -> server.handle().status()).toList();
    }

    /** How healthy the host and its servers are now; a server that is switched off does not count. */
    public HostHealth health() {
        return HostHealth.of(servers());
    }

    /** Closes one server and starts it again; see {@link ServerHandle#restart()}. Subscriptions ({@link #listen}) go on. */
    public Mono<Void> restart(String server) {
        return found(server).flatMap(ServerHandle::restart);
    }

    /** Adds a server to this host and starts it; otherwise as {@link #apply}. Fails if there is one of that name. */
    public Mono<HostChange> add(ServerDefinition server) {
        return changes.add(server);
    }

    /** Removes a server from this host; otherwise as {@link #apply}. Fails if there is none of that name. */
    public Mono<HostChange> remove(String server) {
        return changes.remove(server);
    }

    /** Replaces the server of the same name; otherwise as {@link #apply}. Fails if there is none. */
    public Mono<HostChange> replace(ServerDefinition server) {
        return changes.replace(server);
    }

    /**
     * Makes the servers of this host those of another configuration. Servers whose definition is the same keep their process and
     * their sessions. Servers that are not there any more, or are different, are unknown to new calls at once; calls in progress
     * get the time of {@link dev.mcpflux.host.config.LifetimeOptions#drainTimeout()} to end, then they are closed. A process is
     * replaced after the old one is gone; a server that is reached over a network at once. Only servers are compared: the other
     * settings of the host stay as they are. Servers of a host that was not started yet are started with it.
     *
     * @return what was done, when all new servers are ready or have failed and all old ones are gone. Changes are made one after
     *     the other. Fails with {@link McpClosedException} if the host is closing, and with
     *     {@link dev.mcpflux.host.config.McpConfigurationException} if servers depend on each other in a circle; then nothing
     *     is changed. <em>Cancellation</em> stops waiting; the change goes on.
     */
    public Mono<HostChange> apply(HostConfig config) {
        return changes.apply(config.servers());
    }

    /**
     * Follows a configuration file as long as it is subscribed: when the file has changed and has not changed again for half a
     * second, its servers are {@linkplain #apply applied}. A file that cannot be read changes nothing and is reported
     * ({@link HostEvent.ReloadFailed}).
     *
     * @param adjust changes what was read, such as to keep servers that are not in the file
     * @return each change that was made; never completes or fails by itself. <em>Cancellation</em> ends the watching; a change
     *     that has begun goes on.
     */
    public Flux<HostChange> follow(Path file, UnaryOperator<HostConfig> adjust) {
        return follow(file, adjust, Schedulers.boundedElastic());
    }

    /** The same, which reads the file there. */
    Flux<HostChange> follow(Path file, UnaryOperator<HostConfig> adjust, Scheduler reader) {
        return changes.follow(file, adjust, reader);
    }

    /**
     * How the lists of this host change from now on, as the caller that the context of the subscriber names sees them. Lists are
     * read again when a server reports a change, becomes ready, is added or removed; changes that follow each other closely
     * are one.
     *
     * @return one element for each server and kind of list that is different; completes when the host is closed.
     *     <em>Cancellation</em> ends the reading.
     */
    public Flux<CatalogueChange> catalogueChanges() {
        return changesOfLists();
    }

    /**
     * Listens to one server for changes; see {@link McpSession#listen}. Unlike there, it goes on when the server is lost and
     * started again, which is acknowledged anew, and after a stream that broke (HTTP, modern era): after a second, and less and
     * less often while that does not help.
     *
     * @return completes when the server ends it in order, and when the host is closed
     */
    public Flux<ListenSignal> listen(String server, Subscriptions.SubscriptionFilter filter) {
        return changesOf(server, filter);
    }

    /** How many requests to all servers wait for their response now. */
    public int pendingRequests() {
        return registry().all().stream()
                .mapToInt(ServerSupervisor::pendingRequests)
                .sum();
    }

    /**
     * The state of each server ({@link HostEvent.CurrentState}), then what happens from now on: changes of states, and what
     * servers report. A subscriber before {@link #start()} misses none of it. Hot, never fails; completes when the host is
     * closed, also for a later subscriber.
     *
     * <p>Each subscriber has a buffer of 256 events and 4 MiB. Beyond it the oldest events are dropped, and
     * {@link HostEvent.EventsDropped} reports how many. <em>Thread:</em> a thread for events, in order; a subscriber may block
     * it, and holds up neither calls nor other subscribers.
     */
    public Flux<HostEvent> events() {
        return events.flux();
    }

    /**
     * Shuts the host down, once: work under way ends, and servers are closed in reverse order of start, each within its own
     * limits, all of them within {@link HostConfig#closeTimeout()}; then those that are left are killed.
     *
     * @return completes when all servers are gone; fails with {@link McpShutdownException} if some had to be killed, or if closing
     *     some failed, after every server was tried. <em>Cancellation</em> stops waiting; the shutdown goes on.
     */
    public Mono<Void> close() {
        return lifecycle.close();
    }

    /** Completes, or fails, when the shutdown has ended, whoever began it; begins nothing itself. */
    public Mono<Void> closed() {
        return lifecycle.closed();
    }
}
