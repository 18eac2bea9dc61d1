package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.databind.ObjectWriter;

/**
 * Encodes one message after the other into one buffer, by one generator that is kept: making one costs more than writing a
 * small message with it. Not safe for use by several threads at a time.
 */
public final class JsonRpcEncoder implements AutoCloseable {

    private final ObjectWriter writer;
    private final int maxBytes;
    private final OutgoingBuffer out;
    private @Nullable JsonGenerator kept;

    JsonRpcEncoder(ObjectWriter writer, int maxBytes, OutgoingBuffer out) {
        this.maxBytes = maxBytes;
        this.writer = writer;
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
        JsonGenerator json = kept != null ? kept : writer.createGenerator(out);
        // one that fails stands in the middle of a message, and is of no more use
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

    /** What a value of the application's throws is told like what Jackson says of it, and ends this message only. */
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

    /** Gives back the buffers of the generator; the next message makes another. */
    @Override
    public void close() {
        JsonGenerator json = kept;
        kept = null;
        if (json != null) {
            giveUp(json);
        }
    }

    /** Closing gives back its buffers, and writes what it holds; that is taken back afterwards. */
    private static void giveUp(JsonGenerator json) {
        try {
            json.close();
        } catch (JacksonException e) {
            // it has told already what is wrong
        }
    }
}
