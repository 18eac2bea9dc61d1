package dev.mcpflux.transport.http;

import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.FrameBytes;
import dev.mcpflux.jsonrpc.Bindings;
import dev.mcpflux.jsonrpc.DirectReader;
import dev.mcpflux.jsonrpc.DroppedPart;
import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.Malformed;
import dev.mcpflux.jsonrpc.MessageHandler;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CancelledParams;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.ProgressParams;
import dev.mcpflux.protocol.ServerResult;
import dev.mcpflux.protocol.Subscribed;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.TolerantReader;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.Incoming;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.ContextView;
import tools.jackson.databind.JsonNode;

/** Routes the messages of one body: to the request that it answers, to other requests, to the queue of incoming messages. */
final class MessageRouter implements Bindings, MessageHandler {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpConnection connection;
    private final HttpLink link;
    private final @Nullable HttpCall call;
    private final ContextView context;
    private final Frame frame = new Frame();
    /** The id of a response that came by the answer to a request and that no request here has. */
    private volatile @Nullable RequestId otherId;

    /**
     * For one body.
     *
     * @param call the request that it answers, null where it answers none
     * @param context that of the request, or one that names the caller whose stream it is
     */
    MessageRouter(HttpConnection connection, @Nullable HttpCall call, ContextView context) {
        this.connection = connection;
        this.link = connection.link;
        this.call = call;
        this.context = context;
    }

    /** Decodes a message, or a batch of them, and hands it on before it returns. */
    void decode(byte[] bytes, int offset, int length) {
        connection.received(frame.set(bytes, offset, length));
        FrameBytes size = FrameBytes.ofThisThread();
        size.set(length);
        try {
            JsonRpcCodec.shared().decode(bytes, offset, length, this, this);
        } catch (Throwable e) {
            // a subscriber that throws must not stop the stream for all others
            log.error("[{}] a subscriber threw", link.name(), e);
            HttpCall own = call;
            if (Callbacks.isFatal(e) && own != null) {
                own.fail(e);
            }
        } finally {
            size.set(0);
        }
    }

    /** The id of a response that came instead of the expected one, as the server wrote it; null if there was none. */
    @Nullable
    String otherId() {
        RequestId other = otherId;
        return other == null ? null : other.toString();
    }

    @Override
    public @Nullable Class<?> resultType(RequestId id) {
        HttpCall target = target(id);
        return target == null ? null : target.exchange().resultType();
    }

    @Override
    public @Nullable DirectReader<?> resultReader(RequestId id) {
        HttpCall target = target(id);
        return target == null ? null : target.exchange().spec().reader();
    }

    @Override
    public Class<?> paramsType(String method) {
        return Methods.paramsType(method);
    }

    @Override
    public void onBatch(int messages) {
        FrameBytes.share(messages);
    }

    @Override
    public void onMessage(JsonRpcMessage message) {
        if (message instanceof JsonRpcMessage.Response response) {
            onResponse(response);
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            if (!related(notification) && !link.offer(new Incoming(notification, context))) {
                link.emit(new ConnectionEvent.Dropped(notification.method()));
            }
        } else if (message instanceof JsonRpcMessage.Request request
                && !link.offer(new Incoming(request, context, call == null ? null : call.givenUp()))) {
            link.emit(new ConnectionEvent.Dropped(request.method()));
            connection.refuse(request, Caller.of(context));
        }
    }

    private void onResponse(JsonRpcMessage.Response response) {
        HttpCall own = call;
        HttpCall target = target(response.id());
        if (target == null && response instanceof JsonRpcMessage.Failure && own != null) {
            // a server that could not read the id, or makes one up, answers the request of this body
            target = own;
        }
        if (target == null || !target.respond(response)) {
            if (target == null && own != null && response.id() != null) {
                otherId = response.id();
            }
            link.emit(new ConnectionEvent.UnmatchedResponse(String.valueOf(response.id())));
        }
    }

    /** The request with this id, also where a server writes it as text. */
    private @Nullable HttpCall target(@Nullable RequestId id) {
        if (id instanceof RequestId.OfString text) {
            HttpCall own = call;
            return own != null && own.exchange().id().toString().equals(text.text()) ? own : null;
        }
        return sameCaller(connection.table().find(id));
    }

    /** The call, if it belongs to the caller of this body: a message of one caller never reaches another, whatever its id. */
    private @Nullable HttpCall sameCaller(@Nullable HttpCall found) {
        HttpCall own = call;
        return found == null || found == own || found.caller().equals(own == null ? Caller.of(context) : own.caller())
                ? found
                : null;
    }

    /** Passes it on to the request that it belongs to; true also where that is over, false if it belongs to none. */
    private boolean related(JsonRpcMessage.Notification notification) {
        Object params = notification.params();
        if (params instanceof ProgressParams progress) {
            relate(sameCaller(connection.table().find(progress.progressToken())), notification);
            return true;
        }
        HttpCall own = call;
        boolean listening = own != null && own.exchange().method().equals(Methods.LISTEN);
        if (params instanceof CancelledParams cancelled) {
            return own != null && listening && own.exchange().id().equals(cancelled.requestId()) && endedByServer(own);
        }
        if (params instanceof Subscribed subscribed && subscribed.subscriptionId() != null) {
            relate(sameCaller(connection.table().find(subscribed.subscriptionId())), notification);
            return true;
        }
        if (listening) {
            // its stream carries nothing else, with or without an id
            relate(own, notification);
            return true;
        }
        if (params instanceof LogMessage && own != null && own.exchange().logs()) {
            // it also goes to incoming(), as part of the server's log
            relate(own, notification);
        }
        return false;
    }

    private static void relate(@Nullable HttpCall target, JsonRpcMessage.Notification notification) {
        if (target != null) {
            target.exchange().related(notification);
        }
    }

    /** The other way to end a subscription (specification 2026-07-28: basic/patterns/cancellation). */
    private static boolean endedByServer(HttpCall listening) {
        return listening.respond(new JsonRpcMessage.Success(
                listening.exchange().id(), new Subscriptions.ListenResult(ServerResult.COMPLETE, null)));
    }

    @Override
    public @Nullable JsonNode reduce(JsonNode value, Class<?> type, DroppedParts dropped) {
        return TolerantReader.reduce(value, type, dropped);
    }

    @Override
    public void onDropped(JsonRpcMessage message, List<DroppedPart> parts) {
        HttpCall target = message instanceof JsonRpcMessage.Response response ? target(response.id()) : null;
        String method = target != null
                ? target.exchange().method()
                : message instanceof JsonRpcMessage.Call told ? told.method() : "an answer";
        parts.forEach(part -> link.emit(ConnectionEvent.ElementDropped.of(method, part)));
    }

    @Override
    public void onMalformed(Malformed unmasked) {
        link.secrets().remember(Caller.of(context).headers());
        Malformed malformed = unmasked.masked(link::mask);
        link.undecodable(malformed, frame.preview(link::mask));
        HttpCall target = target(malformed.id());
        if (target != null) {
            String problem = "the response to " + target.exchange().method() + " " + link.mask(malformed.clause());
            target.fail(
                    malformed.overload()
                            ? link.failures().overload(problem)
                            : link.failures().protocol(problem));
        }
    }
}
