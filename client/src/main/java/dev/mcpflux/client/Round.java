package dev.mcpflux.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One round of a request (specification 2026-07-28: basic/patterns/mrtr).
 *
 * @param number counts from 1
 * @param inputs the answers to what the server asked in the round before; null for the first, and where it asked nothing
 * @param state what the server gave with its question, to be given back
 */
record Round(
        int number,
        @Nullable Map<String, Object> inputs,
        @Nullable String state) {

    static final Round FIRST = new Round(1, null, null);
}
