package dev.mcpflux.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.protocol.CallToolResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FrameMemoryTest {

    private static final long PLENTY = 1L << 30;

    private final List<Malformed> malformed = new ArrayList<>();
    private final List<Long> takenWhileHandling = new ArrayList<>();

    private static String result(String text) {
        return "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}]}}";
    }

    private void decode(FrameMemory memory, String frame, Bindings bindings) {
        byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
        new JsonRpcCodec(FrameLimits.DEFAULT, memory).decode(bytes, 0, bytes.length, bindings, new MessageHandler() {
            @Override
            public void onMessage(JsonRpcMessage message) {
                takenWhileHandling.add(memory.taken());
            }

            @Override
            public void onMalformed(Malformed what) {
                takenWhileHandling.add(memory.taken());
                malformed.add(what);
            }
        });
    }

    /** All answers are bound; those who wait look only so often. */
    private static Bindings waiting(int looks, Runnable look) {
        AtomicInteger left = new AtomicInteger(looks);
        return new Bindings() {
            @Override
            public Class<?> resultType(RequestId id) {
                return CallToolResult.class;
            }

            @Override
            public Class<?> paramsType(String method) {
                return JsonNode.class;
            }

            @Override
            public boolean mayWait() {
                look.run();
                return left.getAndDecrement() > 0;
            }
        };
    }

    private static Bindings never() {
        return waiting(0, () -> {});
    }

    @Test
    void smallMessageNeedsNoneOfIt() {
        FrameMemory memory = new FrameMemory("of", 0, PLENTY);
        decode(memory, result("x".repeat(60_000)), never());
        assertThat(malformed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\u0007", "\"}],\"isError\":7,\"more\":[{\"x\":\"", "\"}]}}{\"more\":[{\"x\":[{\"x\":\""})
    void memoryIsReturnedBeforeTheMessageIsHandled(String oddity) {
        FrameMemory memory = new FrameMemory("of", PLENTY, PLENTY);
        decode(memory, result("x".repeat(70_000) + oddity), never());
        assertThat(takenWhileHandling).containsExactly(0L);
        assertThat(memory.taken()).isZero();
    }

    @Test
    void messageThatFindsNoMemoryFailsItsCallOnly() {
        FrameMemory memory = new FrameMemory("of.all", 1_000_000, PLENTY);
        assertThat(memory.tryTake(900_000)).isTrue();
        decode(memory, result("x".repeat(70_000)), never());
        assertThat(malformed).singleElement().satisfies(what -> {
            assertThat(what.id()).isEqualTo(RequestId.of(7));
            assertThat(what.overload()).isTrue();
            assertThat(what.clause())
                    .startsWith("needs about 281188 bytes")
                    .endsWith("may take 1000000 bytes (of.all), of which 900000 are taken");
        });
        memory.give(900_000);
        decode(memory, result("x".repeat(70_000)), never());
        assertThat(malformed).hasSize(1);
    }

    @Test
    void messageThatNeverFitsIsNoOverload() {
        decode(new FrameMemory("of", 1_000_000, PLENTY), result("x".repeat(700_000)), waiting(9, () -> {
            throw new AssertionError("waiting is of no use");
        }));
        assertThat(malformed)
                .singleElement()
                .satisfies(what -> assertThat(what.overload()).isFalse());
    }

    @Test
    void messageOfManyValuesNeedsMoreThanOneOfText() {
        FrameMemory memory = new FrameMemory("of", 1_000_000, PLENTY);
        decode(memory, result("{},".repeat(30_000)), never());
        assertThat(malformed).isEmpty();
        decode(memory, "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":[" + "{},".repeat(30_000) + "{}]}", never());
        assertThat(malformed).hasSize(1);
    }

    @Test
    void waitsForMemoryOrCancellation() {
        FrameMemory memory = new FrameMemory("of", 1_000_000, PLENTY * PLENTY);
        assertThat(memory.tryTake(900_000)).isTrue();
        decode(memory, result("x".repeat(70_000)), waiting(2, () -> {}));
        assertThat(malformed).hasSize(1);
        decode(memory, result("x".repeat(70_000)), waiting(2, () -> memory.give(450_000)));
        assertThat(malformed).hasSize(1);
    }

    @Test
    void waitIsBounded() {
        FrameMemory memory = new FrameMemory("of", 1000, TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(memory.tryTake(900)).isTrue();
        assertThat(memory.take(200, () -> true)).isFalse();
        assertThat(memory.taken()).isEqualTo(900);
    }
}
