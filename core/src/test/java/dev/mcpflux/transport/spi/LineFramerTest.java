package dev.mcpflux.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.FrameMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LineFramerTest {

    private final List<String> lines = new ArrayList<>();
    private final List<Long> tooLong = new ArrayList<>();

    private LineFramer framer(int max) {
        lines.clear();
        tooLong.clear();
        return new LineFramer(max, new LineFramer.Lines() {
            @Override
            public void line(byte[] bytes, int offset, int length) {
                lines.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
            }

            @Override
            public void tooLong(long bytes) {
                tooLong.add(bytes);
            }
        });
    }

    private static void feed(LineFramer framer, byte[] bytes, int from, int to) {
        AtomicInteger at = new AtomicInteger(from);
        try {
            while (at.get() < to) {
                framer.fill((buffer, offset, room) -> {
                    int n = Math.min(room, to - at.get());
                    System.arraycopy(bytes, at.getAndAdd(n), buffer, offset, n);
                    return n;
                });
                framer.emit();
            }
        } catch (IOException e) {
            throw new AssertionError("an array cannot fail", e);
        }
    }

    @Test
    void joinsLinesCutAnywhere() {
        String text = "\uFEFF{\"a\":\"ä€😀\"}\r\n\n  \n{\"b\":1}\n\r\n{\"c\":\"\uFEFF\"}\nrest";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> expected = List.of("{\"a\":\"ä€😀\"}", "{\"b\":1}", "{\"c\":\"\uFEFF\"}", "rest");
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                LineFramer framer = framer(1000);
                feed(framer, bytes, 0, first);
                feed(framer, bytes, first, second);
                feed(framer, bytes, second, bytes.length);
                framer.end();
                assertThat(lines).as("cut at %d and %d", first, second).isEqualTo(expected);
            }
        }
    }

    @Test
    void joinsSingleBytes() {
        byte[] bytes = "one\ntwo\r\n€\n".getBytes(StandardCharsets.UTF_8);
        LineFramer framer = framer(100);
        for (int i = 0; i < bytes.length; i++) {
            feed(framer, bytes, i, i + 1);
        }
        assertThat(lines).containsExactly("one", "two", "€");
    }

    @Test
    void skipsLongLinesInAnyChunksAndContinues() {
        byte[] bytes = ("ok\n" + "x".repeat(11) + "\n" + "y".repeat(10) + "\nend\n").getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            LineFramer framer = framer(10);
            feed(framer, bytes, 0, cut);
            feed(framer, bytes, cut, bytes.length);
            assertThat(lines).as("cut at %d", cut).containsExactly("ok", "y".repeat(10), "end");
            assertThat(tooLong).as("cut at %d", cut).containsExactly(11L);
        }
    }

    @Test
    void countsALongLineOverManyChunks() {
        LineFramer framer = framer(100);
        byte[] chunk = "x".repeat(1000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50; i++) {
            feed(framer, chunk, 0, chunk.length);
        }
        feed(framer, "\nnext\n".getBytes(StandardCharsets.UTF_8), 0, 6);
        assertThat(tooLong).containsExactly(50_000L);
        assertThat(lines).containsExactly("next");
    }

    @Test
    void joinsRandomCutsOfManyLines() {
        Random random = new Random(42);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String line = "line " + i + " " + "é".repeat(random.nextInt(300));
            expected.add(line);
            text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        LineFramer framer = framer(10_000);
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(500));
            feed(framer, bytes, from, to);
            from = to;
        }
        assertThat(lines).isEqualTo(expected);
    }

    @Test
    void countsBytesOfIncompleteLine() {
        byte[] bytes = ("whole\nhalf" + "x".repeat(2000) + "\n").getBytes(StandardCharsets.UTF_8);
        LineFramer framer = framer(1000);
        feed(framer, bytes, 0, 6);
        assertThat(framer.unfinished()).isZero();
        feed(framer, bytes, 6, 10);
        assertThat(framer.unfinished()).isEqualTo(4);
        feed(framer, bytes, 10, bytes.length - 1);
        assertThat(framer.unfinished()).isEqualTo(2004);
        feed(framer, bytes, bytes.length - 1, bytes.length);
        assertThat(framer.unfinished()).isZero();
    }

    @Test
    void keepsBothEndsOfLongLine() {
        String text = "head" + "x".repeat(5000) + "y".repeat(600) + "tail\nshort\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int step : new int[] {1, 7, 100, 511, 513, 5000, bytes.length}) {
            List<String> ends = new ArrayList<>();
            LineFramer framer = new LineFramer(1000, new LineFramer.Lines() {
                @Override
                public void line(byte[] line, int offset, int length) {
                    ends.add(new String(line, offset, length, StandardCharsets.UTF_8));
                }

                @Override
                public void tooLong(long length) {
                    throw new AssertionError();
                }

                @Override
                public void tooLong(long length, ByteBuffer head, ByteBuffer tail) {
                    ends.add(StandardCharsets.UTF_8.decode(head).toString());
                    ends.add(StandardCharsets.UTF_8.decode(tail).toString());
                }
            });
            for (int from = 0; from < bytes.length; from += step) {
                feed(framer, bytes, from, Math.min(bytes.length, from + step));
            }
            assertThat(ends).containsExactly("head" + "x".repeat(508), "y".repeat(508) + "tail", "short");
        }
    }

    @Test
    void lineWithoutMemoryIsSkippedAndMemoryFreed() {
        FrameMemory held = FrameMemory.HELD;
        long before = held.taken();
        List<String> ends = new ArrayList<>();
        LineFramer framer = new LineFramer(1 << 20, new LineFramer.Lines() {
            @Override
            public void line(byte[] bytes, int offset, int length) {
                lines.add(new String(bytes, offset, Math.min(length, 3), StandardCharsets.UTF_8));
            }

            @Override
            public void tooLong(long bytes) {
                tooLong.add(bytes);
            }

            @Override
            public void noRoom(long bytes, ByteBuffer head, ByteBuffer tail) {
                ends.add(bytes + " " + (char) head.get() + (char) tail.get(tail.limit() - 1));
            }
        });
        byte[] large = ("a" + "x".repeat(500_000) + "z\n").getBytes(StandardCharsets.UTF_8);
        byte[] small = "abc\n".getBytes(StandardCharsets.UTF_8);
        long others = held.total() - before - 300_000;
        assertThat(held.tryTake(others)).isTrue();
        try {
            feed(framer, large, 0, large.length);
            feed(framer, small, 0, small.length);
            assertThat(held.taken()).isEqualTo(before + others);
        } finally {
            held.give(others);
        }
        assertThat(ends).containsExactly("500002 az");
        assertThat(lines).containsExactly("abc");
        feed(framer, large, 0, large.length);
        feed(framer, large, 0, large.length - 1);
        assertThat(lines).containsExactly("abc", "axx");
        assertThat(held.taken()).isGreaterThan(before);
        framer.close();
        assertThat(held.taken()).isEqualTo(before);
        assertThat(tooLong).isEmpty();
    }
}
