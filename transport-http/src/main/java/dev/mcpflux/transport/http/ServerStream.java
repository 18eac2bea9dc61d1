package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;
import reactor.util.context.Context;

/**
 * The stream by which a server of the legacy era sends requests and notifications that belong to no request (specification
 * 2025-11-25: basic/transports, listening for messages from the server). A server need not offer it. A stream that ends is
 * opened again, as often in a row as the options say. Each caller has its own, with its session.
 */
final class ServerStream {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int NOT_IMPLEMENTED = 501;

    /** How long the first call waits for a server that answers late. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(500);

    private final HttpConnection connection;
    private final HttpLink link;
    private final StreamableSession owner;
    private volatile @Nullable Opened current;

    ServerStream(HttpConnection connection, StreamableSession owner) {
        this.connection = connection;
        this.link = connection.link;
        this.owner = owner;
    }

    /**
     * Opens it for the current session. Completes when the server has answered, or after a while: some servers send nothing, not
     * even headers, before the first message.
     */
    Mono<Void> open() {
        return Mono.defer(() -> {
            LegacySession session = owner.session();
            if (session == null || link.hasEnded()) {
                return Mono.empty();
            }
            stop();
            Opened opened = new Opened(session);
            current = opened;
            opened.begin();
            return opened.answered
                    .asMono()
                    .timeout(ANSWER_TIMEOUT, Mono.empty(), link.recipe().timer());
        });
    }

    void stop() {
        Opened before = current;
        current = null;
        if (before != null) {
            before.stop();
        }
    }

    /** A call was answered in a session: the server may offer a stream again that was given up. */
    // the very session: a new one has a new object
    @SuppressWarnings("ReferenceEquality")
    void answered(LegacySession session) {
        Opened opened = current;
        if (opened != null && opened.givenUp && opened.session == session) {
            opened.wake();
        }
    }

    /** The stream of one session. */
    private final class Opened {
        private final LegacySession session;
        private final Sinks.Empty<Void> answered = Sinks.empty();
        private final Reconnection reconnection = new Reconnection(link.options());
        private volatile @Nullable String lastEventId;
        /** Whether the server has ever offered it. */
        private volatile boolean offered;

        private volatile boolean over;
        /** Whether it was given up after the server had offered it: then it may be offered again. */
        private volatile boolean givenUp;
        /** When the server answered last, in milliseconds of the timer; negative if it has not. */
        private volatile long answeredAt = -1;

        private volatile HttpLink.@Nullable Task attempt;
        /** Why there was no answer at all, the last time; null if there was one. */
        private volatile @Nullable String unreachable;

        Opened(LegacySession session) {
            this.session = session;
        }

        void stop() {
            over = true;
            answered.tryEmitEmpty();
            HttpLink.Task now = attempt;
            if (now != null) {
                now.cancel();
            }
        }

        private long now() {
            return link.recipe().timer().now(TimeUnit.MILLISECONDS);
        }

        /** Makes one more attempt. */
        synchronized void wake() {
            if (givenUp && current == this) {
                givenUp = false;
                over = false;
                begin();
            }
        }

        void begin() {
            if (over || link.hasEnded()) {
                return;
            }
            HttpLink.Task mine = new HttpLink.Task() {
                @Override
                protected void hookOnComplete() {
                    again("it ended");
                }

                @Override
                protected void hookOnError(Throwable e) {
                    unreachable = link.failures().unreachable(e);
                    again(link.failures().of("the stream", e, false).problem());
                }
            };
            attempt = mine;
            String last = lastEventId;
            link.run(
                    link.http()
                            .get(
                                    link.recipe().url(),
                                    owner.caller(),
                                    headers -> {
                                        session.write(headers);
                                        if (last != null) {
                                            headers.set("Last-Event-ID", last);
                                        }
                                    },
                                    this::answer),
                    mine);
        }

        private Publisher<Void> answer(HttpClientResponse response, ByteBufFlux content) {
            unreachable = null;
            int status = response.status().code();
            if (status == 200 && ResponseHeads.mediaType(response).equals(ResponseHeads.EVENTS)) {
                offered = true;
                answeredAt = now();
                answered.tryEmitEmpty();
                return events(content);
            }
            if (status == 404 && session.canBeLost() && offered) {
                // it was offered before: the session is lost
                lost(response);
            } else if (status == NOT_IMPLEMENTED || (status / 100 != 5 && status != CONFLICT && status != TOO_MANY)) {
                // "or else return HTTP 405, indicating that the server does not offer an SSE stream"; some servers
                // use other statuses
                log.debug(
                        "[{}] offers no stream of its own ({})",
                        link.name(),
                        link.failures().status(response));
                over = true;
            }
            Duration later = RetryAfter.of(response);
            if (later != null) {
                reconnection.ask(later.toMillis());
            }
            answered.tryEmitEmpty();
            return Mono.empty();
        }

        private void lost(HttpClientResponse response) {
            over = true;
            link.run(
                    owner.renewed(session, "GET was answered " + link.failures().status(response)),
                    new HttpLink.Task() {
                        @Override
                        protected void hookOnError(Throwable e) {
                            log.warn("[{}] no new session: {}", link.name(), SafeText.line(e));
                        }
                    });
        }

        private Mono<Void> events(ByteBufFlux content) {
            MessageRouter router =
                    new MessageRouter(connection, null, owner.caller().in(Context.empty()));
            return SseBody.read(
                    content,
                    link.options().maxMessageBytes(),
                    new SseBody.EventHandler() {
                        @Override
                        public void onEvent(SseDecoder event) {
                            handle(event, router);
                        }

                        @Override
                        public void onCutEvent(SseDecoder event) {
                            // the server has not finished it, so it may come again
                            if (event.isMessage()) {
                                router.decode(event.bytes(), event.offset(), event.length());
                            }
                        }
                    },
                    body -> {});
        }

        private void handle(SseDecoder event, MessageRouter router) {
            String id = event.id();
            if (id != null) {
                lastEventId = id.isEmpty() ? null : id;
            }
            if (event.retry() >= 0) {
                reconnection.ask(event.retry());
            }
            if (event.tooLong()) {
                if (!event.noRoom()) {
                    link.emit(new ConnectionEvent.FrameTooLong(
                            event.skippedBytes(), link.options().maxMessageBytes()));
                }
                // the response will not come, so the call fails now
                HttpCall call = connection.table().find(event.ends());
                boolean ours = call != null && call.caller().equals(owner.caller());
                if (call != null && ours && event.noRoom()) {
                    call.failForRoom();
                } else if (call != null && ours) {
                    call.failTooLong();
                }
                return;
            }
            if (event.isMessage()) {
                reconnection.progressed();
                router.decode(event.bytes(), event.offset(), event.length());
            }
        }

        private void again(String reason) {
            if (over || link.hasEnded()) {
                return;
            }
            if (answeredAt >= 0) {
                reconnection.lived(Duration.ofMillis(now() - answeredAt));
                answeredAt = -1;
            }
            Duration delay = reconnection.next();
            if (delay != null) {
                link.later(delay, this::begin);
                return;
            }
            over = true;
            givenUp = offered;
            answered.tryEmitEmpty();
            String gone = unreachable;
            if (gone != null && session.canBeLost()) {
                // the session was at the server that is gone
                if (owner.first()) {
                    link.terminate(Termination.lost(gone, Diagnostics.NONE, null));
                } else {
                    owner.lost(gone);
                }
            } else {
                log.debug("[{}] its stream is not opened again: {}", link.name(), SafeText.line(link.mask(reason)));
                link.emit(new ConnectionEvent.StreamEnded(reason));
            }
        }
    }
}
