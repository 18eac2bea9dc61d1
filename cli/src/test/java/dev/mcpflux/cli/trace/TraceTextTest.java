package dev.mcpflux.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.wire.WireEvent;
import dev.mcpflux.transport.wire.WireMessage;
import dev.mcpflux.transport.wire.WireMessage.Direction;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TraceTextTest {

    private final TraceText text = new TraceText(Instant.EPOCH);

    @Test
    void responseNamesItsRequestAndItsTime() {
        assertThat(line(Direction.SENT, 1, "{'id': 7, 'method': 'tools/call', 'params': {'name': 'x'}}"))
                .isEqualTo("     1.0 ms  srv -> tools/call #7 {\"name\":\"x\"}");
        assertThat(line(Direction.RECEIVED, 12, "{'method': 'notifications/message', 'params': {}}"))
                .isEqualTo("    12.0 ms  srv <- notifications/message {}");
        assertThat(line(Direction.RECEIVED, 13, "{'id': 7, 'method': 'ping'}"))
                .isEqualTo("    13.0 ms  srv <- ping #7");
        assertThat(line(Direction.RECEIVED, 15, "{'id': 7, 'result': {'n': 1}}"))
                .isEqualTo("    15.0 ms  srv <- tools/call #7 result after 14.0 ms {\"n\":1}");
        assertThat(line(Direction.SENT, 16, "{'id': 7, 'error': {'code': 1}}"))
                .isEqualTo("    16.0 ms  srv -> ping #7 error after 3.0 ms {\"code\":1}");
        assertThat(line(Direction.RECEIVED, 17, "{'id': 7, 'result': {}}"))
                .isEqualTo("    17.0 ms  srv <- response #7 result {}");
    }

    @Test
    void bodiesAreShortAndSafe() {
        String line = line(
                Direction.SENT,
                1,
                "{'id': 'a\\u001b[2J', 'method': 'm\\nx\\u202e', 'params': '" + "\\u0007y".repeat(500) + "'}");

        assertThat(line).doesNotContain("\u001b", "\n", "\u202e", "\u0007").contains("…", "bytes)");
        assertThat(line.length()).isLessThan(500);
        assertThat(text.line(new WireMessage(
                        "s",
                        "l",
                        Direction.SENT,
                        Instant.EPOCH,
                        McpJson.mapper().readTree("{\"method\": \"big\", \"params\": {\"x\": 1}}"),
                        1 << 20)))
                .endsWith("s -> big (1048576 bytes)");
        assertThat(text.line(new WireEvent.MessagesDropped(3))).contains("3 messages are not shown");
    }

    private String line(Direction direction, long millis, String json) {
        String message = json.replace('\'', '"');
        return text.line(new WireMessage(
                "srv",
                "l",
                direction,
                Instant.ofEpochMilli(millis),
                McpJson.mapper().readTree(message),
                message.length()));
    }
}
