package dev.mcpflux.transport.spi;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection to a server. It carries exchanges: one request, its notifications and its response. Thread-safe: every
 * method may be called, and every result subscribed and cancelled, from any thread. Signals are emitted on the thread
 * that reads from the peer, which is {@link reactor.core.scheduler.NonBlocking}: {@code block()} in a callback fails at
 * once instead of blocking the connection.
 *
 * <p>This interface has no default methods, so that a decorator cannot miss one; decorators extend
 * {@link ForwardingConnection}.
 */
public interface Connection {

    /**
     * Opens the connection, once for all subscribers.
     *
     * @return completes when messages can be exchanged. Fails with {@link dev.mcpflux.error.McpStartException} if the
     *     peer cannot be started, and with {@link dev.mcpflux.error.McpClosedException} after {@link #close()}.
     *     <p><em>Cancellation</em> only stops waiting; {@link #close()} also ends an opening in progress.
     */
    Mono<Void> open();

    /**
     * Sends a request. Each subscription is an exchange of its own, with a new id.
     *
     * @return the notifications that belong to the request (progress, if requested), then exactly one
     *     {@link JsonRpcMessage.Response}, then completion. An error response is emitted as a
     *     {@link JsonRpcMessage.Failure}. Fails with {@link dev.mcpflux.error.McpConnectionException} if the connection
     *     is lost, {@link dev.mcpflux.error.McpOverloadException} if the send queue is full, and
     *     {@link dev.mcpflux.error.McpProtocolException} if the response cannot be bound to the result type.
     *     Notifications that exceed the demand are buffered up to a limit; beyond it the oldest are dropped.
     *     <p><em>Cancellation</em> notifies the peer if the request was sent, is cancellable, and has not been answered
     *     (specification: basic/utilities/cancellation).
     */
    Flux<JsonRpcMessage> exchange(RequestSpec request);

    /**
     * Sends a notification.
     *
     * @return completes when the transport has accepted the notification. <em>Cancellation</em> before that withdraws
     *     it.
     */
    Mono<Void> notify(JsonRpcMessage.Notification notification);

    /**
     * Answers a request of the peer; completes like {@link #notify}. If the peer has a session for each caller, the
     * answer is sent through the session of the caller in the Reactor context of the subscriber.
     */
    Mono<Void> reply(JsonRpcMessage.Response response);

    /**
     * The requests and notifications of the peer that belong to no exchange, for one subscriber. Bounded: if the
     * subscriber is slow, notifications are dropped and requests are answered with an error. Completes when the
     * connection ends.
     */
    Flux<Incoming> incoming();

    /**
     * The events of the connection. Hot, never fails; each subscriber has a bounded buffer that drops the oldest
     * events.
     */
    Flux<ConnectionEvent> events();

    /**
     * Adds a tap that observes the messages in their wire format. To be called before {@link #open()}; taps observe
     * each message in the order in which they were added.
     *
     * @param taps called once for each link that carries messages: HTTP+SSE has one for each {@link Caller}
     */
    void tap(Supplier<? extends WireTap> taps);

    /** Emits the reason when the connection has ended or was closed, and completes. */
    Mono<Termination> onTermination();

    /** Whether the connection has ended or was closed; true before any subscriber is notified. */
    boolean isTerminated();

    /**
     * Closes the connection: pending operations fail, and resources are released. Idempotent; all subscribers, on any
     * thread, share one teardown and complete with it.
     *
     * @return completes when all resources are released, within the time limits of the transport. <em>Cancellation</em>
     *     only stops waiting; the teardown continues.
     */
    Mono<Void> close();

    /**
     * Closes the connection like {@link #close()}, but without a grace period: a process that would be given time to
     * end is killed. Also cuts short a {@link #close()} in progress.
     *
     * @return the step at which the close was cut short, for an error message, once all resources are released.
     *     <em>Cancellation</em> only stops waiting; the teardown continues.
     */
    Mono<String> closeNow();

    /**
     * Masks the configured secrets in a text. Protocol errors, events and diagnostics of a connection are masked
     * already. Use this for other texts of the peer, such as the text of an exception or a log line.
     */
    String mask(String text);

    /** The current diagnostics for an error message. */
    Diagnostics diagnostics();

    /**
     * A mark for {@link #diagnosticsSince}, to be taken when an operation begins to wait for the peer. As cheap as
     * reading a field.
     */
    long mark();

    /**
     * The diagnostics for the error of an operation that timed out: besides {@link #diagnostics()}, what the peer did
     * since the mark ({@link Diagnostics#meanwhile()}).
     */
    Diagnostics diagnosticsSince(long mark);

    /**
     * Whether tool arguments that the list of tools marks are also sent in headers (specification 2026-07-28:
     * basic/transports/streamable-http, custom headers from tool parameters). If so, a call that the server rejects
     * because of its headers is retried after the list has been read again.
     */
    boolean mirrorsArgumentsInHeaders();

    /**
     * Whether a request is held back on this side, for example because a person has to log in first, or has been since this
     * was asked last. The silence of the peer means nothing then.
     */
    boolean holdsBack();

    /**
     * Whether the peer has a session for each {@link Caller} (HTTP, legacy era), not one for all callers of the
     * connection. If so, the settings and subscriptions of one caller do not apply to another.
     */
    boolean hasSessionPerCaller();

    /**
     * Keeps the session of the caller in the Reactor context of the subscriber alive. Does nothing if the caller has no
     * session of its own.
     *
     * @return emits once when there is a session, and never completes. Fails if no session can be started.
     *     <p><em>Cancellation</em> lets the session end after its idle timeout.
     */
    Flux<Boolean> holdSession();

    /** The number of exchanges that currently wait for their response. */
    int pendingExchanges();

    /** The id of the peer's process if this client started one and it has started, else null. */
    @Nullable
    Long pid();
}
