package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.PendingExchange;
import dev.mcpflux.transport.spi.RequestSpec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A request in the session of its caller. The session is begun before the request where there is none, and begun again where
 * the server has forgotten it; a response stream that broke off is resumed.
 */
final class LegacyCall extends HttpCall {

    private final Reconnection reconnection;
    private final AtomicReference<@Nullable StreamableSession> session = new AtomicReference<>();
    /** What the last attempt was sent in. */
    private volatile LegacySession sentIn = LegacySession.NONE;

    private volatile @Nullable String lastEventId;
    /** Whether it was sent again in a new session. */
    private boolean renewed;

    LegacyCall(
            HttpConnection connection,
            RequestId.OfLong id,
            RequestSpec spec,
            Caller caller,
            ByteBuffer body,
            CoreSubscriber<? super JsonRpcMessage> actual) {
        super(connection, id, spec, caller, body, actual);
        this.reconnection = new Reconnection(link.options());
    }

    @Override
    void post() {
        StreamableSession own = enter();
        Mono<Void> opening = own == null ? null : own.opening();
        if (opening == null) {
            LegacySession in = own == null ? LegacySession.NONE : own.current();
            sentIn = in;
            post(in::write);
        } else {
            postAfter(opening);
        }
    }

    /** The session of the caller, which this call uses until it is over. */
    private @Nullable StreamableSession enter() {
        StreamableSession own = session.get();
        if (own == null) {
            own = connection.sessions().enter(caller());
            session.set(own);
            if (connection.table().find(exchange().id()) == null) {
                // it was over meanwhile
                forgotten();
            }
        }
        return own;
    }

    @Override
    void forgotten() {
        StreamableSession own = session.getAndSet(null);
        if (own != null) {
            own.leave();
        }
    }

    @Override
    boolean respond(JsonRpcMessage.Response response) {
        StreamableSession own = session.get();
        LegacySession in = sentIn;
        boolean first = super.respond(response);
        if (first && own != null && in.begun()) {
            own.stream().answered(in);
        }
        return first;
    }

    /** "To cancel, the client SHOULD explicitly send a CancelledNotification." */
    @Override
    public void cancelled(PendingExchange gone) {
        LegacySession in = sentIn;
        if (maybeReceived() && in.begun() && gone.spec().cancellable()) {
            connection.notifyCancelled(gone.id(), caller(), in, this::abort);
            giveUp();
        } else {
            super.cancelled(gone);
        }
    }

    // a session that was forgotten

    /** A request that was refused for its session was not carried out, so it may be sent again: once. */
    @Override
    boolean sentInNewSession(Refusal refusal) {
        LegacySession in = sentIn;
        LostSessionDetector lost = connection.lostSessions();
        if (renewed) {
            lost.refusedAgain(refusal.error(), refusal.body());
            return false;
        }
        if (!in.canBeLost() || !lost.recognises(refusal.status(), refusal.error(), refusal.body())) {
            return false;
        }
        renewed = true;
        StreamableSession own = enter();
        if (own == null) {
            return false;
        }
        postAfter(own.renewed(in, refusal.cause().problem()));
        return true;
    }

    // a stream that broke off

    @Override
    void onEvent(SseDecoder event) {
        String id = event.id();
        if (id != null) {
            lastEventId = id.isEmpty() ? null : id;
            reconnection.progressed();
        }
        if (event.retry() >= 0) {
            reconnection.ask(event.retry());
        }
    }

    @Override
    boolean resumed(@Nullable Throwable e) {
        LegacySession in = sentIn;
        if (lastEventId == null || !in.begun()) {
            return false;
        }
        Duration delay = reconnection.next();
        if (delay == null) {
            fail(link.failures()
                    .broken(exchange().method(), "its response stream broke off, and could not be taken up again", e));
        } else {
            link.later(delay, () -> resume(in));
        }
        return true;
    }

    private void resume(LegacySession in) {
        String last = lastEventId;
        if (!exchange().over()) {
            get(headers -> {
                in.write(headers);
                if (last != null) {
                    headers.set("Last-Event-ID", last);
                }
            });
        }
    }
}
