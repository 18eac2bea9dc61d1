package dev.mcpflux.transport.http;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.PendingExchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Reads the HTTP response to one call: a message, or a stream of events that holds it, whatever the media type says. */
final class CallResponse implements SseBody.EventHandler {

    /** How many notifications may wait for the subscriber before reading stops. */
    private static final int MAX_WAITING = 64;

    /** How many bytes they may have before reading stops. */
    private static final long MAX_WAITING_BYTES = 1024 * 1024;

    /** How long the rest of a stream may take after the response, so that its connection can be used again. */
    private static final Duration REST_TIMEOUT = Duration.ofSeconds(1);

    /** As much of a media type or an id as an error shows. */
    private static final int MAX_SHOWN = 100;

    private final HttpCall call;
    private final HttpLink link;
    private final PendingExchange exchange;
    private final Disposable request;
    private final HttpClientResponse head;
    private final boolean resumed;
    private final MessageRouter router;
    private volatile @Nullable SseBody reading;
    private boolean resting;

    /**
     * A response whose head has come.
     *
     * @param request gives up the HTTP request
     * @param resumed whether it is a stream that was resumed: such a stream need not end after the response
     */
    CallResponse(HttpCall call, Disposable request, HttpClientResponse head, boolean resumed) {
        this.call = call;
        this.link = call.link;
        this.exchange = call.exchange();
        this.request = request;
        this.head = head;
        this.resumed = resumed;
        this.router = new MessageRouter(call.connection, call, exchange.context());
    }

    /** Reads what a response with a status of success holds. */
    Publisher<Void> read(ByteBufFlux content) {
        String type = ResponseHeads.mediaType(head);
        if (type.equals(ResponseHeads.EVENTS)) {
            // the length of a stream is not known beforehand: with one, it may be something else
            return ResponseHeads.contentLength(head) > 0 ? maybeEvents(content) : events(content);
        }
        if (ResponseHeads.isJson(type)) {
            return json(content);
        }
        if (type.isEmpty()) {
            return untyped(content);
        }
        noMessage(SafeText.line(type, MAX_SHOWN));
        return Mono.empty();
    }

    private void noMessage(String found) {
        call.fail(link.failures()
                .protocol(exchange.method() + " failed: " + link.recipe().origin() + " answered with " + found + " ("
                        + head.status().code()
                        + ") in place of a message; is that the address of an MCP server?"));
    }

    /** Without a media type, the first bytes show what it is. */
    private Publisher<Void> untyped(ByteBufFlux content) {
        return content.switchOnFirst((first, all) -> {
            ByteBuf bytes = first.get();
            if (bytes == null) {
                return all.then(Mono.fromRunnable(() -> noMessage("an empty answer")));
            }
            ByteBufFlux again = ByteBufFlux.fromInbound(all);
            return switch (ResponseBody.sniff(bytes)) {
                case JSON -> json(again);
                case EVENTS -> events(again);
                case NEITHER -> {
                    noMessage("a body of no media type");
                    yield Mono.empty();
                }
            };
        });
    }

    /** The media type says events; it may be JSON all the same. */
    private Publisher<Void> maybeEvents(ByteBufFlux content) {
        return content.switchOnFirst((first, all) -> {
            ByteBuf bytes = first.get();
            ByteBufFlux again = ByteBufFlux.fromInbound(all);
            return bytes != null && ResponseBody.sniff(bytes) == ResponseBody.Kind.JSON ? json(again) : events(again);
        });
    }

    // one message

    private Mono<Void> json(ByteBufFlux content) {
        int max = link.options().maxMessageBytes();
        return ResponseBody.read(content, max, ResponseHeads.contentLength(head))
                .doOnNext(body -> {
                    if (body.noRoom()) {
                        call.failForRoom();
                        return;
                    }
                    if (body.cut()) {
                        tooLong(max);
                        return;
                    }
                    decode(body);
                    if (!exchange.over()) {
                        // a connection that is out of step stays so
                        ResponseHeads.closeAfter(head);
                        String other = router.otherId();
                        call.fail(link.failures()
                                .protocol("the answer to " + exchange.method() + " is "
                                        + (other == null
                                                ? "no response to it"
                                                : "a response to another request: its id is " + shown(other)
                                                        + ", and not " + exchange.id())));
                    }
                })
                .then();
    }

    /** Decodes a body that is said to be JSON; some hold events all the same. */
    private void decode(ResponseBody body) {
        if (!body.beginsAsJson()) {
            ByteBuf bytes = Unpooled.wrappedBuffer(body.bytes(), 0, body.length());
            if (ResponseBody.sniff(bytes) == ResponseBody.Kind.EVENTS) {
                SseDecoder decoder = new SseDecoder(link.options().maxMessageBytes());
                try {
                    while (decoder.next(bytes)) {
                        handle(decoder);
                    }
                    if (decoder.end()) {
                        handle(decoder);
                    }
                } finally {
                    decoder.close();
                }
                return;
            }
        }
        router.decode(body.bytes(), body.start(), body.length() - body.start());
    }

    /** For an error message: the id of a response to another request that came instead; empty if there was none. */
    String otherResponse() {
        String other = router.otherId();
        return other == null ? "" : " (a response came to another request, " + shown(other) + ")";
    }

    private String shown(String id) {
        return SafeText.line(link.mask(id), MAX_SHOWN);
    }

    private void tooLong(long bytes) {
        link.emit(new ConnectionEvent.FrameTooLong(bytes, link.options().maxMessageBytes()));
        call.failTooLong();
    }

    // a stream of events

    Mono<Void> events(ByteBufFlux content) {
        return SseBody.read(content, link.options().maxMessageBytes(), this, body -> reading = body);
    }

    /** The subscriber may want more now. */
    void resume() {
        SseBody body = reading;
        if (body != null) {
            body.resume();
        }
    }

    @Override
    public boolean paused() {
        return !exchange.over() && (exchange.waiting() >= MAX_WAITING || exchange.waitingBytes() >= MAX_WAITING_BYTES);
    }

    @Override
    public void onEvent(SseDecoder event) {
        handle(event);
        if (exchange.over() && !resting) {
            resting = true;
            rest();
        }
    }

    private void handle(SseDecoder event) {
        if (event.tooLong()) {
            skipped(event);
            return;
        }
        call.onEvent(event);
        if (event.isMessage()) {
            router.decode(event.bytes(), event.offset(), event.length());
        }
    }

    @Override
    public void onCutEvent(SseDecoder event) {
        if (event.tooLong()) {
            skipped(event);
        } else if (event.isMessage()) {
            // its id does not count: the server has not finished it, so it may come again
            router.decode(event.bytes(), event.offset(), event.length());
        }
    }

    private void skipped(SseDecoder event) {
        if (event.noRoom()) {
            call.failForRoom();
        } else {
            tooLong(event.skippedBytes());
        }
    }

    /** The response is there: the stream ends soon, as a rule; one that was resumed does not. */
    private void rest() {
        if (resumed) {
            request.dispose();
        } else {
            link.recipe().timer().schedule(request::dispose, REST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
