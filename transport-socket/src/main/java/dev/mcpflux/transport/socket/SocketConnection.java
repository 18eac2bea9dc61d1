package dev.mcpflux.transport.socket;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.Ending;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.FutureMono;
import reactor.netty.tcp.TcpClient;

/**
 * One socket. Connecting is independent of its subscriber and is never cancelled. Every channel is known from the
 * moment it is created, so {@link #close()} and the timeout close the channel, and connecting then fails by itself.
 */
final class SocketConnection implements DuplexConnection {

    private static final Logger log = LoggerFactory.getLogger(SocketConnection.class);

    /** How long a closed socket may linger, by an option of the system; without that option closing takes no time. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private enum State {
        NEW,
        CONNECTING,
        CONNECTED,
        FAILED,
        CLOSED
    }

    private final String name;
    private final String where;
    private final TcpClient client;
    private final SocketOptions options;
    private final EventSink<ConnectionEvent> events;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final Sinks.Empty<Void> connected = Sinks.empty();
    /** Completes when the first channel has been created, or when it is known that there will be none. */
    private final Sinks.Empty<Void> begun = Sinks.empty();

    /** The open channels: more than one only for a name with several addresses, which are tried in turn. */
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

    private final Disposable.Swap timer = Disposables.swap();
    private final Ending ending = new Ending(this::doClose);
    private final Mono<Void> open;

    // set before the connection is announced
    private volatile @Nullable SocketWriter writer;
    private volatile @Nullable SocketReader reader;

    /** Why a write failed, which ends the connection. */
    private volatile @Nullable Throwable broken;

    /**
     * Creates a connection that is not open yet.
     *
     * @param where the address, for messages
     */
    SocketConnection(
            String name, String where, TcpClient client, SocketOptions options, EventSink<ConnectionEvent> events) {
        this.name = name;
        this.where = where;
        this.client = client.doOnChannelInit((observer, channel, address) -> onChannel(channel));
        this.options = options;
        this.events = events;
        this.open = Callbacks.once(this::doOpen);
    }

    @Override
    public Mono<Void> open() {
        return open;
    }

    private Mono<Void> doOpen() {
        if (!state.compareAndSet(State.NEW, State.CONNECTING)) {
            return Mono.error(new McpClosedException(name, "the connection is closed"));
        }
        timer.update(Schedulers.parallel()
                .schedule(this::onTimeout, options.connectTimeout().toMillis(), TimeUnit.MILLISECONDS));
        // one of the places that own a lifecycle: connecting continues to its result, with or without subscribers
        Mono.<Connection>defer(client::connect).subscribe(this::onConnected, this::onNotConnected);
        return Callbacks.isolated(connected.asMono());
    }

    private void onChannel(Channel channel) {
        channels.add(channel);
        ChannelFuture unused = channel.closeFuture().addListener(closed -> channels.remove(channel));
        // checked after the channel was added: if this side closes meanwhile, either this thread or the closing one
        // closes it
        if (state.get() != State.CONNECTING) {
            drop(channel);
        }
        begun.tryEmitEmpty();
    }

    private void onConnected(Connection connection) {
        Channel channel = connection.channel();
        SocketWriter out =
                new SocketWriter(name, channel, options.sendQueue(), this::whyEnded, e -> onBroken(channel, e));
        SocketReader in = new SocketReader(
                channel.eventLoop(), options.maxFrameBytes(), this::onFrameTooLong, e -> onEnd(channel, e));
        connection.addHandlerLast("mcpflux.writer", out);
        writer = out;
        reader = in;
        if (state.compareAndSet(State.CONNECTING, State.CONNECTED)) {
            timer.dispose();
            connection.inbound().receive().subscribe(in);
            log.debug("[{}] connected to {}", name, where);
            connected.tryEmitEmpty();
        } else {
            out.end();
            drop(channel);
        }
    }

    private void onNotConnected(Throwable e) {
        fail(Reasons.notConnected(where, e, options.connectTimeout()), e);
    }

    private void onTimeout() {
        fail(Reasons.timedOut(where, options.connectTimeout()), null);
    }

