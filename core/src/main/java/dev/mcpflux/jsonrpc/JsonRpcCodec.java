package dev.mcpflux.jsonrpc;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes and decodes messages. Decoding passes over the bytes once: the result of a response is bound straight to the
 * type that its caller expects. That works even if the peer writes {@code result} before {@code id}, because an id at
 * the very end of a message is looked up first. Any thread may use it.
 */
public final class JsonRpcCodec {

    private static final String VERSION = "2.0";

    /** A response repeats the id of its request, and many responses may wait to be sent. */
    private static final int MAX_ID = 4096;

    /** Memory for each byte of a frame: the characters of a text while it is read, and the text itself. */
    private static final long TEXT_COST = 4;

    /** Memory for each value: an empty object takes 80 bytes, and counts as two values. */
    private static final long VALUE_COST = 64;

    private final FrameLimits limits;
    private final FrameMemory memory;
    private final TokenStreamFactory parsers;
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

    /** The shared codec with the default limits, and with it Jackson: not before the first message. */
    private static final class Shared {
        static final JsonRpcCodec CODEC = new JsonRpcCodec();
    }

    /** The codec with the default limits; created when it is first asked for, which loads Jackson. */
    public static JsonRpcCodec shared() {
        return Shared.CODEC;
    }

    /** Creates a codec with the default limits. */
    public JsonRpcCodec() {
        this(FrameLimits.DEFAULT);
    }

    /** Creates a codec that reads messages within these limits. */
    public JsonRpcCodec(FrameLimits limits) {
        this(limits, FrameMemory.DECODED);
    }

    JsonRpcCodec(FrameLimits limits, FrameMemory memory) {
        this.memory = memory;
        this.limits = limits;
        this.parsers = McpJson.factory()
                .rebuild()
                .streamReadConstraints(McpJson.factory()
                        .streamReadConstraints()
                        .rebuild()
                        .maxNestingDepth(limits.maxDepth())
                        .maxTokenCount(limits.maxValues())
                        .maxNumberLength(limits.maxDigits())
                        .build())
                .build();
    }

    /**
     * Appends the message to the buffer, as one JSON object without a line break.
     *
     * @throws JacksonException if the parameters or the result cannot be written as JSON; the buffer is then as before
     */
    public void encode(JsonRpcMessage message, OutgoingBuffer out) {
        try (JsonRpcEncoder once = encoder(out)) {
            once.encode(message);
        }
    }

    /** The number of bytes that {@link #encode} would append; 0 if it would fail. Holds none of them. */
    public long bytes(JsonRpcMessage message) {
        OutgoingBuffer counted = new OutgoingBuffer(0);
        counted.begin(0);
        try (JsonGenerator json = generator(counted)) {
            write(message, json);
        } catch (RuntimeException | StackOverflowError e) {
            // encoding it reports the failure
            return 0;
        }
        return counted.endOver();
    }

    /** Creates an encoder that encodes many messages into one buffer, one after the other. */
    public JsonRpcEncoder encoder(OutgoingBuffer out) {
        return new JsonRpcEncoder(this, limits.maxSentBytes(), out);
    }

    JsonGenerator generator(OutgoingBuffer out) {
        return parsers.createGenerator(JsonValues.CONTEXT, out);
    }

    static void write(JsonRpcMessage message, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("jsonrpc", VERSION);
        if (message instanceof JsonRpcMessage.Request request) {
            writeId(request.id(), json);
        } else if (message instanceof JsonRpcMessage.Response response) {
            writeId(response.id(), json);
        }
        if (message instanceof JsonRpcMessage.Call call) {
            json.writeStringProperty("method", call.method());
            if (call.params() != null) {
                json.writePOJOProperty("params", call.params());
            }
        } else if (message instanceof JsonRpcMessage.Success success) {
            json.writePOJOProperty("result", success.result());
        } else if (message instanceof JsonRpcMessage.Failure failure) {
            json.writePOJOProperty("error", failure.error());
        }
        json.writeEndObject();
    }

