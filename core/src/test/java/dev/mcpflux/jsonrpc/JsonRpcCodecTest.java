package dev.mcpflux.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.ProgressParams;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;

class JsonRpcCodecTest {

    private static final String RESULT = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";

    private final JsonRpcCodec codec = new JsonRpcCodec();
    private final List<JsonRpcMessage> messages = new ArrayList<>();
    private final List<Malformed> malformed = new ArrayList<>();

    /** Request 7 waits for a tool result, nothing else waits. */
    private final Bindings bindings = new Bindings() {
        @Override
        public Class<?> resultType(RequestId id) {
            return id.equals(RequestId.of(7)) || id.equals(RequestId.of("seven")) ? CallToolResult.class : null;
        }

        @Override
        public Class<?> paramsType(String method) {
            return Methods.paramsType(method);
        }
    };

    private void decode(String frame) {
        byte[] padded = ("##" + frame + "##").getBytes(StandardCharsets.UTF_8);
        codec.decode(padded, 2, padded.length - 4, bindings, new MessageHandler() {
            @Override
            public void onMessage(JsonRpcMessage message) {
                messages.add(message);
            }

            @Override
            public void onMalformed(Malformed what) {
                malformed.add(what);
            }
        });
    }

    private JsonRpcMessage decodeOne(String frame) {
        decode(frame);
        assertThat(malformed).isEmpty();
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private String encode(JsonRpcMessage message) {
        OutgoingBuffer buffer = new OutgoingBuffer();
        codec.encode(message, buffer);
        return new String(buffer.toByteArray(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + RESULT + "}",
                "{\"result\":" + RESULT + ",\"jsonrpc\":\"2.0\",\"id\":7}",
                "{\"result\":" + RESULT + ", \"jsonrpc\" : \"2.0\" , \"id\" : 7 }",
                "{\"result\":" + RESULT + ",\"id\":7,\"jsonrpc\":\"2.0\"}",
                "{\"jsonrpc\":\"2.0\",\"result\":" + RESULT + ",\"id\":\"seven\"}",
                "{\"jsonrpc\":\"2.0\",\"unknown\":{\"a\":[1]},\"id\":7,\"result\":" + RESULT + ",\"x\":null}",
                "[{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + RESULT + "}]",
            })
    void bindsResultInAnyOrderOfMembers(String frame) {
        JsonRpcMessage.Success success = (JsonRpcMessage.Success) decodeOne(frame);
        assertThat(success.result())
                .isInstanceOfSatisfying(
                        CallToolResult.class, r -> assertThat(r.text()).isEqualTo("hi"));
    }

    @Test
    void countsMessageBytesWithoutBuffering() {
        JsonRpcMessage message = new JsonRpcMessage.Request(RequestId.of(7), "m", Map.of("text", "ü".repeat(100_000)));
        OutgoingBuffer out = new OutgoingBuffer();
        new JsonRpcCodec().encode(message, out);
        assertThat(new JsonRpcCodec().bytes(message)).isEqualTo(out.size());
        assertThat(new JsonRpcCodec().bytes(new JsonRpcMessage.Notification("m", new Object() {
                    @SuppressWarnings("unused")
                    public String getText() {
                        throw new IllegalStateException();
                    }
                })))
                .isZero();
    }

