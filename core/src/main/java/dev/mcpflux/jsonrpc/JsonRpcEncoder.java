package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.StreamWriteException;

/**
 * Encodes messages into one buffer, one after the other, with a generator that is reused: creating one costs more than
 * writing a small message. Not safe for use by several threads at a time.
 */
public final class JsonRpcEncoder implements AutoCloseable {

    private final JsonRpcCodec codec;
    private final int maxBytes;
    private final OutgoingBuffer out;
    private @Nullable JsonGenerator kept;

    JsonRpcEncoder(JsonRpcCodec codec, int maxBytes, OutgoingBuffer out) {
        this.maxBytes = maxBytes;
        this.codec = codec;
        this.out = out;
    }

    /**
     * Appends the message to the buffer, as one JSON object without a line break.
     *
     * @throws JacksonException if the parameters or the result cannot be written as JSON, or are over the limit of bytes; the
     *     buffer is then as before
     */
    public void encode(JsonRpcMessage message) {
        int start = out.size();
        JsonGenerator json = kept != null ? kept : codec.generator(out);
        // after a failure the generator is in the middle of a message and cannot be reused
        kept = null;
        out.begin(maxBytes);
        try {
            JsonRpcCodec.write(message, json);
            json.flush();
        } catch (RuntimeException | Error e) {
            giveUp(json);
            out.endOver();
            out.truncate(start);
            throw failure(json, e);
        }
        kept = json;
        long bytes = out.endOver();
        if (bytes > 0) {
            out.truncate(start);
            throw new StreamWriteException(json, "it has " + bytes + " bytes; the limit is " + maxBytes);
        }
    }

    /** Reports an exception of an application's value like one of Jackson; it ends this message only. */
    private static RuntimeException failure(JsonGenerator json, Throwable e) {
        if (e instanceof JacksonException known) {
            return known;
        }
        if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
            throw fatal;
        }
        return new StreamWriteException(
                json, e instanceof StackOverflowError ? "it is nested too deep" : "a value threw " + e, e);
    }

    /** Returns the buffers of the generator; the next message creates another one. */
    @Override
    public void close() {
        JsonGenerator json = kept;
        kept = null;
        if (json != null) {
            giveUp(json);
        }
    }

    /** Closes the generator, which returns its buffers but flushes its content; that is truncated afterwards. */
    private static void giveUp(JsonGenerator json) {
        try {
            json.close();
        } catch (JacksonException e) {
            // the failure has been reported already
        }
    }
}
