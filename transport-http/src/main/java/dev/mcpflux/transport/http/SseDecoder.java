package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.FrameMemory;
import dev.mcpflux.transport.spi.FrameEnds;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a body of {@code text/event-stream}, however it was cut into chunks (WHATWG HTML, server-sent events: parsing
 * and interpreting an event stream). The reader of a chunk pulls one event after the other out of it, and may stop between
 * two. A blank line ends an event if it had a known field with a usable value: also without data, since a server may
 * send just an id to resume from. At most the limit is held of the data of an event, and nothing of what is skipped. One
 * thread at a time may use it.
 */
final class SseDecoder {

    /** The kind of a line, by its first bytes. */
    private enum Line {
        /** Too little of it has come. */
        BEGINNING,
        DATA,
        TYPE,
        ID,
        RETRY,
        /** A comment, or a field that is not known. */
        IGNORED,
        /** Part of an event that is too long. */
        LOST
    }

    /** So many bytes show the kind of a line and where its value begins: the longest are "event: " and "retry: ". */
    private static final int HEAD = 7;

    /** The longest value of any field but data: more than servers take in a header, which is where an id goes. */
    private static final int MAX_OTHER = 16 * 1024;

    /** The first size of the buffer: enough for most events. */
    private static final int INITIAL = 1024;

    /** The largest buffer that is kept after its event. */
    private static final int KEPT = 64 * 1024;

    /** The largest array that every JVM makes. */
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    /** Room besides the data: the name of its field before it, and a line of another field after it. */
    private static final int MARGIN = HEAD + HEAD + MAX_OTHER;