    @Test
    void skipsUnmatchedResult() {
        JsonRpcMessage.Success success =
                (JsonRpcMessage.Success) decodeOne("{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{\"content\":5}}");
        assertThat(success.id()).isEqualTo(RequestId.of(8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"id\":7}|7",
                "{\"a\":1,\"id\":12345}|12345",
                "{\"a\":1, \"id\" : 42 } |42",
                "{\"a\":{\"id\":5}}|",
                "{\"a\":\",\\\"id\\\":5}\"}|",
                "{\"a\\\",\\\"id\":5}|",
                "{\"a\":1,\"id\":\"7\"}|",
                "{\"a\":1,\"id\":-7}|",
                "{\"a\":1,\"id\":7.0}|",
                "{\"a\":1,\"xid\":7}|",
                "{\"a\":1,\"id\":1234567890123456789}|",
                "[{\"id\":7}]|",
                "}|",
                "7}|",
                "\"id\":7}|",
            })
    void findsOnlyTheIdAtTheEndOfAFrame(String frame, Long id) {
        byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
        RequestId found = JsonRpcCodec.trailingId(bytes, 0, bytes.length);
        assertThat(found).isEqualTo(id == null ? null : RequestId.of(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "123456789012345678901234567890",
                "\"\"",
                "\"7\"",
                "\"a \\\"quoted\\\" é €\"",
            })
    void givesIdsBackExactlyAsTheyWereSent(String id) {
        JsonRpcMessage.Request request =
                (JsonRpcMessage.Request) decodeOne("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}");
        assertThat(encode(new JsonRpcMessage.Failure(request.id(), new JsonRpcError(-1, "no"))))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-1,\"message\":\"no\"}}");
    }

    @Test
    void bigIntegerIdEqualsLongId() {
        assertThat(RequestId.of(BigInteger.valueOf(5))).isEqualTo(RequestId.of(5));
    }

    @Test
    void bindsKnownParametersAndKeepsOthersAsTrees() {
        JsonRpcMessage known = decodeOne("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                + "{\"progressToken\":\"t\",\"progress\":0.5,\"new\":true}}");
        assertThat(((JsonRpcMessage.Notification) known).params())
                .isEqualTo(new ProgressParams(RequestId.of("t"), 0.5, null, null, Map.of("new", BooleanNode.TRUE)));
        messages.clear();
        JsonRpcMessage before = decodeOne("{\"jsonrpc\":\"2.0\",\"params\":{\"progressToken\":3,\"progress\":1},"
                + "\"method\":\"notifications/progress\"}");
        assertThat(((JsonRpcMessage.Notification) before).params())
                .isEqualTo(new ProgressParams(RequestId.of(3), 1, null, null));
        messages.clear();
        JsonRpcMessage other = decodeOne("{\"jsonrpc\":\"2.0\",\"method\":\"x/y\",\"params\":{\"a\":[1,{}]}}");
        assertThat(((JsonRpcMessage.Notification) other).params())
                .isInstanceOfSatisfying(
                        JsonNode.class, tree -> assertThat(tree.toString()).isEqualTo("{\"a\":[1,{}]}"));
    }

    @Test
    void readsErrorsWithAndWithoutData() {
        JsonRpcMessage.Failure failure = (JsonRpcMessage.Failure)
                decodeOne("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"bad\","
                        + "\"data\":{\"k\":1},\"extra\":0}}");
        assertThat(failure.id()).isNull();
        assertThat(failure.error().code()).isEqualTo(-32700);
        assertThat(String.valueOf(failure.error().data())).isEqualTo("{\"k\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hello|false",
                "{|false",
                "{\"jsonrpc\":\"2.0\",\"method\":|false",
                "\u0001|false",
                "17|true",
                "\"text\"|true",
                "{}|true",
                "{\"level\":\"info\",\"msg\":\"x\"}|true",
                "{\"jsonrpc\":\"1.0\",\"method\":\"a\"}|true",
                "{\"method\":\"a\"}|true",
                "{\"jsonrpc\":\"2.0\",\"id\":1}|true",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"result\":{}}|true",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{}}|true",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"a\"}|true",
                "{\"jsonrpc\":\"2.0\",\"result\":{}}|true",
                "{\"jsonrpc\":\"2.0\",\"method\":5}|true",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"x\"}|true",
                "{\"jsonrpc\":\"2.0\",\"method\":\"a\"} {\"jsonrpc\":\"2.0\",\"method\":\"b\"}|true",
                "[]|true",
            })
    void malformedInputIsOnlyReported(String frame, boolean json) {
        decode(frame);
        assertThat(messages).isEmpty();
        assertThat(malformed).hasSize(1);
        assertThat(malformed.get(0).json()).isEqualTo(json);
        assertThat(malformed.get(0).reason()).isNotBlank().doesNotContain("\n");
    }

    @Test
    void invalidResultNamesItsRequestAndThePlace() {
        decode("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":{}}]}}");
        decode("{\"result\":{\"content\":5},\"jsonrpc\":\"2.0\",\"id\":7}");
        assertThat(malformed).hasSize(2).allSatisfy(m -> assertThat(m.id()).isEqualTo(RequestId.of(7)));
        assertThat(malformed.get(0).reason()).contains("/content/0/text");
        assertThat(malformed.get(1).reason()).contains("/content");
    }

    @Test
    void invalidBatchElementDoesNotAffectOthers() {
        decode("[{\"jsonrpc\":\"2.0\",\"method\":\"a\"},5,{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":5}},"
                + "{\"jsonrpc\":\"2.0\",\"method\":\"b\"}]");
        assertThat(messages)
                .extracting(m -> ((JsonRpcMessage.Notification) m).method())
                .containsExactly("a", "b");
        assertThat(malformed).hasSize(2);
    }

    @Test
    void encodesOnOneLineWithoutAbsentMembers() {
        assertThat(encode(new JsonRpcMessage.Request(RequestId.of(1), "m", Map.of("text", "a\nb\r\u2028"))))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"text\":\"a\\nb\\r\u2028\"}}");
        assertThat(encode(new JsonRpcMessage.Notification("n", null)))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"n\"}");
    }

    @Test
    void failedEncodingRestoresTheBuffer() {
        OutgoingBuffer buffer = new OutgoingBuffer();
        codec.encode(new JsonRpcMessage.Notification("first", null), buffer);
        int size = buffer.size();
        Object unwritable = new Object() {
            @SuppressWarnings("unused")
            public String getValue() {
                throw new IllegalStateException("no");
            }
        };
        assertThatThrownBy(() -> codec.encode(
                        new JsonRpcMessage.Notification("second", Map.of("a", "x".repeat(20_000), "b", unwritable)),
                        buffer))
                .isInstanceOf(JacksonException.class);
        assertThat(buffer.size()).isEqualTo(size);
    }

    @Test
    void messagesDoNotShowTheirContent() {
        assertThat(new JsonRpcMessage.Request(RequestId.of(1), "m", Map.of("token", "secret")).toString())
                .doesNotContain("secret");
        assertThat(new JsonRpcMessage.Success(RequestId.of(1), "secret").toString())
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64, 100_000})
    void bufferGrowsFromAnyCapacity(int capacity) {
        OutgoingBuffer usual = new OutgoingBuffer();
        OutgoingBuffer buffer = new OutgoingBuffer(capacity);
        for (String text : List.of("", "x".repeat(50), "x".repeat(20_000))) {
            JsonRpcMessage message = new JsonRpcMessage.Notification("any", Map.of("text", text));
            codec.encode(message, usual);
            codec.encode(message, buffer);
            assertThat(buffer.toByteArray()).isEqualTo(usual.toByteArray());
            assertThat(buffer.asByteBuffer()).isEqualTo(ByteBuffer.wrap(usual.toByteArray()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"a\":\"xx | xxx\"}}                  | 7",
                "{\"id\":7 | }                                                              | 7",
                "{\"result\":{\"id\":8,\"a\":\"xx | xxx\"},\"jsonrpc\":\"2.0\",\"id\":7}      | 7",
                "{\"error\":{\"code\":1,\"message\":\"xx | xxx\"},\"id\": 7 }              | 7",
                "{\"result\":{\"id\":8,\"a\":\"xx | xxx\"},\"jsonrpc\":\"2.0\"}             |",
                "{\"result\":{\"a\":\"xx | xxx\",\"id\":7}}                                |",
                "{\"id\":\"7\",\"result\":{\"a\":\"xx | xxx\"}}                              |",
                "{\"method\":\"ping\",\"params\":{\"a\":\"xx | xxx\"},\"id\":7}            |",
                "{\"params\":{\"a\":\"xx | xxx\"},\"id\":7}                                |",
                "xx | xxx,\"id\":7}                                                      |",
                "[{\"id\":7,\"result\":\"xx | xxx\"}]                                     |",
            })
    void readsTheIdOfAResponseByItsEnds(String head, String tail, @Nullable Long id) {
        ByteBuffer first = ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8));
        ByteBuffer last = ByteBuffer.wrap(tail.getBytes(StandardCharsets.UTF_8));
        assertThat(new JsonRpcCodec().responseId(first, last)).isEqualTo(id == null ? null : new RequestId.OfLong(id));
    }
}