    private void fail(String reason, @Nullable Throwable e) {
        begun.tryEmitEmpty();
        if (state.compareAndSet(State.CONNECTING, State.FAILED)) {
            timer.dispose();
            Termination cause = Termination.notStarted(reason, Diagnostics.NONE, e);
            terminate(cause);
            connected.tryEmitError(cause.toException(name, null));
            channels.forEach(SocketConnection::drop);
        }
    }

    /** Closes the channel without its handlers, which might wait until the server has taken the remaining output. */
    private static void drop(Channel channel) {
        channel.eventLoop()
                .execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
    }

    @Override
    public Flux<Frame> frames() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Frame> actual) {
                SocketReader in = reader;
                if (in == null) {
                    Operators.error(actual, new IllegalStateException("frames are read after the connection is open"));
                } else {
                    in.start(actual);
                }
            }
        };
    }

    @Override
    public Mono<Void> send(JsonRpcMessage message) {
        SocketWriter out = writer;
        return out != null
                ? out.send(message)
                : Mono.error(() -> new McpClosedException(name, "the connection is not open"));
    }

    @Override
    public long unfinished() {
        SocketReader in = reader;
        return in == null ? 0 : in.unfinished();
    }

    private void onFrameTooLong(long bytes) {
        log.warn("[{}] skipped a frame of {} bytes; the limit is {}", name, bytes, options.maxFrameBytes());
        events.emit(new ConnectionEvent.FrameTooLong(bytes, options.maxFrameBytes()));
    }

    /** A socket that does not accept everything is unusable: the reader then reaches its end as well and reports it. */
    private void onBroken(Channel channel, Throwable e) {
        broken = e;
        drop(channel);
    }

    private void onEnd(Channel channel, @Nullable Throwable failure) {
        Throwable e = failure == null ? broken : failure;
        terminate(Termination.lost(Reasons.lost(e), Diagnostics.NONE, e));
        ChannelFuture unused = channel.close();
    }

    private void terminate(Termination cause) {
        if (ending.end(cause)) {
            SocketWriter out = writer;
            // while this side closes, the waiting messages are still written
            if (out != null && cause.kind() != Termination.Kind.CLOSED) {
                out.end();
            }
        }
    }

    private McpException whyEnded(CallOutcome outcome) {
        return ending.toException(name, null, outcome);
    }

    @Override
    public Mono<Termination> onTermination() {
        return ending.onEnd();
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }

    @Override
    public Mono<Void> close() {
        return ending.close();
    }

    private Mono<Void> doClose() {
        terminate(Termination.closed());
        State before = state.getAndSet(State.CLOSED);
        return switch (before) {
            case NEW -> Mono.empty();
            case CONNECTING -> abandon();
            case CONNECTED -> finish();
            case FAILED, CLOSED -> allClosed();
        };
    }

    private Mono<Void> abandon() {
        timer.dispose();
        connected.tryEmitError(whyEnded(CallOutcome.NOT_SENT));
        channels.forEach(SocketConnection::drop);
        return begun.asMono().then(Mono.defer(this::eachClosed)).timeout(LINGER, Mono.empty());
    }

    private Mono<Void> finish() {
        SocketWriter out = writer;
        SocketReader in = reader;
        if (out == null || in == null) {
            return allClosed();
        }
        boolean gone = channels.isEmpty();
        out.finish();
        in.readToTheEnd();
        return eachClosed()
                .thenReturn(gone ? "was gone already" : "the server closed its end, too")
                // timeout does not accept zero: no grace means one millisecond
                .timeout(
                        options.closeGrace().isZero() ? Duration.ofMillis(1) : options.closeGrace(),
                        Mono.defer(this::forced))
                .doOnNext(how -> {
                    log.debug("[{}] closed: {}", name, how);
                    events.emit(new ConnectionEvent.Closed(how));
                })
                .doOnTerminate(out::end)
                .then();
    }

    private Mono<String> forced() {
        channels.forEach(SocketConnection::drop);
        return allClosed().thenReturn("did not wait any longer for the server to close its end");
    }

    private Mono<Void> allClosed() {
        return eachClosed().timeout(LINGER, Mono.empty());
    }

    private Mono<Void> eachClosed() {
        return Flux.fromIterable(channels)
                .flatMap(channel -> FutureMono.from(channel.closeFuture()))
                .then();
    }
}