    /** How much of a chunk is searched first for the end of a line. */
    private static final int GLANCE = 256;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] NOTHING = {};
    private static final byte[] LINE_FEED = {'\n'};
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] TYPE = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] ID = {'i', 'd'};
    private static final byte[] RETRY = {'r', 'e', 't', 'r', 'y'};

    private final int max;
    /** Data of the event, and after it the line that is not complete. */
    private byte[] buffer = NOTHING;
    /** Where the data of the event begins. */
    private int dataFrom;
    /** Where it ends. */
    private int dataTo;
    /** Where the line that is not complete begins. */
    private int from;
    /** Where its value begins, once its head is there. */
    private int valueFrom;
    /** Up to where the buffer is filled. */
    private int end;
    /** How long the value is so far, of any field but data. */
    private long valueBytes;

    private Line line = Line.BEGINNING;
    /** How much of the byte-order mark has come; -1 after the start of the body. */
    private int mark;
    /** The last line ended with a carriage return: a line feed that follows belongs to it. */
    private boolean carriageReturn;
    /** The event is complete; the next call begins another. */
    private boolean complete;

    /** The event had a field. */
    private boolean fields;
    /** It had a line of data. */
    private boolean data;
    /** The length of its data, whether it is held or not. */
    private long dataBytes;

    private boolean tooLong;
    /** It was skipped since there was no room for it, and not for its length. */
    private boolean noRoom;

    /** How many bytes of {@link FrameMemory#HELD} the buffer has taken. */
    private long taken;

    /** How much of fields but data was over their limit. */
    private long otherBytes;

    /** What is kept of data that is too long. */
    private @Nullable FrameEnds ends;

    private @Nullable String type;
    private @Nullable String id;
    private long retry = -1;

    /**
     * A decoder at the start of a body.
     *
     * @param maxEventBytes the longest data of an event, its lines joined, in bytes; the other fields of one are
     *     bounded by the same number, and by 16 KiB
     */
    SseDecoder(int maxEventBytes) {
        this.max = Math.min(maxEventBytes, MAX_ARRAY - MARGIN);
    }

    /**
     * Consumes the chunk up to the end of one event, or to its own end. An event that was complete before is forgotten.
     *
     * @return true if an event is complete, which can be looked at until the next call; false if the chunk is exhausted
     */
    boolean next(ByteBuf chunk) {
        forgetCompleted();
        skipMark(chunk);
        while (chunk.isReadable()) {
            if (carriageReturn) {
                carriageReturn = false;
                if (chunk.getByte(chunk.readerIndex()) == '\n') {
                    chunk.skipBytes(1);
                    continue;
                }
            }
            int lineEnd = lineEnd(chunk);
            take(chunk, lineEnd < 0 ? chunk.readableBytes() : lineEnd - chunk.readerIndex());
            if (lineEnd < 0) {
                return false;
            }
            carriageReturn = chunk.readByte() == '\r';
            if (endLine()) {
                complete = true;
                return true;
            }
        }
        return false;
    }

    /**
     * The body has ended. The specification discards an event without a blank line after it; some servers rely on clients that
     * use it, so the caller decides.
     *
     * @return true if there is such an event, and it has data; its last line may lack its end
     */
    boolean end() {
        forgetCompleted();
        if (line != Line.BEGINNING || end > from) {
            endLine();
        }
        complete = true;
        return hasData() || tooLong;
    }

    /** The type of the event; null where it has none or an empty one. */
    @Nullable
    String type() {
        return type;
    }

    /**
     * Holds the data, its lines joined by line feeds, from {@link #offset} for {@link #length} bytes; until the next
     * call.
     */
    byte[] bytes() {
        return buffer;
    }

    int offset() {
        return dataFrom;
    }

    int length() {
        return dataTo - dataFrom;
    }

    /** Whether there is data that is not empty, and held. */
    boolean hasData() {
        return dataTo > dataFrom;
    }

    /** Whether it is a message of the protocol: of type "message" or of none, and not empty. */
    boolean isMessage() {
        String name = type();
        return hasData() && (name == null || name.equals("message"));
    }

    /** The id of this event, null if it had none; an empty one revokes that of an event before. */
    @Nullable
    String id() {
        return id;
    }

    /** The delay before a reconnection, in milliseconds; -1 if the event names none. */
    long retry() {
        return retry;
    }

    /**
     * Whether the event was over the limit: its data was skipped while it came. Its other fields are there unless it
     * was they.
     */
    boolean tooLong() {
        return tooLong;
    }

    /**
     * How many bytes of an event that was too long were skipped: all of its data, and other fields that were too long.
     */
    long skippedBytes() {
        return tooLong ? dataBytes + otherBytes : 0;
    }

    /** Whether an event that was {@link #tooLong} was skipped since there was no room for it in {@link FrameMemory#HELD}. */
    boolean noRoom() {
        return noRoom;
    }

    /** Gives back the memory of an event that is not complete. Nothing is decoded after this. */
    void close() {
        buffer = NOTHING;
        giveBack();
    }

    private void giveBack() {
        FrameMemory.HELD.give(taken);
        taken = 0;
    }

    /** Both ends of the data of an event that was too long; null if it had none. */
    @Nullable
    FrameEnds ends() {
        return ends;
    }

    private void forgetCompleted() {
        if (complete) {
            complete = false;
            forget();
        }
    }

    private void forget() {
        drop();
        fields = false;
        data = false;
        dataBytes = 0;
        tooLong = false;
        noRoom = false;
        otherBytes = 0;
        ends = null;
        type = null;
        id = null;
        retry = -1;
    }

    /** Drops what is held of the event. */
    private void drop() {
        dataFrom = 0;
        dataTo = 0;
        from = 0;
        end = 0;
        if (buffer.length > KEPT) {
            buffer = NOTHING;
            giveBack();
        }
    }

    private void skipMark(ByteBuf chunk) {
        while (mark >= 0 && chunk.isReadable()) {
            if (chunk.getByte(chunk.readerIndex()) != BYTE_ORDER_MARK[mark]) {
                // what looked like one begins the first line
                makeRoom(mark);
                System.arraycopy(BYTE_ORDER_MARK, 0, buffer, 0, mark);
                end = mark;
                mark = -1;
            } else {
                chunk.skipBytes(1);
                mark = mark + 1 < BYTE_ORDER_MARK.length ? mark + 1 : -1;
            }
        }
    }

    /**
     * Where the line ends in this chunk, or -1. It looks at ever larger pieces: one search is fast but finds one of the
     * two ends of lines only, and must not go through the whole chunk for each line of a body that uses the other.
     */
    private static int lineEnd(ByteBuf chunk) {
        int at = chunk.readerIndex();
        int to = chunk.writerIndex();
        for (int piece = GLANCE; at < to; piece *= 2) {
            int until = at + Math.min(piece, to - at);
            int lf = chunk.indexOf(at, until, (byte) '\n');
            int cr = chunk.indexOf(at, lf < 0 ? until : lf, (byte) '\r');
            if (cr >= 0 || lf >= 0) {
                return cr >= 0 ? cr : lf;
            }
            at = until;
        }
        return -1;
    }

    /** So many bytes of the chunk are of this line. */
    private void take(ByteBuf chunk, int length) {
        int rest = length;
        if (line == Line.BEGINNING) {
            int head = Math.min(rest, HEAD - (end - from));
            hold(chunk, head);
            rest -= head;
            if (end - from < HEAD) {
                return;
            }
            begin();
        }
        if (admit(rest) && room(rest)) {
            hold(chunk, rest);
        } else {
            skip(chunk, rest);
        }
    }

    private void skip(ByteBuf chunk, int length) {
        FrameEnds known = ends;
        if (line == Line.DATA && known != null) {
            // what is between two ends that are full is not kept anyway
            byte[] some = new byte[Math.min(length, FrameEnds.WINDOW)];
            chunk.getBytes(chunk.readerIndex(), some);
            known.add(some, 0, some.length);
            int more = Math.min(length - some.length, FrameEnds.WINDOW);
            chunk.getBytes(chunk.readerIndex() + length - more, some, 0, more);
            known.add(some, 0, more);
        }
        chunk.skipBytes(length);
    }

    private void hold(ByteBuf chunk, int length) {
        makeRoom(length);
        chunk.readBytes(buffer, end, length);
        end += length;
    }

    private void makeRoom(int length) {
        long needed = (long) end + length;
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, size(needed));
        }
    }

    private int size(long needed) {
        long wanted = Math.min(Math.max(buffer.length * 2L, INITIAL), max + MARGIN);
        return (int) Math.max(needed, wanted);
    }

    /** Whether there is room for so many bytes more; otherwise the event is given up. */
    private boolean room(int length) {
        long needed = (long) end + length;
        if (needed <= buffer.length) {
            return true;
        }
        int size = size(needed);
        if (size <= KEPT) {
            return true;
        }
        if (FrameMemory.HELD.tryTake(size - taken)) {
            taken = size;
            return true;
        }
        noRoom = true;
        giveUp();
        if (line != Line.DATA) {
            line = Line.LOST;
        }
        return false;
    }

    /** Enough is there to tell what the line is. */
    private void begin() {
        int name = from;
        while (name < end && buffer[name] != ':') {
            name++;
        }
        valueFrom = Math.min(name + 1, end);
        if (valueFrom < end && buffer[valueFrom] == ' ') {
            valueFrom++;
        }
        valueBytes = 0;
        line = field(name);
        if (line == Line.DATA) {
            dataBytes += data ? 1 : 0;
            data = true;
            fields = true;
        }
        FrameEnds known = ends;
        if (line == Line.DATA && known != null) {
            known.add(LINE_FEED, 0, 1);
            known.add(buffer, valueFrom, end - valueFrom);
        }
        if (!admit(end - valueFrom)) {
            end = from;
        }
    }

    private Line field(int to) {
        if (is(DATA, to)) {
            return Line.DATA;
        } else if (is(TYPE, to)) {
            return Line.TYPE;
        } else if (is(ID, to)) {
            return Line.ID;
        } else if (is(RETRY, to)) {
            return Line.RETRY;
        }
        return Line.IGNORED;
    }

    private boolean is(byte[] name, int to) {
        return Arrays.equals(buffer, from, to, name, 0, name.length);
    }

    /** So many more bytes of the value come: whether they are to be held. */
    private boolean admit(int length) {
        switch (line) {
            case DATA -> {
                dataBytes += length;
                if (dataBytes > max) {
                    giveUp();
                }
                return !tooLong;
            }
            case TYPE, ID, RETRY -> {
                valueBytes += length;
                if (valueBytes <= Math.min(max, MAX_OTHER)) {
                    return true;
                }
                otherBytes += valueBytes;
                line = Line.LOST;
                giveUp();
                return false;
            }
            case LOST -> {
                otherBytes += length;
                return false;
            }
            default -> {
                return false;
            }
        }
    }

    private void giveUp() {
        if (!tooLong && data) {
            FrameEnds known = new FrameEnds();
            known.add(buffer, dataFrom, dataTo - dataFrom);
            if (line == Line.DATA) {
                if (dataTo > 0) {
                    known.add(LINE_FEED, 0, 1);
                }
                known.add(buffer, valueFrom, end - valueFrom);
            }
            ends = known;
        }
        tooLong = true;
        fields = true;
        drop();
    }

    /** Returns true if the line was blank and an event is complete. */
    private boolean endLine() {
        if (line == Line.BEGINNING) {
            if (end == from) {
                if (!fields) {
                    forget();
                }
                return fields;
            }
            begin();
        }
        switch (line) {
            case DATA -> endData();
            case TYPE -> {
                fields = true;
                type = end > valueFrom ? value() : null;
            }
            case ID -> endId();
            case RETRY -> endRetry();
            default -> {}
        }
        // data stays, any other line does not
        end = dataTo;
        from = end;
        line = Line.BEGINNING;
        return false;
    }

    private void endData() {
        if (tooLong) {
            return;
        }
        int length = end - valueFrom;
        if (dataFrom == 0) {
            // the first line stays where it is: a name stands before it
            dataFrom = valueFrom;
            dataTo = end;
        } else {
            buffer[dataTo] = '\n';
            System.arraycopy(buffer, valueFrom, buffer, dataTo + 1, length);
            dataTo += 1 + length;
        }
    }

    private void endId() {
        for (int i = valueFrom; i < end; i++) {
            if (buffer[i] == 0) {
                return;
            }
        }
        fields = true;
        id = value();
    }

    private void endRetry() {
        long millis = 0;
        for (int i = valueFrom; i < end; i++) {
            int digit = buffer[i] - '0';
            if (digit < 0 || digit > 9) {
                return;
            }
            millis = Math.min(millis * 10 + digit, Integer.MAX_VALUE);
        }
        if (end > valueFrom) {
            fields = true;
            retry = millis;
        }
    }

    private String value() {
        return new String(buffer, valueFrom, end - valueFrom, StandardCharsets.UTF_8);
    }
}
