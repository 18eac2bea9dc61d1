package dev.mcpflux.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class JsonRpcEncoderTest {

    private final OutgoingBuffer buffer = new OutgoingBuffer();
    private final JsonRpcEncoder encoder = new JsonRpcCodec().encoder(buffer);

    private static JsonRpcMessage message(Object params) {
        return new JsonRpcMessage.Request(RequestId.of(1), "m", params);
    }

    private String text() {
        return new String(buffer.toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void writesMessagesWithoutSeparator() {
        encoder.encode(message(Map.of("a", 1)));
        encoder.encode(message(Map.of("b", "ü€😀")));
        assertThat(text())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":1}}"
                        + "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"b\":\"ü€😀\"}}");
    }

    @Test
    void writesTheSameAsTheCodec() {
        JsonRpcMessage[] messages = {
            message(Map.of("text", "x".repeat(100_000))),
            new JsonRpcMessage.Notification("n", null),
            new JsonRpcMessage.Success(RequestId.of("s"), Map.of()),
            new JsonRpcMessage.Failure(null, new JsonRpcError(-32700, "no")),
        };
        for (JsonRpcMessage message : messages) {
            OutgoingBuffer expected = new OutgoingBuffer();
            new JsonRpcCodec().encode(message, expected);
            buffer.reset();
            encoder.encode(message);
            assertThat(buffer.toByteArray()).isEqualTo(expected.toByteArray());
        }
    }

    @Test
    void failedEncodingDoesNotAffectTheNextMessage() {
        encoder.encode(message(Map.of("first", 1)));
        String before = text();
        Object endless = new Object() {
            @SuppressWarnings("unused")
            public String getText() {
                return "x".repeat(50_000);
            }

            @SuppressWarnings("unused")
            public String getWorse() {
                throw new IllegalStateException("broken");
            }
        };
        assertThatThrownBy(() -> encoder.encode(message(endless))).isInstanceOf(JacksonException.class);
        assertThat(text()).isEqualTo(before);
        encoder.encode(message(Map.of("last", 1)));
        assertThat(text()).startsWith(before).endsWith("\"params\":{\"last\":1}}");
    }
}