    private static void writeId(@Nullable RequestId id, JsonGenerator json) {
        json.writeName("id");
        if (id instanceof RequestId.OfLong n) {
            json.writeNumber(n.number());
        } else if (id instanceof RequestId.OfString s) {
            json.writeString(s.text());
        } else if (id instanceof RequestId.OfBigInteger b) {
            json.writeNumber(b.number());
        } else {
            json.writeNull();
        }
    }

    /**
     * Decodes one frame: a message, or a batch (only servers of 2025-03-26 send batches). The handler receives every
     * message and every malformed part before this method returns. Throws only what the handler throws. A message that
     * does not fit its type is read again as a tree that is reduced to the parts that fit.
     */
    public void decode(byte[] bytes, int offset, int length, Bindings bindings, MessageHandler handler) {
        if (length <= FrameMemory.SMALL) {
            decode(bytes, offset, length, bindings, handler, FrameMemory.Lease.NONE);
            return;
        }
        long cost = take(bytes, offset, length, bindings);
        if (cost < 0) {
            handler.onMalformed(noMemory(-cost)
                    .withId(trailingId(bytes, offset, length), FrameScan.answeredId(bytes, offset, length)));
            return;
        }
        FrameMemory.Lease lease = new FrameMemory.Lease(memory, cost);
        try {
            decode(bytes, offset, length, bindings, handler, lease);
        } finally {
            lease.give();
        }
    }

    /** Takes memory for a frame; returns the number of bytes, negative if they were not available. */
    private long take(byte[] bytes, int offset, int length, Bindings bindings) {
        // without scanning the frame, if there is plenty of memory
        long most = TEXT_COST * length + VALUE_COST * Math.min(length, limits.maxValues());
        if (memory.tryTake(most)) {
            return most;
        }
        long values = Math.min(FrameScan.values(bytes, offset, length), limits.maxValues());
        long cost = TEXT_COST * length + VALUE_COST * values;
        return memory.take(cost, bindings::mayWait) ? cost : -cost;
    }

    private Malformed noMemory(long cost) {
        String reason = "needs about " + cost + " bytes of memory to be decoded; " + memory.describe();
        return new Malformed(true, reason, null, cost <= memory.total());
    }

