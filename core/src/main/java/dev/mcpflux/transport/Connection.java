package dev.mcpflux.transport;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One link to a server, made of exchanges: one request and what belongs to it. A connection belongs to no thread; every
 * method may be called, and everything it returns may be subscribed and cancelled, from any thread. Signals are
 * delivered on the thread that reads from the peer, which is {@link reactor.core.scheduler.NonBlocking}: {@code block()}
 * in a callback fails at once instead of stalling the server.
 *
 * <p>Nothing has a default here, so that a decorator forgets nothing: it extends {@link ForwardingConnection}.
 */
public interface Connection {

    /**
     * Opens the link, once, however often it is subscribed.
     *
     * @return completes when messages can be exchanged; fails with {@link dev.mcpflux.error.McpStartException} if the
     *     peer cannot be started, with {@link dev.mcpflux.error.McpClosedException} after {@link #close()}.
     *     <p><em>Cancellation</em> stops waiting and nothing else; {@link #close()} also ends an opening that is under
     *     way.
     */
    Mono<Void> open();

    /**
     * One exchange per subscription, with an id of its own.
     *
     * @return the notifications that belong to the request (progress, where it asked for it), then exactly one
     *     {@link JsonRpcMessage.Response}, then completion. A response that reports an error is a
     *     {@link JsonRpcMessage.Failure} like any message. Fails with {@link dev.mcpflux.error.McpConnectionException}
     *     when the link is lost, {@link dev.mcpflux.error.McpOverloadException} when too much waits to be sent,
     *     {@link dev.mcpflux.error.McpProtocolException} when the response does not fit. Notifications beyond what the
     *     subscriber asks for are kept up to a limit, the oldest dropped.
     *     <p><em>Cancellation</em> tells the peer to stop, exactly if the request was sent, may be cancelled, and has
     *     not been answered (specification: basic/utilities/cancellation).
     */
    Flux<JsonRpcMessage> exchange(RequestSpec request);

    /**
     * Sends a notification.
     *
     * @return completes when it has been handed to the link. <em>Cancellation</em> before that takes it back.
     */
    Mono<Void> notify(JsonRpcMessage.Notification notification);

    /**
     * Answers a request of the peer; completes like {@link #notify}. Where the peer keeps a session for each caller, the answer
     * goes by that of the caller whom the Reactor context of the subscriber names.
     */
    Mono<Void> reply(JsonRpcMessage.Response response);

    /**
     * What belongs to no request of ours: the peer's requests and notifications, for one subscriber. Bounded: when the
     * subscriber is slow, notifications are dropped and requests answered with an error. Completes when the link ends.
     */
    Flux<Incoming> incoming();

    /** What happens on the link beside messages; hot, never fails, bounded per subscriber, the oldest dropped. */
    Flux<ConnectionEvent> events();

    /**
     * Shows the messages to a tap as they are on the wire. To be called before {@link #open()}; one more tap sees the messages
     * after the others.
     *
     * @param taps called once for each link that carries messages: HTTP+SSE has one for each {@link Caller}
     */
    void tap(Supplier<? extends WireTap> taps);

    /** Emits why the link ended and completes, once it has ended or was closed. */
    Mono<Termination> onTermination();

    /** Whether the link has ended or was closed; true before anybody is told of it. */
    boolean isTerminated();

    /**
     * Ends the link: everything under way fails, what was started is taken down. Idempotent: one teardown, however
     * often and from however many threads it is subscribed, and everyone sees its end.
     *
     * @return completes when nothing is left, within the limits of the transport. <em>Cancellation</em> stops waiting;
     *     the teardown goes on.
     */
    Mono<Void> close();

    /**
     * Ends the link as {@link #close()} does, but waits for nothing: what would have been asked to end, and given time, is
     * killed. Also cuts short a {@link #close()} that is under way.
     *
     * @return what closing was waiting for when it was cut short, for an error message, once nothing is left.
     *     <em>Cancellation</em> stops waiting; the teardown goes on.
     */
    Mono<String> closeNow();

    /**
     * The text with configured secrets masked. The errors of the protocol, the events and the diagnostics of a connection are
     * masked already; this is for what else is made of a text of the peer, an error message or a line of a log.
     */
    String mask(String text);

    /** What is known now for an error message. */
    Diagnostics diagnostics();

    /**
     * A mark for {@link #diagnosticsSince}: taken when something begins to wait for the peer. Costs no more than reading a
     * field.
     */
    long mark();

    /**
     * What is known for the error of something that was waited for in vain: besides {@link #diagnostics()}, what the peer did
     * since the mark ({@link Diagnostics#meanwhile()}).
     */
    Diagnostics diagnosticsSince(long mark);

    /**
     * Whether arguments of tools are sent in headers as well, those that the list of tools marks (specification 2026-07-28:
     * basic/transports/streamable-http, custom headers from tool parameters): then a call that the server refuses for its
     * headers is made again once the list has been read anew.
     */
    boolean mirrorsArgumentsInHeaders();

    /**
     * Whether the peer keeps a session for each {@link Caller} (HTTP, legacy era) and not one for all who use the link: then what
     * is set or subscribed by one caller is not there for another.
     */
    boolean hasSessionPerCaller();

    /**
     * Keeps the session of the caller whom the Reactor context of the subscriber names; does nothing where there is none of its
     * own.
     *
     * @return emits once when there is a session and never completes. Fails if no session can be begun.
     *     <p><em>Cancellation</em> lets the session end once it was idle for long.
     */
    Flux<Boolean> holdSession();

    /** How many exchanges wait for their response now. */
    int pendingExchanges();

    /** The id of the peer's process where this side started one and it has been started, else null. */
    @Nullable
    Long pid();
}
