package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.FrameMemory;
import dev.mcpflux.transport.spi.FrameEnds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseDecoderTest {

    private static final int MAX = 1000;
    private static final int KEPT = 64 * 1024;

    /** What a test looks at of an event; its data is null where it was skipped. */
    private record Event(
            @Nullable String type,
            @Nullable String data,
            @Nullable String id,
            long retry) {

        static Event of(String data) {
            return new Event(null, data, null, -1);
        }

        static Event of(String type, String data) {
            return new Event(type, data, null, -1);
        }

        static Event tooLong() {
            return new Event(null, null, null, -1);
        }
    }

    /** The events of a body that comes in chunks; with what is left at its end, if that is to be looked at. */
    private static List<Event> decode(SseDecoder decoder, List<byte[]> chunks) {
        List<Event> events = new ArrayList<>();
        for (byte[] bytes : chunks) {
            ByteBuf chunk = Unpooled.wrappedBuffer(bytes);
            while (decoder.next(chunk)) {
                events.add(look(decoder));
            }
            assertThat(chunk.isReadable()).as("the chunk is exhausted").isFalse();
        }
        if (decoder.end()) {
            events.add(look(decoder));
        }
        return events;
    }

    private static Event look(SseDecoder decoder) {
        String data = new String(decoder.bytes(), decoder.offset(), decoder.length(), StandardCharsets.UTF_8);
        assertThat(decoder.hasData()).isEqualTo(!data.isEmpty());
        assertThat(decoder.skippedBytes() > 0).isEqualTo(decoder.tooLong());
        return new Event(decoder.type(), decoder.tooLong() ? null : data, decoder.id(), decoder.retry());
    }

    private static List<Event> decode(int max, byte[]... chunks) {
        return decode(new SseDecoder(max), List.of(chunks));
    }

    private static List<Event> decode(String text) {
        return decode(MAX, utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuf chunk(String text) {
        return Unpooled.wrappedBuffer(utf8(text));
    }

    // fields

    @Test
    void blankLineEndsAnEvent() {
        assertThat(decode("event: message\nid: 7\nretry: 250\ndata: {\"a\":\"ä€😀\"}\n\ndata: next\n\n"))
                .containsExactly(new Event("message", "{\"a\":\"ä€😀\"}", "7", 250), Event.of("next"));
    }

    @Test
    void exactlyOneSpaceAfterTheColonIsNoPartOfTheValue() {
        assertThat(decode("data:x\n\ndata: x\n\ndata:  x\n\ndata:\tx\n\ndata: \n\ndata:  \n\n"))
                .extracting(Event::data)
                .containsExactly("x", "x", " x", "\tx", "", " ");
        assertThat(decode("event:  e \nid:i:i\n\n")).containsExactly(new Event(" e ", "", "i:i", -1));
    }

    @Test
    void aLineWithoutAColonIsAFieldWithAnEmptyValue() {
        assertThat(decode("data\n\nid\n\ndata\ndata\n\n"))
                .containsExactly(Event.of(""), new Event(null, "", "", -1), Event.of("\n"));
    }

    @Test
    void dataLinesAreJoinedAcrossOtherLines() {
        assertThat(decode("data: one\n: comment\ndata:\nid: 3\ndata:  three\nunknown: x\ndata\n\n"))
                .containsExactly(new Event(null, "one\n\n three\n", "3", -1));
        assertThat(decode("data:\ndata: x\n\n")).containsExactly(Event.of("\nx"));
    }

    @Test
    void typeIdAndRetryBelongToOneEvent() {
        assertThat(decode("event: e\nid: 1\nretry: 5\ndata: x\n\ndata: y\n\n"))
                .containsExactly(new Event("e", "x", "1", 5), Event.of("y"));
    }

    @Test
    void theLastOfAFieldCounts() {
        assertThat(decode("event: a\nevent: b\nid: 1\nid: 2\nretry: 1\nretry: 2\ndata: x\n\n"))
                .containsExactly(new Event("b", "x", "2", 2));
        assertThat(decode("event: a\nevent:\ndata: x\n\n")).containsExactly(Event.of("x"));
    }

    @Test
    void anEventWithoutDataIsReportedForItsOtherFields() {
        assertThat(decode("id: 1\nretry: 500\ndata:\n\nid: 2\n\nretry: 3\n\nevent: ping\n\n"))
                .containsExactly(
                        new Event(null, "", "1", 500),
                        new Event(null, "", "2", -1),
                        new Event(null, "", null, 3),
                        Event.of("ping", ""));
    }

    @Test
    void commentsAndUnknownFieldsAreNoEvents() {
        assertThat(decode("\n\n:\n\n: keep-alive\r\n\r\n:\r\n:\r\nunknown: x\n\nDATA: x\n\ndatax: y\n\n data: x\n\n"))
                .isEmpty();
        assertThat(decode(":data: no\ndata: yes\n\n")).containsExactly(Event.of("yes"));
        assertThat(decode("dat: 1\ndataa: 2\neven: 3\nevents: 4\ni: 5\nids: 6\nretries: 7\nretr: 8\n\n"))
                .isEmpty();
    }

    @Test
    void anIdWithNulIsIgnored() {
        assertThat(decode("id: a\0b\ndata: x\n\nid: 1\nid: \0\n\nid: \0\n\n"))
                .containsExactly(Event.of("x"), new Event(null, "", "1", -1));
    }

    @Test
    void anEmptyIdIsOne() {
        assertThat(decode("id:\ndata: x\n\n")).containsExactly(new Event(null, "x", "", -1));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "007, 7",
        "2147483647, 2147483647",
        "2147483648, 2147483647",
        "99999999999999999999999999999, 2147483647"
    })
    void retryIsANumberOfDigits(String text, long millis) {
        assertThat(decode("retry: " + text + "\ndata: x\n\n")).containsExactly(new Event(null, "x", null, millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "-1", "+1", "1.5", "1s", "1 ", "1e3", "٣", "NaN"})
    void aRetryThatIsNoneIsIgnored(String text) {
        assertThat(decode("retry: " + text + "\ndata: x\n\nretry: " + text + "\n\n"))
                .containsExactly(Event.of("x"));
    }

    // ends of lines

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyEndOfLineIsOne(String end) {
        String text = String.join(end, "event: e", "data: one", "data: two", "", "data: x", "", "");
        assertThat(decode(text)).containsExactly(Event.of("e", "one\ntwo"), Event.of("x"));
    }

    @Test
    void endsOfLinesMayBeMixed() {
        assertThat(decode("data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rdata: e\n\rdata: f\r\n\n"))
                .extracting(Event::data)
                .containsExactly("a\nb\nc", "d", "e", "f");
        // a line feed before a carriage return is an end of its own
        assertThat(decode("data: a\n\rdata: b\n\n")).extracting(Event::data).containsExactly("a", "b");
    }

    @Test
    void aCarriageReturnEndsTheEventBeforeItsLineFeedComes() {
        SseDecoder decoder = new SseDecoder(MAX);
        assertThat(decoder.next(chunk("data: x\r\n\r"))).isTrue();
        assertThat(look(decoder)).isEqualTo(Event.of("x"));
        ByteBuf second = chunk("\ndata: y\n\n");
        assertThat(decoder.next(second)).isTrue();
        assertThat(look(decoder)).isEqualTo(Event.of("y"));
        assertThat(second.isReadable()).isFalse();
    }

    @Test
    void theEndOfALineIsFoundFarAway() {
        for (int size : new int[] {255, 256, 257, 767, 768, 769, 5000}) {
            for (String end : List.of("\n", "\r", "\r\n")) {
                String line = "x".repeat(size);
                assertThat(decode(20_000, utf8("data:" + line + end + "data:" + line + end + end)))
                        .as("%d bytes", size)
                        .containsExactly(Event.of(line + "\n" + line));
            }
        }
    }

    // the byte-order mark

    @Test
    void oneByteOrderMarkAtTheStartIsSkipped() {
        assertThat(decode("\uFEFFdata: x\n\ndata: \uFEFFy\n\n\uFEFFdata: z\n\n"))
                .containsExactly(Event.of("x"), Event.of("\uFEFFy"));
        assertThat(decode("\uFEFF\uFEFFdata: x\n\n")).isEmpty();
        assertThat(decode("\n\uFEFFdata: x\n\n")).isEmpty();
        assertThat(decode("\uFEFF")).isEmpty();
    }

    @Test
    void partOfAByteOrderMarkBelongsToTheLine() {
        byte[] line = utf8("..data: x\n\n");
        line[0] = (byte) 0xEF;
        line[1] = (byte) 0xBB;
        assertThat(decode(MAX, line)).isEmpty();
        // it is a line that is not blank
        assertThat(decode(MAX, new byte[] {(byte) 0xEF}, utf8("\ndata: x\n\n"))).containsExactly(Event.of("x"));
        assertThat(decode(MAX, new byte[] {(byte) 0xEF, (byte) 0xBB})).isEmpty();
    }

    // pulling

    @Test
    void eachCallConsumesOneEvent() {
        ByteBuf chunk = chunk(": hello\n\ndata: one\n\ndata: two\n\ndata: thr");
        SseDecoder decoder = new SseDecoder(MAX);
        assertThat(decoder.next(chunk)).isTrue();
        assertThat(look(decoder)).isEqualTo(Event.of("one"));
        assertThat(chunk.toString(StandardCharsets.UTF_8)).startsWith("data: two");
        assertThat(decoder.next(chunk)).isTrue();
        assertThat(look(decoder)).isEqualTo(Event.of("two"));
        assertThat(decoder.next(chunk)).isFalse();
        assertThat(decoder.next(chunk("ee\n\n"))).isTrue();
        assertThat(look(decoder)).isEqualTo(Event.of("three"));
        assertThat(decoder.end()).isFalse();
    }

    @Test
    void directAndCompositeBuffersAreReadAlike() {
        ByteBuf direct = Unpooled.directBuffer().writeBytes(utf8("data: one\r\n\r\nda"));
        ByteBuf composite = Unpooled.wrappedBuffer(direct, chunk("ta: t"), chunk("wo\n\n"));
        SseDecoder decoder = new SseDecoder(MAX);
        try {
            assertThat(decoder.next(composite)).isTrue();
            assertThat(look(decoder)).isEqualTo(Event.of("one"));
            assertThat(decoder.next(composite)).isTrue();
            assertThat(look(decoder)).isEqualTo(Event.of("two"));
        } finally {
            composite.release();
        }
    }

    // the end of the body

    @Test
    void unfinishedEventIsReadableAtTheEnd() {
        assertThat(decode("data: one\n\ndata: two\n")).containsExactly(Event.of("one"), Event.of("two"));
        assertThat(decode("event: e\nid: 4\ndata: tw")).containsExactly(new Event("e", "tw", "4", -1));
        assertThat(decode("data: a\ndata")).containsExactly(Event.of("a\n"));
        assertThat(decode("data:x")).containsExactly(Event.of("x"));
    }

    @Test
    void withoutDataNothingIsUnfinished() {
        assertThat(decode("")).isEmpty();
        assertThat(decode("data")).isEmpty();
        assertThat(decode("id: 1\nretry: 5\ndata:\n")).isEmpty();
        assertThat(decode(": data")).isEmpty();
        assertThat(decode("data: x\n\n")).containsExactly(Event.of("x"));
        assertThat(decode("data: x\n\ndata")).containsExactly(Event.of("x"));
    }

    @Test
    void anUnfinishedEventMayBeTooLong() {
        assertThat(decode(3, utf8("data: four"))).containsExactly(Event.tooLong());
    }

    // the limit

    @Test
    void dataUpToTheLimitIsHeld() {
        for (String field : List.of("data:", "data: ")) {
            assertThat(decode(10, utf8(field + "0123456789\n\n"))).containsExactly(Event.of("0123456789"));
            assertThat(decode(10, utf8(field + "0123456789a\n\n"))).containsExactly(Event.tooLong());
        }
        // the space that is left of two is data
        assertThat(decode(10, utf8("data:  123456789\n\n"))).containsExactly(Event.of(" 123456789"));
        assertThat(decode(10, utf8("data:  123456789a\n\n"))).containsExactly(Event.tooLong());
        assertThat(decode(1, utf8("data: a\n\ndata: ab\n\n"))).containsExactly(Event.of("a"), Event.tooLong());
    }

    @Test
    void joiningLineFeedsCountTowardsTheLimit() {
        assertThat(decode(10, utf8("data: 0123\ndata: 56789\n\n"))).containsExactly(Event.of("0123\n56789"));
        assertThat(decode(10, utf8("data: 01234\ndata: 56789\n\n"))).containsExactly(Event.tooLong());
        assertThat(decode(3, utf8("data: 012\ndata\n\n"))).containsExactly(Event.tooLong());
        assertThat(decode(4, utf8("data: 012\ndata\n\n"))).containsExactly(Event.of("012\n"));
    }

    @Test
    void theOtherFieldsDoNotCountAsData() {
        assertThat(decode(10, utf8("event: 0123456789\nid: 0123456789\ndata: 0123456789\n\n")))
                .containsExactly(new Event("0123456789", "0123456789", "0123456789", -1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 700, 100_000})
    void bothEndsOfDataThatIsTooLongAreKnown(int piece) {
        String begin = "{\"id\":1,";
        String end = "\"last\":2}";
        byte[] body = utf8("data: " + begin + "\ndata: \"a\":\"" + "x".repeat(5000) + "\",\ndata:" + end + "\n\n");
        SseDecoder decoder = new SseDecoder(2000);
        boolean complete = false;
        for (int i = 0; i < body.length; i += piece) {
            complete = decoder.next(Unpooled.wrappedBuffer(body, i, Math.min(piece, body.length - i)));
        }
        assertThat(complete).isTrue();
        FrameEnds ends = decoder.ends();
        assertThat(ends).isNotNull();
        String head = StandardCharsets.UTF_8.decode(ends.head()).toString();
        String tail = StandardCharsets.UTF_8.decode(ends.tail()).toString();
        assertThat(head).hasSize(FrameEnds.WINDOW).startsWith(begin + "\n\"a\":\"xxx");
        assertThat(tail).hasSize(FrameEnds.WINDOW).endsWith("xxx\",\n" + end);
        decoder.next(Unpooled.wrappedBuffer(utf8("data: x\n\n")));
        assertThat(decoder.ends()).isNull();
    }

    @Test
    void ofAnEventThatIsTooLongTheOtherFieldsAreThere() {
        // without its id, a resumed stream would come back with the same event
        assertThat(decode(10, utf8("id: 1\ndata: 0123456789a\nevent: e\nretry: 7\n\ndata: x\n\n")))
                .containsExactly(new Event("e", null, "1", 7), Event.of("x"));
    }

    @Test
    void otherFieldsAreBoundedToo() {
        for (String field : List.of("event", "id", "retry")) {
            assertThat(decode(10, utf8(field + ": 01234567890\ndata: x\n\ndata: y\n\n")))
                    .as(field)
                    .containsExactly(Event.tooLong(), Event.of("y"));
        }
        String most = "x".repeat(16 * 1024);
        assertThat(decode(1_000_000, utf8("id: " + most + "\n\nid: " + most + "x\n\n")))
                .containsExactly(new Event(null, "", most, -1), Event.tooLong());
    }

    @Test
    void commentsAndUnknownFieldsMayBeAsLongAsTheyLike() {
        String much = "x".repeat(50_000);
        SseDecoder decoder = new SseDecoder(10);
        assertThat(decode(
                        decoder,
                        List.of(utf8("data: one\n: " + much), utf8(much + "\n" + much + ": " + much + "\n\n"))))
                .containsExactly(Event.of("one"));
        assertThat(decoder.bytes()).hasSizeLessThan(2_000);
    }

    @Test
    void skippedBytesAreCounted() {
        SseDecoder decoder = new SseDecoder(10);
        assertThat(decoder.next(chunk("event: e\ndata: 0123456\n: comment\ndata:  123456\ndata\n\n")))
                .isTrue();
        assertThat(decoder.tooLong()).isTrue();
        assertThat(decoder.hasData()).isFalse();
        assertThat(decoder.skippedBytes()).isEqualTo("0123456\n 123456\n".length());
        assertThat(decoder.next(chunk("data: ab\nid: 0123456789abc\n\n"))).isTrue();
        assertThat(decoder.tooLong()).isTrue();
        assertThat(decoder.skippedBytes()).isEqualTo("ab".length() + "0123456789abc".length());
        assertThat(decoder.next(chunk("data: ab\n\n"))).isTrue();
        assertThat(decoder.tooLong()).isFalse();
        assertThat(decoder.skippedBytes()).isZero();
    }

    @Test
    void noMoreIsHeldThanTheLimit() {
        SseDecoder decoder = new SseDecoder(2_000);
        byte[] much = utf8("x".repeat(10_000));
        assertThat(decoder.next(chunk("data: "))).isFalse();
        for (int i = 0; i < 100; i++) {
            assertThat(decoder.next(Unpooled.wrappedBuffer(much))).isFalse();
            assertThat(decoder.bytes()).hasSizeLessThan(20_000);
        }
        assertThat(decoder.next(chunk("\n\n"))).isTrue();
        assertThat(decoder.skippedBytes()).isEqualTo(1_000_000);
    }

    @Test
    void theBufferShrinksAfterALargeEvent() {
        SseDecoder decoder = new SseDecoder(1_000_000);
        assertThat(decoder.next(chunk("data: " + "x".repeat(500_000) + "\n\n"))).isTrue();
        assertThat(decoder.length()).isEqualTo(500_000);
        assertThat(decoder.next(chunk("data: x\n\n"))).isTrue();
        assertThat(decoder.bytes()).hasSizeLessThanOrEqualTo(KEPT);
        // at once, where the event is given up
        assertThat(decoder.next(chunk("data: " + "x".repeat(900_000)))).isFalse();
        assertThat(decoder.next(chunk("x".repeat(900_000)))).isFalse();
        assertThat(decoder.bytes()).hasSizeLessThanOrEqualTo(KEPT);
    }

    // chunks

    private static final List<String> CORPUS = List.of(
            "\uFEFFevent: message\nid: 1\ndata: {\"a\":\"ä€😀\"}\n\n: comment\n\ndata: b\n\n",
            "id: 1\nretry: 500\ndata:\n\nevent: message\r\nid: 2\r\ndata: {\"jsonrpc\":\"2.0\"}\r\n\r\n",
            "data: one\rdata: two\r\r:\r\rdata: three\r\r",
            "data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rdata: e\n\rdata: f\r\n\n",
            "unknown\nevent\ndata\nid\nretry\n\nretry: 12\nretry: x\n\nid: a\0\n\ndata:  😀 \n\nevent: €\n\n",
            "data: unfinished\r\ndata: 😀",
            "data: 0123456789012345\n\nid: 5\ndata: 0123456789\ndata: 01234\n\nid: 01234567890123456\ndata: y\n\n",
            "\r\n\r\nretry: 1234567890123456789\n\n: " + "c".repeat(40) + "\nfield: " + "f".repeat(40)
                    + "\ndata:x\n\n");

    @ParameterizedTest
    @ValueSource(ints = {15, 16, MAX})
    void cutAnywhereTheEventsAreTheSame(int max) {
        for (String text : CORPUS) {
            byte[] bytes = utf8(text);
            List<Event> whole = decode(max, bytes);
            assertThat(whole).as(text).isNotEmpty();
            for (int cut = 0; cut <= bytes.length; cut++) {
                assertThat(decode(new SseDecoder(max), cut(bytes, cut, bytes.length)))
                        .as("%s cut at %d", text, cut)
                        .isEqualTo(whole);
            }
            assertThat(decode(new SseDecoder(max), cut(bytes, everyByte(bytes))))
                    .as("%s in single bytes", text)
                    .isEqualTo(whole);
        }
    }

    @Test
    void randomBodiesInRandomChunksAreReadAsTheRulesSay() {
        Random random = new Random(42);
        String[] pieces = {
            "data",
            "event",
            "id",
            "retry",
            ":",
            ":",
            ":",
            ": ",
            " ",
            "\n",
            "\n",
            "\n",
            "\n\n",
            "\r",
            "\r\n",
            "7",
            "x",
            "ä",
            "😀",
            "\0",
            "\uFEFF",
            "data: x",
            "data:",
            "\ndata: "
        };
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] bytes = utf8(text.toString());
            List<Event> expected = byTheRules(text.toString());
            assertThat(decode(MAX, bytes)).as("%s", text).isEqualTo(expected);
            List<Integer> cuts = new ArrayList<>();
            for (int at = random.nextInt(9); at < bytes.length; at += random.nextInt(9)) {
                cuts.add(at);
            }
            cuts.add(bytes.length);
            assertThat(decode(
                            new SseDecoder(MAX),
                            cut(bytes, cuts.stream().mapToInt(Integer::intValue).toArray())))
                    .as("%s", text)
                    .isEqualTo(expected);
        }
    }

    /** The rules of the specification, line by line of the whole text; with what is unfinished, if it has data. */
    private static List<Event> byTheRules(String text) {
        List<Event> events = new ArrayList<>();
        String type = null;
        StringBuilder data = null;
        String id = null;
        long retry = -1;
        List<String> lines = new ArrayList<>(
                List.of((text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r\n|\r|\n", -1)));
        // what stands after the last end of a line is a line that the body ended
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        boolean fields = false;
        for (String line : lines) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            if (line.isEmpty()) {
                if (fields) {
                    events.add(new Event(type, data == null ? "" : data.toString(), id, retry));
                }
                fields = false;
                type = null;
                data = null;
                id = null;
                retry = -1;
            } else if (name.equals("data")) {
                fields = true;
                data = data == null
                        ? new StringBuilder(value)
                        : data.append('\n').append(value);
            } else if (name.equals("event")) {
                fields = true;
                type = value.isEmpty() ? null : value;
            } else if (name.equals("id") && value.indexOf('\0') < 0) {
                fields = true;
                id = value;
            } else if (name.equals("retry") && value.matches("[0-9]+")) {
                fields = true;
                retry = value.length() < 10 ? Long.parseLong(value) : Integer.MAX_VALUE;
            }
        }
        if (data != null && !data.isEmpty()) {
            events.add(new Event(type, data.toString(), id, retry));
        }
        return events;
    }

    private static int[] everyByte(byte[] bytes) {
        int[] cuts = new int[bytes.length];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i + 1;
        }
        return cuts;
    }

    private static List<byte[]> cut(byte[] bytes, int... cuts) {
        List<byte[]> chunks = new ArrayList<>();
        int from = 0;
        for (int to : cuts) {
            chunks.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return chunks;
    }

    @Test
    void eventWithoutRoomIsSkippedAndItsRoomIsFree() {
        FrameMemory held = FrameMemory.HELD;
        long before = held.taken();
        SseDecoder decoder = new SseDecoder(1 << 20);
        byte[] large = ("data: a" + "x".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
        byte[] more = ("x".repeat(400_000) + "z\n").getBytes(StandardCharsets.UTF_8);
        long others = held.total() - before - 300_000;
        assertThat(held.tryTake(others)).isTrue();
        try {
            assertThat(decoder.next(Unpooled.wrappedBuffer(large))).isFalse();
            assertThat(held.taken()).isGreaterThan(before + others);
            assertThat(decoder.next(Unpooled.wrappedBuffer(more))).isFalse();
            assertThat(held.taken()).isEqualTo(before + others);
        } finally {
            held.give(others);
        }
        assertThat(decoder.next(Unpooled.wrappedBuffer("id: 7\n\n".getBytes(StandardCharsets.UTF_8))))
                .isTrue();
        assertThat(decoder.tooLong()).isTrue();
        assertThat(decoder.noRoom()).isTrue();
        assertThat(decoder.skippedBytes()).isEqualTo(500_002);
        assertThat(decoder.id()).isEqualTo("7");
        FrameEnds ends = decoder.ends();
        assertThat(ends).isNotNull();
        assertThat((char) ends.head().get()).isEqualTo('a');
        assertThat(decoder.next(Unpooled.wrappedBuffer(large, more, "\n".getBytes(StandardCharsets.UTF_8))))
                .isTrue();
        assertThat(decoder.noRoom()).isFalse();
        assertThat(decoder.length()).isEqualTo(500_002);
        assertThat(held.taken()).isGreaterThan(before);
        decoder.close();
        assertThat(held.taken()).isEqualTo(before);
    }
}
