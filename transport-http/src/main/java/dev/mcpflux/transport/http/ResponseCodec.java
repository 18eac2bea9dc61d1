package dev.mcpflux.transport.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.client.HttpResponseDecoderSpec;

/**
 * The codec of one connection of HTTP/1.1, which keeps requests and responses in step. It skips informational responses, and
 * closes a connection on which anything came that is no part of the one response to the one request: what comes next by such a
 * connection could be taken for the answer to somebody else.
 */
final class ResponseCodec extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
    private static final String INTERIM = "mcpflux.interim";

    /** Whether there is a request whose response has not come to its end. Known to the event loop. */
    private boolean asked;

    /** Whether that request asks for another protocol. */
    private boolean upgrades;

    /** Masks a text of the server that other libraries may log. */
    private final UnaryOperator<String> safe;

    private ResponseCodec(HttpDecoderConfig config, UnaryOperator<String> safe) {
        this.safe = safe;
        init(new Decoder(config), new Encoder());
    }

    /** Installs the codec in the connection of a request that is about to be written. */
    static void install(Connection connection, HttpResponseDecoderSpec spec, UnaryOperator<String> safe) {
        ChannelPipeline pipeline = connection.channel().pipeline();
        if (pipeline.get(NettyPipeline.HttpCodec) instanceof HttpClientCodec) {
            pipeline.replace(NettyPipeline.HttpCodec, NettyPipeline.HttpCodec, new ResponseCodec(config(spec), safe));
        } else if (pipeline.get(NettyPipeline.H2ToHttp11Codec) != null && pipeline.get(INTERIM) == null) {
            pipeline.addAfter(NettyPipeline.H2ToHttp11Codec, INTERIM, Interim.INSTANCE);
        }
    }

    // the customizer of the client may have used what is deprecated
    @SuppressWarnings("deprecation")
    private static HttpDecoderConfig config(HttpResponseDecoderSpec spec) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(spec.maxInitialLineLength())
                .setMaxHeaderSize(spec.maxHeaderSize())
                .setMaxChunkSize(spec.maxChunkSize())
                .setValidateHeaders(spec.validateHeaders())
                .setInitialBufferSize(spec.initialBufferSize())
                .setAllowDuplicateContentLengths(spec.allowDuplicateContentLengths())
                .setAllowPartialChunks(spec.allowPartialChunks());
    }

    private static boolean informational(Object message) {
        return message instanceof HttpResponse response
                && response.decoderResult().isSuccess()
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    /** The server has switched to another protocol, so there is no response. */
    static final class SwitchedProtocol extends IOException {

        private static final long serialVersionUID = 1L;

        SwitchedProtocol() {
            super("it answered 101 Switching Protocols, which the request did not ask for");
        }
    }

    /** An exchange begins with the request that is written. */
    private final class Encoder extends HttpRequestEncoder {

        @Override
        protected void encode(ChannelHandlerContext ctx, Object msg, List<Object> out) throws Exception {
            if (msg instanceof HttpRequest request) {
                asked = true;
                upgrades = request.headers().contains(HttpHeaderNames.UPGRADE);
            }
            super.encode(ctx, msg, out);
        }
    }

    private final class Decoder extends HttpResponseDecoder {

        /** Whether the informational response is not over whose head was skipped. */
        private boolean skipping;

        private boolean given;

        Decoder(HttpDecoderConfig config) {
            super(config);
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
            if (given || !asked) {
                buffer.skipBytes(buffer.readableBytes());
                giveUp(ctx, "bytes came by it without a request");
                return;
            }
            int next = out.size();
            super.decode(ctx, buffer, out);
            while (next < out.size()) {
                Object message = out.get(next);
                if (informational(message)) {
                    if (((HttpResponse) message).status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                        if (upgrades) {
                            return;
                        }
                        drop(out, next);
                        given = true;
                        ctx.fireExceptionCaught(new SwitchedProtocol());
                        var unused = ctx.close();
                        return;
                    }
                    skipping = true;
                }
                if (skipping) {
                    ReferenceCountUtil.release(out.remove(next));
                    skipping = !(message instanceof LastHttpContent);
                    continue;
                }
                next++;
                if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
                    part.setDecoderResult(
                            DecoderResult.failure(harmless(part.decoderResult().cause())));
                    asked = false;
                    notAgain(ctx, "its response cannot be read");
                } else if (message instanceof LastHttpContent) {
                    asked = false;
                    if (buffer.isReadable()) {
                        notAgain(ctx, "more than the response came by it");
                    } else if (pending(ctx)) {
                        notAgain(ctx, "its response came before the request was written");
                    }
                }
            }
        }

        /** Netty quotes what it cannot read, and other libraries log that as it is. */
        private Throwable harmless(Throwable e) {
            String message = String.valueOf(e.getMessage());
            String shown = safe.apply(message);
            return shown.equals(message) ? e : new IllegalArgumentException(shown);
        }

        private void drop(List<Object> out, int from) {
            while (out.size() > from) {
                ReferenceCountUtil.release(out.remove(from));
            }
        }

        private boolean pending(ChannelHandlerContext ctx) {
            ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
            return waiting != null && waiting.totalPendingWriteBytes() > 0;
        }

        /** The exchange goes on; its connection is closed after it, and not returned to the pool. */
        private void notAgain(ChannelHandlerContext ctx, String reason) {
            ChannelOperations<?, ?> exchange = ChannelOperations.get(ctx.channel());
            if (exchange == null) {
                giveUp(ctx, reason);
            } else {
                log.debug(
                        "the connection {} is not used again: {}", ctx.channel().id(), reason);
                exchange.markPersistent(false);
            }
        }

        private void giveUp(ChannelHandlerContext ctx, String reason) {
            if (!given) {
                given = true;
                log.debug("the connection {} is closed: {}", ctx.channel().id(), reason);
                var unused = ctx.close();
            }
        }
    }

    /** Skips informational responses of HTTP/2, where each request has a stream of its own. */
    @ChannelHandler.Sharable
    private static final class Interim extends ChannelInboundHandlerAdapter {

        static final Interim INSTANCE = new Interim();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (informational(msg)) {
                ReferenceCountUtil.release(msg);
                ctx.read();
            } else {
                ctx.fireChannelRead(msg);
            }
        }
    }
}
