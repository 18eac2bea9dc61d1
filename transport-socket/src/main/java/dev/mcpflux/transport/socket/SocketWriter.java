package dev.mcpflux.transport.socket;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.internal.BoundedQueue;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcEncoder;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.transport.spi.Outbound;
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
import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * The output of a socket: a bounded queue that any thread may add messages to, and one drain on the event loop that
 * encodes the waiting messages into one buffer and writes it at once. The drain stops while the socket accepts no more
 * and continues when it does, so the bytes held never exceed Netty's water mark and one batch.
 */
final class SocketWriter extends ChannelInboundHandlerAdapter {

    /** A batch is written once it has this many bytes, even if more messages wait. */
    private static final int BATCH = 64 * 1024;

    /** Most bytes written in one turn; after them, other tasks of the event loop run. */
    private static final int MAX_BYTES_PER_TURN = 256 * 1024;

    private final String server;
    private final Channel channel;
    private final int capacity;
    private final Function<CallOutcome, McpException> whyEnded;
    private final Consumer<Throwable> broken;
    private final BoundedQueue<Outbound> queue;
    private final AtomicInteger wip = new AtomicInteger();

    private final JsonRpcCodec codec = JsonRpcCodec.shared();

    private volatile boolean finishing;
    private volatile boolean ended;

    // owned by the thread that drains
    private final OutgoingBuffer buffer = new OutgoingBuffer();
    private final JsonRpcEncoder encoder = codec.encoder(buffer);
    private boolean finished;

    // used by the event loop only
    /** Batches handed to Netty and not written yet. */
    private int underWay;
    /** Messages that could not be written; they fail once the cause of the connection's end is known. */
    private final List<Outbound> unsent = new ArrayList<>();

    /**
     * Creates a writer for a connected channel.
     *
     * @param whyEnded creates the exception for a message that can no longer be sent
     * @param broken called when a write failed
     */
    SocketWriter(
            String server,
            Channel channel,
            int capacity,
            Function<CallOutcome, McpException> whyEnded,
            Consumer<Throwable> broken) {
        this.server = server;
        this.channel = channel;
        this.capacity = capacity;
        this.whyEnded = whyEnded;
        this.broken = broken;
        this.queue = Outbound.queue(capacity);
    }

    /** See {@link dev.mcpflux.transport.spi.DuplexConnection#send}. */
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
            outbound.fail(whyEnded.apply(CallOutcome.NOT_SENT));
        } else if (queue.offer(channel.isWritable() ? outbound : outbound.weighed(codec))) {
            // this drain fails a message that is added while the writer ends
            schedule();
        } else {
            outbound.fail(Outbound.overload(server, queue, capacity));
        }
    }

    /** Accepts no more messages, writes the waiting ones, and then ends this side's output. */
    void finish() {
        finishing = true;
        schedule();
    }

    /** Stops writing. Everything that waits fails with the exception of {@code whyEnded}. */
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

    /** Drains on the event loop after its current task, so that calls triggered by responses are written together. */
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

    /**
     * Writes waiting messages as far as the socket accepts them; returns false if its share is used up and more wait.
     */
    private boolean writeAll() {
        int left = MAX_BYTES_PER_TURN;
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
            outbound.refuse(new McpNotSentException(
                    server,
                    "the " + outbound.message() + " cannot be written as JSON: "
                            + (e instanceof JacksonException j ? j.getOriginalMessage() : e.getMessage()),
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
        unsent.forEach(taken -> taken.refuse(whyEnded.apply(CallOutcome.UNKNOWN)));
        unsent.clear();
        for (Outbound next = queue.poll(); next != null; next = queue.poll()) {
            next.fail(whyEnded.apply(CallOutcome.NOT_SENT));
        }
    }

    /** Ends this side's output. The server reads the end of its input and can still respond. */
    private void closeOutput() {
        encoder.close();
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        ChannelFuture unused = tls != null
                ? tls.closeOutbound()
                : channel instanceof DuplexChannel duplex ? duplex.shutdownOutput() : channel.close();
    }
}
