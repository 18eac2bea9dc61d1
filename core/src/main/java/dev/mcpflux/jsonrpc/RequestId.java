package dev.mcpflux.jsonrpc;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The id of a request: a string or an integer, returned exactly as it was sent (JSON-RPC 2.0, section 4). Progress
 * tokens have the same form.
 */
public sealed interface RequestId permits RequestId.OfLong, RequestId.OfBigInteger, RequestId.OfString {

    /** The value as JSON binds it: a {@link Long}, a {@link BigInteger} or a {@link String}. */
    @JsonValue
    Object value();

    static RequestId of(long value) {
        return new OfLong(value);
    }

    static RequestId of(String value) {
        return new OfString(value);
    }

    /** An integer of any size; equal to the id of {@link #of(long)} if it fits a {@code long}. */
    static RequestId of(BigInteger value) {
        return value.bitLength() < Long.SIZE ? new OfLong(value.longValue()) : new OfBigInteger(value);
    }

    /**
     * The id of a parsed JSON value.
     *
     * @throws IllegalArgumentException if it is neither a string nor an integer
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static RequestId ofJson(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return of(((Number) value).longValue());
        }
        if (value instanceof BigInteger big) {
            return of(big);
        }
        if (value instanceof String text) {
            return of(text);
        }
        throw new IllegalArgumentException("an id is a string or an integer, not " + value);
    }

    /** An integer that fits 64 bits; the only kind that mcpflux creates itself. */
    record OfLong(long number) implements RequestId {
        @Override
        public Object value() {
            return number;
        }

        // written by hand, because every response is looked up by it
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof OfLong o && o.number == number;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }

        @Override
        public String toString() {
            return Long.toString(number);
        }
    }

    /** An integer that needs more than 64 bits. */
    record OfBigInteger(BigInteger number) implements RequestId {
        @Override
        public Object value() {
            return number;
        }

        @Override
        public String toString() {
            return number.toString();
        }
    }

    /** A string. */
    record OfString(String text) implements RequestId {
        @Override
        public Object value() {
            return text;
        }

        @Override
        public String toString() {
            return '"' + text + '"';
        }
    }
}
