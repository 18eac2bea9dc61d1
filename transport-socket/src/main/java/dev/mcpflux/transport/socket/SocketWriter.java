package dev.mcpflux.transport.socket;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcEncoder;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.transport.BoundedQueue;
import dev.mcpflux.transport.Outbound;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * What goes out on a socket: a bounded queue that any thread sends into, and one drain, on the event loop, that encodes
 * what waits into one buffer and writes it at once. The drain stops while the socket takes no more and goes on when it
 * does, so no more is held as bytes than Netty's water mark and one batch.
 */
final class SocketWriter extends ChannelInboundHandlerAdapter {

    /** A batch is written when it has this many bytes, even if more messages wait. */
    private static final int BATCH = 64 * 1024;

    /** After so many bytes it is the turn of others on the same event loop. */
    private static final int SHARE = 256 * 1024;

    private final String server;
    private final Channel channel;
    private final int capacity;
    private final Supplier<McpException> whyEnded;
    private final Consumer<Throwable> broken;
    private final BoundedQueue<Outbound> queue;
    private final AtomicInteger wip = new AtomicInteger();

    private final JsonRpcCodec codec = new JsonRpcCodec();

    private volatile boolean finishing;
    private volatile boolean ended;

    // what follows belongs to who has the drain
    private final OutgoingBuffer buffer = new OutgoingBuffer();
    private final JsonRpcEncoder encoder = codec.encoder(buffer);
    private boolean finished;

    // and this to the event loop
    /** What was written and is not through yet. */
    private int underWay;
    /** What could not be written: it fails when it is known why the connection ended. */
    private final List<Outbound> unsent = new ArrayList<>();

    /**
     * A writer for a channel that is connected.
     *
     * @param whyEnded makes the exception for a message that cannot be sent any more
     * @param broken told when something could not be written
     */
    SocketWriter(
            String server, Channel channel, int capacity, Supplier<McpException> whyEnded, Consumer<Throwable> broken) {
        this.server = server;
        this.channel = channel;
        this.capacity = capacity;
        this.whyEnded = whyEnded;
        this.broken = broken;
        this.queue = Outbound.queue(capacity);
    }

    /** See {@link dev.mcpflux.transport.DuplexConnection#send}. */
    Mono<Void> send(JsonRpcMessage message) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                Outbound outbound = new Outbound(message, actual);
                actual.onSubscribe(outbound);
                emit(outbound);
            }
        };
    }

    private void emit(Outbound outbound) {
        if (finishing || ended) {
            outbound.fail(whyEnded.get());
        } else if (queue.offer(channel.isWritable() ? outbound : outbound.weighed(codec))) {
            // one that comes while the writer ends is failed by this drain
            schedule();
        } else {
            outbound.fail(Outbound.overload(server, queue, capacity));
        }
    }

    /** Takes no more messages, writes what waits, and then closes this side of the connection. */
    void finish() {
        finishing = true;
        schedule();
    }

    /** Nothing can be written any more: everything that waits fails, with what {@code whyEnded} tells. */
    void end() {
        ended = true;
        schedule();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        schedule();
        ctx.fireChannelWritabilityChanged();
    }

    private void schedule() {
        if (wip.getAndIncrement() == 0) {
            drainSoon();
        }
    }

    /** On the event loop, after what it is doing now: calls that follow answers go out together. */
    private void drainSoon() {
        try {
            channel.eventLoop().execute(this::drain);
        } catch (RejectedExecutionException e) {
            // the event loop was shut down, and the channel with it
            ended = true;
            drain();
        }
    }

    private void drain() {
        int missed = 1;
        do {
            if (ended || finished) {
                failAll();
            } else if (!writeAll()) {
                drainSoon();
                return;
            } else if (finishing && underWay == 0 && queue.isEmpty()) {
                finished = true;
                closeOutput();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    /** Writes what waits, as far as the socket takes it; returns false if there is more after its share. */
    private boolean writeAll() {
        int left = SHARE;
        while (channel.isWritable()) {
            if (left <= 0) {
                return false;
            }
            List<Outbound> batch = encodeBatch();
            if (batch.isEmpty()) {
                break;
            }
            left -= buffer.size();
            try {
                write(batch);
            } catch (OutOfMemoryError e) {
                unsent.addAll(batch);
                broken.accept(e);
            } finally {
                buffer.reset();
            }
        }
        return true;
    }

    private List<Outbound> encodeBatch() {
        List<Outbound> batch = new ArrayList<>();
        while (buffer.size() < BATCH) {
            Outbound next = queue.poll();
            if (next == null) {
                break;
            }
            if (next.take() && encode(next)) {
                batch.add(next);
            }
        }
        return batch;
    }

    private boolean encode(Outbound outbound) {
        try {
            encoder.encode(outbound.message());
            buffer.write('\n');
            return true;
        } catch (JacksonException | OutOfMemoryError e) {
            outbound.refuse(new McpProtocolException(
                    server,
                    "the " + outbound.message() + " cannot be written as JSON: "
                            + (e instanceof JacksonException j ? j.getOriginalMessage() : e.getMessage()),
                    Diagnostics.NONE,
                    e));
            return false;
        }
    }

    private void write(List<Outbound> batch) {
        int size = buffer.size();
        ByteBuf bytes = channel.alloc().ioBuffer(size);
        buffer.copyTo(bytes.internalNioBuffer(0, size), 0, size);
        bytes.writerIndex(size);
        underWay++;
        ChannelFuture unused = channel.writeAndFlush(bytes).addListener(through -> onThrough(through, batch));
    }

    private void onThrough(Future<? super Void> through, List<Outbound> batch) {
        underWay--;
        Throwable failure = through.cause();
        if (failure == null) {
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).complete();
            }
        } else {
            unsent.addAll(batch);
            broken.accept(failure);
        }
        if (finishing || ended) {
            schedule();
        }
    }

    private void failAll() {
        encoder.close();
        unsent.forEach(taken -> taken.refuse(whyEnded.get()));
        unsent.clear();
        for (Outbound next = queue.poll(); next != null; next = queue.poll()) {
            next.fail(whyEnded.get());
        }
    }

    /** The server sees the end of its input, and can still answer. */
    private void closeOutput() {
        encoder.close();
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        ChannelFuture unused = tls != null
                ? tls.closeOutbound()
                : channel instanceof DuplexChannel duplex ? duplex.shutdownOutput() : channel.close();
    }
}