    /** The lease is returned when the frame has been decoded, before the handler receives the message. */
    private void decode(
            byte[] bytes, int offset, int length, Bindings bindings, MessageHandler handler, FrameMemory.Lease lease) {
        Envelope envelope = new Envelope(bindings, trailingId(bytes, offset, length));
        JsonRpcMessage message = null;
        JsonNode batch = null;
        Malformed other = null;
        Throwable problem = null;
        try (JsonParser parser = parsers.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                batch = JsonValues.tree(parser);
            } else if (first != JsonToken.START_OBJECT) {
                other = new Malformed(first != null, "not a JSON object", null);
            } else {
                envelope.read(parser);
                if (parser.nextToken() != null) {
                    throw new MalformedException("more than one JSON value in a frame");
                }
                message = envelope.toMessage();
            }
        } catch (MalformedException | RuntimeException | Error e) {
            problem = survivable(e);
        }
        boolean again = batch == null && message == null && other == null && !isHopeless(problem);
        if (!again) {
            lease.give();
        }
        if (batch != null) {
            decodeBatch(batch, bindings, handler);
        } else if (message != null) {
            handler.onMessage(message);
        } else if (other != null) {
            handler.onMalformed(other);
        } else if (problem != null && !again) {
            handler.onMalformed(
                    scanned(malformed(problem, envelope), () -> FrameScan.answeredId(bytes, offset, length)));
        } else {
            decodeAgain(
                    () -> tree(bytes, offset, length),
                    () -> FrameScan.answeredId(bytes, offset, length),
                    envelope,
                    bindings,
                    handler,
                    lease);
        }
    }

    /** Whether reading it again would fail in the same way. */
    private static boolean isHopeless(@Nullable Throwable problem) {
        return problem instanceof Error || (problem != null && isSyntax(problem));
    }

    private JsonNode tree(byte[] bytes, int offset, int length) throws MalformedException {
        try (JsonParser parser = parsers.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            if (parser.nextToken() == null) {
                throw new MalformedException("not a JSON object");
            }
            JsonNode tree = JsonValues.tree(parser);
            if (parser.nextToken() != null) {
                throw new MalformedException("more than one JSON value in a frame");
            }
            return tree;
        }
    }

    /** Reads a message that does not fit its type again, and uses the parts that fit. */
    private void decodeAgain(
            Source source,
            Supplier<? extends @Nullable RequestId> scan,
            Envelope first,
            Bindings bindings,
            MessageHandler handler,
            FrameMemory.Lease lease) {
        Envelope envelope = new Envelope(bindings, null);
        envelope.id = first.knownId();
        DroppedParts dropped = new DroppedParts();
        JsonRpcMessage message;
        try {
            if (!(source.read() instanceof ObjectNode tree)) {
                throw new MalformedException("not a JSON object");
            }
            envelope.read(tree, dropped);
            message = envelope.toMessage();
        } catch (MalformedException | RuntimeException | Error e) {
            Throwable told = survivable(e);
            lease.give();
            handler.onMalformed(scanned(malformed(told, envelope.answeredId() == null ? first : envelope), scan));
            return;
        }
        lease.give();
        if (!dropped.isEmpty()) {
            handler.onDropped(message, dropped.toList());
        }
        handler.onMessage(message);
    }

    private void decodeBatch(JsonNode batch, Bindings bindings, MessageHandler handler) {
        if (batch.isEmpty()) {
            handler.onMalformed(new Malformed(true, "an empty batch", null));
        }
        handler.onBatch(batch.size());
        for (JsonNode element : batch) {
            Envelope envelope = new Envelope(bindings, null);
            JsonRpcMessage message = null;
            Throwable problem = null;
            try (JsonParser parser = McpJson.tokens(McpJson.mapper(), element)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new MalformedException("not a JSON object");
                }
                envelope.read(parser);
                message = envelope.toMessage();
            } catch (MalformedException | RuntimeException | Error e) {
                problem = survivable(e);
            }
            if (message != null) {
                handler.onMessage(message);
            } else if (problem != null) {
                decodeAgain(() -> element, () -> null, envelope, bindings, handler, FrameMemory.Lease.NONE);
            }
        }
    }

    /** The same with the id found after the syntax error, if it has none. */
    private static Malformed scanned(Malformed malformed, Supplier<? extends @Nullable RequestId> scan) {
        return malformed.id() != null ? malformed : malformed.withId(scan.get(), null);
    }

    /** Passes on errors that end the decoding of one message only; throws other errors of the virtual machine. */
    private static Throwable survivable(Throwable e) {
        if (e instanceof VirtualMachineError fatal
                && !(e instanceof StackOverflowError)
                && !(e instanceof OutOfMemoryError)) {
            throw fatal;
        }
        return e;
    }

    /** Whether the text is not JSON, as opposed to JSON that does not fit its type. */
    private static boolean isSyntax(Throwable e) {
        return e instanceof StreamReadException && !(e instanceof InputCoercionException);
    }

    private Malformed malformed(Throwable e, Envelope envelope) {
        RequestId id = envelope.answeredId();
        if (isSyntax(e)) {
            // the parser's own message quotes the text, which may contain a secret
            TokenStreamLocation place = ((StreamReadException) e).getLocation();
            return new Malformed(false, "not JSON at column " + (place == null ? "?" : place.getColumnNr()), id);
        }
        if (e instanceof StreamConstraintsException) {
            return new Malformed(true, "holds more than is allowed (" + limits.describe() + ")", id);
        }
        if (e instanceof OutOfMemoryError) {
            return new Malformed(true, "needs more memory to be decoded than there is", id);
        }
        if (e instanceof MalformedException) {
            return new Malformed(true, String.valueOf(e.getMessage()), id);
        }
        return e instanceof JacksonException jackson
                ? new Malformed(true, describe(jackson), id)
                : new Malformed(true, "cannot be decoded (" + e.getClass().getSimpleName() + ")", id);
    }

    /** The place, without the text of the message, which the exception's own message quotes. */
    private static String describe(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            String name = step.getPropertyName();
            path.append('/').append(name != null ? name : Integer.toString(step.getIndex()));
        }
        return "does not fit" + (path.length() == 0 ? "" : " at " + path);
    }

    /**
     * The integer id at the end of the frame ({@code …,"id":7}}), or null. A number directly before the last brace is a
     * member of the outermost object, so it needs no parsing. Several SDKs write the result first and the id last; such
     * a response is then bound in one pass like the usual order.
     */
    static RequestId.@Nullable OfLong trailingId(byte[] bytes, int offset, int length) {
        int i = skipBlanks(bytes, offset, offset + length - 1);
        if (i < offset || bytes[i] != '}') {
            return null;
        }
        i = skipBlanks(bytes, offset, i - 1);
        long value = 0;
        long scale = 1;
        int digits = 0;
        while (i >= offset && bytes[i] >= '0' && bytes[i] <= '9' && digits < 18) {
            value += (bytes[i] - '0') * scale;
            scale *= 10;
            digits++;
            i--;
        }
        if (digits == 0 || digits == 18) {
            return null;
        }
        i = skipBlanks(bytes, offset, i);
        if (i < offset || bytes[i] != ':') {
            return null;
        }
        i = skipBlanks(bytes, offset, i - 1);
        if (i - 3 < offset || bytes[i] != '"' || bytes[i - 1] != 'd' || bytes[i - 2] != 'i' || bytes[i - 3] != '"') {
            return null;
        }
        i = skipBlanks(bytes, offset, i - 4);
        return i >= offset && (bytes[i] == ',' || bytes[i] == '{') ? new RequestId.OfLong(value) : null;
    }

    /**
     * The id of a response of which only the beginning and the end are known, or null. It is read before the result, or
     * directly before the last brace of a text that begins like a response; an {@code id} within the result does not
     * count.
     */
    public RequestId.@Nullable OfLong responseId(ByteBuffer head, ByteBuffer tail) {
        boolean response = false;
        try (JsonParser parser = parsers.createParser(
                ObjectReadContext.empty(), head.array(), head.arrayOffset() + head.position(), head.remaining())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                if (name.equals("method") || name.equals("params")) {
                    return null;
                }
                response |= name.equals("result") || name.equals("error");
                JsonToken token = parser.nextToken();
                if (name.equals("id")) {
                    return token == JsonToken.VALUE_NUMBER_INT ? new RequestId.OfLong(parser.getLongValue()) : null;
                }
                parser.skipChildren();
            }
        } catch (JacksonException e) {
            // expected: the known beginning ends here
            return response ? trailingId(tail.array(), tail.arrayOffset() + tail.position(), tail.remaining()) : null;
        }
        return null;
    }

    private static int skipBlanks(byte[] bytes, int offset, int from) {
        int i = from;
        while (i >= offset && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n')) {
            i--;
        }
        return i;
    }

    private ObjectReader reader(Class<?> type) {
        ObjectReader known = readers.get(type);
        return known != null ? known : readers.computeIfAbsent(type, McpJson.mapper()::readerFor);
    }

    /** Binds a value in the middle of a message. */
    private @Nullable Object value(JsonParser parser, Class<?> type, @Nullable DirectReader<?> direct) {
        if (type == JsonNode.class) {
            return JsonValues.tree(parser);
        }
        return direct != null && parser.currentToken() == JsonToken.START_OBJECT
                ? direct.read(parser)
                : reader(type).readValue(parser);
    }

    /** Provides a parser that reads a message again. */
    @FunctionalInterface
    private interface Source {
        JsonNode read() throws MalformedException;
    }

    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    /** The members of one message, set in the order in which they are read. */
    private final class Envelope {
        private final Bindings bindings;
        private final RequestId.@Nullable OfLong trailingId;
        private boolean version;
        private boolean hasId;
        private @Nullable RequestId id;
        private @Nullable String method;
        private @Nullable Object params;
        private @Nullable JsonNode paramsTree;
        private boolean hasResult;
        private boolean hasError;
        private @Nullable Object result;
        private @Nullable JsonNode resultTree;
        private @Nullable JsonRpcError error;

        Envelope(Bindings bindings, RequestId.@Nullable OfLong trailingId) {
            this.bindings = bindings;
            this.trailingId = trailingId;
        }

        @Nullable
        RequestId knownId() {
            return id != null ? id : trailingId;
        }

        /** The id of the answered request, as far as it is known; a line of a log may have an id as well. */
        @Nullable
        RequestId answeredId() {
            return hasResult || hasError || (version && method == null) ? knownId() : null;
        }

        void read(JsonParser parser) throws MalformedException {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "jsonrpc" -> version = token == JsonToken.VALUE_STRING && VERSION.equals(parser.getString());
                    case "id" -> readId(parser, token);
                    case "method" -> {
                        if (token != JsonToken.VALUE_STRING) {
                            throw new MalformedException("the method is not a string");
                        }
                        method = parser.getString();
                    }
                    case "params" -> readParams(parser, token);
                    case "result" -> readResult(parser);
                    case "error" -> {
                        hasError |= token != JsonToken.VALUE_NULL;
                        if (token == JsonToken.START_OBJECT) {
                            error = JsonRpcError.read(parser);
                        } else if (token != JsonToken.VALUE_NULL) {
                            throw new MalformedException("the error is not an object");
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
        }

        private void readId(JsonParser parser, JsonToken token) throws MalformedException {
            hasId = true;
            RequestId before = id;
            if (token == JsonToken.VALUE_STRING) {
                id = bounded(parser.getString());
            } else if (token == JsonToken.VALUE_NUMBER_INT) {
                id = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? RequestId.of(parser.getBigIntegerValue())
                        : RequestId.of(parser.getLongValue());
            } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                id = integer(parser.getDecimalValue());
            } else if (token != JsonToken.VALUE_NULL) {
                throw new MalformedException("the id is neither a string nor an integer");
            }
            if (before != null && bindings.resultType(before) != null) {
                // of two ids, the one of a pending request counts
                id = before;
            }
        }

        private static RequestId bounded(String text) throws MalformedException {
            if (text.length() > MAX_ID) {
                throw new MalformedException("the id has more than " + MAX_ID + " characters");
            }
            return RequestId.of(text);
        }

        /** 1.0 is an integer as well. */
        private static RequestId integer(BigDecimal number) throws MalformedException {
            long digits = (long) number.precision() - number.scale();
            if (digits > Long.SIZE || number.stripTrailingZeros().scale() > 0) {
                throw new MalformedException("the id is neither a string nor an integer");
            }
            return RequestId.of(number.toBigInteger());
        }

        private void readParams(JsonParser parser, JsonToken token) {
            if (token == JsonToken.VALUE_NULL) {
                return;
            }
            if (method == null) {
                paramsTree = JsonValues.tree(parser);
            } else {
                params = value(parser, bindings.paramsType(method), null);
            }
        }

        private void readResult(JsonParser parser) {
            hasResult = true;
            RequestId known = knownId();
            if (known == null) {
                resultTree = JsonValues.tree(parser);
                return;
            }
            Class<?> type = bindings.resultType(known);
            if (type == null) {
                parser.skipChildren();
            } else {
                result = value(parser, type, bindings.resultReader(known));
            }
        }

        /** Uses the parts that fit. */
        void read(ObjectNode tree, DroppedParts dropped) throws MalformedException {
            version = VERSION.equals(tree.path("jsonrpc").asString(""));
            hasResult = tree.has("result");
            JsonNode failure = tree.path("error");
            hasError = !failure.isMissingNode() && !failure.isNull();
            readId(tree.get("id"));
            readMethod(tree.get("method"));
            // some servers always write both members, one of them without content
            boolean none = hasResult && ((failure.isEmpty() && failure.isContainer()) || isNothing(failure));
            if (hasError && !none) {
                hasResult = false;
                error = bind(fit(failure, JsonRpcError.class, dropped), JsonRpcError.class);
            } else if (hasResult) {
                RequestId known = id;
                Class<?> type = known == null ? null : bindings.resultType(known);
                JsonNode sent = tree.path("result");
                result = type == null || sent.isNull() ? null : bind(fit(sent, type, dropped), type);
            } else if (method != null && tree.hasNonNull("params")) {
                Class<?> type = bindings.paramsType(method);
                params = bind(fit(tree.path("params"), type, dropped), type);
            }
        }

        private void readId(@Nullable JsonNode sent) throws MalformedException {
            hasId = sent != null;
            if (sent == null || sent.isNull() || (id != null && bindings.resultType(id) != null)) {
                return;
            }
            if (sent.isString()) {
                id = bounded(sent.stringValue());
            } else if (sent.isNumber()) {
                id = sent.isIntegralNumber() ? RequestId.of(sent.bigIntegerValue()) : integer(sent.decimalValue());
            } else {
                throw new MalformedException("the id is neither a string nor an integer");
            }
        }

        private void readMethod(@Nullable JsonNode sent) throws MalformedException {
            if (sent != null && sent.isString()) {
                method = sent.stringValue();
            } else if (sent != null && !hasResult && !hasError) {
                throw new MalformedException("the method is not a string");
            }
        }

        private static boolean isNothing(JsonNode value) {
            return (value.isBoolean() && !value.booleanValue())
                    || (value.isString() && value.stringValue().isEmpty())
                    || (value.isIntegralNumber() && value.bigIntegerValue().signum() == 0);
        }

        private JsonNode fit(JsonNode value, Class<?> type, DroppedParts dropped) throws MalformedException {
            JsonNode fits = bindings.reduce(value, type, dropped);
            if (fits == null) {
                throw new MalformedException("does not fit"
                        + (dropped.isEmpty() ? "" : " at " + dropped.toList().get(0)));
            }
            return fits;
        }

        private <T> @Nullable T bind(JsonNode value, Class<T> type) {
            try (JsonParser parser = McpJson.tokens(McpJson.mapper(), value)) {
                return reader(type).readValue(parser);
            }
        }

        JsonRpcMessage toMessage() throws MalformedException {
            if (!version) {
                throw new MalformedException("not a JSON-RPC 2.0 message");
            }
            if (method != null && !hasResult && error == null) {
                if (paramsTree != null) {
                    params =
                            reader(bindings.paramsType(method)).readValue(McpJson.tokens(McpJson.mapper(), paramsTree));
                }
                if (id != null) {
                    return new JsonRpcMessage.Request(id, method, params);
                }
                if (hasId) {
                    throw new MalformedException("the id of a request is null");
                }
                return new JsonRpcMessage.Notification(method, params);
            }
            if (error != null) {
                return new JsonRpcMessage.Failure(id, error);
            }
            if (hasResult && id != null) {
                if (resultTree != null) {
                    Class<?> type = bindings.resultType(id);
                    result = type == null ? null : reader(type).readValue(McpJson.tokens(McpJson.mapper(), resultTree));
                }
                return new JsonRpcMessage.Success(id, result == null ? JsonNodeFactory.instance.nullNode() : result);
            }
            throw new MalformedException(
                    hasResult ? "a result without an id" : "neither a method nor a result nor an error");
        }
    }
}
