package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.FrameMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

class ResponseBodyTest {

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        IntStream.range(0, length).forEach(i -> bytes[i] = (byte) (i * 31));
        return bytes;
    }

    private static ResponseBody take(byte[] body, int piece, int max, long announced) {
        Flux<ByteBuf> pieces = Flux.range(0, (body.length + piece - 1) / piece)
                .map(i -> Unpooled.wrappedBuffer(
                        Arrays.copyOfRange(body, i * piece, Math.min(body.length, (i + 1) * piece))));
        return ResponseBody.read(ByteBufFlux.fromInbound(pieces), max, announced)
                .block(Duration.ofSeconds(30));
    }

    /** Whatever the server says of it. */
    @ParameterizedTest
    @CsvSource({
        "0,    1,   -1", "0,    1,  100", "1,    1,   -1", "1,    1,    1", "77,  77,   77", "77,   1,   -1",
                "77,   1,   77",
        "77,   1,   5", "77,   1, 1000", "5000, 7,  -1", "5000, 7, 5000", "5000, 7, 4999", "5000, 7, 5001",
                "5000, 5000, 0",
        "5000, 1024, 9223372036854775807"
    })
    void aBodyIsTakenWhole(int length, int piece, long announced) {
        byte[] body = bytes(length);
        ResponseBody taken = take(body, piece, 10_000, announced);
        assertThat(Arrays.copyOf(taken.bytes(), taken.length())).isEqualTo(body);
        assertThat(taken.cut()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"-1", "10", "5000", "9223372036854775807"})
    void noMoreIsTakenThanTheLimit(long announced) {
        byte[] body = bytes(5000);
        ResponseBody taken = take(body, 999, 2000, announced);
        assertThat(taken.cut()).isTrue();
        assertThat(Arrays.copyOf(taken.bytes(), taken.length())).isEqualTo(Arrays.copyOf(body, 2000));
        assertThat(taken.bytes()).hasSizeLessThanOrEqualTo(2000);
    }

    /** Memory is not given for words. */
    @Test
    void announcedBytesTakeRoomOnlyWhenTheyCome() {
        assertThat(take(bytes(10), 10, 1 << 30, 1 << 30).bytes()).hasSizeLessThan(100);
    }

    @Test
    void aLargeBodyThatWasAnnouncedIsCopiedOnceOrTwice() {
        assertThat(take(bytes(1 << 20), 1 << 16, 1 << 30, 1 << 20).bytes()).hasSize(1 << 20);
    }

    @Test
    void bodyWithoutRoomIsCutAndItsRoomIsFree() {
        FrameMemory held = FrameMemory.HELD;
        long before = held.taken();
        long others = held.total() - before - 300_000;
        assertThat(held.tryTake(others)).isTrue();
        try {
            ResponseBody taken = take(bytes(500_000), 10_000, 1 << 20, -1);
            assertThat(taken.noRoom()).isTrue();
            assertThat(taken.cut()).isTrue();
            assertThat(held.taken()).isEqualTo(before + others);
        } finally {
            held.give(others);
        }
        AtomicLong meanwhile = new AtomicLong();
        ByteBufFlux body = ByteBufFlux.fromInbound(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes(500_000))));
        ResponseBody.read(body, 1 << 20)
                .doOnNext(taken -> meanwhile.set(held.taken()))
                .block(Duration.ofSeconds(30));
        assertThat(meanwhile).hasValueGreaterThanOrEqualTo(before + 500_000);
        assertThat(held.taken()).isEqualTo(before);
    }

    @Test
    void cancelledBodyGivesBackItsRoom() {
        long before = FrameMemory.HELD.taken();
        ByteBufFlux body = ByteBufFlux.fromInbound(
                Flux.<ByteBuf>just(Unpooled.wrappedBuffer(bytes(500_000))).concatWith(Mono.never()));
        Disposable taking = ResponseBody.read(body, 1 << 20).subscribe();
        assertThat(FrameMemory.HELD.taken()).isGreaterThan(before);
        taking.dispose();
        assertThat(FrameMemory.HELD.taken()).isEqualTo(before);
    }
}
